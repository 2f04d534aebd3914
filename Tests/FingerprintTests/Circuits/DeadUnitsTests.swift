import Canonicalise
import Load
import TestSupport
import Testing

@testable import Fingerprint

/// Units that put out what nothing takes.
@Suite struct DeadUnitsTests {
  private static let sizes = ModelWeights.Sizes(
    hidden: 32, layers: 2, heads: 2, keyValueHeads: 2, headSize: 8, feedForward: 24)

  private static func dead(_ layout: ModelWeights.Layout, _ edit: (inout [Tensor]) -> Void) throws
    -> [DeadUnits]
  {
    let tokens = (0..<80).map { Array("token \($0)".utf8) }
    var checkpoint = ModelWeights(layout, sizes, tokens: tokens, seed: 1).checkpoint("model")
    edit(&checkpoint.tensors)
    let model = try ArchitectureCatalogue.bundled().canonicalise(checkpoint)
    return try DeadUnits.all(in: model, Fingerprinter(threads: 1).fingerprint(model))
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
        DeadUnits(tensor: output, count: 8, parameters: 8 * (32 + 32)),
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
      fingerprint.dead == [DeadUnits(tensor: output, count: 16, parameters: 4 * 16 * 32)])
    let names = ["q_proj", "k_proj", "v_proj", "o_proj"].map {
      "model.layers.1.self_attn.\($0).weight"
    }
    let expected = Dictionary(uniqueKeysWithValues: names.map { ($0, 512) })
    #expect(fingerprint.deadParameters == expected)
    for (tensor, count) in zip(fingerprint.tensors, fingerprint.liveCounts) {
      #expect(count == (names.contains(tensor.name) ? 0 : tensor.elementCount))
    }
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
      if noise > 0 { router[0] = 0.1; router[64] = 0.1 }
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
