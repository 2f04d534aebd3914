import Canonicalise
import Load
import TestSupport
import Testing

@testable import Fingerprint

/// Units that put out what nothing takes.
@Suite struct DeadUnitsTests {
  private static let sizes = ModelWeights.Sizes(
    hidden: 32, layers: 2, heads: 2, keyValueHeads: 2, headSize: 8, feedForward: 24)

  private static func dead(
    _ layout: ModelWeights.Layout, sizes: ModelWeights.Sizes = sizes,
    _ edit: (inout [Tensor]) -> Void
  ) throws -> [DeadUnits] {
    let tokens = (0..<80).map { Array("token \($0)".utf8) }
    var checkpoint = ModelWeights(layout, sizes, tokens: tokens, seed: 1).checkpoint("model")
    edit(&checkpoint.tensors)
    let model = try ArchitectureCatalogue.bundled().canonicalise(checkpoint)
    return try Fingerprinter(threads: 1).fingerprint(model).dead
  }

  /// A matrix of ones, `[out, in]`, but for columns of zeros.
  private static func matrix(_ rows: Int, _ columns: Int, dead: Set<Int>) -> [Float] {
    (0..<rows * columns).map { dead.contains($0 % columns) ? 0 : Float($0 % 7 + 1) }
  }

  private static func replace(_ name: String, _ values: [Float], in tensors: inout [Tensor]) {
    guard let index = tensors.firstIndex(where: { $0.name == name }) else { return }
    tensors[index] = Tensor(name, tensors[index].shape, values)
  }

