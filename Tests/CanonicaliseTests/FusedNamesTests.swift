import Load
import Testing

@testable import Canonicalise

/// Tensors that are several in one, in models that no definition describes.
@Suite struct FusedNamesTests {
  private func model(_ tensors: [Tensor], config: String? = nil) throws -> CanonicalModel {
    try ArchitectureCatalogue.shared.get().canonicalise(Checkpoint(tensors, config: config))
  }

  @Test func arraysOfExpertsComeApartLikeExpertsOneByOne() throws {
    let held = try model([
      Tensor("tower.blocks.0.moe.experts.gate_up_proj", [3, 16, 6]),
      Tensor("tower.blocks.0.moe.experts.down_proj", [3, 6, 8]),
    ])
    let gate = try held.tensor("tower.blocks.0.moe.experts.gate_up_proj#1.gate")
    #expect(gate.role == .mlpGate)
    #expect(gate.expert == 1)
    #expect(gate.layer == 0)
    #expect(gate.view.shape == [8, 6])
    #expect(try gate.matrix()[0][0] == 96)
    let up = try held.tensor("tower.blocks.0.moe.experts.gate_up_proj#1.up")
    #expect(up.role == .mlpUp)
    #expect(try up.matrix()[0][0] == 144)
    #expect(try held.tensor("tower.blocks.0.moe.experts.down_proj#2").view.shape == [6, 8])
    #expect(held.tensors.count == 9)
  }

  @Test func arraysOfExpertsThatLieTheOtherWayAreTurned() throws {
    let held = try model([
      Tensor("tower.blocks.0.moe.experts.gate_up_proj", [3, 6, 16]),
      Tensor("tower.blocks.0.moe.experts.down_proj", [3, 8, 6]),
    ])
    let up = try held.tensor("tower.blocks.0.moe.experts.gate_up_proj#0.up")
    #expect(try up.matrix()[1][2] == 2 * 16 + 9)
    #expect(up.view.rowCount == 8)
    #expect(up.view.columnCount == 6)
    #expect(try held.tensor("tower.blocks.0.moe.experts.down_proj#0").view.rowCount == 6)
  }

  @Test func arraysThatDoNotBelongTogetherStayWhole() throws {
    let held = try model([
      Tensor("tower.blocks.0.moe.experts.gate_up_proj", [3, 15, 6]),
      Tensor("tower.blocks.0.moe.experts.down_proj", [3, 6, 8]),
    ])
    #expect(held.tensors.count == 2)
  }

  @Test func queryKeyAndValueInOneComeApartWithTheirBiases() throws {
    let held = try model([
      Tensor("tower.blocks.4.attn.qkv.weight", [24, 8]),
      Tensor("tower.blocks.4.attn.qkv.bias", [24]),
    ])
    #expect(
      held.tensors.map(\.role) == [
        .attentionQuery, .attentionKey, .attentionValue, .attentionQuery, .attentionKey,
        .attentionValue,
      ])
    #expect(try held.tensor("tower.blocks.4.attn.qkv.weight#v").matrix()[0][0] == 128)
    #expect(
      try held.tensor("tower.blocks.4.attn.qkv.bias#k").matrix() == [(8..<16).map(Float.init)])
  }

  @Test func groupedHeadsOfUnknownSizeStayWhole() throws {
    let held = try model([Tensor("tower.blocks.4.attn.qkv.weight", [16, 8])])
    #expect(held.tensors.map(\.name) == ["tower.blocks.4.attn.qkv.weight"])
  }
}
