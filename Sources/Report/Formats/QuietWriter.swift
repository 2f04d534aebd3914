internal import Judge

/// One line per subject, for scripts and for people with many models: what it is, and the gravest
/// finding, `name: derived from parent (p), error SCM3001`.
package struct QuietWriter: ReportWriter {
  package static let format = "quiet"

  package init(options: WriterOptions) {}

  package func write(_ report: ForensicReport) -> String {
    (report.judgements.map(line)
      + report.inputErrors.map { name($0.input) + ": not inspected" })
      .map { $0 + "\n" }.joined()
  }

  /// A line that begins with two colons is a command to runners of GitHub Actions.
  private func name(_ text: String) -> String {
    (text.hasPrefix("::") ? "./" : "") + printable(text)
  }

  private func line(_ judgement: Judgement) -> String {
    let verdict = judgement.verdict
    var line = name(judgement.subject.name) + ": "
    if judgement.parents.isEmpty {
      line += verdict.relation.rawValue
    } else {
      line += verdict.words(judgement.parents.first?.direction.value) + " "
      line += judgement.parents.map { printable($0.reference) }.joined(separator: " + ")
    }
    line += " (" + Figures.pValue(log10: verdict.log10P) + ")"
    let unread = judgement.limits.count(where: \.isUnread)
    if unread > 0 { line += ", not read: \(unread)" }
    if let gravest = judgement.gravestFinding {
      line += ", \(gravest.level.rawValue) \(gravest.code.rawValue)"
    } else if let accepted = judgement.orderedFindings.first {
      line += ", accepted \(accepted.code.rawValue)"
    }
    return line
  }
}

extension Verdict {
  /// The relation with its preposition.
  fileprivate func words(_ direction: Direction.Value?) -> String {
    switch relation {
    case .identical: "identical to"
    case .derived: "derived from"
    case .partial: "partly from"
    case .merged: "merged from"
    case .related: direction == .toReference ? "parent of" : "related to"
    case .sharedInitialisation: "shared-initialisation with"
    case .noEvidence, .inconclusive: relation.rawValue
    }
  }
}
