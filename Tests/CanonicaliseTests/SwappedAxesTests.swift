import Load
import Testing

@testable import Canonicalise

/// Weights whose codes are packed along the inputs are read as they lie.
@Suite struct SwappedAxesTests {
  /// Element i in the order of storage is i.
  private func swapped(_ name: String, _ shape: [Int]) -> Tensor {
    let plain = Tensor(name, shape)
    return Tensor(
      name: name, shape: shape, swapsLastAxes: true, stored: plain.stored, decoding: .plain)
  }

  private func canonical(_ tensors: [Tensor], config: String? = nil) throws -> CanonicalModel {
    try ArchitectureCatalogue.shared.get().canonicalise(Checkpoint(tensors, config: config))
  }

  @Test func aMatrixIsReadAcross() throws {
    let layer = "model.layers.0."
    let model = try canonical([
      Tensor("model.embed_tokens.weight", [12, 8]), Tensor("model.norm.weight", [8]),
      swapped(layer + "self_attn.q_proj.weight", [8, 8]),
      swapped(layer + "self_attn.k_proj.weight", [4, 8]),
      swapped(layer + "self_attn.v_proj.weight", [4, 8]),
      swapped(layer + "self_attn.o_proj.weight", [8, 8]),
      swapped(layer + "mlp.gate_proj.weight", [16, 8]),
      swapped(layer + "mlp.up_proj.weight", [16, 8]),
      swapped(layer + "mlp.down_proj.weight", [8, 16]),
    ])
    let down = try model.tensor(layer + "mlp.down_proj.weight")
    #expect(down.role == .mlpDown)
    #expect(down.view.shape == [8, 16])
    let expected = (0..<8).map { row in (0..<16).map { Float($0 * 8 + row) } }
    #expect(try down.matrix() == expected)
    #expect(model.dimensions["decoder"]?.hidden == 8)
    #expect(model.notes.isEmpty)
  }

  @Test func alternatingRowsOfExpertsAreRowsOfStorage() throws {
    let fixture = try NameFixture("gpt-oss")
    let name = "model.layers.0.mlp.experts.gate_up_proj"
    var tensors = fixture.checkpoint().tensors
    let place = try #require(tensors.firstIndex { $0.name == name })
    let shape = tensors[place].shape
    tensors[place] = swapped(name, shape)
    let model = try canonical(tensors, config: fixture.config)
    let (inputs, outputs) = (shape[1], shape[2])
    let up = try model.tensor("\(name)#1.up")
    #expect(!up.view.transposed)
    let expected = stride(from: 1, to: outputs, by: 2).map { row in
      (0..<inputs).map { Float(inputs * outputs + row * inputs + $0) }
    }
    #expect(try up.matrix() == expected)
  }

  /// GPT-2's matrices are `[in, out]` before they are packed, and `[in, out]` in codes.
  @Test func whatLiesAcrossAnywayIsNotTurnedTwice() throws {
    let fixture = try NameFixture("gpt2-bare")
    let plain = try canonical(fixture.checkpoint().tensors, config: fixture.config)
    let packed = try canonical(
      fixture.checkpoint().tensors.map { tensor in
        let isMatrix = tensor.name.contains(".c_") && tensor.shape.count == 2
        return isMatrix ? swapped(tensor.name, tensor.shape.reversed()) : tensor
      }, config: fixture.config)
    #expect(packed.notes == plain.notes)
    #expect(packed.tensors.map(\.name) == plain.tensors.map(\.name))
    #expect(packed.tensors.map(\.view) == plain.tensors.map(\.view))
    #expect(packed.dimensions == plain.dimensions)
  }
}
