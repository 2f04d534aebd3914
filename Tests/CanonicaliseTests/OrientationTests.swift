import Load
import Testing

@testable import Canonicalise

/// Matrices that lie the other way round than their names say.
@Suite struct OrientationTests {
  /// GPT-2 as linear layers of PyTorch hold it, `[out, in]`: what nanoGPT saves.
  private func nano(_ prefix: String, isTurned: Bool = true) -> [Tensor] {
    func matrix(_ name: String, _ shape: [Int]) -> Tensor {
      Tensor(prefix + name, isTurned ? shape.reversed() : shape)
    }
    let layers = (0..<2).flatMap { layer in
      let stem = "transformer.h.\(layer)."
      return [
        Tensor(prefix + stem + "ln_1.weight", [8]), Tensor(prefix + stem + "ln_2.weight", [8]),
        matrix(stem + "attn.c_attn.weight", [8, 24]), matrix(stem + "attn.c_proj.weight", [8, 8]),
        matrix(stem + "mlp.c_fc.weight", [8, 32]), matrix(stem + "mlp.c_proj.weight", [32, 8]),
      ]
    }
    return [
      Tensor(prefix + "transformer.wte.weight", [40, 8]),
      Tensor(prefix + "transformer.wpe.weight", [16, 8]),
      Tensor(prefix + "transformer.ln_f.weight", [8]),
    ] + layers
  }

  private func canonical(_ tensors: [Tensor], config: String? = nil) throws -> CanonicalModel {
    try ArchitectureCatalogue.shared.get().canonicalise(Checkpoint(tensors, config: config))
  }

  @Test(arguments: [
    ("", nil), ("_orig_mod.", nil), ("", #"{"n_embd": 8, "n_head": 2, "n_layer": 2}"#),
  ])
  func fusedMatricesAreTurnedBeforeTheyAreTakenApart(prefix: String, config: String?) throws {
    let model = try canonical(nano(prefix), config: config)
    #expect(model.family == "gpt2")
    #expect(model.dimensions["decoder"]?.hidden == 8)
    #expect(model.notes.count { $0.contains("stored transposed") } == 1)
    let stem = prefix + "transformer.h.1."
    for (number, part) in ["q", "k", "v"].enumerated() {
      let rows = try model.tensor(stem + "attn.c_attn.weight#" + part)
      let expected = (0..<8).map { row in
        (0..<8).map { Float((8 * number + row) * 8 + $0) }
      }
      #expect(try rows.matrix() == expected)
    }
    let output = try model.tensor(stem + "attn.c_proj.weight")
    #expect(try output.matrix()[1] == (8..<16).map(Float.init))
    let up = try model.tensor(stem + "mlp.c_fc.weight")
    #expect(up.role == .mlpUp)
    #expect(up.view.shape == [32, 8])
    #expect(try up.matrix()[1] == (8..<16).map(Float.init))
    #expect(try model.tensor(stem + "mlp.c_proj.weight").view.shape == [8, 32])
  }

  @Test func whatLiesAsItsNameSaysStaysAsItIs() throws {
    let model = try canonical(nano("", isTurned: false))
    #expect(model.notes.allSatisfy { !$0.contains("stored transposed") })
    let query = try model.tensor("transformer.h.0.attn.c_attn.weight#q")
    #expect(try query.matrix()[1][0] == 1)
    #expect(try query.matrix()[0][1] == 24)
  }

  @Test func matricesOfOtherNamesAreTurnedToo() throws {
    let layer = "model.layers.0."
    let model = try canonical([
      Tensor("model.embed_tokens.weight", [12, 8]), Tensor("model.norm.weight", [8]),
      Tensor(layer + "self_attn.q_proj.weight", [8, 8]),
      Tensor(layer + "self_attn.k_proj.weight", [8, 4]),
      Tensor(layer + "self_attn.v_proj.weight", [8, 4]),
      Tensor(layer + "self_attn.o_proj.weight", [8, 8]),
      Tensor(layer + "mlp.gate_proj.weight", [8, 16]),
      Tensor(layer + "mlp.up_proj.weight", [8, 16]),
      Tensor(layer + "mlp.down_proj.weight", [16, 8]),
    ])
    #expect(model.notes.count { $0.contains("stored transposed") } == 1)
    let gate = try model.tensor(layer + "mlp.gate_proj.weight")
    #expect(gate.view.shape == [16, 8])
    #expect(try gate.matrix()[1][2] == 33)
    #expect(try model.tensor(layer + "self_attn.q_proj.weight").matrix()[1][2] == 17)
  }
}
