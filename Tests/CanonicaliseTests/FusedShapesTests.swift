import Load
import Testing

@testable import Canonicalise

@Suite struct FusedShapesTests {
  private static let gpt2 = #"{"model_type": "gpt2", "n_embd": 8, "n_head": 2, "n_layer": 1}"#

  private func model(_ tensors: [Tensor], config: String?) throws -> CanonicalModel {
    try ArchitectureCatalogue.shared.get().canonicalise(Checkpoint(tensors, config: config))
  }

  @Test func renamedFusedTensorsAreTakenApartByTheShapesOfTheConfiguration() throws {
    let renamed = try model(
      [Tensor("p0", [8, 24]), Tensor("p1", [24]), Tensor("p2", [8, 32]), Tensor("p3", [8, 8])],
      config: Self.gpt2)
    #expect(
      renamed.tensors.map(\.name)
        == ["p0#q", "p0#k", "p0#v", "p1#q", "p1#k", "p1#v", "p2", "p3"])
    #expect(renamed.tensors.allSatisfy { $0.role == .unknown })
    // As under its own name.
    let named = try model(
      [
        Tensor("h.0.attn.c_attn.weight", [8, 24]), Tensor("h.0.mlp.c_fc.weight", [8, 32]),
        Tensor("h.0.attn.c_proj.weight", [8, 8]),
      ], config: Self.gpt2)
    #expect(
      try renamed.tensor("p0#k").matrix() == named.tensor("h.0.attn.c_attn.weight#k").matrix())
  }

  @Test func withoutAConfigurationTheyStayWhole() throws {
    #expect(try model([Tensor("p0", [8, 24])], config: nil).tensors.map(\.name) == ["p0"])
  }

  @Test func aShapeThatAnotherTensorHasIsLeftWhole() throws {
    let config = #"{"model_type": "gpt2", "n_embd": 8, "n_head": 2, "n_inner": 24}"#
    #expect(try model([Tensor("p0", [8, 24])], config: config).tensors.map(\.name) == ["p0"])
  }

  @Test func headsMixedInOneAxisAreSeparated() throws {
    let config =
      #"{"model_type": "gpt_neox", "hidden_size": 8, "num_attention_heads": 2, "intermediate_size": 32}"#
    let parts = try model([Tensor("p0", [24, 8]), Tensor("p1", [32, 8])], config: config).tensors
    #expect(parts.map(\.name) == ["p0#q", "p0#k", "p0#v", "p1"])
  }
}
