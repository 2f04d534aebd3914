internal import Judge

/// One line per subject, for scripts and for people with many models:
/// `name: relation of parent (p)`.
package struct QuietWriter: ReportWriter {
  package static let format = "quiet"

  package init(options: WriterOptions) {}

  package func write(_ report: ForensicReport) -> String {
    report.judgements.map { line($0) + "\n" }.joined()
  }

  private func line(_ judgement: Judgement) -> String {
    let verdict = judgement.verdict
    var line = printable(judgement.subject.name) + ": " + verdict.relation.rawValue
    if !judgement.parents.isEmpty {
      line += " of " + judgement.parents.map { printable($0.reference) }.joined(separator: " + ")
    }
    return line + " (" + Figures.pValue(log10: verdict.log10P) + ")"
  }
}
