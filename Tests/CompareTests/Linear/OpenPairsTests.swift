import Load
import TestSupport
import Testing

@testable import Compare
@testable import Fingerprint

/// Counterparts of what place, bytes and likeness leave open.
@Suite struct OpenPairsTests {
  @Test func namesOfTheSameInTwoFrameworksAreOne() {
    let same = [
      ("first/kernel", "first.weight"), ("norm/gamma:0", "norm.weight"), ("norm/beta", "norm.bias"),
      ("norm/moving_mean", "norm.running_mean"), ("norm/moving_variance", "norm.running_var"),
      ("depth/depthwise_kernel", "depth.weight"), ("table/embeddings", "table.weight"),
      ("lower/lstm_cell/kernel", "lower.weight_ih_l0"),
      ("lower/gru_cell_1/recurrent_kernel", "lower.weight_hh_l0"),
      ("lower/cell/bias", "lower.bias_ih_l0"),
    ]
    for (one, other) in same {
      #expect(NeutralName.whole(one) == other)
      #expect(NeutralName.whole(other) == other)
    }
    #expect(NeutralName.ending("sequential_1/dense_2/kernel") == "dense.weight")
    #expect(NeutralName.ending("conv2.weight") == "conv2.weight")
    for name in ["", "/", "weight", ".", ":0", "_1/", "9/9"] {
      #expect(NeutralName.whole(name)?.isEmpty != true)
      #expect(NeutralName.ending(name)?.isEmpty != true)
    }
  }

  @Test(arguments: [
    ("out.bias", "out.weight"), ("a/dense/bias", "a/dense/kernel"),
    ("a/dense/bias:0", "a/dense/kernel:0"),
    ("lower.bias_ih_l0", "lower.weight_ih_l0"), ("x.bias_hh_l1_reverse", "x.weight_hh_l1_reverse"),
    ("g/gru_cell/bias#input", "g/gru_cell/kernel"),
    ("g/gru_cell/bias#state", "g/gru_cell/recurrent_kernel"),
    ("g/gru_cell/recurrent_bias", "g/gru_cell/recurrent_kernel"),
    ("layers/gru/cell/vars/2#state", "layers/gru/cell/vars/1"),
    ("layers/lstm/cell/vars/2", "layers/lstm/cell/vars/0"),
    ("layers/dense/vars/1", "layers/dense/vars/0"),
  ])
  func vectorsBelongToTheMatrixOfTheirLayer(vector: String, matrix: String) {
    #expect(NeutralName.matrices(of: vector).contains(matrix))
  }

  @Test func otherVectorsBelongToNone() {
    for name in ["", "bias", "norm.running_mean", "a/vars/3", "#", "/", ".#state", "a/1"] {
      #expect(NeutralName.matrices(of: name).isEmpty, "\(name)")
    }
  }

  /// Names that mean nothing to each other, but for what belongs together on either side.
  @Test func biasesOfATrainedCopyFollowTheirMatrices() async throws {
    let torch = ["a.weight", "b.weight", "c.weight", "a.bias", "c.bias"]
    let keras = ["x/kernel", "y/kernel", "z/kernel", "x/bias", "z/bias"]
    func network(_ names: [String], seed: UInt64, change: Float) async throws -> ModelFingerprint {
      var random = ModelRandom(seed: seed)
      var noise = ModelRandom(seed: 99)
      var builder = SafetensorsBuilder()
      for (name, shape) in zip(names, [[60, 60], [60, 50], [60, 40], [60], [60]]) {
        builder.add(
          name, shape,
          (0..<shape.reduce(1, *)).map { _ in
            Float(random.gaussian()) + change * Float(noise.gaussian())
          })
      }
      let folder = try TemporaryFolder()
      let path = try folder.write("m.safetensors", builder.bytes)
      return try await Models.fingerprint(SafetensorsReader.checkpoint(path: path))
    }
    let reference = try await network(torch, seed: 5, change: 0)
    let subject = try await network(keras, seed: 5, change: 0.2)
    let found = pairs(subject, reference)
    for (one, other) in zip(keras, torch) {
      let index = try #require(subject.tensors.firstIndex { $0.name == one })
      let pair = try #require(found[index], "\(one)")
      #expect(reference.tensors[pair.reference].name == other)
    }
  }

  /// A network with three large matrices and two small ones.
  private static func network(
    _ names: [String], seed: UInt64, change: Float = 0, head: UInt64 = 0
  ) async throws -> ModelFingerprint {
    var random = ModelRandom(seed: seed)
    var noise = ModelRandom(seed: seed + 1000)
    var other = ModelRandom(seed: head)
    let shapes = [(60, 60), (60, 50), (50, 60), (4, 50), (1, 60)]
    var builder = SafetensorsBuilder()
    for (name, shape) in zip(names, shapes) {
      let count = shape.0 * shape.1
      var values = (0..<count).map { _ in Float(random.gaussian()) }
      for place in values.indices { values[place] += change * Float(noise.gaussian()) }
      if head > 0, shape.0 == 4 { values = values.map { _ in Float(other.gaussian()) } }
      builder.add(name, shape.0 == 1 ? [shape.1] : [shape.0, shape.1], values)
    }
    let folder = try TemporaryFolder()
    let path = try folder.write("m.safetensors", builder.bytes)
    return try await Models.fingerprint(SafetensorsReader.checkpoint(path: path))
  }

  private static let torch = ["a.weight", "b.weight", "c.weight", "out.weight", "a.bias"]
  private static let keras = ["a/kernel", "b/kernel", "c/kernel", "out/kernel", "a/bias"]
  private static let others = ["x.0", "x.1", "x.2", "x.3", "x.4"]

  private func pairs(
    _ subject: ModelFingerprint, _ reference: ModelFingerprint
  ) -> [TensorPair?] {
    Correspondence(subject: subject, reference: reference).pairs()
  }

  @Test(arguments: [keras, others])
  func smallTensorsOfATrainedCopyHaveCounterparts(names: [String]) async throws {
    let reference = try await Self.network(Self.torch, seed: 3)
    let subject = try await Self.network(names, seed: 3, change: 0.2)
    let found = pairs(subject, reference)
    for (index, tensor) in subject.tensors.enumerated() {
      let place = try #require(names.firstIndex(of: tensor.name))
      let pair = try #require(found[index], "\(tensor.name)")
      #expect(reference.tensors[pair.reference].name == Self.torch[place])
      #expect(pair.cosine > 0.9)
    }
  }

  /// Nothing is evidence that was not.
  @Test func aStrangerIsGivenNoCounterpartByItsNames() async throws {
    let reference = try await Self.network(Self.torch, seed: 3)
    let stranger = try await Self.network(Self.keras, seed: 4)
    #expect(pairs(stranger, reference).allSatisfy { $0 == nil })
  }

  @Test func anotherHeadIsNoCopyOfTheOldOne() async throws {
    let reference = try await Self.network(Self.torch, seed: 3)
    let subject = try await Self.network(Self.keras, seed: 3, change: 0.2, head: 9)
    let index = try #require(subject.tensors.firstIndex { $0.name == "out/kernel" })
    #expect(pairs(subject, reference)[index].map { abs($0.cosine) < 0.4 } ?? true)
  }
}
