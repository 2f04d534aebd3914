import Canonicalise
import Compare
import Fingerprint
import Load

/// The relation of the subject to the corpus, and to each parent.
struct Ruling {
  let relation: Relation
  /// Positions in the evidence, strongest first.
  let parents: [Int]
  let parentage: Parentage
  /// Position of the reference that the subject resembles beyond chance, where that decides.
  let resembling: Int?
  private let subject: ModelFingerprint
  private let evidence: [ReferenceEvidence]

  init(
    _ subject: ModelFingerprint, _ evidence: [ReferenceEvidence], kinship: Kinship,
    preferred: Set<String> = []
  ) {
    self.subject = subject
    self.evidence = evidence
    let judgeable = Judgeability.canBeJudged(subject)
    let resembling = judgeable ? evidence.firstIndex(where: \.resembles) : nil
    let copied = evidence.indices.first { Self.isIdentical(subject, evidence[$0].comparison) }
    let parentage =
      copied.map {
        Parentage(
          parents: [$0], units: Mixture.fit(subject, to: [evidence[$0].comparison]))
      }
      // Where likeness says nothing, equal bytes still do.
      ?? Parentage(subject, evidence, kinship: kinship, preferred: preferred) {
        judgeable || !$0.comparison.linear.equal.isEmpty
      }
    self.parentage = parentage
    parents = parentage.parents
    if copied != nil {
      // Equal bytes need no statistics.
      relation = .identical
    } else if let first = parentage.parents.first {
      relation =
        parentage.parents.count > 1
        ? .merged : Self.single(subject, evidence[first], parentage)
    } else {
      let undescribed = Judgeability.undescribed(subject)
      let spoken = evidence.contains {
        Judgeability.isDecoded($0.comparison.fingerprint)
          && $0.comparison.coverage
            >= Calibration.inconclusiveCoverage
      }
      relation =
        spoken && judgeable && Self.isAnswered(subject, evidence) && resembling == nil
          && Judgeability.isDecoded(subject)
          && !Judgeability.isMostlyUnread(subject) && !Judgeability.hasRivals(subject)
          && !evidence.contains {
            let reference = $0.comparison.fingerprint
            return undescribed.hides(reference)
              || Judgeability.sharesSpectrum(subject, with: reference)
          }
        ? .noEvidence : .inconclusive
    }
    self.resembling = relation == .inconclusive ? resembling : nil
  }

  /// Whether "nothing was found" answers the question: of an adapter only among adapters, for what it
  /// was made for is not in it.
  private static func isAnswered(
    _ subject: ModelFingerprint, _ evidence: [ReferenceEvidence]
  ) -> Bool {
    !subject.isAdapter || evidence.allSatisfy(\.comparison.fingerprint.isAdapter)
  }

  /// Why nothing was decided, where that is not for want of something to compare.
  var undecided: Statement? {
    guard relation == .inconclusive else { return nil }
    if let resembling {
      let twin = evidence[resembling]
      if let cosine = twin.changesCosine {
        return .alikeAdapters(reference: twin.comparison.id, cosine: cosine)
      }
      guard twin.isBeyondChance else {
        return .suggests(
          reference: twin.comparison.id, log10P: twin.log10P, circuits: twin.circuitMean,
          numbers: twin.comparison.linear.mean)
      }
      return .resembles(
        reference: twin.comparison.id, log10P: twin.log10P, circuits: twin.circuitMean,
        numbers: twin.comparison.linear.mean)
    }
    if subject.isAdapter {
      return .adapterAlone(declared: subject.identity.disclosure.parentNames)
    }
    guard Judgeability.canBeJudged(subject) else { return .fewMatrices }
    if Judgeability.isMostlyUnread(subject) { return .mostlyUnread }
    if Judgeability.hasRivals(subject) { return .rivalParts }
    let alike = evidence.first {
      Judgeability.sharesSpectrum(subject, with: $0.comparison.fingerprint)
    }
    if let alike { return .sameSpectrum(reference: alike.comparison.id) }
    let undescribed = Judgeability.undescribed(subject)
    return evidence.lazy.map(\.comparison.fingerprint).filter(undescribed.hides)
      .map(undescribed.share(hiding:)).max().map(Statement.undescribed(share:))
  }

  /// The relation to one reference by itself.
  private static func single(
    _ subject: ModelFingerprint, _ evidence: ReferenceEvidence, _ parentage: Parentage
  ) -> Relation {
    if isIdentical(subject, evidence.comparison) { return .identical }
    guard evidence.retainedShare >= Calibration.derivedShare || evidence.circuitsSpeak
    else { return grafted(parentage, evidence.comparison) ? .partial : .sharedInitialisation }
    return isPartial(parentage, evidence.comparison) ? .partial : .derived
  }

