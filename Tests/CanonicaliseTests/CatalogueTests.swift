import Load
import Testing

@testable import Canonicalise

/// Layouts of hybrids, towers, encoders and diffusion transformers: names and shapes of tiny models
/// that Transformers and Diffusers make, as they save them and (`-fused`) as they hold them; those of GGUF
/// hybrids and of `-mtp` layers are written after the libraries' sources.
@Suite struct CatalogueTests {
  let catalogue: ArchitectureCatalogue

  init() throws { catalogue = try ArchitectureCatalogue.shared.get() }

  static let described = [
    "qwen3-next", "qwen3-next-fused", "qwen3-next-mtp", "qwen3-5", "qwen3-5-moe", "gemma3n-text",
    "gemma4", "gemma4-moe", "qwen2-vl", "qwen3-vl", "glm4v-vision", "pixtral", "kimi-k25-vision",
    "internvl-vision", "siglip-vision-model", "dinov2", "dinov3-vit", "deepseek-v3-mtp",
    "glm4-moe-mtp", "glm-moe-dsa", "deepseek-v4", "deepseek-v4-fused", "nemotron-h",
    "nemotron-h-fused", "granitemoehybrid", "granitemoehybrid-fused", "granitemoe", "falcon-h1",
    "lfm2-moe", "mamba2", "kimi-linear", "kimi-linear-fused", "diffusers-flux", "diffusers-flux2",
    "diffusers-sd3", "diffusers-qwenimage", "diffusers-wan", "flux", "modernbert", "deberta-v2",
    "mpnet", "nomic-bert", "nomic-bert-fused", "gte", "jina-embeddings-v3", "wav2vec2",
    "starcoder2", "gguf-qwen3next", "gguf-granitehybrid", "gguf-mamba2", "gguf-nemotron-h",
    "gguf-lfm2", "gguf-modern-bert",
  ]

  @Test(arguments: described)
  func everyTensorHasARole(_ fixture: String) throws {
    let model = catalogue.canonicalise(try NameFixture(fixture).checkpoint())
    #expect(model.tensors.filter { $0.role == .unknown }.map(\.name) == [])
    #expect(model.contradictions == [])
  }

  @Test(arguments: [
    ("qwen3-next", "model.layers.0.linear_attn.in_proj_qkvz.weight", TensorRole.mixerInput),
    ("qwen3-5-moe", "model.language_model.layers.0.linear_attn.in_proj_z.weight", .mixerGate),
    ("qwen3-5-moe", "model.visual.blocks.1.attn.qkv.weight#k", .attentionKey),
    ("qwen3-5-moe", "model.visual.merger.linear_fc1.weight", .projector),
    ("gemma4-moe", "model.layers.1.post_attention_layernorm.weight", .attentionOutputNorm),
    ("gemma3n-text", "model.layers.0.laurel.linear_left.weight", .residualMixing),
    ("glm-moe-dsa", "model.layers.0.self_attn.indexer.wk.weight", .indexer),
    ("deepseek-v4", "model.layers.0.attn.wo_a.weight", .latentOutputDown),
    ("deepseek-v4", "model.layers.0.hc_attn_fn", .residualMixing),
    ("nemotron-h", "backbone.layers.0.mixer.A_log", .mixerParameter),
    ("granitemoehybrid", "model.layers.0.shared_mlp.input_linear.weight#up", .mlpUp),
    ("lfm2-moe", "model.layers.0.conv.in_proj.weight", .mixerInput),
    ("kimi-linear", "model.layers.0.self_attn.q_conv1d.weight", .mixerConvolution),
    ("diffusers-flux", "single_transformer_blocks.0.proj_out.weight#down", .mlpDown),
    ("diffusers-flux2", "transformer_blocks.1.ff_context.linear_in.weight#gate", .mlpGate),
    ("diffusers-wan", "blocks.1.attn2.to_k.weight", .crossAttentionKey),
    ("modernbert", "model.layers.1.mlp.Wi.weight#gate", .mlpGate),
    ("gte", "gte.encoder.layer.1.mlp.up_gate_proj.weight#gate", .mlpGate),
    ("dinov2", "dinov2.encoder.layer.1.layer_scale1.lambda1", .layerScale),
    ("gguf-qwen3next", "blk.1.attn_q.weight#gate", .attentionGate),
    ("gguf-modern-bert", "blk.1.attn_qkv.weight#k", .attentionKey),
    ("gguf-modern-bert", "blk.0.ffn_up.weight#up", .mlpUp),
  ])
  func namesWhatATensorDoes(_ fixture: String, _ name: String, _ role: TensorRole) throws {
    let model = catalogue.canonicalise(try NameFixture(fixture).checkpoint())
    #expect(try model.tensor(name).role == role)
  }

