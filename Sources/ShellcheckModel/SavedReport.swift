package import Load
package import Report

/// A JSON report that this tool wrote.
package struct SavedReport {
  package let record: ReportRecord
  /// Whether it is, byte for byte, what its record says.
  package let isVerbatim: Bool

  /// A report of ten thousand models is smaller.
  private static let byteLimit = 1 << 30

  /// - Throws: for what cannot be read, or is no report.
  package init(path: String) throws(LoadError) {
    let data = try WholeFile.data(of: path, limit: Self.byteLimit)
    do throws(ReportRecordError) {
      record = try ReportRecord(json: data)
    } catch {
      throw LoadError(.metadataMalformed, error.message, file: path)
    }
    isVerbatim = record.agrees(with: data)
  }

  /// The record of a report that nobody changed.
  ///
  /// - Parameter ofAnyBuild: whether one will do that another build wrote, whose words cannot be checked.
  /// - Throws: for what is no report, or was changed after it was written.
  package static func record(
    of file: String, ofAnyBuild: Bool = false
  ) throws(LoadError) -> ReportRecord {
    let saved = try SavedReport(path: file)
    let tool = saved.record.report.tool
    let isOurs = tool == ToolVersion.tool
    guard saved.isVerbatim || ofAnyBuild && !isOurs else {
      throw LoadError(
        .metadataMalformed,
        isOurs
          ? "was changed after it was written"
          : "was changed, or written by another build than this one: version " + tool.version,
        file: file)
    }
    return saved.record
  }
}
