import Load
import Testing

@testable import Canonicalise

@Suite struct HostileShapeTests {
  let catalogue: ArchitectureCatalogue

  init() throws { catalogue = try ArchitectureCatalogue.shared.get() }

  /// A fixture with the shapes of some tensors changed.
  private func model(
    _ name: String, _ change: (String, [Int]) -> [Int], config: String? = nil
  ) throws -> CanonicalModel {
    let fixture = try NameFixture(name)
    let tensors = fixture.tensors.map { Tensor($0.name, change($0.name, $0.shape)) }
    return catalogue.canonicalise(Checkpoint(tensors, config: config ?? fixture.config))
  }

  @Test func fusedRowsThatDoNotDivideStayWhole() throws {
    let name = "h.0.attn.c_attn.weight"
    let model = try model("gpt2-bare") { $0 == name ? [12, 37] : $1 }
    let tensor = try model.tensor(name)
    #expect(tensor.role == .unknown && tensor.layer == 0)
    #expect(tensor.view.elementCount == 12 * 37)
    #expect(model.notes.count == 1 && model.notes[0].contains(name))
  }

  @Test func interleavedHeadsWithoutAHeadCountStayWhole() throws {
    let model = try model("pythia", { $1 }, config: "{}")
    let name = "gpt_neox.layers.0.attention.query_key_value.weight"
    #expect(try model.tensor(name).role == .unknown)
    #expect(model.family == "gpt_neox")
    #expect(model.notes.contains { $0.contains("heads") })
  }

  @Test func aMatrixOfWrongRankIsNotDescribed() throws {
    let name = "model.layers.0.self_attn.q_proj.weight"
    let model = try model("llama-s1") { $0 == name ? [192, 16, 12] : $1 }
    #expect(try model.tensor(name).role == .unknown)
    #expect(try model.tensor(name).view.shape == [192, 16, 12])
    #expect(model.notes.contains { $0.contains(name) })
  }

  @Test(arguments: NameFixture.all)
  func emptyTensorsAreKept(_ fixture: NameFixture) throws {
    let model = try model(fixture.name) { $1.map { _ in 0 } }
    let sources = Set(model.tensors.filter { $0.view.elementCount == 0 }.map(\.source.name))
    #expect(sources == Set(fixture.tensors.filter { !$0.shape.isEmpty }.map(\.name)))
  }

  @Test(arguments: [1, 2, 3, 7, 1 << 30])
  func oddExtentsDoNotTrap(_ extent: Int) throws {
    for fixture in NameFixture.all {
      let model = try model(fixture.name) {
        $1.count > 2 ? [extent, 1, 1] : $1.map { _ in extent }
      }
      #expect(Set(model.tensors.map(\.source.name)).count == fixture.tensors.count)
    }
  }

  @Test func stacksOfMoreExpertsThanThereAreStayWhole() throws {
    let name = "model.layers.0.mlp.experts.gate_up_proj"
    let model = try model("qwen3-moe-fused") { $0 == name ? [1 << 40, 0, 12] : $1 }
    #expect(try model.tensor(name).role == .unknown)
  }

  @Test func parameterCountsSaturate() throws {
    let model = try model("llama-s1") { $1.count == 2 ? [1 << 31, 1 << 31] : $1 }
    #expect(model.family == "llama")
  }

  @Test func headsThatAreStatedLayerByLayerAreNoContradiction() throws {
    let config = #"{"model_type": "llama", "hidden_size": 192, "head_dim": 32, "#
    let stated = config + #""num_attention_heads": 3, "num_attention_heads_per_layer": [6, 6]}"#
    #expect(try model("llama-s1", { $1 }, config: stated).contradictions.isEmpty)
    let lie = config + #""num_attention_heads": 3}"#
    #expect(try !model("llama-s1", { $1 }, config: lie).contradictions.isEmpty)
  }

  @Test func rowsThatAreAddedToAVocabularyAreNoContradiction() throws {
    let config = #"{"model_type": "llama", "vocab_size": 4000, "additional_vocab_size": 96}"#
    #expect(try model("llama-s1", { $1 }, config: config).contradictions.isEmpty)
  }

  @Test(arguments: [Int.min, Int.min + 1, -1, Int.max])
  func sizesOfAnyIntegerAreHeldAgainstTheWeights(size: Int) throws {
    let config = """
      {"model_type": "llama", "vocab_size": \(size), "additional_vocab_size": \(Int.min)}
      """
    #expect(try model("llama-s1", { $1 }, config: config).family == "llama")
  }

  /// Llama's names under a type that is known to GGUF alone.
  @Test func namesThatGGUFGivesNetworksAccuseNoOthers() throws {
    let config = #"{"model_type": "nemotron"}"#
    #expect(try model("llama-s1", { $1 }, config: config).contradictions.isEmpty)
  }

