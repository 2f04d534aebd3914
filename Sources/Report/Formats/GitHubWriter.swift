internal import Foundation
internal import Judge

/// Annotations of GitHub Actions, one line for each finding, the gravest first: services show the first
/// ten of a level only.
///
/// Source: "Workflow commands for GitHub Actions"; escaping as in actions/toolkit,
/// packages/core/src/command.ts.
package struct GitHubWriter: ReportWriter {
  package static let format = "github"

  private let language: Language

  package init(options: WriterOptions) {
    language = options.language
  }

  package func write(_ report: ForensicReport) -> String {
    let failures = report.inputErrors.map { error in
      command(
        "error", [("title", language.say(.notInspected))],
        printable(error.input) + ": " + printable(error.message))
    }
    let findings = report.subjects.flatMap { reported in
      reported.judgement.orderedFindings.map { ($0, reported) }
    }
    // What is accepted comes last, as a notice.
    let open = Finding.Level.allCases.reversed().flatMap { level in
      findings.filter { $0.0.level == level && $0.0.accepted == nil }
    }
    let accepted = findings.filter { $0.0.accepted != nil }
    return (failures + (open + accepted).map(annotation)).joined()
  }

  private func annotation(_ finding: Finding, _ reported: ReportedSubject) -> String {
    var properties: [(name: String, value: String)] = []
    let place = reported.place(of: finding)
    // Paths are from the folder that the job checked out.
    if let file = place.file, !file.isOutside {
      properties.append(("file", file.path))
      if let line = place.line { properties.append(("line", String(line))) }
    }
    properties.append(
      (
        "title",
        finding.code.rawValue + " " + language.title(finding.code)
      ))
    let accepted = language.acceptance(finding).map { language.bracketed($0) } ?? ""
    return command(
      finding.annotation, properties,
      printable(reported.subject.name) + ": " + printable(language.message(finding) + accepted))
  }

  private func command(
    _ name: String, _ properties: [(name: String, value: String)], _ message: String
  ) -> String {
    let listed = properties.map { $0.name + "=" + Self.property($0.value) }.joined(separator: ",")
    return "::\(name) \(listed)::" + Self.data(message) + "\n"
  }

  /// Behind the second `::`.
  static func data(_ text: String) -> String { escaped(text, ["%", "\r", "\n"]) }

  /// Between the name of the command and the second `::`.
  static func property(_ text: String) -> String {
    escaped(printable(text), ["%", "\r", "\n", ":", ","])
  }

  /// By scalars: a mark behind a colon makes them one character.
  private static func escaped(_ text: String, _ special: Set<Unicode.Scalar>) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      if special.contains(scalar) {
        result += "%" + String(format: "%02X", Int(scalar.value))
      } else {
        result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}

extension Finding {
  fileprivate var annotation: String {
    guard accepted == nil, needsAttention else { return "notice" }
    return level == .error ? "error" : "warning"
  }
}
