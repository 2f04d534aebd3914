internal import Judge

/// JUnit's XML, which most CI services show: a suite for each model, a case for each rule.
///
/// Findings at the level warning or error, and SCM6003, which ends a run with status 2, are failures;
/// those that the policy accepts are skipped; other findings at the level info, and rules that found
/// nothing, pass. A model that could not be inspected is a suite with an error. There are no times: rules share what they look at, and equal runs write
/// equal bytes.
package struct JUnitWriter: ReportWriter {
  package static let format = "junit"

  package init(options: WriterOptions) {}

  package func write(_ report: ForensicReport) -> String {
    let suites = report.subjects.map(suite(_:)) + report.inputErrors.map(suite(_:))
    let cases = report.subjects.count * FindingCode.allCases.count + report.inputErrors.count
    let failures = report.subjects.map(Self.failures).reduce(0, +)
    let document = XML.element(
      "testsuites",
      [
        "name": report.tool.name, "tests": String(cases), "failures": String(failures),
        "errors": String(report.inputErrors.count),
      ],
      XML.raw("\n"), XML.lines(suites))
    return XML.lines([XML.raw(#"<?xml version="1.0" encoding="UTF-8"?>"#), document]).text
  }

  private static func failing(_ findings: [Finding]) -> [Finding] {
    findings.filter { $0.needsAttention && $0.accepted == nil }
  }

  private static func failures(_ subject: ReportedSubject) -> Int {
    Set(failing(subject.judgement.findings).map(\.code)).count
  }

  private static func skipped(_ subject: ReportedSubject) -> Int {
    FindingCode.allCases.count { code in
      isSkipped(subject.judgement.findings.filter { $0.code == code })
    }
  }

  private func suite(_ reported: ReportedSubject) -> XML {
    let judgement = reported.judgement
    let cases = FindingCode.allCases.map { code in
      testCase(code, judgement.findings.filter { $0.code == code }, reported)
    }
    let properties = [
      ("relation", Optional(judgement.verdict.relation.rawValue)),
      ("log10P", JSONNode.number(judgement.verdict.log10P).encoded()),
      ("digest", judgement.subject.digest ?? ""),
      ("path", judgement.subject.path),
    ].compactMap { item in
      item.1.map { XML.void("property", ["name": item.0, "value": $0]) }
    }
    return XML.element(
      "testsuite",
      [
        "name": judgement.subject.name, "tests": String(cases.count),
        "failures": String(Self.failures(reported)), "errors": "0",
        "skipped": String(Self.skipped(reported)),
      ],
      XML.lines([XML.empty, XML.element("properties", [:], XML.joined(properties))]),
      XML.lines(cases),
      XML.element(
        "system-out", [:],
        XML(
          ([Language.en.headline(judgement).sentence]
            + judgement.limits.filter(\.isUnread).map { Language.en($0) }).joined(separator: "\n")))
    )
  }

  private func testCase(
    _ code: FindingCode, _ findings: [Finding], _ reported: ReportedSubject
  ) -> XML {
    let file = findings.first.flatMap { reported.source.file(of: $0)?.path }
    return XML.element(
      "testcase",
      [
        "name": "\(code.rawValue) \(code.name)", "classname": reported.subject.name, "file": file,
      ],
      failure(code, Self.failing(findings)), skip(code, in: findings))
  }

  /// A rule all of whose findings are accepted.
  private static func isSkipped(_ findings: [Finding]) -> Bool {
    failing(findings).isEmpty && findings.contains(where: \.needsAttention)
  }

  private func skip(_ code: FindingCode, in findings: [Finding]) -> XML {
    guard Self.isSkipped(findings) else { return XML.empty }
    let reasons = findings.compactMap(Language.en.acceptance).joined(separator: "; ")
    return XML.element("skipped", ["message": reasons])
  }

  private func failure(_ code: FindingCode, _ findings: [Finding]) -> XML {
    guard let gravest = findings.max(by: { $0.level < $1.level }) else { return XML.empty }
    let lines =
      findings.map { XML("\($0.level.rawValue): \(Language.en.message($0))") }
      + [XML("See: shellcheck-model explain \(code.rawValue)")]
    return XML.element(
      "failure", ["type": gravest.level.rawValue, "message": Language.en.message(gravest)],
      XML.lines(lines))
  }

  private func suite(_ error: InputError) -> XML {
    let failure = XML.element(
      "error", ["type": "input", "message": error.message],
      XML("\(error.input): \(error.message)"))
    return XML.element(
      "testsuite",
      ["name": error.input, "tests": "1", "failures": "0", "errors": "1", "skipped": "0"],
      XML.element("testcase", ["name": "inspection", "classname": error.input], failure))
  }
}
