import Judge
import Load
import TestSupport
import Testing

/// Batch norms in the kernels before them, as converters leave them.
@Suite struct FoldTests {
  /// Two convolutions with a norm each, and three matrices behind them.
  private struct Network {
    /// Outputs of the two.
    let channels: [Int]
    var kernels: [[Float]] = []
    var biases: [[Float]] = []
    /// Gain, offset, mean and variance of each.
    var norms: [[[Float]]] = []
    var dense: [[Float]] = []

    init(seed: UInt64, channels: [Int] = [24, 32]) {
      self.channels = channels
      var random = ModelRandom(seed: seed)
      func draw(_ count: Int, _ mean: Double = 0, _ deviation: Double = 0.1) -> [Float] {
        (0..<count).map { _ in Float(mean + deviation * random.gaussian()) }
      }
      for (inputs, outputs) in [(8, channels[0]), (channels[0], channels[1])] {
        kernels.append(draw(outputs * inputs * 9))
        biases.append(draw(outputs))
        norms.append([
          draw(outputs, 1, 0.2), draw(outputs), draw(outputs),
          draw(outputs, 2, 0.3).map { max($0, 0.1) },
        ])
      }
      dense = [draw(40 * channels[1]), draw(40 * 40), draw(20 * 40)]
    }

    private var shapes: [[Int]] { [[channels[0], 8, 3, 3], [channels[1], channels[0], 3, 3]] }

    private var rest: [Tensor] {
      zip(dense, [[40, channels[1]], [40, 40], [20, 40]]).enumerated().map {
        Tensor("dense\($0).weight", $1.1, $1.0)
      }
    }

    func checkpoint(_ name: String) -> Checkpoint {
      var tensors: [Tensor] = []
      for layer in 0...1 {
        let count = channels[layer]
        tensors.append(Tensor("conv\(layer).weight", shapes[layer], kernels[layer]))
        tensors.append(Tensor("conv\(layer).bias", [count], biases[layer]))
        let parts = ["weight", "bias", "running_mean", "running_var"]
        for (part, values) in zip(parts, norms[layer]) {
          tensors.append(Tensor("norm\(layer).\(part)", [count], values))
        }
      }
      return Checkpoint(name, tensors: tensors + rest)
    }

    /// With the norms in the kernels and biases.
    func folded(_ name: String, epsilon: Float = 1e-5, noise: Float = 0) -> Checkpoint {
      var random = ModelRandom(seed: 99)
      var tensors: [Tensor] = []
      for layer in 0...1 {
        let count = channels[layer]
        let norm = norms[layer]
        let factors = (0..<count).map { norm[0][$0] / (norm[3][$0] + epsilon).squareRoot() }
        let width = kernels[layer].count / count
        let kernel = kernels[layer].indices.map { place in
          factors[place / width] * kernels[layer][place] + noise * Float(random.gaussian())
        }
        let bias = (0..<count).map {
          factors[$0] * (biases[layer][$0] - norm[2][$0]) + norm[1][$0]
        }
        tensors.append(Tensor("conv\(layer).weight", shapes[layer], kernel))
        tensors.append(Tensor("conv\(layer).bias", [count], bias))
      }
      return Checkpoint(name, tensors: tensors + rest)
    }

    /// With one factor and one summand of each channel behind the convolutions, and the second without what
    /// readers take for no weight, its factors broadcast over an image.
    func factored(_ name: String, epsilon: Float = 1e-3) -> Checkpoint {
      var tensors: [Tensor] = []
      for layer in 0...1 {
        let count = channels[layer]
        let norm = norms[layer]
        let factors = (0..<count).map { norm[0][$0] / (norm[3][$0] + epsilon).squareRoot() }
        let summands = (0..<count).map { norm[1][$0] - norm[2][$0] * factors[$0] }
        tensors.append(Tensor("conv\(layer).weight", shapes[layer], kernels[layer]))
        tensors.append(Tensor("conv\(layer).bias", [count], biases[layer]))
        if layer == 0 {
          tensors.append(Tensor("mul0", [count], factors))
          tensors.append(Tensor("add0", [count], summands))
        } else {
          tensors.append(Tensor("mul1", [count, 1, 1, 1], factors))
        }
      }
      return Checkpoint(name, tensors: tensors + rest)
    }
  }

