internal import Crypto
internal import Fingerprint
internal import Foundation
internal import Judge

/// SARIF 2.1.0, for code scanning services: all rules, and one result for each finding.
///
/// Source: OASIS, Static Analysis Results Interchange Format 2.1.0.
package struct SARIFWriter: ReportWriter {
  package static let format = "sarif"

  package init(options: WriterOptions) {}

  package func write(_ report: ForensicReport) -> String {
    var bases = [
      Self.root: JSONNode.object([
        "description": .text("The folder that the tool was run in, as a rule the repository's.")
      ])
    ]
    if report.sources.contains(where: { $0.files.contains(where: \.isOutside) }) {
      bases[Self.elsewhere] = .object([
        "description": .text("A folder outside of it; a report does not say where it lies.")
      ])
    }
    let run = JSONNode.object([
      "tool": .object(["driver": driver(report)]),
      "originalUriBaseIds": .object(bases),
      "invocations": .array([invocation(report)]),
      "results": .array(
        report.subjects.flatMap { subject in
          subject.judgement.findings.map { result($0, of: subject) }
        }),
      "properties": .object([
        "corpusDigest": .string(report.corpus.digest),
        "corpusReferences": .integer(report.corpus.references),
      ]),
    ])
    let log = JSONNode.object([
      "$schema": .string("https://json.schemastore.org/sarif-2.1.0.json"),
      "version": .string("2.1.0"),
      "runs": .array([run]),
    ])
    return log.encoded() + "\n"
  }

  private static let root = "%SRCROOT%"
  private static let elsewhere = "ELSEWHERE"

  /// All rules; pages only of those that were found, for they are most of the file.
  private func driver(_ report: ForensicReport) -> JSONNode {
    let found = Set(report.judgements.flatMap(\.findings).map(\.code))
    return .object([
      "name": .string(report.tool.name),
      "version": .string(report.tool.version),
      "semanticVersion": .string(report.tool.version),
      "rules": .array(FindingCode.allCases.map { rule($0, hasPage: found.contains($0)) }),
    ])
  }

  private func rule(_ code: FindingCode, hasPage: Bool) -> JSONNode {
    let page = FindingPage(code, in: .en)
    return .present([
      "id": .string(code.rawValue),
      "name": .string(code.name.split(separator: "-").map(\.localizedCapitalized).joined()),
      "shortDescription": .text(code.name.replacing("-", with: " ")),
      "fullDescription": .text(page.firstParagraph(of: .meaning)),
      "help": !hasPage
        ? nil : .object(["text": .string(page.markdown), "markdown": .string(page.markdown)]),
      "defaultConfiguration": .object(["level": .string(page.level.sarif)]),
      "properties": .object(["tags": .strings(["model-lineage", code.stage])]),
    ])
  }

  private func invocation(_ report: ForensicReport) -> JSONNode {
    func notification(_ level: String, _ subject: String, _ message: String) -> JSONNode {
      .object(["level": .string(level), "message": .text("\(subject): \(message)")])
    }
    let notifications =
      report.inputErrors.map { notification("error", $0.input, $0.message) }
      + report.judgements.flatMap { judgement in
        judgement.limits.filter(\.isUnread).map {
          notification("note", judgement.subject.name, Language.en($0))
        }
          + Language.en.unusedAcceptances(judgement).map {
            notification("note", judgement.subject.name, "\(Language.en(Phrase.policy)): \($0)")
          }
      }
    return .object([
      "executionSuccessful": .bool(report.inputErrors.isEmpty),
      "toolExecutionNotifications": .array(notifications),
    ])
  }

  private func result(_ finding: Finding, of reported: ReportedSubject) -> JSONNode {
    let subject = reported.subject
    let path = reported.source.file(of: finding)?.path ?? subject.name
    let place = reported.place(of: finding)
    let related = place.related.map { location($0, finding, line: nil, of: reported) }
    return .present([
      "ruleId": .string(finding.code.rawValue),
      "ruleIndex": .optional(FindingCode.allCases.firstIndex(of: finding.code), JSONNode.integer),
      "level": .string(finding.level.sarif),
      "message": .text("\(subject.name): \(Language.en.message(finding))"),
      "locations": .array([location(place.file, finding, line: place.line, of: reported)]),
      "relatedLocations": related.map { .array([$0]) },
      "partialFingerprints": .object([
        "findingOfSubject/v1": .string(fingerprint(finding, path: path))
      ]),
      "suppressions": finding.accepted.map { accepted in
        .array([
          .object([
            "kind": .string("external"), "status": .string("accepted"),
            "justification": .string("\(accepted.reason) (until \(accepted.expires))"),
          ])
        ])
      },
      "properties": .present([
        "evidence": finding.evidence.node,
        "subjectPath": subject.path.map(JSONNode.string),
        "subjectDigest": .optional(subject.digest, JSONNode.string),
        "relation": .string(reported.judgement.verdict.relation.rawValue),
      ]),
    ])
  }

  private func location(
    _ file: SubjectSource.File?, _ finding: Finding, line: Int?, of reported: ReportedSubject
  ) -> JSONNode {
    let path = file?.path ?? reported.subject.name
    return .object([
      "physicalLocation": .present([
        "artifactLocation": .object([
          "uri": .string(Self.uri(path)),
          "uriBaseId": .string(file?.isOutside ?? false ? Self.elsewhere : Self.root),
        ]),
        "region": line.map { .object(["startLine": .integer($0)]) },
      ]),
      "logicalLocations": .array([.object(["name": .string(finding.location)])]),
    ])
  }

  /// The same for the same finding about the same file after the weights changed, so that services
  /// do not take it for a new one.
  private func fingerprint(_ finding: Finding, path: String) -> String {
    var parts = [finding.code.rawValue, path]
    if let reference = finding.fact.reference { parts.append(reference) }
    return SHA256.hash(data: Data(parts.joined(separator: "\0").utf8)).hexadecimal
  }

  /// A path as a relative reference: what is no letter, digit or one of `-._~/` is percent-encoded.
  static func uri(_ path: String) -> String {
    let safe = CharacterSet(
      charactersIn: "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~/")
    return path.addingPercentEncoding(withAllowedCharacters: safe) ?? ""
  }
}

extension JSONNode {
  /// A message of SARIF.
  fileprivate static func text(_ text: String) -> JSONNode { .object(["text": .string(text)]) }
}

extension Finding.Level {
  fileprivate var sarif: String {
    switch self {
    case .info: "note"
    case .warning: "warning"
    case .error: "error"
    }
  }
}

extension FindingCode {
  /// What the stage digit of the code stands for.
  var stage: String {
    switch rawValue.dropFirst(3).first {
    case "1": "input"
    case "2": "lineage"
    case "3": "disclosure"
    case "4": "licence"
    case "5": "tampering"
    default: "inspection"
    }
  }
}
