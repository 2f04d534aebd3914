import Canonicalise
package import Fingerprint

/// A part of a model that is judged as one: a layer, the embeddings, a head, or all else of a
/// component.
package struct UnitKey: Sendable, Hashable, Comparable {
  package var component: String
  package var layer: Int?
  /// In networks whose layers have names rather than numbers: that name.
  package var part = ""

  package init(_ tensor: TensorFingerprint) {
    component = tensor.unitComponent
    layer = tensor.layer
    if layer == nil, tensor.role.isGeneric, tensor.role != .taskHead {
      let separator = tensor.name.lastIndex { $0 == "/" || $0 == "." }
      part = separator.map { String(tensor.name[..<$0]) } ?? tensor.name
    }
  }

  package static func < (left: UnitKey, right: UnitKey) -> Bool {
    (left.component, left.layer ?? -1, left.part) < (right.component, right.layer ?? -1, right.part)
  }

  /// `decoder.3`, `embedding`, `model.dense_1`.
  package var name: String {
    if let layer { return "\(component).\(layer)" }
    return part.isEmpty ? component : "\(component).\(part)"
  }
}

extension TensorFingerprint {
  /// The component a report names: embeddings and heads stand beside the stack they serve.
  package var unitComponent: String {
    var unit = WrappedComponent(component)
    switch role {
    case .tokenEmbedding, .positionEmbedding, .tokenTypeEmbedding: unit.name = "embedding"
    case .languageModelHead, .languageModelHeadTransform, .taskHead, .pooler: unit.name = "head"
    default: break
    }
    return unit.text
  }
}

/// A unit's sketches as a non-negative combination of its counterparts in several references.
///
/// Sketches are linear, so S(αA + βB) = αS(A) + βS(B): the coefficients of a merge are read off
/// sketches alone (method, section 2). Each matrix weighs by its number of parameters over its own
/// energy, so that no tensor decides by being large in value.
package struct UnitMixture: Sendable {
  package var key: UnitKey
  /// Without those of units that put out what nothing takes.
  package var parameters: Int
  /// Best combination, one coefficient per reference.
  package var coefficients: [Double]
  /// Share of the unit's variance that the combination explains.
  package var explained: Double
  /// Share that each reference explains alone.
  package var single: [Double]
  /// Share of what the other references leave that each reference explains.
  package var partial: [Double]
  /// Of every reference with the last one: the cosine over the matrices that both have, and the
  /// parameters of these.
  package var likeness: [(cosine: Double, parameters: Int)]
  /// Σ of 1 / null variance: how many independent numbers the fit rests on.
  package var freedom: Double
  /// Parameters of matrices of which no reference has a counterpart.
  package var unpaired = 0

  /// Standardised partial correlation of each reference.
  package var partialZ: [Double] { partial.map { ($0 * freedom).squareRoot() } }
}

package enum Mixture {
  /// Fits every unit of the subject.
  ///
  /// - Parameter references: comparisons of the candidate parents; more than one makes sense only if
  ///   each has evidence of its own.
  package static func fit(
    _ subject: ModelFingerprint, to references: [ReferenceComparison]
  ) -> [UnitMixture] {
    var systems: [UnitKey: NormalEquations] = [:]
    let counts = subject.liveCounts
    for (index, tensor) in subject.tensors.enumerated() where tensor.matrix != nil {
      guard tensor.isEvidence,
        let mine = references.first?.subjectSketch(index, of: tensor)
          ?? UnitSketch(tensor, orientation: tensor.orientation)
      else { continue }
      let columns: [NormalEquations.Column?] = references.map { reference in
        guard let pair = reference.pairs[index] else { return nil }
        // Equal bytes may have another shape.
        if pair.match == .equal { return NormalEquations.Column(values: mine.values, scale: 1) }
        return reference.sketch(pair, of: tensor).map {
          NormalEquations.Column(values: $0.values, scale: $0.norm / mine.norm)
        }
      }
      let variance = zip(references, columns).compactMap { reference, column in
        column == nil
          ? nil : reference.pairs[index].map { Self.variance($0, tensor, reference.fingerprint) }
      }.max()
      systems[UnitKey(tensor), default: NormalEquations(references.count)].add(
        target: mine.values, columns: columns,
        weight: Double(tensor.elementCount), parameters: counts[index],
        freedom: variance.map { 1 / $0 } ?? 0, isPaired: variance != nil)
    }
    return systems.keys.sorted().compactMap { key in systems[key]?.solve(key) }
  }

  /// Many learned numbers are not equal by chance, however few directions their sketch has.
  private static func variance(
    _ pair: TensorPair, _ tensor: TensorFingerprint, _ reference: ModelFingerprint
  ) -> Double {
    pair.match == .equal && tensor.isSubstantial(equal: reference.tensors[pair.reference])
      ? 1 / Double(tensor.elementCount) : pair.nullVariance
  }

  /// The units of one layered model or all of it, fitted as one.
  package static func whole(_ units: [UnitMixture]) -> [Double] {
    guard let first = units.first else { return [] }
    let total = max(1, units.reduce(0.0) { $0 + Double($1.parameters) })
    return first.coefficients.indices.map { i in
      units.reduce(0.0) { $0 + $1.coefficients[i] * Double($1.parameters) } / total
    }
  }
}

