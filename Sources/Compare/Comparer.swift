import Canonicalise
package import Fingerprint
import Load

/// Compares a subject with references.
package enum Comparer {
  /// Draws the random rotations of the test on circuits, which takes a processor some 30 ms: callers
  /// that have nothing to compare yet do so meanwhile.
  ///
  /// - Parameter settlesEarly: whether a quarter of them may do.
  package static func prepare(settlesEarly: Bool = false) {
    SubjectCircuits.prepare(onlyFirst: settlesEarly)
  }

  /// A subject and one reference.
  package static func compare(
    _ subject: ModelFingerprint, with reference: ModelFingerprint, id: String
  ) -> ReferenceComparison {
    compare(subject, with: [(id, reference)], settlesEarly: false, threads: 1)[0]
  }

  /// A subject and some references, in their order.
  ///
  /// - Parameters:
  ///   - known: what was worked out of the subject and of each reference before.
  ///   - settlesEarly: whether clear strangers make do with a quarter of the draws, which moves their z by
  ///     an eighth.
  ///   - settlesKin: whether models of clear kinship do, too: their p is smaller than any that is stated, and
  ///     its figure is not.
  /// - Complexity: for a pair of 7B-class fingerprints about 20 ms without circuits and 60 ms with
  ///   them, and 0.2 s for the subject.
  package static func compare(
    _ subject: ModelFingerprint, with references: [(id: String, fingerprint: ModelFingerprint)],
    known: (subject: PreparedModel?, references: [PreparedModel?])? = nil,
    settlesEarly: Bool, settlesKin: Bool = false, threads: Int
  ) -> [ReferenceComparison] {
    // What it is believed to be depends on the references.
    let mine =
      (subject.claimsConstants ? nil : known?.subject)
      ?? PreparedModel(subject.believingConstants(of: references.map(\.fingerprint)))
    let (subject, theirs) = (mine.fingerprint, known?.references)
    var circuits = Concurrent.map(references.count, threads: threads) {
      CircuitComparison(
        mine.circuits, reference: references[$0].fingerprint, known: theirs?[$0]?.circuits)
    }
    mine.circuits.draw(
      &circuits, settlesEarly: settlesEarly, settlesKin: settlesKin, threads: threads)
    let (drawn, changed) = (circuits, ChangedSketches())
    let comparisons = Concurrent.map(references.count, threads: threads) { index in
      compare(
        mine, with: references[index], known: theirs?[index], changed: changed,
        circuits: drawn[index]?.finish(), settlesEarly: settlesEarly,
        isClearKin: settlesKin && drawn[index]?.isClearKin ?? false)
    }
    let holders = ThirdParties(subject, comparisons).holders
    return comparisons.map {
      var result = without($0, holders, subject)
      result.common += formulas(subject, $0.fingerprint)
      return result
    }
  }

  /// From this z on, what is left without a third party's tensors shows descent by itself.
  private static let descentZ = 6.0
  /// Share of the parameters that drawn numbers may be: of more, too little is left to say that there is
  /// no descent.
  private static let drawnShare = 0.75

  /// A comparison without the tensors of third parties, those that a seed gives, and those that nothing shows to be
  /// learned, unless the rest shows descent all the same.
  private static func without(
    _ comparison: ReferenceComparison, _ holders: [TensorDigest: [String]],
    _ subject: ModelFingerprint
  ) -> ReferenceComparison {
    let common = subject.tensors.indices.compactMap { index -> (index: Int, Common)? in
      let tensor = subject.tensors[index]
      guard let pair = comparison.pairs[index], tensor.isEvidence else { return nil }
      if pair.match == .equal, let names = holders[tensor.digest] {
        return (index, Common(tensor: tensor.name, origin: .thirdParty(holders: names.count)))
      }
      return origin(tensor, comparison.fingerprint.tensors[pair.reference], pair).map {
        (index, Common(tensor: tensor.name, origin: $0))
      }
    }
    guard !common.isEmpty, (comparison.circuits?.z ?? 0) < descentZ,
      share(of: common, in: subject) <= drawnShare
    else { return comparison }
    var result = comparison
    let excluded = common.map(\.index)
    let named = Correspondence(subject: subject, reference: comparison.fingerprint)
    let correspondence = comparison.readsRoles ? named : named.ignoringRoles()
    result.linear = LinearTest(
      correspondence: correspondence, pairs: result.pairs, excluded: excluded
    ).evidence()
    for index in excluded { result.pairs[index] = nil }
    guard result.linear.z < descentZ, result.linear.equal.isEmpty,
      result.linear.units.allSatisfy({ $0.z < descentZ })
    else { return comparison }
    result.common = common.map(\.1)
    return result
  }

  /// What else than learning gave a tensor and its counterpart their numbers.
  private static func origin(
    _ tensor: TensorFingerprint, _ reference: TensorFingerprint, _ pair: TensorPair
  ) -> Common.Origin? {
    // The reference's own numbers decide: a copy may have lost what learning left of them.
    let (isUnlearned, formula) =
      pair.match == .equal
      ? (reference.isUnlearned(equal: tensor), reference.formula ?? tensor.formula)
      : (reference.isUnlearned, reference.formula)
    guard isUnlearned, let formula,
      pair.match == .equal || formula.isTable && pair.cosine >= Correspondence.sameCosine
    else { return nil }
    return formula == .random ? .seed : .untrained(formula)
  }

  /// The tables that both hold byte for byte and that not both call constants: nothing but their numbers tells them
  /// from weights, and they took no part in any test.
  private static func formulas(
    _ subject: ModelFingerprint, _ reference: ModelFingerprint
  ) -> [Common] {
    let tables = subject.tensors.filter {
      $0.hasConstantFormula && $0.isBuffer && $0.elementCount >= TensorFingerprint.substance
    }
    guard !tables.isEmpty else { return [] }
    let theirs = Dictionary(grouping: reference.tensors.lazy.filter(\.hasConstantFormula)) {
      $0.digest
    }
    return tables.compactMap { tensor in
      guard let formula = tensor.formula, let equal = theirs[tensor.digest],
        tensor.role != .constant || equal.contains(where: { $0.role != .constant })
      else { return nil }
      return Common(tensor: tensor.name, origin: .untrained(formula))
    }
  }

  /// Share of the subject's parameters that are drawn numbers, or others that were not learned.
  private static func share(
    of common: [(index: Int, Common)], in subject: ModelFingerprint
  ) -> Double {
    let drawn = common.filter { part in
      switch part.1.origin {
      case .thirdParty: false
      case .seed, .untrained: true
      }
    }
    let total = subject.tensors.reduce(0) { $0 + ($1.isBuffer ? 0 : $1.elementCount) }
    return Double(drawn.reduce(0) { $0 + subject.tensors[$1.index].elementCount })
      / Double(max(total, 1))
  }

  private typealias Common = ReferenceComparison.Common

  /// The circuits of two models, if they compare.
  static func circuits(
    _ subject: ModelFingerprint, _ reference: ModelFingerprint
  ) -> CircuitEvidence? {
    let mine = SubjectCircuits(subject)
    var comparisons = [CircuitComparison(mine, reference: reference)]
    mine.draw(&comparisons, settlesEarly: true, threads: 1)
    return comparisons[0]?.finish().evidence
  }

  private static func compare(
    _ mine: PreparedModel, with entry: (id: String, fingerprint: ModelFingerprint),
    known: PreparedModel?, changed: ChangedSketches,
    circuits: (evidence: CircuitEvidence, layers: [LayerSimilarity])?, settlesEarly: Bool,
    isClearKin: Bool
  ) -> ReferenceComparison {
    let (subject, reference) = (mine.fingerprint, entry.fingerprint)
    let named = Correspondence(
      subject: subject, reference: reference, known: mine.tested, theirs: known?.tested)
    var pairs = named.pairs()
    let correspondence = named.doubtingRoles(of: pairs)
    if !correspondence.readsRoles { pairs = correspondence.pairs() }
    let linear = LinearTest(
      correspondence: correspondence, pairs: pairs, known: mine.tested, changed: changed,
      theirs: known?.tested
    ).evidence(settlesEarly: settlesEarly, isClearKin: isClearKin)
    var layers: [LayerSimilarity] = []
    for stack in LayerStacks(subject: subject, reference: reference).pairs {
      let linearLayers = LinearLayers(correspondence: correspondence, pairs: pairs).similarity(
        subject: stack.subject, reference: stack.reference)
      let circuitLayers = circuits?.layers.first { $0.component == stack.subject }
      guard var merged = linearLayers ?? circuitLayers else { continue }
      if let circuitLayers, circuitLayers.subjectLayers == merged.subjectLayers,
        circuitLayers.referenceLayers == merged.referenceLayers
      {
        merged.circuits = circuitLayers.circuits
        merged.circuitsZ = circuitLayers.circuitsZ
      }
      layers.append(merged)
      pairs = correspondence.aligned(pairs, to: merged, component: stack.reference)
    }
    var comparison = ReferenceComparison(
      id: entry.id, fingerprint: reference, pairs: pairs, linear: linear,
      circuits: circuits?.evidence, layers: layers)
    (comparison.prepared, comparison.subjectSketches) = (known, mine.sketches)
    comparison.readsRoles = correspondence.readsRoles
    comparison.misnamed = correspondence.misnamed(pairs)
    return comparison
  }
}
