/// An assessment of how new a model is, with every ingredient (`docs/innovation.md`).
///
///     M = (w_A·A + w_C·C + w_R·R) / (w_A + w_C + w_R)
///
/// Nothing is invented: what cannot be computed is nil, and so is the composite if it needs it.
package struct Innovation: Sendable, Equatable, Codable {
  /// A: structural difference to the nearest reference, 0…1; its mean with the gain in training, −1…1,
  /// where the user supplied that.
  package var architecture: Double?
  /// C: share of the weights that no reference explains, 0…1; its mean with the gain of the algorithm,
  /// −1…1, where the user supplied that.
  package var weights: Double?
  /// R: mean gain over the reference in the benchmarks the user supplied, −1…1.
  package var results: Double?
  /// M, the weighted mean of the three.
  package var composite: Double?
  /// Everything that the figures were made from.
  package var inputs: [String: DetailValue]
  /// Whether the user asked for it, with results or weights: then people are shown it too.
  package var isRequested: Bool

  package init(
    architecture: Double?, weights: Double?, results: Double?, composite: Double?,
    inputs: [String: DetailValue], isRequested: Bool = true
  ) {
    self.architecture = architecture
    self.weights = weights
    self.results = results
    self.composite = composite
    self.inputs = inputs
    self.isRequested = isRequested
  }
}

/// Makes the assessment of one subject.
struct InnovationAssessment {
  let model: InnovationModel
  let benchmarks: BenchmarkResults?

  /// - Parameters:
  ///   - nearest: the strongest parent; without one, the reference of the most similar structure.
  ///   - novelty: C, or nil where too little could be compared.
  func assess(
    nearest: (reference: String, difference: ArchitectureDifference)?, novelty: Double?,
    isRequested: Bool
  ) -> Innovation {
    var inputs: [String: DetailValue] = [
      "weight.architecture": .number(model.weights.architecture),
      "weight.weights": .number(model.weights.weights),
      "weight.results": .number(model.weights.results),
    ]
    let architecture = Self.mean(nearest?.difference.value, benchmarks?.gain(of: .training))
    let weights = Self.mean(novelty, benchmarks?.gain(of: .algorithm))
    if let structure = nearest?.difference.value { inputs["structure"] = .number(structure) }
    if let nearest {
      inputs["nearestReference"] = .text(nearest.reference)
      for (component, change) in nearest.difference.changes {
        inputs["architecture.\(component.name).change"] = .number(change)
        inputs["architecture.\(component.name).complexity"] = .number(component.complexity)
        inputs["architecture.\(component.name).weight"] = .number(component.weight)
      }
    }
    if let novelty { inputs["novelty"] = .number(novelty) }
    for score in benchmarks?.scores ?? [] {
      let name = "\(score.part.rawValue).\(score.name)"
      inputs["\(name).subject"] = .number(score.subject)
      inputs["\(name).reference"] = .number(score.reference)
      inputs["\(name).gain"] = .number(score.gain)
    }
    let results = benchmarks?.gain(of: .results)
    let terms: [(name: String, weight: Double, value: Double?)] = [
      ("architecture", model.weights.architecture, architecture),
      ("weights", model.weights.weights, weights), ("results", model.weights.results, results),
    ]
    let missing = terms.filter { $0.value == nil }.map(\.name)
    if !missing.isEmpty { inputs["missing"] = .texts(missing) }
    let isComplete = terms.allSatisfy { $0.weight == 0 || $0.value != nil }
    let composite =
      isComplete && model.weights.sum > 0
      ? terms.reduce(0) { $0 + $1.weight * ($1.value ?? 0) } / model.weights.sum : nil
    return Innovation(
      architecture: architecture, weights: weights, results: results, composite: composite,
      inputs: inputs, isRequested: isRequested)
  }

  /// What was measured, with what was supplied beside it; nothing is made of the latter alone.
  private static func mean(_ measured: Double?, _ supplied: Double?) -> Double? {
    guard let measured, let supplied else { return measured }
    return (measured + supplied) / 2
  }
}