private struct NormalEquations {
  var gram: [[Double]]
  var target: [Double]
  var energy = 0.0
  var parameters = 0
  var freedom = 0.0
  var unpaired = 0
  /// `shared[i][j]`: energy of reference i over the matrices that j has too.
  var shared: [[Double]]
  var sharedParameters: [[Int]]

  init(_ count: Int) {
    gram = [[Double]](repeating: [Double](repeating: 0, count: count), count: count)
    target = [Double](repeating: 0, count: count)
    shared = gram
    sharedParameters = [[Int]](repeating: [Int](repeating: 0, count: count), count: count)
  }

  /// A sketch of unit length, and what it is to be multiplied by.
  struct Column {
    var values: [Float]
    var scale: Double

    func dot(_ other: Column) -> Double { scale * other.scale * dot(other.values) }

    func dot(_ other: [Float]) -> Double {
      values.count == other.count ? Kernel.dot(values, other) : 0
    }
  }

  mutating func add(
    target values: [Float], columns: [Column?], weight: Double, parameters count: Int,
    freedom: Double, isPaired: Bool
  ) {
    for (i, column) in columns.enumerated() {
      guard let column else { continue }
      target[i] += weight * column.scale * column.dot(values)
      let energy = weight * column.dot(column)
      for (j, other) in columns.enumerated() {
        guard let other else { continue }
        gram[i][j] += i == j ? energy : weight * column.dot(other)
        shared[i][j] += energy
        sharedParameters[i][j] += count
      }
    }
    energy += weight * Kernel.dot(values, values)
    parameters += count
    self.freedom += freedom
    if !isPaired { unpaired += count }
  }

  func solve(_ key: UnitKey) -> UnitMixture? {
    guard energy > 0 else { return nil }
    let all = Array(target.indices)
    let coefficients = NonNegativeLeastSquares.solve(gram: gram, target: target)
    let residual = remainder(coefficients)
    let single = all.map { i in
      gram[i][i] > 0 ? 1 - remainder(fit([i])) / energy : 0
    }
    let partial = all.map { i -> Double in
      guard coefficients[i] > 0 else { return 0 }
      let without = remainder(fit(all.filter { $0 != i }))
      return without > 1e-9 * energy ? max(0, 1 - residual / without) : 0
    }
    let last = target.count - 1
    let likeness = all.map { i -> (cosine: Double, parameters: Int) in
      let norm = (shared[i][last] * shared[last][i]).squareRoot()
      return (norm > 0 ? gram[i][last] / norm : 0, sharedParameters[i][last])
    }
    return UnitMixture(
      key: key, parameters: parameters, coefficients: coefficients,
      explained: max(0, 1 - residual / energy), single: single, partial: partial,
      likeness: likeness, freedom: freedom, unpaired: unpaired)
  }

  /// Coefficients of the best combination of some references only.
  private func fit(_ indices: [Int]) -> [Double] {
    let solution = NonNegativeLeastSquares.solve(
      gram: indices.map { i in indices.map { gram[i][$0] } }, target: indices.map { target[$0] })
    var result = [Double](repeating: 0, count: target.count)
    for (position, index) in indices.enumerated() { result[index] = solution[position] }
    return result
  }

  /// ‖target − combination‖².
  private func remainder(_ x: [Double]) -> Double {
    var value = energy
    for i in x.indices {
      value -= 2 * x[i] * target[i]
      for j in x.indices { value += x[i] * gram[i][j] * x[j] }
    }
    return max(0, value)
  }
}
