internal import Judge

/// The report for machines, as `docs/schema/report-2.schema.json` describes it.
///
/// One envelope, whether one model was asked about or many: what made the report, what the models were
/// compared with, the inputs that could not be inspected, and a report of each model.
package struct JSONWriter: ReportWriter {
  package static let format = "json"
  package static let schema = "shellcheck-model/report/2"

  private let detail: Detail

  package init(options: WriterOptions) {
    detail = options.detail
  }

  package func write(_ report: ForensicReport) -> String {
    let envelope = JSONNode.object([
      "schema": .string(Self.schema),
      "invocation": .optional(report.invocation, \.node),
      "tool": report.tool.node,
      "method": MethodStatement.node,
      "corpus": report.corpus.node,
      "failures": .array(report.inputErrors.map(\.node)),
      "reports": .array(report.subjects.map(object)),
      "record": .optional(ReportRecord.text(report, detail: detail), JSONNode.verbatim),
    ])
    return envelope.encoded() + "\n"
  }

  func object(_ reported: ReportedSubject) -> JSONNode {
    let judgement = reported.judgement
    var members: [String: JSONNode] = [
      "subject": judgement.subject.node(reported.source),
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
    members["blend"] = judgement.blend?.node
    members["strangers"] = StrangerBackground(judgement).node
    if detail != .model { members["layers"] = .array(judgement.layers.map(\.node)) }
    if detail == .tensors { members["tensors"] = .array(judgement.tensors.map(\.node)) }
    return .object(members)
  }
}
