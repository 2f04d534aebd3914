package import Judge

/// The entries of a policy that would accept what stops the gate today, for somebody to complete.
///
/// A reason and a day are left to them: until both are there, the policy is refused, so that nothing is
/// accepted by copying alone.
package struct AcceptanceWriter: Sendable {
  private let gate: Gate

  package init(gate: Gate) {
    self.gate = gate
  }

  package func write(_ report: ForensicReport) -> String {
    var (entries, comments) = ("", "")
    for judgement in report.judgements {
      for finding in judgement.orderedFindings where gate.stops(finding, of: judgement) {
        let what =
          "\(finding.code.rawValue) \(finding.code.name) of \(printable(judgement.subject.name)): "
          + printable(Language.en.message(finding))
        if let digest = judgement.subject.digest, isMeant(finding, of: judgement, digest) {
          entries += "  # " + what + "\n" + entry(finding, of: digest)
        } else {
          comments += "# cannot be accepted by an entry: " + what + "\n"
        }
      }
    }
    if entries.isEmpty, comments.isEmpty { return "# nothing stops the gate\n" }
    return comments + (entries.isEmpty ? "" : "accept:\n" + entries)
  }

  private func entry(_ finding: Finding, of digest: String) -> String {
    var lines = ["- code: " + finding.code.rawValue, "  subject: " + digest]
    if let reference = finding.fact.reference {
      lines.append("  reference: " + JSONNode.string(reference).encoded())
    }
    lines.append("  reason: \"\"              # who looked at it, and why it may stay")
    lines.append("  expires: YYYY-MM-DD     # the last day on which it may")
    return lines.map { "    " + $0 + "\n" }.joined()
  }

  /// Whether an entry would mean this finding, and no other.
  private func isMeant(_ finding: Finding, of judgement: Judgement, _ digest: String) -> Bool {
    guard let place = judgement.findings.firstIndex(of: finding) else { return false }
    let entry = AcceptedFinding(
      code: finding.code, subject: digest, reference: finding.fact.reference, reason: "-",
      expires: gate.today)
    let marked = AcceptedFinding.mark(
      judgement.findings, of: digest, by: [entry], references: []
    ).findings
    return marked[place].accepted != judgement.findings[place].accepted
  }
}