  /// Every tensor of one is in the other, byte for byte, in the same layer and, as far as names tell,
  /// the same role: a gate and an up projection that changed places are another function.
  private static func isIdentical(
    _ subject: ModelFingerprint, _ comparison: ReferenceComparison
  ) -> Bool {
    // Those of a subject whose units were put in order are equal by that.
    guard comparison.reordering == nil else { return false }
    let reference = comparison.fingerprint
    func count<Key: Hashable>(
      _ model: ModelFingerprint, _ key: (TensorFingerprint) -> Key
    ) -> [Key: Int] {
      model.tensors.reduce(into: [:]) { $0[key($1), default: 0] += 1 }
    }
    // A head of one row is learned too.
    guard subject.tensors.contains(where: \.isEvidence),
      count(subject, \.digest) == count(reference, \.digest)
    else { return false }
    if subject.knowsRoles, reference.knowsRoles,
      count(subject, RolePlace.init) != count(reference, RolePlace.init)
    {
      return false
    }
    return subject.tensors.indices.allSatisfy { index in
      guard let layer = subject.tensors[index].layer, let pair = comparison.pairs[index],
        let other = comparison.fingerprint.tensors[pair.reference].layer
      else { return true }
      return layer == other
    }
  }

  /// Whether a material part of the layers comes from elsewhere: neither sketches nor circuits
  /// find it in the parent.
  private static func isPartial(_ parentage: Parentage, _ comparison: ReferenceComparison) -> Bool {
    let layers = parentage.units.filter { $0.key.layer != nil }
    // A unit too small to be tested is neither the parent's nor foreign.
    let body = (layers.isEmpty ? parentage.units : layers).filter(Parentage.isTested)
    let mappings = comparison.layers.compactMap { LayerMapping($0) }
    // A reference that lacks layers, and is in the subject with all it has, may have been cut from it.
    guard
      !mappings.contains(where: {
        $0.pairs.count > $0.referenceLayers && Set($0.mapped).count == $0.referenceLayers
      })
    else { return false }
    let mapped = Dictionary(
      mappings.map { ($0.component, $0.mappedSubjects) },
      uniquingKeysWith: { $0.union($1) })
    let foreign = body.filter { unit in
      let isMapped =
        unit.key.layer.map { mapped[unit.key.component]?.contains($0) ?? false } ?? false
      // A unit that keeps something, however little, was trained away rather than brought in.
      return !isMapped && parentage.origin(of: unit) == nil
        && (unit.explained * unit.freedom).squareRoot() < Calibration.unitZ
    }
    let share =
      Double(foreign.reduce(0) { $0 + $1.parameters })
      / Double(max(body.reduce(0) { $0 + $1.parameters }, 1))
    return share >= Calibration.foreignShare
  }

  /// Whether some unit comes from the parent whole, though the model as a whole does not.
  private static func grafted(
    _ parentage: Parentage, _ comparison: ReferenceComparison
  ) -> Bool {
    !comparison.linear.equal.isEmpty
      || parentage.units.contains {
        $0.explained >= Calibration.graftedShare && parentage.origin(of: $0) != nil
      }
  }

  func relation(ofParent position: Int) -> Relation {
    guard parents.count > 1 else { return relation }
    return parentage.mixesWithinUnits ? .merged : .partial
  }

  /// What a reference would be if it were the only one.
  func relation(ofCandidate index: Int) -> Relation {
    if let position = parents.firstIndex(of: index) { return relation(ofParent: position) }
    let comparison = evidence[index].comparison
    if Self.isIdentical(subject, comparison) { return .identical }
    guard Judgeability.canBeJudged(subject) || !comparison.linear.equal.isEmpty,
      Judgeability.isDecoded(comparison.fingerprint)
    else { return .inconclusive }
    if evidence[index].resembles { return .inconclusive }
    guard evidence[index].isSignificant else {
      return comparison.coverage >= Calibration.inconclusiveCoverage
        && Judgeability.isDecoded(subject)
        && !Judgeability.isMostlyUnread(subject)
        && !Judgeability.isBlind(subject, to: comparison.fingerprint)
        && !Judgeability.sharesSpectrum(subject, with: comparison.fingerprint)
        ? .noEvidence : .inconclusive
    }
    let own = Mixture.fit(subject, to: [comparison])
    let relation = Self.single(
      subject, evidence[index], Parentage(parents: [index], units: own))
    return relation == .derived ? .related : relation
  }

  /// Changes from one parent; those that only a single parent can have are left out of merges.
  func changes(_ position: Int, context: ParentContext) -> [Change] {
    switch relation {
    case .sharedInitialisation: return []
    case .merged:
      let masks = [ElementMaskRule.change(context)].compactMap(\.self)
      guard position == 0 else { return masks }
      if parentage.mixesWithinUnits {
        return [Change(.merge, [.parents: .integer(parents.count)])] + masks
      }
      return [Change(.componentGraft, [.units: .texts(grafts(of: position))])]
    case .partial:
      let graft = Change(.componentGraft, [.units: .texts(grafts(of: position))])
      return [graft] + ChangeRules.changes(context)
    default: return ChangeRules.changes(context)
    }
  }

  /// Names of the units that come from a parent.
  private func grafts(of position: Int) -> [String] {
    parentage.units.filter { parentage.origin(of: $0) == position }.map(\.key.name)
  }
}

extension Parentage {
  /// A fit to given parents.
  init(parents: [Int], units: [UnitMixture]) {
    self.parents = parents
    self.units = units
  }
}

/// Which bytes do what, wherever.
private struct RolePlace: Hashable {
  var digest: TensorDigest
  var role: TensorRole

  init(_ tensor: TensorFingerprint) { (digest, role) = (tensor.digest, tensor.role) }
}

extension ModelFingerprint {
  /// Whether the role of every matrix is known.
  fileprivate var knowsRoles: Bool {
    tensors.allSatisfy { $0.matrix == nil || $0.role != .unknown }
  }
}
