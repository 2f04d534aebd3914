internal import Judge

/// The report for machines, as `docs/schema/report-1.schema.json` describes it.
///
/// One object for one subject; several, or one among models that could not be inspected, are
/// `{"reports": […], "schema": …}`.
package struct JSONWriter: ReportWriter {
  package static let format = "json"
  package static let schema = "shellcheck-model/report/1"

  private let detail: Detail

  package init(options: WriterOptions) {
    detail = options.detail
  }

  package func write(_ report: ForensicReport) -> String {
    let objects = report.judgements.map { object($0, in: report) }
    if report.isAboutOneModel, let object = objects.first { return object.encoded() + "\n" }
    let envelope = JSONNode.object(["schema": .string(Self.schema), "reports": .array(objects)])
    return envelope.encoded() + "\n"
  }

  private func object(_ judgement: Judgement, in report: ForensicReport) -> JSONNode {
    var members: [String: JSONNode] = [
      "schema": .string(Self.schema),
      "tool": .object([
        "name": .string(report.tool.name), "version": .string(report.tool.version),
      ]),
      "corpus": .object([
        "digest": .string(report.corpus.digest), "references": .integer(report.corpus.references),
      ]),
      "subject": judgement.subject.node,
      "verdict": judgement.verdict.node,
      "parents": .array(judgement.parents.map(\.node)),
      "candidates": .array(judgement.candidates.map(\.node)),
      "components": .array(judgement.components.map(\.node)),
      "innovation": .optional(judgement.innovation, \.node),
      "explanations": .array(judgement.explanations.map(\.node)),
      "findings": .array(judgement.findings.map(\.node)),
      "limits": .strings(Language.en.limits(judgement)),
    ]
    if !judgement.unusedAcceptances.isEmpty {
      members["unusedAcceptances"] = .array(judgement.unusedAcceptances.map(\.node))
    }
    if detail != .model { members["layers"] = .array(judgement.layers.map(\.node)) }
    if detail == .tensors { members["tensors"] = .array(judgement.tensors.map(\.node)) }
    return .object(members)
  }
}
