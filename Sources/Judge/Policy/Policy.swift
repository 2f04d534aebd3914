/// What a project asks of its models: the content of `.shellcheck-model.yml`.
package struct Policy: Sendable, Equatable {
  package static let fileName = ".shellcheck-model.yml"

  /// Level from which findings fail the gate; nil: what the command line says, else `error`.
  package var failOn: FailLevel?
  /// Parents that count as declared.
  package var declared: [String]
  /// Parents that models may descend from; nil: any.
  package var allowedParents: [String]?
  /// Licences that models and their parents may be under; nil: any.
  package var allowedLicences: [String]?
  package var accepted: [AcceptedFinding]
  package var inconclusive: Inconclusive
  package var innovation: InnovationWeights?

  package init(
    failOn: FailLevel? = nil, declared: [String] = [], allowedParents: [String]? = nil,
    allowedLicences: [String]? = nil, accepted: [AcceptedFinding] = [],
    inconclusive: Inconclusive = .stop, innovation: InnovationWeights? = nil
  ) {
    self.failOn = failOn
    self.declared = declared
    self.allowedParents = allowedParents
    self.allowedLicences = allowedLicences
    self.accepted = accepted
    self.inconclusive = inconclusive
    self.innovation = innovation
  }

  package enum FailLevel: String, Sendable, CaseIterable {
    case error, warning, info, none
  }

  /// What a model of which nothing can be said does to the gate.
  package enum Inconclusive: String, Sendable, CaseIterable, Codable {
    /// It ends the run like a model that could not be read, whatever level fails: a gate must not
    /// open because it saw nothing.
    case stop
    /// Nothing.
    case pass
    /// It is a finding of this level.
    case warn, fail
  }
}

/// One finding that somebody looked at and lives with until a day.
package struct AcceptedFinding: Sendable, Equatable, Codable {
  package var code: FindingCode
  /// The subject's whole digest: other weights are another decision.
  package var subject: String
  /// The reference the finding is about, where there may be several.
  package var reference: String?
  package var reason: String
  /// The last day on which it is accepted.
  package var expires: CalendarDate

  package init(
    code: FindingCode, subject: String, reference: String? = nil, reason: String,
    expires: CalendarDate
  ) {
    self.code = code
    self.subject = subject
    self.reference = reference
    self.reason = reason
    self.expires = expires
  }

  /// Marks the findings of a subject that are accepted.
  ///
  /// An entry silences one finding: where it could mean several, it silences none. Without a
  /// reference it means the finding that is about none, else the only one of its code.
  ///
  /// - Parameter references: those that the subject was compared with.
  /// - Returns: the findings, and the entries about this subject that mean none of them; those about
  ///   a reference that was not compared may mean a finding of another run.
  package static func mark(
    _ findings: [Finding], of subject: String, by entries: [AcceptedFinding],
    references: Set<String>
  ) -> (findings: [Finding], unused: [AcceptedFinding]) {
    var (findings, unused) = (findings, [AcceptedFinding]())
    for entry in entries where entry.subject == subject {
      let ofCode = findings.indices.filter { findings[$0].code == entry.code }
      let exact = ofCode.filter { findings[$0].fact.reference == entry.reference }
      let meant = exact.isEmpty && entry.reference == nil ? ofCode : exact
      if meant.isEmpty, entry.reference.map(references.contains) ?? true { unused.append(entry) }
      if meant.count == 1 {
        findings[meant[0]].accepted = Acceptance(reason: entry.reason, expires: entry.expires)
      }
    }
    return (findings, unused)
  }
}

/// Why a finding is accepted, and until when.
package struct Acceptance: Sendable, Equatable, Codable {
  package var reason: String
  package var expires: CalendarDate

  package init(reason: String, expires: CalendarDate) {
    self.reason = reason
    self.expires = expires
  }
}

/// Decides from findings whether a pipeline may go on.
///
/// The report says which findings are accepted until when, and is the same on every day; only the
/// gate looks at the calendar.
package struct Gate: Sendable {
  package var failOn: Policy.FailLevel
  package var today: CalendarDate
  package var inconclusive: Policy.Inconclusive
  /// What an earlier report found, which stops nothing.
  package var baseline: Baseline

  package init(
    failOn: Policy.FailLevel, today: CalendarDate, inconclusive: Policy.Inconclusive = .stop,
    baseline: Baseline = Baseline()
  ) {
    self.failOn = failOn
    self.today = today
    self.inconclusive = inconclusive
    self.baseline = baseline
  }

  /// Whether a model stops the pipeline because nothing, or of some references nothing but copies in
  /// place, could be looked for (SCM6003).
  ///
  /// Like any other finding it stops nothing where it is accepted or known. One that the policy lets fail, and
  /// no level does, stops the pipeline all the same.
  package func isStopped(by judgement: Judgement) -> Bool {
    guard inconclusive == .stop || inconclusive == .fail else { return false }
    guard let finding = judgement.findings.first(where: { $0.code == .inconclusive }) else {
      return judgement.verdict.relation == .inconclusive
    }
    if inconclusive == .fail, counts(finding) { return false }
    return !isAccepted(finding) && !baseline.contains(finding, of: judgement.subject)
  }

  /// Whether a finding of a judgement stops the pipeline.
  package func stops(_ finding: Finding, of judgement: Judgement) -> Bool {
    counts(finding) && !baseline.contains(finding, of: judgement.subject)
  }

  /// Whether a finding would stop the pipeline, were it new.
  package func counts(_ finding: Finding) -> Bool {
    guard let threshold = Finding.Level(rawValue: failOn.rawValue), finding.level >= threshold
    else { return false }
    return !isAccepted(finding)
  }

  private func isAccepted(_ finding: Finding) -> Bool {
    finding.accepted.map { $0.expires >= today } ?? false
  }
}