  @Test(arguments: [
    ("qwen3-next", "qwen3-next-fused"), ("nemotron-h", "nemotron-h-fused"),
    ("granitemoehybrid", "granitemoehybrid-fused"), ("kimi-linear", "kimi-linear-fused"),
    ("deepseek-v4", "deepseek-v4-fused"), ("nomic-bert", "nomic-bert-fused"),
    ("inkling2-text", "inkling2-text-fused"), ("molmo2-text", "molmo2-text-fused"),
    ("sarvam-moe", "sarvam-moe-fused"),
  ])
  func whatIsSavedAndWhatIsHeldHaveTheSameMatrices(_ saved: String, _ held: String) throws {
    let places = { (name: String) throws in
      let model = catalogue.canonicalise(try NameFixture(name).checkpoint())
      return Set(
        model.tensors.filter { Self.blocks.contains($0.role) && $0.parameter == .weight }.map {
          "\($0.component) \($0.role) \($0.layer ?? -1) \($0.expert ?? -1) \($0.view.shape)"
        })
    }
    let (first, second) = (try places(saved), try places(held))
    #expect(!first.isEmpty)
    #expect(first == second)
  }

  private static let blocks: Set<TensorRole> = [
    .attentionQuery, .attentionKey, .attentionValue, .attentionOutput, .mlpGate, .mlpUp, .mlpDown,
    .mixerInput, .mixerOutput, .router, .latentKeyValueDown, .latentQueryUp,
  ]

  /// Routers with a row for the shared expert, queries without gates beside a mixer.
  @Test(arguments: ["inkling-text-fused", "lara-mini-fused"])
  func honestConfigurationsAreNotContradicted(_ fixture: String) throws {
    let model = catalogue.canonicalise(try NameFixture(fixture).checkpoint())
    #expect(model.contradictions == [])
    #expect(model.dimensions["decoder"]?.heads == 4)
    #expect(model.dimensions["decoder"]?.headSize == 16)
  }

  @Test func sizesOfAnotherPartAtTheTopAreNotTheDecoders() throws {
    let config = """
      {"model_type": "qwen2_vl", "head_dim": 192, "text_config":
        {"model_type": "qwen2", "hidden_size": 192, "num_attention_heads": 6, "num_key_value_heads": 2}}
      """
    let fixture = try NameFixture("llama-s1")
    let tensors = fixture.tensors.map { Tensor($0.name, $0.shape) }
    let model = catalogue.canonicalise(Checkpoint(tensors, config: config))
    #expect(model.contradictions == [])
    #expect(model.dimensions["decoder"]?.headSize == 32)
  }

