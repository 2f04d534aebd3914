import Load
import Testing

@testable import Canonicalise

/// Names and orders of numbers of other frameworks, and what stands in a weight's place.
@Suite struct StoredFormTests {
  private static let llama =
    #"{"dim": 8, "n_layers": 1, "n_heads": 2, "n_kv_heads": 1, "vocab_size": 12}"#

  private func original(_ config: String?) throws -> CanonicalModel {
    let catalogue = try ArchitectureCatalogue.shared.get()
    let layer = "layers.0."
    return catalogue.canonicalise(
      Checkpoint(
        [
          Tensor("tok_embeddings.weight", [12, 8]), Tensor("norm.weight", [8]),
          Tensor("output.weight", [12, 8]), Tensor(layer + "attention_norm.weight", [8]),
          Tensor(layer + "attention.wq.weight", [8, 8]),
          Tensor(layer + "attention.wk.weight", [4, 8]),
          Tensor(layer + "attention.wv.weight", [4, 8]),
          Tensor(layer + "attention.wo.weight", [8, 8]), Tensor(layer + "ffn_norm.weight", [8]),
          Tensor(layer + "feed_forward.w1.weight", [16, 8]),
          Tensor(layer + "feed_forward.w3.weight", [16, 8]),
          Tensor(layer + "feed_forward.w2.weight", [8, 16]),
        ], config: config))
  }

  @Test func rotaryPairsBecomeHalves() throws {
    let model = try original(Self.llama)
    let query = try model.tensor("layers.0.attention.wq.weight")
    #expect(query.role == .attentionQuery)
    // Heads of four rows: the stored rows 0, 2 are the first half, 1, 3 the second.
    #expect(try query.matrix().map { $0[0] / 8 } == [0, 2, 1, 3, 4, 6, 5, 7])
    #expect(
      try model.tensor("layers.0.attention.wk.weight").matrix().map { $0[0] / 8 } == [0, 2, 1, 3])
    #expect(
      try model.tensor("layers.0.attention.wv.weight").matrix().map { $0[0] / 8 } == [0, 1, 2, 3])
  }

  @Test func withoutAHeadSizeRowsKeepTheirOrderAndRole() throws {
    let model = try original(nil)
    let query = try model.tensor("layers.0.attention.wq.weight")
    #expect(query.role == .attentionQuery)
    #expect(try query.matrix().map { $0[0] / 8 } == [0, 1, 2, 3, 4, 5, 6, 7])
    #expect(model.notes.contains { $0.contains("size of a head") })
  }

  @Test(arguments: [
    (
      "tf_bert_for_masked_lm/bert/encoder/layer_._11/attention/self/query/kernel:0",
      "bert.encoder.layer.11.attention.self.query.weight"
    ),
    ("tf_bert_model/bert/embeddings/LayerNorm/gamma:0", "bert.embeddings.LayerNorm.weight"),
    ("tf_bert_model_1/bert/embeddings/LayerNorm/beta:0", "bert.embeddings.LayerNorm.bias"),
    (
      "tf_bert_for_masked_lm/mlm___cls/predictions/transform/dense/bias:0",
      "cls.predictions.transform.dense.bias"
    ),
    (
      "tfgp_t2lm_head_model/transformer/h_._0/attn/c_attn/weight:0",
      "transformer.h.0.attn.c_attn.weight"
    ),
    ("tfgp_t2lm_head_model/transformer/wpe/embeddings:0", "transformer.wpe.weight"),
  ])
  func namesOfTransformersInTensorFlowAreThoseOfPyTorch(name: String, torch: String) {
    #expect(TensorFlowNames.translated(name) == torch)
  }

  @Test(arguments: [
    "dense/kernel:0", "tf_op_layer/kernel:0", "tf/model/kernel", "bert/kernel:0", ":0", "tf_model_",
  ])
  func otherNamesStayAsTheyAre(name: String) {
    #expect(TensorFlowNames.translated(name) == nil)
  }

  @Test func kernelsOfTensorFlowAreTurned() throws {
    let catalogue = try ArchitectureCatalogue.shared.get()
    let top = "tf_bert_model/bert/"
    let layer = top + "encoder/layer_._0/"
    func kernel(_ name: String, _ shape: [Int]) -> Tensor {
      Tensor(name + "/kernel:0", shape, axisOrder: .outputLast)
    }
    let model = catalogue.canonicalise(
      Checkpoint(
        [
          Tensor(top + "embeddings/word_embeddings/weight:0", [20, 4]),
          kernel(layer + "attention/self/query", [4, 4]),
          kernel(layer + "attention/self/key", [4, 4]),
          kernel(layer + "attention/self/value", [4, 4]),
          kernel(layer + "attention/output/dense", [4, 4]),
          kernel(layer + "intermediate/dense", [4, 6]), kernel(layer + "output/dense", [6, 4]),
        ], config: nil))
    #expect(model.family == "bert")
    #expect(model.dimensions["encoder"]?.feedForward == 6)
    #expect(model.dimensions["encoder"]?.hidden == 4)
    let up = try model.tensor(layer + "intermediate/dense/kernel:0")
    #expect(up.role == .mlpUp)
    #expect(up.view.shape == [6, 4])
    #expect(try up.matrix()[1] == [1, 7, 13, 19])
  }

  // MARK: No weights in a weight's place

  @Test func emptyTensorsAreSaidToHaveNoValues() throws {
    let catalogue = try ArchitectureCatalogue.shared.get()
    for placeholder in [[0], [1]] {
      var tensors = try original(Self.llama).checkpoint.tensors
      for index in tensors.indices where tensors[index].name.contains("attention.w") {
        tensors[index] = Tensor(tensors[index].name, placeholder)
      }
      let model = catalogue.canonicalise(Checkpoint(tensors, config: Self.llama))
      #expect(
        model.notes == [
          "4 tensors have no values and count as missing (layers.0.attention.wq.weight, …)"
        ])
      #expect(model.contradictions.isEmpty)
    }
  }

  @Test func tablesOfWholeNumbersAreSaidToBeNoEvidence() throws {
    let catalogue = try ArchitectureCatalogue.shared.get()
    let model = catalogue.canonicalise(
      Checkpoint(
        [
          Tensor("a.weight", [100, 100], type: .uint16), Tensor("b.weight", [100], type: .uint16),
          Tensor("c.mask", [4, 4], type: .bool), Tensor("d.weight", [100, 100]),
        ]))
    #expect(model.notes == ["2 tensors of whole numbers (U16) are not evidence"])
  }

  @Test func whatIsNotDecodedIsNotTakenApart() throws {
    let catalogue = try ArchitectureCatalogue.shared.get()
    let model = catalogue.canonicalise(
      Checkpoint([
        Tensor("model.embed_tokens.weight", [20, 4]),
        Tensor("model.layers.0.self_attn.q_proj.weight", [4, 4]),
        Tensor("model.layers.0.self_attn.qkv_proj.weight", [12, 4], type: .float4E2M1),
      ]))
    #expect(model.tensors.count == 3)
    #expect(
      try model.tensor("model.layers.0.self_attn.qkv_proj.weight").view.elementCount == 48)
  }
}
