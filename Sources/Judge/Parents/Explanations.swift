import Compare

/// Weighs what else could explain the likeness between a subject and its first parent.
enum Explanations {
  static func all(_ verdicts: Verdicts, judgement: Judgement) -> [Explanation] {
    guard let parent = judgement.parents.first,
      judgement.verdict.relation != .identical, judgement.verdict.relation != .merged,
      judgement.verdict.relation != .sharedInitialisation
    else { return [] }
    let relative = verdicts.kinship.relatives.first { $0.reference == parent.reference }
    let evidence = verdicts.evidence.first { $0.comparison.id == parent.reference }
    return [
      descent(parent, relative), reverse(parent, relative),
      ancestor(parent, relative, wanting: wanting(verdicts, relative)), initialisation(evidence),
    ]
  }

  /// What the drift test would have had to have.
  private static func wanting(
    _ verdicts: Verdicts, _ relative: Kinship.Relative?
  ) -> Explanation.Argument {
    let relatives = verdicts.kinship.relatives.count
    let unread = verdicts.comparison.screened.count { !$0.isClear }
    guard relatives > 1 || unread > 0 else { return .needsOutgroup }
    return .undecided(
      relative?.drift.obstacle ?? .noOutgroup, relatives: relatives, unread: unread,
      drift: drift(relative))
  }

  private static func trace(_ relative: Kinship.Relative?) -> (trace: Trace, isSubjects: Bool)? {
    guard let relative, let later = relative.later, let fact = relative.facts.first else {
      return nil
    }
    return (Trace(fact), later == .subject)
  }

  private static func drift(_ relative: Kinship.Relative?) -> Direction.Drift? {
    guard let test = relative?.drift, let beta = test.beta else { return nil }
    return Direction.Drift(
      beta: beta, error: test.error ?? 0, base: test.base, outgroup: test.outgroup,
      space: test.space)
  }

  private static func standing(
    _ value: Direction.Value, _ parent: Parent
  ) -> Explanation.Standing {
    switch parent.direction.value {
    case value: .shown
    case .undirected: .open
    default: .excluded
    }
  }

  private static func descent(
    _ parent: Parent, _ relative: Kinship.Relative?
  ) -> Explanation {
    var (pro, contra): ([Explanation.Argument], [Explanation.Argument]) = ([], [])
    if parent.direction.value == .fromReference {
      pro.append(.direction(parent.direction))
    } else if parent.direction.because != .none {
      contra.append(.direction(parent.direction))
    }
    if let (trace, isSubjects) = trace(relative), parent.direction.because != .weights {
      if isSubjects { pro.append(.trace(trace)) } else { contra.append(.trace(trace)) }
    }
    if let drift = drift(relative) {
      switch relative?.drift.outcome {
      case .absent: contra.append(.noOwnHistory(drift))
      case .between: pro.append(.partOfHistory(drift))
      default: break
      }
    }
    if let frozen = relative?.frozen, frozen.foreign > 0 {
      contra.append(.foreignTensors(count: frozen.foreign, reference: frozen.foreignReference))
    }
    if !parent.alternatives.isEmpty { contra.append(.fitsAsWell(parent.alternatives)) }
    return Explanation(
      kind: .descent, standing: standing(.fromReference, parent), arguments: pro,
      counterarguments: contra)
  }

  private static func reverse(_ parent: Parent, _ relative: Kinship.Relative?) -> Explanation {
    var (pro, contra): ([Explanation.Argument], [Explanation.Argument]) = ([], [])
    if parent.direction.value == .toReference {
      pro.append(.direction(parent.direction))
    } else if parent.direction.because != .none {
      contra.append(.direction(parent.direction))
    }
    let known = trace(relative)
    if let (trace, isSubjects) = known, parent.direction.because != .weights {
      if isSubjects { contra.append(.trace(trace)) } else { pro.append(.trace(trace)) }
    }
    var standing = standing(.toReference, parent)
    if standing == .open, known?.isSubjects == true { standing = .excluded }
    return Explanation(
      kind: .reverse, standing: standing, arguments: pro, counterarguments: contra)
  }

  private static func ancestor(
    _ parent: Parent, _ relative: Kinship.Relative?, wanting: Explanation.Argument
  ) -> Explanation {
    var (pro, contra): ([Explanation.Argument], [Explanation.Argument]) = ([], [])
    if parent.direction.value == .commonAncestor {
      pro.append(.direction(parent.direction))
    } else if parent.direction.because != .none {
      contra.append(.direction(parent.direction))
    }
    if let drift = drift(relative), relative?.drift.outcome == .absent {
      pro.append(.noOwnHistory(drift))
    }
    if !parent.alternatives.isEmpty { pro.append(.fitsAsWell(parent.alternatives)) }
    if parent.direction.value == .undirected, relative?.drift.outcome == .cannotSay {
      pro.append(wanting)
    }
    return Explanation(
      kind: .commonAncestor, standing: standing(.commonAncestor, parent), arguments: pro,
      counterarguments: contra)
  }

  private static func initialisation(_ evidence: ReferenceEvidence?) -> Explanation {
    Explanation(
      kind: .sharedInitialisation, standing: .excluded, arguments: [],
      counterarguments: evidence.map {
        [
          $0.retainedShare >= Calibration.derivedShare
            ? .effect(shared: $0.retainedShare, limit: Calibration.derivedShare)
            : .effect(shared: $0.circuitMean ?? 0, limit: Calibration.circuitMean)
        ]
      } ?? [])
  }
}
