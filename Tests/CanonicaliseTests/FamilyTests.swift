import Load
import Testing

@testable import Canonicalise

@Suite struct FamilyTests {
  let catalogue: ArchitectureCatalogue

  init() throws { catalogue = try ArchitectureCatalogue.shared.get() }

  @Test func everyDefinitionHasAFixture() {
    let covered = Set(NameFixture.all.map(\.family))
    #expect(NameFixture.all.count > 50)
    #expect(Set(catalogue.definitions.map(\.family)).subtracting(covered) == [])
  }

  @Test(arguments: NameFixture.all)
  func recognisesTheFamilyByItsNames(_ fixture: NameFixture) {
    let model = catalogue.canonicalise(fixture.checkpoint())
    #expect(model.family == fixture.family)
    #expect(model.notes == [])
    #expect(Set(model.tensors.map(\.name)).count == model.tensors.count)
    #expect(Set(model.tensors.map(\.source.name)).count == fixture.tensors.count)
    let elements = model.tensors.reduce(0) { $0 + $1.view.elementCount }
    #expect(elements == fixture.tensors.reduce(0) { $0 + $1.shape.reduce(1, *) })
    for tensor in model.tensors {
      #expect(
        tensor.view.shape.reduce(1, *) == tensor.view.elementCount, "\(tensor.name) shape")
    }
  }

  /// No second definition may describe a checkpoint as well as its own does.
  @Test(arguments: NameFixture.all)
  func noTwoFamiliesTie(_ fixture: NameFixture) {
    let checkpoint = fixture.checkpoint()
    let names = checkpoint.tensors.map {
      TensorName($0.name, transparent: catalogue.conventions.transparent)
    }
    var matcher = NameMatcher(catalogue: catalogue, names: names)
    let candidates = matcher.matches(of: checkpoint.tensors).accepted.filter { candidate in
      let definition = catalogue.definitions[candidate.definition]
      return definition.requires.isSubset(of: candidate.roles) && candidate.hasLayers
        && (!definition.needsConfiguration || definition.isNamed(by: checkpoint.metadata.config))
    }
    let size = { (matches: DefinitionMatches) in [matches.parameters, matches.byTensor.count] }
    let most = candidates.map(size).max { $0.lexicographicallyPrecedes($1) }
    let best = candidates.filter { size($0) == most }
    let named = best.filter {
      catalogue.definitions[$0.definition].isNamed(by: checkpoint.metadata.config)
    }
    #expect((named.isEmpty ? best : named).count == 1)
  }

  @Test func configurationTellsGemmaFromLlama() throws {
    var fixture = try NameFixture("gemma")
    #expect(catalogue.canonicalise(fixture.checkpoint()).normalisation.gainOffset == 1)
    fixture.config = nil
    let model = catalogue.canonicalise(fixture.checkpoint())
    #expect(model.family == "llama")
    #expect(model.normalisation.gainOffset == 0)
  }

  @Test func normsAreNamedAfterTheBlockThatReadsThem() throws {
    let gemma = catalogue.canonicalise(try NameFixture("gemma2").checkpoint())
    let post = "model.layers.1.post_attention_layernorm.weight"
    #expect(try gemma.tensor(post).role == .attentionOutputNorm)
    let llama = catalogue.canonicalise(try NameFixture("llama-s1").checkpoint())
    #expect(try llama.tensor(post).role == .mlpNorm)
    #expect(try llama.tensor(post).layer == 1)
  }

  @Test func mixtralExpertsHaveRolesLayersAndIndices() throws {
    let model = catalogue.canonicalise(try NameFixture("s1-moe").checkpoint())
    let gate = try model.tensor("model.layers.2.block_sparse_moe.experts.3.w1.weight")
    #expect(gate.role == .mlpGate && gate.layer == 2 && gate.expert == 3)
    let up = try model.tensor("model.layers.2.block_sparse_moe.experts.0.w3.weight")
    #expect(up.role == .mlpUp)
    #expect(model.dimensions["decoder"]?.experts == 4)
    #expect(model.dimensions["decoder"]?.feedForward == 512)
  }

  @Test func adaptersKeepTheirLayers() throws {
    let model = catalogue.canonicalise(try NameFixture("s1-lora8-adapter").checkpoint())
    let name = "base_model.model.model.layers.3.self_attn.q_proj.lora_B.weight"
    let up = try model.tensor(name)
    #expect(up.role == .adapterUp && up.layer == 3 && up.component == "adapter")
  }

  @Test func aVisionTowerBesideALanguageModelIsAComponent() throws {
    let model = catalogue.canonicalise(try NameFixture("llava").checkpoint())
    let name = "vision_tower.vision_model.encoder.layers.1.self_attn.q_proj.weight"
    let query = try model.tensor(name)
    #expect(query.role == .attentionQuery && query.component == "vision" && query.layer == 1)
  }

  @Test func recurrentNetworksOfKerasAreReadByTheirVariables() throws {
    let model = catalogue.canonicalise(try NameFixture("textgenrnn").checkpoint())
    let kernel = try model.tensor("rnn_1/rnn_1_3/kernel:0")
    #expect(kernel.role == .recurrentInputKernel && kernel.layer == nil)
    #expect(kernel.component == "model" && kernel.view.shape == [512, 100])
    #expect(try model.tensor("rnn_1/rnn_1_3/recurrent_kernel:0").role == .recurrentStateKernel)
    let embedding = try model.tensor("embedding/embedding_3/embeddings:0")
    #expect(embedding.role == .tokenEmbedding && embedding.view.shape == [465, 100])
    #expect(try model.tensor("output/output_3/kernel:0").role == .denseKernel)
  }

  @Test(arguments: [
    "module.", "_orig_mod.", "base_model.model.", "language_model.", "module._orig_mod.",
  ])
  func wrappersDoNotHideTheFamily(_ wrapper: String) throws {
    let fixture = try NameFixture("llama-s1")
    let tensors = fixture.tensors.map { Tensor(wrapper + $0.name, $0.shape) }
    let model = catalogue.canonicalise(Checkpoint(tensors))
    #expect(model.family == "llama")
    #expect(model.notes == [])
  }

  @Test func headsAndUnmergedAdaptersKeepTheirRolesInAnyFamily() throws {
    let fixture = try NameFixture("llama-s1")
    let extra = [
      Tensor("score.weight", [2, 192]),
      Tensor("model.layers.2.self_attn.q_proj.lora_A.weight", [8, 192]),
      Tensor("model.layers.2.self_attn.strange.weight", [8, 192]),
    ]
    let model = catalogue.canonicalise(Checkpoint(fixture.checkpoint().tensors + extra))
    #expect(model.family == "llama")
    let placed = try extra.map { try model.tensor($0.name) }
    #expect(placed.map(\.role) == [.taskHead, .adapterDown, .unknown])
    #expect(placed.map(\.layer) == [nil, 2, 2])
    #expect(placed.map(\.component) == ["decoder", "decoder", "decoder"])
    #expect(model.notes == ["\(extra[2].name): not described by 'llama'"])
  }

  @Test(arguments: [
    ("bert-s9", "cls.predictions.transform.LayerNorm.weight", TensorRole.languageModelHeadNorm),
    ("bert-s9", "bert.encoder.layer.0.output.LayerNorm.weight", .mlpOutputNorm),
    ("keras-h5", "model_weights/layer_normalization/layer_normalization/gamma", .layerNorm),
    ("keras-h5", "model_weights/batch_normalization/batch_normalization/gamma", .batchNormGain),
    ("keras3", "layers/gru/cell/vars/1", .recurrentStateKernel),
    ("falcon-7b", "transformer.h.0.input_layernorm.weight", .sharedNorm),
    ("qwen", "transformer.h.0.mlp.w2.weight", .mlpGate),
    ("deepseek-v3", "model.layers.1.self_attn.kv_b_proj.weight", .latentKeyValueUp),
    ("t5", "decoder.block.1.layer.2.layer_norm.weight", .mlpNorm),
    ("flan-t5", "encoder.block.1.layer.1.DenseReluDense.wi_0.weight", .mlpGate),
    ("marian", "model.encoder.embed_positions.weight", .constant),
    ("bart", "model.encoder.embed_positions.weight", .positionEmbedding),
    ("pegasus", "model.decoder.layers.0.final_layer_norm.weight", .mlpNorm),
    ("bart", "model.decoder.layers.0.final_layer_norm.weight", .mlpOutputNorm),
    ("llama-gguf", "blk.1.ffn_up.weight", .mlpUp),
    ("llama-consolidated", "layers.1.feed_forward.w3.weight", .mlpUp),
  ])
  func rolesThatAreEasyToMistake(_ fixture: String, _ name: String, _ role: TensorRole) throws {
    let model = catalogue.canonicalise(try NameFixture(fixture).checkpoint())
    #expect(try model.tensor(name).role == role)
  }

  @Test func buffersAreConstants() throws {
    let model = catalogue.canonicalise(try NameFixture("pythia").checkpoint())
    #expect(try model.tensor("gpt_neox.layers.0.attention.bias").role == .constant)
    let frequencies = try model.tensor("gpt_neox.layers.0.attention.rotary_emb.inv_freq")
    #expect(frequencies.role == .constant)
  }
}
