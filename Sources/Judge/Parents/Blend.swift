import Compare
private import Foundation

/// How the parents of a merge were put together, unit by unit.
package struct Blend: Sendable, Equatable, Codable {
  /// What the coefficients of a unit mean.
  package enum Kind: String, Sendable, Equatable, Codable, CaseIterable {
    /// They add up to 1: shares.
    case linear
    /// Two parents along the arc between them (SLERP): the shares are those of the arc.
    case spherical
    /// They add up to something else, or units contradict the whole, and are no shares.
    case unnormalised
    /// Each unit comes from one parent.
    case parts
    /// Single values are one parent's, or moved towards another's by a scale (DARE, TIES).
    case masked
  }

  /// A layer, the embeddings or a head.
  package struct Unit: Sendable, Equatable, Codable {
    package var component: String
    package var layer: Int?
    /// Numbers of its matrices.
    package var parameters: Int
    /// One for each parent, in their order; of `parts` 1 for the one that it comes from.
    package var coefficients: [Double]
    /// Share of the variance that the parents explain together.
    package var explained: Double
    /// Where on the arc from the first parent to the second it lies, 0…1; nil unless `spherical`.
    package var arc: Double?
    /// Names of its tensors.
    package var names: [String]
  }

  package var kind: Kind
  /// The parents, in their order.
  package var references: [String]
  /// In the order of their keys; none where their coefficients contradict those of the whole.
  package var units: [Unit]
  /// References whose counterparts of the subject's tensors are shaped otherwise; nil in older records.
  package var otherwiseShaped: [String]?

  package init(kind: Kind, references: [String], units: [Unit]) {
    self.kind = kind
    self.references = references
    self.units = units
  }

  /// Share of the variance of all matrices that the parents explain together.
  package var explained: Double { mean(\.explained) ?? 0 }

  /// Where on the arc the model lies as a whole; nil unless `spherical`.
  package var arc: Double? { mean(\.arc) }

  /// A parent's coefficient over all units.
  package func coefficient(_ parent: Int) -> Double { mean { $0.coefficients[parent] } ?? 0 }

  /// A parent's share, where coefficients are shares, or those of an arc.
  package func share(_ parent: Int) -> Double? {
    switch kind {
    case .linear, .parts: coefficient(parent)
    case .spherical: arc.map { parent == 0 ? 1 - $0 : $0 }
    case .unnormalised, .masked: nil
    }
  }

  /// Weighted by parameters, over the units that have the value.
  private func mean(_ value: (Unit) -> Double?) -> Double? {
    var (sum, total) = (0.0, 0.0)
    for unit in units {
      guard let value = value(unit) else { continue }
      sum += value * Double(unit.parameters)
      total += Double(unit.parameters)
    }
    return total > 0 ? sum / total : nil
  }
}

extension Blend {
  /// - Parameter isMasked: whether single values were chosen, so that a unit has no coefficient.
  init(_ ruling: Ruling, subject: [UnitKey: [String]], references: [String], isMasked: Bool) {
    let parentage = ruling.parentage
    let reading = CoefficientReading(parentage)
    kind = isMasked ? .masked : reading.kind
    let isSpherical = kind == .spherical
    let isParts = reading.kind == .parts
    self.references = references
    // Coefficients of units that contradict those of the whole would mislead.
    guard parentage.doUnitsAgree else {
      units = []
      return
    }
    units = parentage.units.enumerated().compactMap { index, unit in
      var coefficients = unit.coefficients
      if isParts {
        guard let origin = parentage.origin(of: unit) else { return nil }
        coefficients = references.indices.map { $0 == origin ? 1 : 0 }
      }
      return Unit(
        component: unit.key.layer == nil && !unit.key.part.isEmpty
          ? unit.key.name : unit.key.component,
        layer: unit.key.layer, parameters: unit.parameters, coefficients: coefficients,
        explained: unit.explained, arc: isSpherical ? reading.arcs[index].position : nil,
        names: subject[unit.key] ?? [])
    }
  }
}

/// What the coefficients of several parents are.
struct CoefficientReading {
  let kind: Blend.Kind
  /// One for each unit; empty unless there are two parents that units mix.
  fileprivate let arcs: [Arc]
  private let units: [UnitMixture]

  init(_ parentage: Parentage) {
    units = parentage.units
    let mixes = parentage.mixesWithinUnits
    arcs = mixes && parentage.parents.count == 2 ? parentage.units.map(Arc.init) : []
    kind =
      if !mixes {
        .parts
      } else if let weights = parentage.weights {
        abs(weights.reduce(0, +) - 1) <= Calibration.coefficientSum && parentage.doUnitsAgree
          ? .linear : .unnormalised
      } else {
        Self.kind(of: parentage.units, arcs: arcs)
      }
  }

  /// Where on the arc from the first parent to the second the whole lies; nil unless `spherical`.
  var arc: Double? {
    let total = units.reduce(0.0) { $0 + Double($1.parameters) }
    guard kind == .spherical, total > 0 else { return nil }
    return zip(arcs, units).reduce(0.0) { $0 + $1.0.position * Double($1.1.parameters) } / total
  }

  /// What coefficients of most of the parameters are.
  private static func kind(of units: [UnitMixture], arcs: [Arc]) -> Blend.Kind {
    let total = units.reduce(0.0) { $0 + Double($1.parameters) }
    func off(_ distance: (Int) -> Double) -> Double {
      units.indices.reduce(0.0) { $0 + abs(distance($1)) * Double(units[$1].parameters) }
        / max(total, 1)
    }
    let fromOne = off { units[$0].coefficients.reduce(0, +) - 1 }
    guard !arcs.isEmpty else {
      return fromOne <= Calibration.coefficientSum ? .linear : .unnormalised
    }
    let fromArc = off { arcs[$0].excess }
    if min(fromOne, fromArc) > Calibration.coefficientSum { return .unnormalised }
    return fromOne <= fromArc ? .linear : .spherical
  }
}

/// The coefficients of two parents a, b as a point of the arc between them: of the angle θ between
/// the parents, a = sin((1 − t)θ) / sin θ and b = sin(tθ) / sin θ, so that a² + b² + 2ab cos θ = 1.
///
/// - Source: Shoemake. "Animating Rotation with Quaternion Curves." SIGGRAPH 1985.
struct Arc {
  /// a² + b² + 2ab cos θ − 1.
  let excess: Double
  /// t, 0…1.
  let position: Double

  /// - Parameter cosine: cos θ.
  init(_ a: Double, _ b: Double, cosine: Double) {
    let cosine = min(1, max(-1, cosine))
    excess = a * a + b * b + 2 * a * b * cosine - 1
    let angle = acos(cosine)
    // Parents on one line have no arc between them: there it is their straight line.
    let place =
      angle > 1e-3 ? atan2(b * sin(angle), a + b * cosine) / angle : a + b > 0 ? b / (a + b) : 0
    position = min(1, max(0, place))
  }

  fileprivate init(_ unit: UnitMixture) {
    self.init(unit.coefficients[0], unit.coefficients[1], cosine: unit.likeness[0].cosine)
  }
}