  @Test func contradictedConfigurationsYieldToShapes() throws {
    let config = """
      {"model_type": "llama", "hidden_size": 4096, "num_attention_heads": 32, "head_dim": 32,
       "num_key_value_heads": 2, "num_hidden_layers": 6, "vocab_size": 4096}
      """
    let model = try model("llama-s1", { $1 }, config: config)
    let dimensions = try #require(model.dimensions["decoder"])
    #expect(dimensions.hidden == 192)
    #expect(dimensions.heads == 6 && dimensions.keyValueHeads == 2 && dimensions.headSize == 32)
    #expect(
      model.contradictions == [
        ConfigContradiction(
          subject: "hidden", component: "decoder", stated: "4096", shown: "192"),
        ConfigContradiction(subject: "heads", component: "decoder", stated: "32", shown: "6"),
      ])
    #expect(model.notes.isEmpty)
  }

  @Test(arguments: [
    (#"{"architectures": ["GPT2LMHeadModel"]}"#, "gpt2"), (#"{"model_type": "bert"}"#, "bert"),
  ])
  func namedArchitectureThatTheTensorsAreNotIsAContradiction(
    config: String, stated: String
  ) throws {
    let found = try model("llama-s1", { $1 }, config: config).contradictions
    #expect(found.map(\.subject) == [ConfigContradiction.architecture])
    #expect(found.first?.shown == "llama")
    #expect(found.first?.stated.lowercased().contains(stated) == true)
  }

  @Test(arguments: [
    #"{"model_type": "llama"}"#, #"{"model_type": "mistral"}"#, #"{"model_type": "no-such"}"#, "{}",
  ])
  func namedOrUnknownArchitecturesAreNoContradiction(config: String) throws {
    #expect(try model("llama-s1", { $1 }, config: config).contradictions.isEmpty)
  }

  @Test func sizesComeFromShapesWithoutAConfiguration() throws {
    let model = try model("qwen3") { $1 }
    let expected = Dimensions(
      hidden: 12, layers: 2, heads: 4, keyValueHeads: 2, headSize: 3, feedForward: 20,
      vocabulary: 30)
    #expect(model.dimensions["decoder"] == expected)
  }

  @Test func nestedConfigurationsAreRead() throws {
    let config = #"{"text_config": {"model_type": "llama", "num_attention_heads": 6}}"#
    let model = try model("llama-s1", { $1 }, config: config)
    #expect(model.dimensions["decoder"]?.headSize == 32)
  }

  @Test func namesOfNoFamilyAreReadByTheirWords() throws {
    let tensors = [
      Tensor("net.stem", [4, 4]), Tensor("net.layers.3.custom.q_proj.weight", [4, 4]),
      Tensor("net.layers.3.custom.mystery.weight", [4, 4]), Tensor("flags", [4], type: .bool),
      Tensor("net.layers.99999999999999999999.q_proj.bias", [4]), Tensor("...", [2]),
      Tensor("", []),
    ]
    let model = catalogue.canonicalise(Checkpoint(tensors))
    #expect(model.family == nil)
    #expect(model.tensors.count == tensors.count)
    let query = try model.tensor("net.layers.3.custom.q_proj.weight")
    #expect(query.role == .attentionQuery && query.layer == 3)
    let mystery = try model.tensor("net.layers.3.custom.mystery.weight")
    #expect(mystery.role == .unknown && mystery.layer == 3)
    #expect(try model.tensor("flags").role == .constant)
    #expect(try model.tensor("net.layers.99999999999999999999.q_proj.bias").layer == nil)
  }

  @Test func anEmptyCheckpointHasNoFamily() {
    let model = catalogue.canonicalise(Checkpoint([]))
    #expect(model.family == nil && model.tensors.isEmpty)
  }

  @Test(arguments: [13, 1000, 100_000])
  func wrappersWithoutEndAreNoFamily(_ count: Int) throws {
    let prefix = String(repeating: "module.", count: count)
    let fixture = try NameFixture("gpt2-s7")
    let tensors = fixture.tensors.prefix(20).map { Tensor(prefix + $0.name, $0.shape) }
    #expect(catalogue.canonicalise(Checkpoint(tensors)).family == nil)
  }

  /// The cost of a name is bounded by the longest pattern, not by the number of patterns or the
  /// length of the name.
  @Test func aHundredThousandTensorsCostAFewStepsEach() {
    let names = (0..<100_000).map { "model.layers.\($0 / 9).mlp.experts.\($0 % 9).up_proj.weight" }
    let tensors = names.map { Tensor($0, [2, 2]) }
    var matcher = NameMatcher(
      catalogue: catalogue, names: names.map { TensorName($0, transparent: []) })
    let found = matcher.matches(of: tensors).accepted
    #expect(found.contains { $0.byTensor.count == 100_000 })
    #expect(matcher.steps < 100_000 * 40)
    let long = TensorName(String(repeating: "layers.0.", count: 100_000), transparent: [])
    var steps = 0
    #expect(catalogue.trie.matches(of: long, steps: &steps).isEmpty)
    #expect(steps < 400)
  }

  @Test func aHundredThousandTensorsAreCanonicalised() {
    let tensors = (0..<100_000).map {
      Tensor("model.layers.\($0 / 9).mlp.experts.\($0 % 9).up_proj.weight", [2, 2])
    }
    let router = Tensor("model.layers.0.mlp.gate.weight", [9, 2])
    let model = catalogue.canonicalise(Checkpoint(tensors + [router]))
    #expect(model.family == "mixtral" && model.tensors.count == 100_001)
    #expect(model.dimensions["decoder"]?.experts == 9)
  }
}
