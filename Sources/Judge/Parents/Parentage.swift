import Compare
import Fingerprint

/// Decides which references are parents, and of which parts of the subject.
struct Parentage {
  /// Positions in the list of evidence, strongest first.
  var parents: [Int] = []
  /// Relatives of the first parent that may as well be the one, best first.
  var alternatives: [Int] = []
  /// Fit of every unit to the parents, in their order.
  var units: [UnitMixture] = []
  /// Coefficients of a merge of relatives, in the order of `parents`, by the kinship tests; units alone
  /// cannot tell them from the relatives' common drift.
  private(set) var weights: [Double]?

  /// At most this many candidates are fitted together; merges of more models exist, but a single
  /// step of the search compares all of them.
  static let candidateLimit = 12

  /// Among relatives, what kinship tests say; then whichever stranger explains most of what is left,
  /// while it explains enough of it (`Calibration`).
  ///
  /// Relatives of a parent explain what it explains too, by their common drift: another one is a
  /// parent only of a merge that the tests show.
  ///
  /// - Parameters:
  ///   - preferred: ids that break ties between relatives that the weights cannot tell apart.
  ///   - isHeard: whether a reference may be a parent at all.
  init(
    _ subject: ModelFingerprint, _ evidence: [ReferenceEvidence], kinship: Kinship,
    preferred: Set<String> = [], where isHeard: (ReferenceEvidence) -> Bool = { _ in true }
  ) {
    let heard = evidence.indices.filter { isHeard(evidence[$0]) }
      .sorted { evidence[$0].strength > evidence[$1].strength }
    let significant = heard.filter { evidence[$0].isSignificant }
    guard let strongest = significant.first else { return }
    func fit(_ indices: [Int]) -> [UnitMixture] {
      Mixture.fit(subject, to: indices.map { evidence[$0].comparison })
    }
    func position(_ id: String) -> Int? { significant.first { evidence[$0].comparison.id == id } }

    if let merge = kinship.merge, let blend = Self.blend(merge, position: position) {
      parents = blend.map(\.position)
      weights = blend.map(\.weight)
      units = fit(parents)
      return
    }
    let first = Self.first(kinship, evidence, strongest: strongest, position, preferred: preferred)
    parents = [first]
    units = fit(parents)
    let further = heard.filter {
      $0 != first && (evidence[$0].isSignificant || evidence[$0].mayHavePart)
    }
    var open = Array(further.prefix(Self.candidateLimit - 1))
    while !open.isEmpty {
      var best: (candidate: Int, gain: Double, units: [UnitMixture])?
      for candidate in open {
        let fit = fit(parents + [candidate])
        let gain = Self.areRelated(fit) ? 0 : Self.gain(ofLastIn: fit)
        if gain > best?.gain ?? 0 { best = (candidate, gain, fit) }
      }
      guard let best else { break }
      parents.append(best.candidate)
      units = best.units
      open.removeAll { $0 == best.candidate }
    }
    if !kinship.isDecided {
      alternatives = kinship.candidates.compactMap(position).filter { candidate in
        !parents.contains(candidate) && Self.areRelated(fit([first, candidate]))
      }
    }
    let order = parents.indices.sorted { share($0) > share($1) }
    parents = order.map { parents[$0] }
    if parents.count > 1 { units = fit(parents) }
  }

  /// The relative to name: the best supported one, unless another that fits as well is preferred.
  ///
  /// Kinship is read off numbers in place. What is the model's function in another basis comes before what
  /// only holds some of its numbers: as the second it would explain nothing more of those.
  private static func first(
    _ kinship: Kinship, _ evidence: [ReferenceEvidence], strongest: Int,
    _ position: (String) -> Int?, preferred: Set<String>
  ) -> Int {
    let candidates = kinship.candidates.compactMap(position)
    guard let best = candidates.first else { return strongest }
    if evidence[strongest].circuitsSpeak, !evidence[best].circuitsSpeak { return strongest }
    guard !kinship.isDecided else { return best }
    return candidates.first { candidate in
      preferred.contains(evidence[candidate].comparison.id)
        && evidence[candidate].strength >= evidence[best].strength - Calibration.equalShare
    } ?? best
  }

  /// The parents of a merge of relatives; of one relative with the base, which has the rest.
  private static func blend(
    _ merge: RelativeMerge, position: (String) -> Int?
  ) -> [(position: Int, weight: Double)]? {
    var parents: [(position: Int, weight: Double)] = []
    for parent in merge.parents {
      guard let position = position(parent.reference) else { return nil }
      parents.append((position, parent.coefficient))
    }
    if parents.count == 1, let base = merge.base.flatMap(position) {
      parents.append((base, 1 - parents[0].weight))
    }
    return parents.count > 1 ? parents.sorted { $0.weight > $1.weight } : nil
  }

