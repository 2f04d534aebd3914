import Load
import Testing

@testable import Canonicalise

/// Models under prefixes that no wrapper is known to make, alone and beside each other.
@Suite struct WholeModelsTests {
  private let catalogue: ArchitectureCatalogue
  private let llama: NameFixture
  private let gpt2: NameFixture

  init() throws {
    catalogue = try ArchitectureCatalogue.shared.get()
    llama = try NameFixture("llama-s1")
    gpt2 = try NameFixture("gpt2-s7")
  }

  private func tensors(
    _ fixture: NameFixture, behind prefix: String, where isTaken: (String) -> Bool = { _ in true }
  ) -> [Tensor] {
    fixture.tensors.filter { isTaken($0.name) }.map { Tensor(prefix + $0.name, $0.shape) }
  }

  /// Component, role, layer and part of each tensor, by its name without the prefix.
  private func places(_ model: CanonicalModel, behind prefix: String) -> [String: String] {
    let own = model.tensors.filter { $0.name.hasPrefix(prefix) }
    return Dictionary(
      uniqueKeysWithValues: own.map { tensor in
        let component = WrappedComponent(tensor.component).name
        return (
          String(tensor.name.dropFirst(prefix.count)),
          "\(component) \(tensor.role) \(tensor.layer ?? -1) \(tensor.view)"
        )
      })
  }

  @Test(arguments: NameFixture.all)
  func noPublishedModelIsTakenForSeveral(_ fixture: NameFixture) {
    let model = catalogue.canonicalise(fixture.checkpoint())
    #expect(model.wrapped.isEmpty)
    #expect(model.tensors.allSatisfy { WrappedComponent($0.component).prefix == nil })
  }

  @Test(arguments: ["reward.", "my.own.llm.", "m.1.", "reward_model.", "vision_tower.", "encoder."])
  func aModelBehindAnyPrefixIsReadByItsDefinition(_ prefix: String) {
    for fixture in [llama, gpt2] {
      let plain = catalogue.canonicalise(
        Checkpoint(tensors(fixture, behind: ""), config: fixture.config))
      let model = catalogue.canonicalise(
        Checkpoint(tensors(fixture, behind: prefix), config: fixture.config))
      #expect(model.family == plain.family)
      #expect(model.dimensions == plain.dimensions)
      #expect(model.wrapped.isEmpty)
      #expect(places(model, behind: prefix) == places(plain, behind: ""))
    }
  }

  @Test(arguments: ["reward.", "my.own.llm.", "vision_tower.", "student.", "lm_head."])
  func wholeModelsBesideEachOtherAreEachReadAsACheckpoint(_ prefix: String) {
    let plain = catalogue.canonicalise(Checkpoint(tensors(llama, behind: ""), config: llama.config))
    let other = catalogue.canonicalise(Checkpoint(tensors(gpt2, behind: "")))
    let checkpoint = Checkpoint(
      tensors(gpt2, behind: prefix) + tensors(llama, behind: ""), config: llama.config)
    let model = catalogue.canonicalise(checkpoint)
    let key = String(prefix.dropLast())
    #expect(model.family == plain.family)
    #expect(model.contradictions.isEmpty)
    #expect(Array(model.wrapped.keys) == [key])
    let wrapped = model.tensors.filter { WrappedComponent($0.component).prefix == key }
    #expect(Set(wrapped.map(\.source.name)) == Set(tensors(gpt2, behind: prefix).map(\.name)))
    var parts = model
    parts.tensors = wrapped
    #expect(places(parts, behind: prefix).keys.sorted() == places(other, behind: "").keys.sorted())
    #expect(wrapped.contains { $0.component == "\(key)/decoder" && $0.role == .attentionQuery })
    #expect(model.dimensions["decoder"] == plain.dimensions["decoder"])
    #expect(model.dimensions["\(key)/decoder"]?.hidden == other.dimensions["decoder"]?.hidden)
    // In the checkpoint's order, each once.
    let sources = model.tensors.map(\.source.name)
    #expect(sources.first == checkpoint.tensors.first?.name)
    #expect(Set(sources) == Set(checkpoint.tensors.map(\.name)))
  }

  @Test func aSectionOfTheConfigurationIsThatOfThePartOfItsName() {
    let config = #"{"num_attention_heads": 6, "reward_config": {"num_attention_heads": 3}}"#
    let model = catalogue.canonicalise(
      Checkpoint(tensors(llama, behind: "") + tensors(llama, behind: "reward."), config: config))
    #expect(model.dimensions["decoder"]?.heads == 6)
    #expect(model.dimensions["reward/decoder"]?.heads == 3)
  }

  @Test func layersWithoutAnEmbeddingAreNoModel() {
    let model = catalogue.canonicalise(
      Checkpoint(
        tensors(llama, behind: "") + tensors(gpt2, behind: "zzz.") { !$0.contains("wte") }))
    #expect(model.wrapped.isEmpty)
    #expect(!model.notes.isEmpty)
  }

  @Test func ofManyModelsAFixedNumberIsToldApart() {
    let parts = (0..<40).flatMap { tensors(gpt2, behind: "part\($0).") }
    let model = catalogue.canonicalise(Checkpoint(parts))
    #expect(model.wrapped.count == 31)
    #expect(Set(model.tensors.map(\.source.name)).count == parts.count)
  }

  @Test func componentsOfPartsAreNamedByTheirPrefix() {
    let name = WrappedComponent("a.b/c/decoder")
    #expect(name.prefix == "a.b/c" && name.name == "decoder" && name.text == "a.b/c/decoder")
    #expect(WrappedComponent("decoder") == WrappedComponent(prefix: nil, name: "decoder"))
  }
}