  @Test(arguments: ["", #", "head_dim": 32"#])
  func normsOverAllHeadsTellNoHeadsSize(stated: String) throws {
    let config = #"{"model_type": "llama", "num_attention_heads": 6, "num_key_value_heads": 2"#
    let norms = (0..<6).map { Tensor("model.layers.\($0).self_attn.q_norm.weight", [192]) }
    let tensors = try NameFixture("llama-s1").tensors.map { Tensor($0.name, $0.shape) } + norms
    let model = catalogue.canonicalise(Checkpoint(tensors, config: config + stated + "}"))
    #expect(model.contradictions == [])
    #expect(model.dimensions["decoder"]?.heads == 6)
    #expect(model.dimensions["decoder"]?.headSize == 32)
  }

  @Test func headsThatHaveNoRoomInTheRowsAreAContradiction() throws {
    let config = #"{"model_type": "llama", "num_attention_heads": 6, "head_dim": 192}"#
    let fixture = try NameFixture("llama-s1")
    let tensors = fixture.tensors.map { Tensor($0.name, $0.shape) }
      .filter { !$0.name.contains("k_proj") }
    let keys = (0..<6).map { Tensor("model.layers.\($0).self_attn.k_proj.weight", [192, 192]) }
    let model = catalogue.canonicalise(Checkpoint(tensors + keys, config: config))
    #expect(model.contradictions.map(\.subject) == ["heads"])
  }

  @Test func gatesAndUpsThatAlternateAreTakenApart() throws {
    let fixture = try NameFixture("inkling2-text")
    let model = catalogue.canonicalise(fixture.checkpoint())
    let gate = try model.tensor("model.llm.layers.0.mlp.experts.w13_weight#1.gate").matrix()
    let up = try model.tensor("model.llm.layers.0.mlp.experts.w13_weight#1.up").matrix()
    #expect(gate[1][0] - gate[0][0] == 128 && up[0][0] - gate[0][0] == 64)
  }

  @Test func gatedQueriesAreTakenApartHeadByHead() throws {
    let config = #"{"model_type": "qwen3_next", "num_attention_heads": 2, "head_dim": 2}"#
    let fixture = try NameFixture("qwen3-next")
    var tensors = fixture.tensors.filter { !$0.name.hasSuffix("q_proj.weight") }
      .map { Tensor($0.name, $0.shape) }
    tensors.append(Tensor("model.layers.9.self_attn.q_proj.weight", [8, 1]))
    let model = catalogue.canonicalise(Checkpoint(tensors, config: config))
    let query = try model.tensor("model.layers.9.self_attn.q_proj.weight#q").matrix()
    #expect(query == [[0], [1], [4], [5]])
    let gate = try model.tensor("model.layers.9.self_attn.q_proj.weight#gate").matrix()
    #expect(gate == [[2], [3], [6], [7]])
  }

  @Test(arguments: [
    ("deepseek-v3-mtp", "model.layers.2."), ("glm4-moe-mtp", "model.layers.2."),
    ("qwen3-next-mtp", "mtp.layers.0."),
  ])
  func layersThatPredictFurtherTokensAreNoneOfTheStack(_ fixture: String, _ layer: String) throws {
    let model = catalogue.canonicalise(try NameFixture(fixture).checkpoint())
    let further = model.tensors.filter { $0.name.hasPrefix(layer) }
    #expect(further.count > 8)
    #expect(Set(further.map(\.component)) == ["mtp"])
    let stack = model.tensors.filter { $0.component == "decoder" }.compactMap(\.layer)
    #expect(Set(stack) == [0, 1] || Set(stack) == [0, 1, 2, 3])
  }

  @Test func usualNamesHoldForATowerBesideAKnownModel() throws {
    let fixture = try NameFixture("llama-s1")
    let tower = [
      Tensor("audio_tower.layers.1.self_attn.q_proj.weight", [8, 8]),
      Tensor("multi_modal_projector.linear_1.weight", [8, 8]),
      Tensor("audio_tower.layers.1.strange.weight", [8, 8]),
    ]
    let model = catalogue.canonicalise(Checkpoint(fixture.checkpoint().tensors + tower))
    #expect(
      try tower.map { try model.tensor($0.name).role } == [.attentionQuery, .projector, .unknown])
    #expect(model.notes == ["\(tower[2].name): not described by 'llama'"])
  }

  @Test func sizesOfUndescribedArchitecturesAccuseNobody() throws {
    let tensors = (0..<3).flatMap { layer in
      ["q_proj", "k_proj", "v_proj", "o_proj", "strange"].map {
        Tensor("tower.layers.\(layer).self_attn.\($0).weight", [32, 32])
      }
    }
    let config = #"{"hidden_size": 64, "num_attention_heads": 8, "num_key_value_heads": 2}"#
    let model = catalogue.canonicalise(Checkpoint(tensors, config: config))
    #expect(model.family == nil)
    #expect(model.contradictions == [])
  }
}