  /// Parameters of the units in which the last reference explains something that the others do not;
  /// nil-like 0 when there is no such unit.
  private static func gain(ofLastIn units: [UnitMixture]) -> Double {
    units.reduce(0.0) { sum, unit in
      guard let partial = unit.partial.last, let z = unit.partialZ.last,
        let coefficient = unit.coefficients.last, !isOfRelatives(unit),
        partial >= Calibration.unrelatedPartialShare, z >= Calibration.partialZ,
        coefficient >= Calibration.mergeCoefficient
      else { return sum }
      return sum + partial * Double(unit.parameters)
    }
  }

  /// Whether the last reference and another both explain the unit alone: then they are related.
  private static func isOfRelatives(_ unit: UnitMixture) -> Bool {
    guard let single = unit.single.last, single > Calibration.relatedShare else { return false }
    return unit.single.dropLast().contains {
      $0 > Calibration.relatedShare && $0 + single > Calibration.relatedOverlap * unit.explained
    }
  }

  /// Whether the last reference explains much of what it explains together with another: relatives
  /// explain parts that one of them lacks (pruned layers) without being parents of those.
  private static func areRelated(_ units: [UnitMixture]) -> Bool {
    if areAlike(units) { return true }
    var (common, own) = (0, 0)
    for unit in units where unit.single.last ?? 0 > Calibration.relatedShare {
      own += unit.parameters
      if isOfRelatives(unit) { common += unit.parameters }
    }
    return Double(common) >= Calibration.relatedUnits * Double(max(own, 1))
  }

  /// Whether the last reference has the weights of another where both have a counterpart, in more than
  /// a part that both may have taken over: models made from one base.
  private static func areAlike(_ units: [UnitMixture]) -> Bool {
    guard let count = units.first?.single.count else { return false }
    return (0..<count - 1).contains { other in
      let common = units.map { $0.likeness[other] }
      let total = common.reduce(0) { $0 + $1.parameters }
      let alike = common.reduce(0) {
        $0 + ($1.cosine >= Calibration.relatedCosine ? $1.parameters : 0)
      }
      return 2 * alike > total && total > 0
    }
  }

  /// A parent's part: parameter-weighted coefficient of the units.
  func share(_ parent: Int) -> Double { weights?[parent] ?? fitted(parent) }

  /// Its coefficient by the units alone, weighted by their parameters.
  func fitted(_ parent: Int) -> Double {
    let total = units.reduce(0.0) { $0 + Double($1.parameters) }
    guard total > 0 else { return 0 }
    return units.reduce(0.0) { $0 + $1.coefficients[parent] * Double($1.parameters) } / total
  }

  /// Whether the units say what the kinship tests say; they cannot where a merge takes from the parents
  /// what they have in common (a + b − their base).
  var doUnitsAgree: Bool {
    guard let weights else { return true }
    return weights.indices.allSatisfy {
      abs(weights[$0] - fitted($0)) <= Calibration.coefficientSum
    }
  }

  /// Whether units mix the parents, rather than each coming from one of them.
  var mixesWithinUnits: Bool {
    if weights != nil { return true }
    var (mixed, total) = (0, 0)
    for unit in units {
      total += unit.parameters
      let present = unit.partial.indices.filter {
        unit.partial[$0] >= Calibration.unrelatedPartialShare
          && unit.coefficients[$0] >= Calibration.mergeCoefficient
          && unit.partialZ[$0] >= Calibration.partialZ
      }
      if present.count > 1 { mixed += unit.parameters }
    }
    return 2 * mixed > total
  }

  /// The units in which a parent of a merge has part.
  func blended(_ parent: Int) -> Set<UnitKey> {
    Set(
      units.filter { unit in
        unit.coefficients[parent] >= Calibration.mergeCoefficient
          && (unit.partialZ[parent] >= Calibration.partialZ
            || unit.partial[parent] >= Calibration.blendedPartialShare)
      }.map(\.key))
  }

  /// Whether a unit is large enough for a copy of it to be told from chance; one that mostly has no
  /// counterpart needs no telling.
  static func isTested(_ unit: UnitMixture) -> Bool {
    unit.freedom.squareRoot() >= Calibration.unitZ || 2 * unit.unpaired >= unit.parameters
  }

  /// The parent that a unit comes from, if one explains enough of it.
  func origin(of unit: UnitMixture) -> Int? {
    guard let best = unit.single.indices.max(by: { unit.single[$0] < unit.single[$1] }),
      unit.single[best] >= Calibration.unitShare,
      (unit.single[best] * unit.freedom).squareRoot() >= Calibration.unitZ
    else { return nil }
    return best
  }
}
