internal import Judge

/// One line per subject, for scripts and for people with many models:
/// `name: derived from parent (p)`.
package struct QuietWriter: ReportWriter {
  package static let format = "quiet"

  package init(options: WriterOptions) {}

  package func write(_ report: ForensicReport) -> String {
    report.judgements.map { line($0) + "\n" }.joined()
  }

  private func line(_ judgement: Judgement) -> String {
    let verdict = judgement.verdict
    var line = printable(judgement.subject.name) + ": "
    if judgement.parents.isEmpty {
      line += verdict.relation.rawValue
    } else {
      line += verdict.words(judgement.parents.first?.direction.value) + " "
      line += judgement.parents.map { printable($0.reference) }.joined(separator: " + ")
    }
    line += " (" + Figures.pValue(log10: verdict.log10P) + ")"
    let unread = judgement.limits.count(where: \.isUnread)
    return unread == 0 ? line : line + ", not read: \(unread)"
  }
}

extension Verdict {
  /// The relation with its preposition.
  fileprivate func words(_ direction: Direction.Value?) -> String {
    switch relation {
    case .identical: "identical to"
    case .derived: "derived from"
    case .partial: "partly of"
    case .merged: "merged from"
    case .related: direction == .toReference ? "parent of" : "related to"
    case .sharedInitialisation: "shared-initialisation with"
    case .noEvidence, .inconclusive: relation.rawValue
    }
  }
}
