package import Compare
package import Fingerprint

extension Judge {
  /// Judges a subject of which a hundredth was read.
  ///
  /// It may say that the subject descends from a reference, and from which it does most clearly; not
  /// through which changes, not how much is new, not that there is no other parent, and never that
  /// there is none.
  package func judge(_ comparison: Comparison, look: QuickLook) -> Judgement {
    let subject = comparison.subject
    let evidence = Verdicts.weigh(comparison)
    let judgeable = Judgeability.canBeJudged(subject)
    let related = evidence.filter { judgeable && Self.relation($0, subject) == .derived }
    let declarations = Declarations(comparison, user: declared + policy.declared)
    // Relatives of one parent look alike from afar: one that is declared accounts for the others.
    let parent =
      related.first { candidate in
        declarations.declaration(of: candidate.comparison.id) != nil
      } ?? related.max { $0.strength < $1.strength }
    let compared = evidence.contains { Self.relation($0, subject) == .noEvidence }
    let open =
      evidence.contains {
        $0.isSignificant || $0.isRemarkable || $0.comparison.isOutOfSight(of: subject)
      }
      || comparison.screened.contains { !$0.isClear }
    let assertions = Assertions(comparison)
    let direction =
      parent.map { parent in
        Self.direction(
          shown: .open,
          asserted: assertions.direction(parent.comparison.id, subject: declarations),
          declared: declarations.declaration(of: parent.comparison.id))
      } ?? .open
    let relation: Relation =
      parent != nil
      ? (direction.value == .fromReference ? .derived : .related)
      : compared && !open && judgeable ? .noEvidence : .inconclusive
    let candidates =
      evidence.map { evidence in
        var candidate = Candidate(
          reference: evidence.comparison.id,
          relation: Self.relation(
            ofCandidate: evidence, of: subject, parent: parent, relation, judgeable),
          log10P: evidence.log10P,
          linearMean: evidence.comparison.linear.mean, circuitsMean: evidence.circuitMean)
        candidate.state(evidence)
        return candidate
      } + comparison.screened.map { Candidate($0, references: comparison.referenceCount) }
    var judgement = Judgement(
      subject: Subject(
        name: subject.identity.name, digest: nil, format: subject.identity.format,
        parameters: subject.identity.parameters, tensors: subject.tensors.count,
        family: subject.identity.family, components: subject.components,
        declared: declaration(subject, declarations)),
      verdict: Verdict(
        relation: relation,
        log10P: parent?.log10P ?? evidence.map(\.log10P).min() ?? 0,
        statement: Self.statement(relation, parent: parent, candidates: candidates)),
      parents: parent.map { [Self.parent($0, relation, direction, look: look)] } ?? [],
      candidates: candidates.sorted { $0.log10P < $1.log10P }, components: [], findings: [],
      limits: [], layers: [], tensors: [])
    let context = FindingContext(
      judgement: judgement, subject: subject, evidence: evidence, contexts: [],
      declarations: declarations,
      licensing: Licensing(comparison, documents: documents, catalogue: licences), policy: policy,
      damagedReferences: damagedReferences, assertions: assertions, kinship: nil,
      isComparison: isComparison)
    judgement.findings = FindingRules.findings(context, look: look)
    judgement.limits =
      subject.notes.map { Limit.note($0) } + Limits.limits(look, comparison)
      + Limits.screening(comparison) + Limits.nulls(comparison)
      + DisclosureLimits.limits(context)
    return judgement
  }

  /// Whether all of the weights could only add to what a quick look at some of them found: a parent that
  /// nobody disclosed, far beyond every bound.
  ///
  /// A disclosed parent settles nothing, for there may be another; nor does a small effect, which the whole
  /// may show to be a common initialisation.
  package func isSettled(_ judgement: Judgement, _ comparison: Comparison) -> Bool {
    guard let parent = judgement.parents.first,
      judgement.findings.contains(where: {
        $0.code == .undeclaredParent && $0.level == .error && $0.accepted == nil
      }),
      let evidence = Verdicts.weigh(comparison).first(where: {
        $0.comparison.id == parent.reference
      })
    else { return false }
    return evidence.log10P <= Calibration.settledLog10P && evidence.isFarBeyondBounds
  }

  private static func relation(
    ofCandidate evidence: ReferenceEvidence, of subject: ModelFingerprint,
    parent: ReferenceEvidence?, _ relation: Relation, _ judgeable: Bool
  ) -> Relation {
    guard judgeable else { return .inconclusive }
    if evidence.comparison.id == parent?.comparison.id { return relation }
    let own = Self.relation(evidence, subject)
    return own == .derived ? .related : own
  }

  /// What the little that was read says of one reference.
  private static func relation(
    _ evidence: ReferenceEvidence, _ subject: ModelFingerprint
  ) -> Relation {
    let isClear = evidence.retainedShare >= Calibration.derivedShare || evidence.circuitsSpeak
    if evidence.isSignificant { return isClear ? .derived : .inconclusive }
    guard !evidence.isRemarkable, !evidence.comparison.isOutOfSight(of: subject) else {
      return .inconclusive
    }
    let isComparable =
      evidence.comparison.circuits != nil || evidence.comparison.linear.coverage > 0
    return isComparable ? .noEvidence : .inconclusive
  }

  private static func statement(
    _ relation: Relation, parent: ReferenceEvidence?, candidates: [Candidate]
  ) -> Statement {
    if let parent { return .quickKinship(with: parent.comparison.id) }
    let compared = Statement.Compared(candidates)
    return relation == .noEvidence ? .quickNoDescent(compared) : .quickOpen(compared)
  }

  private static func parent(
    _ evidence: ReferenceEvidence, _ relation: Relation, _ direction: Direction, look: QuickLook
  ) -> Parent {
    let comparison = evidence.comparison
    return Parent(
      reference: comparison.id, relation: relation, coefficient: nil, direction: direction,
      log10P: evidence.log10P,
      linear: LinearScore(comparison.linear),
      circuits: comparison.circuits.map { CircuitScore($0, coverage: look.coverage) },
      changes: [], layerMap: LayerMapping.main(comparison)?.pairs ?? [], modification: nil)
  }
}

extension ReferenceEvidence {
  /// Whether there is a likeness of which all of the weights may show more: one that chance seldom leaves, or
  /// one as large as a verdict asks for, which few matrices cannot show to be no chance.
  fileprivate var isRemarkable: Bool {
    log10P <= Calibration.remarkableLog10P
      || comparison.linear.mean >= Calibration.numbersMean
  }
}

extension ReferenceComparison {
  /// Whether a reference was only looked at, and has another number of layers: what was read of it need
  /// not be what was read of the subject.
  fileprivate func isOutOfSight(of subject: ModelFingerprint) -> Bool {
    func layers(_ model: ModelFingerprint) -> Int { Set(model.tensors.compactMap(\.layer)).count }
    return fingerprint.isOfQuickLook && layers(fingerprint) != layers(subject)
  }
}
