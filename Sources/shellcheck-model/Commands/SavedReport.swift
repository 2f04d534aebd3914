import Foundation
import Load
import Report
import ShellcheckModel

/// A JSON report that this tool wrote.
enum SavedReport {
  /// A report of ten thousand models is smaller.
  private static let byteLimit = 1 << 30

  /// - Parameter ofAnyBuild: whether one will do that another build wrote, whose words cannot be checked.
  /// - Throws: for what is no report, or was changed after it was written.
  static func read(
    _ file: String, ofAnyBuild: Bool = false
  ) throws(LoadError) -> ReportRecord {
    let bytes = try MappedFile(path: file)
    guard bytes.byteCount <= byteLimit else {
      throw LoadError(.limitExceeded, "is larger than \(byteLimit) bytes", file: file)
    }
    let data = try bytes.read(0..<bytes.byteCount, tensor: nil, scratch: ByteScratch()) {
      (content) throws(LoadError) in Data(content)
    }
    do throws(ReportRecordError) {
      let record = try ReportRecord(json: data)
      let isOurs = record.report.tool == ToolVersion.tool
      guard record.agrees(with: data) || ofAnyBuild && !isOurs else {
        throw ReportRecordError(
          message: isOurs
            ? "was changed after it was written"
            : "was changed, or written by another build than this one: version "
              + record.report.tool.version)
      }
      return record
    } catch {
      throw LoadError(.metadataMalformed, error.message, file: file)
    }
  }
}
