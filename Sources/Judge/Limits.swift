import Canonicalise
import Compare
import Fingerprint
import Load

/// What the comparison could not judge.
enum Limits {
  static func limits(_ verdicts: Verdicts) -> [Limit] {
    let (comparison, evidence) = (verdicts.comparison, verdicts.evidence)
    let subject = comparison.subject
    var limits = subject.notes.map { Limit.note($0) }
    limits += problems(subject.identity)
    limits += undecoded(verdicts)
    if !Judgeability.hasMatrices(subject), Judgeability.isDecoded(subject) {
      limits.append(.fewMatrices)
    }
    let sum = evidence.count { $0.comparison.linear.test == .sum }
    if sum > 0 {
      limits.append(.sumOverTensors(references: sum, scale: LinearEvidence.sumInflation))
    }
    let apart = evidence.filter { $0.comparison.linear.coverage < Calibration.inconclusiveCoverage }
    if !apart.isEmpty {
      limits.append(
        .otherShapes(
          below: Calibration.inconclusiveCoverage, names: apart.map(\.comparison.id).sorted()))
    }
    let silent = evidence.count { $0.comparison.circuits == nil }
    if silent > 0, subject.frame != nil { limits.append(.noCommonCircuits(references: silent)) }
    let anchored = evidence.count {
      !$0.comparison.fingerprint.circuits.isEmpty && $0.comparison.circuits == nil
        && $0.comparison.linear.coverage >= Calibration.inconclusiveCoverage && !$0.isSignificant
    }
    if subject.circuits.isEmpty, anchored > 0 { limits.append(.onlyInPlace(references: anchored)) }
    let fitting = OrderBlindness.references(
      evidence.filter { !$0.comparison.fingerprint.circuits.isEmpty }, of: subject
    ).map(\.comparison.id).sorted()
    if !subject.circuits.isEmpty, !fitting.isEmpty {
      limits.append(.unanchoredParts(names: fitting))
    }
    let plain = evidence.filter(\.comparison.fingerprint.circuits.isEmpty)
    let unordered = OrderBlindness.names(
      plain.filter { !$0.comparison.isUnitsComparedInPart },
      screened: comparison.screened.map(\.id), of: subject)
    if !unordered.isEmpty { limits.append(.blindToOrder(names: unordered)) }
    let partly = OrderBlindness.names(
      plain.filter(\.comparison.isUnitsComparedInPart), screened: [], of: subject)
    if !partly.isEmpty { limits.append(.unitsInPart(names: partly)) }
    for reference in evidence where reference.isSignificant && reference.comparison.misnamed > 0 {
      limits.append(
        .misnamed(reference: reference.comparison.id, matrices: reference.comparison.misnamed))
    }
    if let matching = evidence.lazy.compactMap(\.comparison.reordering).first {
      limits.append(.unitsReordered(reference: matching.reference))
    }
    if let scaled = subject.equilibrated {
      limits.append(
        .equilibrated(
          matrices: scaled.matrices,
          share: Double(scaled.parameters) / Double(max(subject.identity.parameters, 1))))
    }
    limits += deadUnits(subject)
    for reference in comparison.references where !reference.twins.isEmpty {
      limits.append(.twins(names: [reference.id] + reference.twins.map(\.id)))
    }
    for reference in comparison.references {
      guard let problem = reference.recoveryProblem else { continue }
      limits.append(.recoveryFailed(reference: reference.id, problem: problem))
    }
    for reference in comparison.references {
      let untold = reference.rounding?.count { $0.outcome == .untold } ?? 0
      guard untold > 0 || reference.roundingProblem != nil else { continue }
      limits.append(
        .roundingUntold(
          reference: reference.id, matrices: untold, problem: reference.roundingProblem))
    }
    for (index, twin) in evidence.enumerated()
    where !twin.isSignificant && twin.small.isEmpty && twin.log10P <= Calibration.remarkableLog10P
      && !verdicts.ruling.parents.contains(index)
    {
      limits.append(
        .smallLikeness(
          reference: twin.comparison.id, log10P: twin.log10P, circuits: twin.circuitMean,
          numbers: twin.comparison.linear.mean))
    }
    let parents = Set(verdicts.ruling.parents.map { evidence[$0].comparison.id })
    for reference in comparison.references {
      limits += commonComponents(reference, isParent: parents.contains(reference.id))
    }
    for reference in evidence where !reference.small.isEmpty && !reference.isSignificant {
      limits.append(
        .commonComponent(reference: reference.comparison.id, parts: reference.small, reason: .small)
      )
    }
    let bare = verdicts.contexts.map(\.comparison).filter { $0.fingerprint.lacksSingleValues }
    if !bare.isEmpty, !subject.lacksSingleValues {
      limits.append(.noSingleValues(bare.map(\.id)))
    } else if !verdicts.contexts.isEmpty, subject.lacksSingleValues {
      limits.append(.noSingleValues([subject.identity.name]))
    }
    return limits + screening(comparison) + nulls(comparison)
  }

