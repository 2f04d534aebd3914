import ArgumentParser
import Foundation
import Load
import Report
import ShellcheckModel

struct ConvertCommand: SessionCommand {
  static let configuration = CommandConfiguration(
    commandName: "convert",
    abstract: "Write a saved JSON report in another format or language, without the weights.",
    discussion: """
      The report must be what this tool wrote, byte for byte: one that was changed is refused. It \
      says what was judged when it was made; nothing is judged anew.

      Examples:
        shellcheck-model convert report.json --format html -o report.html
        shellcheck-model convert report.json --format tty --lang zh
      """)

  @Argument(help: "A JSON report of `check` or `compare`.", completion: .file(extensions: ["json"]))
  var file: String

  @OptionGroup(title: "Report") var report: ReportOptions

  /// A report of ten thousand models is smaller.
  private static let byteLimit = 1 << 30

  func perform(in session: Session) async -> ExitStatus {
    let record: ReportRecord
    do throws(LoadError) {
      record = try saved()
    } catch {
      session.error(error.description)
      return .failures
    }
    return report.deliver(record.report, in: session)
  }

  private func saved() throws(LoadError) -> ReportRecord {
    let bytes = try MappedFile(path: file)
    guard bytes.byteCount <= Self.byteLimit else {
      throw LoadError(.limitExceeded, "is larger than \(Self.byteLimit) bytes", file: file)
    }
    let data = try bytes.read(0..<bytes.byteCount, tensor: nil, scratch: ByteScratch()) {
      (content) throws(LoadError) in Data(content)
    }
    do throws(ReportRecordError) {
      let record = try ReportRecord(json: data)
      let isOurs = record.report.tool == ToolVersion.tool
      guard record.agrees(with: data) else {
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