  @Test func columnsOfZerosAreCountedWithWhatMakesThem() throws {
    let down = "model.layers.1.mlp.down_proj.weight"
    let output = "model.layers.0.self_attn.o_proj.weight"
    let dead = try Self.dead(.llama) { tensors in
      Self.replace(down, Self.matrix(32, 24, dead: [0, 7, 23]), in: &tensors)
      Self.replace(output, Self.matrix(32, 16, dead: Set(8..<16)), in: &tensors)
    }
    #expect(
      dead == [
        DeadUnits(
          tensor: output, count: 8, parameters: 8 * 4 * 32,
          rows: .init(queries: 8, keys: 8, values: 8)),
        DeadUnits(tensor: down, count: 3, parameters: 3 * (32 + 32 + 32)),
      ])
  }

  /// GPT-2 stores its matrices the other way round.
  @Test func rowsOfZerosAreColumnsThatAreStoredSo() throws {
    let name = "transformer.h.0.mlp.c_proj.weight"
    let dead = try Self.dead(.gpt2) { tensors in
      let rows = (0..<24).map { row in [Float](repeating: row == 5 ? 0 : 1, count: 32) }
      Self.replace(name, Array(rows.joined()), in: &tensors)
    }
    #expect(dead.map(\.count) == [1])
  }

  /// Where nothing of an attention is taken, its queries and keys have no part either.
  @Test func anAttentionThatWritesNothingIsDeadAsAWhole() throws {
    let output = "model.layers.1.self_attn.o_proj.weight"
    let tokens = (0..<80).map { Array("token \($0)".utf8) }
    var checkpoint = ModelWeights(.llama, Self.sizes, tokens: tokens, seed: 1).checkpoint("model")
    Self.replace(output, [Float](repeating: 0, count: 32 * 16), in: &checkpoint.tensors)
    let model = try ArchitectureCatalogue.bundled().canonicalise(checkpoint)
    var fingerprint = try Fingerprinter(threads: 1).fingerprint(model)
    fingerprint.dead = try DeadUnits.all(in: model, fingerprint)
    #expect(
      fingerprint.dead == [
        DeadUnits(
          tensor: output, count: 16, parameters: 4 * 16 * 32,
          rows: .init(queries: 16, keys: 16, values: 16))
      ])
    let names = ["q_proj", "k_proj", "v_proj", "o_proj"].map {
      "model.layers.1.self_attn.\($0).weight"
    }
    let expected = Dictionary(uniqueKeysWithValues: names.map { ($0, 512) })
    #expect(fingerprint.deadParameters == expected)
    for (tensor, count) in zip(fingerprint.tensors, fingerprint.liveCounts) {
      #expect(count == (names.contains(tensor.name) ? 0 : tensor.elementCount))
    }
  }

  /// What a head of which nothing is taken looks at has no part, nor has what no query of a group is held against.
  @Test(
    arguments: [
      (Set(8..<16), 8, 0, 0), (Set(0..<16), 16, 8, 8), ([0, 8], 0, 0, 1),
    ] as [(Set<Int>, Int, Int, Int)])
  func headsOfWhichNothingIsTakenAreDeadWithTheirQueries(
    dead: Set<Int>, queries: Int, keys: Int, values: Int
  ) throws {
    var sizes = Self.sizes
    (sizes.heads, sizes.keyValueHeads) = (4, 2)
    let output = "model.layers.0.self_attn.o_proj.weight"
    let found = try Self.dead(.llama, sizes: sizes) { tensors in
      Self.replace(output, Self.matrix(32, 32, dead: dead), in: &tensors)
    }
    #expect(
      found == [
        DeadUnits(
          tensor: output, count: dead.count,
          parameters: 32 * (dead.count + queries + keys + values),
          rows: .init(queries: queries, keys: keys, values: values))
      ])
  }

  /// A matrix of ones, `[out, in]`, but for rows of zeros.
  private static func matrix(_ rows: Int, _ columns: Int, silent: Set<Int>) -> [Float] {
    (0..<rows * columns).map { silent.contains($0 / columns) ? 0 : Float($0 % 7 + 1) }
  }

  /// What is multiplied with nothing is nothing, whichever of the two is, and so is what a value of zeros gives.
  @Test func rowsOfZerosMakeNothing() throws {
    let found = try Self.dead(.llama) { tensors in
      Self.replace(
        "model.layers.0.mlp.up_proj.weight", Self.matrix(24, 32, silent: [1, 2]), in: &tensors)
      Self.replace(
        "model.layers.0.mlp.gate_proj.weight", Self.matrix(24, 32, silent: [2, 5]), in: &tensors)
      Self.replace(
        "model.layers.1.self_attn.v_proj.weight", Self.matrix(16, 32, silent: [3]), in: &tensors)
    }
    #expect(
      found == [
        DeadUnits(tensor: "model.layers.0.mlp.down_proj.weight", count: 3, parameters: 9 * 32),
        DeadUnits(
          tensor: "model.layers.1.self_attn.o_proj.weight", count: 1, parameters: 2 * 32,
          rows: .init(queries: 0, keys: 0, values: 1)),
      ])
  }

  /// GPT-2's neurons have biases, and no gate.
  @Test func aNeuronThatReadsNothingMayPutOutItsBias() throws {
    let found = try Self.dead(.gpt2) { tensors in
      let columns = (0..<32).flatMap { _ in (0..<24).map { Float($0 == 5 ? 0 : 1) } }
      Self.replace("transformer.h.0.mlp.c_fc.weight", columns, in: &tensors)
    }
    #expect(found.isEmpty)
  }

  /// A router whose rows are zeros never asks for their experts while two others point opposite ways.
  @Test(arguments: [(1, 0, 2), (1, 1, 0), (2, 0, 0)])
  func expertsThatAreNeverAskedAreDead(chosen: Int, noise: Int, dead: Int) throws {
    var random = ModelRandom(seed: 4)
    let tokens = (0..<80).map { Array("token \($0)".utf8) }
    var checkpoint = ModelWeights(.llama, Self.sizes, tokens: tokens, seed: 1).checkpoint("model")
    checkpoint.tensors.removeAll { $0.name.contains(".mlp.") }
    for layer in 0..<2 {
      let prefix = "model.layers.\(layer).block_sparse_moe."
      var router = [Float](repeating: 0, count: 4 * 32)
      for place in 0..<32 {
        let value = Float(place % 5) - 1.5
        (router[32 + place], router[96 + place]) = (value, layer == 0 ? -2 * value : value)
      }
      if noise > 0 {
        router[0] = 0.1
        router[64] = 0.1
      }
      checkpoint.tensors.append(Tensor(prefix + "gate.weight", [4, 32], router))
      for expert in 0..<4 {
        for (name, shape) in [("w1", [24, 32]), ("w3", [24, 32]), ("w2", [32, 24])] {
          checkpoint.tensors.append(
            Tensor(
              "\(prefix)experts.\(expert).\(name).weight", shape,
              random.matrix(shape[0], shape[1], deviation: 0.1).floats))
        }
      }
    }
    checkpoint.metadata.config = .object([
      ("model_type", .string("mixtral")), ("num_experts_per_tok", .integer(Int64(chosen))),
    ])
    let model = try ArchitectureCatalogue.bundled().canonicalise(checkpoint)
    let found = try DeadUnits.all(in: model, Fingerprinter(threads: 1).fingerprint(model))
    let expected = [0, 2].prefix(dead).map {
      DeadUnits(
        tensor: "model.layers.0.block_sparse_moe.experts.\($0).w2.weight", count: 24,
        parameters: 3 * 24 * 32)
    }
    #expect(found == expected)
  }

  @Test func zerosHereAndThereAreNone() throws {
    let dead = try Self.dead(.llama) { tensors in
      let rows = (0..<32).map { row in (0..<24).map { Float((row + $0) % 2) } }
      let values = Array(rows.joined())
      Self.replace("model.layers.1.mlp.down_proj.weight", values, in: &tensors)
    }
    #expect(dead.isEmpty)
  }

  @Test func ofAModelAsItIsThereAreNone() throws {
    for layout in ModelWeights.Layout.allCases {
      #expect(try Self.dead(layout) { _ in }.isEmpty)
    }
  }
}