  private let base = Network(seed: 5)

  @Test(arguments: [1e-5, 1e-3] as [Float])
  func foldedNormsAreTheOnlyChange(epsilon: Float) async throws {
    let judgement = try await Models.judge(
      base.folded("child", epsilon: epsilon), against: [base.checkpoint("base")])
    try expectOnlyFold(judgement)
  }

  /// Of which single numbers are kept.
  @Test func foldedNormsOfManyChannelsAreTheOnlyChange() async throws {
    let wide = Network(seed: 8, channels: [300, 260])
    let judgement = try await Models.judge(
      wide.folded("child"), against: [wide.checkpoint("base")])
    try expectOnlyFold(judgement)
  }

  @Test func otherFactorsOfManyChannelsAreNoFold() async throws {
    let wide = Network(seed: 8, channels: [300, 260])
    var other = wide
    other.norms = Network(seed: 9, channels: wide.channels).norms
    let changes = try await Models.changes(
      of: other.folded("child"), from: wide.checkpoint("base"))
    #expect(changes[.fold] == nil)
  }

  private func expectOnlyFold(_ judgement: Judgement) throws {
    #expect(
      judgement.changes == [
        .fold: [
          .from: .texts(["norm0", "norm1"]), .to: .texts(["conv0.weight", "conv1.weight"]),
        ]
      ])
    let modification = try #require(judgement.parents.first?.modification)
    #expect(modification.derivedShare > 0.9999)
    #expect(modification.new == 0)
    #expect(modification.modified == 0)
  }

  /// As Keras' exporter to ONNX leaves them.
  @Test func normsThatBecameFactorsAreTheOnlyChange() async throws {
    let judgement = try await Models.judge(
      base.factored("child"), against: [base.checkpoint("base")])
    #expect(
      judgement.changes == [
        .fold: [.from: .texts(["norm0", "norm1"]), .to: .texts(["mul0", "mul1"])]
      ])
    let modification = try #require(judgement.parents.first?.modification)
    #expect(modification.derivedShare > 0.9999)
    #expect(modification.new == 0)
  }

  /// A converted model in the corpus, and the one that it was made of.
  @Test func normsThatTheReferenceHasFoldedAreTheOnlyChange() async throws {
    let folded = try await Models.judge(
      base.checkpoint("child"), against: [base.folded("base")])
    #expect(
      folded.changes == [
        .fold: [
          .from: .texts(["conv0.weight", "conv1.weight"]), .to: .texts(["norm0", "norm1"]),
        ]
      ])
    let factored = try await Models.judge(
      base.checkpoint("child"), against: [base.factored("base")])
    #expect(
      factored.changes == [
        .fold: [.from: .texts(["mul0", "mul1"]), .to: .texts(["norm0", "norm1"])]
      ])
    for judgement in [folded, factored] {
      let modification = try #require(judgement.parents.first?.modification)
      #expect(modification.derivedShare > 0.99)
      #expect(modification.modified == 0)
    }
  }

  @Test func factorsOfAnotherNormAreNoFold() async throws {
    var other = base
    other.norms = Network(seed: 6).norms
    let changes = try await Models.changes(
      of: other.factored("child"), from: base.checkpoint("base"))
    #expect(changes[.fold] == nil)
  }

  @Test func trainingAfterItIsNoFold() async throws {
    let changes = try await Models.changes(
      of: base.folded("child", noise: 0.01), from: base.checkpoint("base"))
    #expect(changes[.fold] == nil)
  }

  /// The norms of another network are not what was folded.
  @Test func otherFactorsAreNoFold() async throws {
    var other = base
    other.norms = Network(seed: 6).norms
    let changes = try await Models.changes(
      of: other.folded("child"), from: base.checkpoint("base"))
    #expect(changes[.fold] == nil)
  }

  @Test func aCopyIsNoFold() async throws {
    let changes = try await Models.changes(
      of: base.checkpoint("child"), from: base.checkpoint("base"))
    #expect(changes.isEmpty)
  }

  @Test func strangersAreNotLikeBecauseOfTheirNorms() async throws {
    let judgement = try await Models.judge(
      Network(seed: 7).folded("stranger"), against: [base.checkpoint("base")])
    #expect(judgement.parents.isEmpty)
    #expect(judgement.verdict.relation == .noEvidence)
  }
}
