internal import Judge

/// Many models, judged one after the other: JSON Lines, as `docs/schema/watch-1.schema.json` describes
/// them.
///
/// The first line says how they are judged, each further one what came of one model, and the last one
/// what came of all. A run that was interrupted has no last line, and goes on where it stopped.
package struct WatchWriter: Sendable {
  package static let schema = "shellcheck-model/watch/1"

  private let detail: Detail

  package init(detail: Detail) {
    self.detail = detail
  }

  /// The first line: equal for runs whose lines may stand in one file.
  ///
  /// - Parameter report: without judgements.
  package func header(_ report: ForensicReport, problems: [InputError]) -> String {
    JSONNode.object([
      "schema": .string(Self.schema),
      "invocation": .optional(report.invocation, \.node),
      "tool": report.tool.node,
      "method": MethodStatement.node,
      "corpus": report.corpus.node,
      "corpusProblems": .array(problems.map(\.node)),
    ]).onOneLine() + "\n"
  }

  /// The line of one model.
  ///
  /// - Parameters:
  ///   - report: of this model alone.
  ///   - status: what the tool would end with if it were the only one.
  package func line(_ model: String, _ report: ForensicReport, status: Int32) -> String {
    let writer = JSONWriter(options: WriterOptions(detail: detail))
    return JSONNode.present([
      "subject": .string(model),
      "status": .integer(Int(status)),
      "report": report.subjects.first.map(writer.object),
      "failure": report.subjects.isEmpty
        ? .string(report.inputErrors.first?.message ?? "could not be inspected") : nil,
    ]).onOneLine() + "\n"
  }

  /// The last line.
  package func summary(_ entries: [WatchEntry], status: Int32) -> String {
    func counts(_ names: [String]) -> JSONNode {
      .object(
        Dictionary(grouping: names, by: \.self).mapValues { .integer($0.count) })
    }
    return JSONNode.object([
      "summary": .object([
        "subjects": .integer(entries.count),
        "failed": .integer(entries.count { $0.isFailure }),
        "relations": counts(entries.compactMap(\.relation)),
        "findings": counts(entries.flatMap { Set($0.findings).sorted() }),
        "status": .integer(Int(status)),
      ])
    ]).onOneLine() + "\n"
  }
}

/// What a line says of one model, in short.
package struct WatchEntry: Sendable, Equatable {
  /// As the list names it.
  package var subject: String
  package var status: Int32
  /// Nil of a model that could not be inspected.
  package var relation: String?
  /// Codes, those that were accepted among them.
  package var findings: [String]

  package var isFailure: Bool { relation == nil }

  package init(subject: String, status: Int32, relation: String?, findings: [String]) {
    self.subject = subject
    self.status = status
    self.relation = relation
    self.findings = findings
  }

  /// What is said of a model that was judged just now.
  package init(_ subject: String, _ report: ForensicReport, status: Int32) {
    let judgement = report.judgements.first
    self.init(
      subject: subject, status: status, relation: judgement?.verdict.relation.rawValue,
      findings: judgement?.findings.map(\.code.rawValue) ?? [])
  }
}
