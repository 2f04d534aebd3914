import Compare
import Fingerprint

/// Decides which references are parents, and of which parts of the subject.
struct Parentage {
  /// Positions in the list of evidence, strongest first.
  var parents: [Int] = []
  /// Fit of every unit to the parents, in their order.
  var units: [UnitMixture] = []

  /// At most this many candidates are fitted together; merges of more models exist, but a single
  /// step of the search compares all of them.
  static let candidateLimit = 12

  /// Forward selection: the reference that explains most, then whichever explains most of what is
  /// left, while it explains enough of it (`Calibration`).
  init(_ subject: ModelFingerprint, _ evidence: [ReferenceEvidence]) {
    var open = evidence.indices.filter { evidence[$0].isSignificant }
      .sorted { evidence[$0].strength > evidence[$1].strength }
    open = Array(open.prefix(Self.candidateLimit))
    guard !open.isEmpty else { return }
    parents = [open.removeFirst()]
    units = Mixture.fit(subject, to: parents.map { evidence[$0].comparison })
    while !open.isEmpty {
      var best: (candidate: Int, gain: Double, units: [UnitMixture])?
      for candidate in open {
        let fit = Mixture.fit(
          subject, to: (parents + [candidate]).map { evidence[$0].comparison })
        let gain = Self.gain(ofLastIn: fit)
        if gain > best?.gain ?? 0 { best = (candidate, gain, fit) }
      }
      guard let best else { break }
      parents.append(best.candidate)
      units = best.units
      open.removeAll { $0 == best.candidate }
    }
    let order = parents.indices.sorted { share($0) > share($1) }
    parents = order.map { parents[$0] }
    units = Mixture.fit(subject, to: parents.map { evidence[$0].comparison })
  }

  /// Parameters of the units in which the last reference explains something that the others do not;
  /// nil-like 0 when there is no such unit.
  private static func gain(ofLastIn units: [UnitMixture]) -> Double {
    units.reduce(0.0) { sum, unit in
      guard let partial = unit.partial.last, let z = unit.partialZ.last,
        let coefficient = unit.coefficients.last, let single = unit.single.last
      else { return sum }
      // If both explain the unit alone, they are related to each other.
      let others = unit.single.dropLast()
      let related = others.contains {
        $0 > Calibration.relatedShare && single > Calibration.relatedShare
          && $0 + single > 1.1 * unit.explained
      }
      let enough =
        related ? Calibration.relatedPartialShare : Calibration.unrelatedPartialShare
      guard partial >= enough, z >= Calibration.partialZ,
        coefficient >= Calibration.mergeCoefficient
      else { return sum }
      return sum + partial * Double(unit.parameters)
    }
  }

  /// A parent's part: parameter-weighted coefficient of the units.
  func share(_ parent: Int) -> Double {
    let total = units.reduce(0.0) { $0 + Double($1.parameters) }
    guard total > 0 else { return 0 }
    return units.reduce(0.0) { $0 + $1.coefficients[parent] * Double($1.parameters) } / total
  }

  /// Whether units mix the parents, rather than each coming from one of them.
  var mixesWithinUnits: Bool {
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

  /// The parent that a unit comes from, if one explains enough of it.
  func origin(of unit: UnitMixture) -> Int? {
    guard let best = unit.single.indices.max(by: { unit.single[$0] < unit.single[$1] }),
      unit.single[best] >= Calibration.unitShare,
      (unit.single[best] * unit.freedom).squareRoot() >= Calibration.unitZ
    else { return nil }
    return best
  }
}