  /// Units that put out what nothing takes.
  private static func deadUnits(_ subject: ModelFingerprint) -> [Limit] {
    guard !subject.dead.isEmpty else { return [] }
    let tensors = Dictionary(
      subject.tensors.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    var (neurons, values, parameters, layers) = (0, 0, 0, Set<Int>())
    for units in subject.dead {
      guard let tensor = tensors[units.tensor], let layer = tensor.layer else { continue }
      if tensor.role == .mlpDown { neurons += units.count } else { values += units.count }
      parameters += units.parameters
      layers.insert(layer)
    }
    return [
      .deadUnits(
        neurons: neurons, values: values, layers: layers.count,
        share: min(1, Double(parameters) / Double(max(subject.identity.parameters, 1))))
    ]
  }

  /// What a reference has in common with the subject that shows no descent; of a parent, what might have shown
  /// more.
  private static func commonComponents(
    _ reference: ReferenceComparison, isParent: Bool
  ) -> [Limit] {
    var (thirdParty, seed, holders) = ([String](), [String](), 0)
    var untrained: [Formula: [String]] = [:]
    for part in reference.common {
      switch part.origin {
      case .thirdParty(let count):
        thirdParty.append(part.tensor)
        holders = max(holders, count)
      case .seed: seed.append(part.tensor)
      case .untrained(let sign) where isParent && sign.isConstant: continue
      case .untrained(let sign): untrained[sign, default: []].append(part.tensor)
      }
    }
    let parts: [([String], CommonReason)] =
      [(thirdParty, .thirdParty(holders: holders)), (seed, .seed)]
      + Formula.allCases.compactMap { sign in untrained[sign].map { ($0, .untrained(sign)) } }
    return parts.compactMap {
      $0.0.isEmpty ? nil : .commonComponent(reference: reference.id, parts: $0.0, reason: $0.1)
    }
  }

  /// What of the subject should have been read and was not.
  static func problems(_ identity: ModelFingerprint.Identity) -> [Limit] {
    (identity.problems ?? []).compactMap { problem in
      switch problem.kind {
      case .metadata: .unreadMetadata(file: problem.subject, problem: problem.message)
      case .unreadWeights, .brokenWeights, .unreadTensor:
        .unreadWeights(name: problem.subject, problem: problem.message)
      case .part: .part(file: problem.subject, problem: problem.message)
      // A finding says it.
      case .misnamed, .rival, .dangerousPickle, .callingPickle, .namingPickle: nil
      }
    }
  }

  /// What was not decoded, of the subject and of the references.
  private static func undecoded(_ verdicts: Verdicts) -> [Limit] {
    var limits: [Limit] = []
    let subject = verdicts.comparison.subject
    if !Judgeability.canBeJudged(subject), !Judgeability.isDecoded(subject),
      let likely = verdicts.evidence.first(where: \.isSignificant)
    {
      limits.append(
        .undecodedLike(reference: likely.comparison.id, share: 1 - subject.undecodedShare))
    }
    let packed = verdicts.comparison.references.filter { !Judgeability.isDecoded($0.fingerprint) }
    if !packed.isEmpty { limits.append(.undecodedReferences(packed.map(\.id).sorted())) }
    return limits
  }

  /// How many references were only screened.
  static func screening(_ comparison: Comparison) -> [Limit] {
    guard !comparison.screened.isEmpty else { return [] }
    return [
      .screened(
        screened: comparison.screened.count, compared: comparison.references.count,
        open: comparison.screened.count { !$0.isClear })
    ]
  }

  /// By which nulls p-values are stated, where a calibration was at hand.
  static func nulls(_ comparison: Comparison) -> [Limit] {
    guard comparison.calibration != nil else { return [] }
    let nulls = comparison.references.map { comparison.nulls(of: $0) }
    let wider = MeasuredNull.Evidence.allCases.compactMap { evidence -> Limit? in
      let those = nulls.map { $0.nulls.filter { $0.evidence == evidence && $0.isWider } }
      guard
        let widest = those.joined().max(by: { ($0.scale, $0.location) < ($1.scale, $1.location) })
      else { return nil }
      return .measuredNull(
        evidence: evidence.rawValue, references: those.count { !$0.isEmpty },
        location: widest.location, scale: widest.scale, samples: widest.samples)
    }
    // Of tests that were made.
    let few = zip(comparison.references, nulls).map { reference, nulls in
      nulls.unmeasured.filter { evidence in
        switch evidence {
        case .numbers: reference.linear.test != .none
        case .circuits: reference.circuits != nil
        case .parts:
          reference.linear.equal.isEmpty && !reference.linear.units.isEmpty
        }
      }
    }.filter { !$0.isEmpty }
    guard !few.isEmpty else { return wider }
    let kinds = Set(few.joined())
    return wider + [
      .fewCalibrated(
        evidence: MeasuredNull.Evidence.allCases.filter(kinds.contains).map(\.rawValue),
        references: few.count)
    ]
  }

  /// What a quick look read.
  static func limits(_ look: QuickLook, _ comparison: Comparison) -> [Limit] {
    let looked = comparison.references.filter(\.fingerprint.isOfQuickLook).map(\.id)
    return limits(look) + (looked.isEmpty ? [] : [.quickReferences(looked)])
  }

  private static func limits(_ look: QuickLook) -> [Limit] {
    guard look.isOfPart else { return [] }
    let share = look.shareOfBytes
    guard let component = look.component else {
      return [.quickLookAtMatrices(matrices: look.tensorsRead, share: share)]
    }
    return [
      .quickLook(
        tokens: look.fingerprint.frame?.anchorIDs.count ?? 0, layers: look.layers,
        component: component, share: share)
    ]
  }
}

extension QuickLook {
  /// Share of the bytes that were read.
  var shareOfBytes: Double { Double(bytesRead) / Double(max(1, byteCount)) }
}
