import Canonicalise
import Compare
import Fingerprint
import Load
import TestSupport
import Testing

@testable import Judge

/// Parts of a model that claim the same places are read by themselves.
@Suite struct RivalPartsTests {
  private let victim = Models.anchored(seed: 1)

  private func disguised(seed: UInt64) -> ModelWeights {
    victim.applying(.residualRotation, seed: seed).applying(.neurons, seed: seed)
      .applying(.heads, seed: seed).applying(.valueAndOutputBasis, seed: seed)
  }

  /// The tensors of a model under other names.
  private func tensors(
    _ weights: ModelWeights, _ name: (String) -> String
  ) -> [Tensor] {
    weights.checkpoint("other").tensors.map { tensor in
      Tensor(
        name: name(tensor.name), elementType: tensor.elementType, shape: tensor.shape,
        storage: tensor.stored[0].storage)
    }
  }

  /// A model of these tensors.
  private func checkpoint(_ parts: [[Tensor]]) -> Checkpoint {
    var result = victim.checkpoint("subject")
    result.tensors = parts.flatMap(\.self)
    return result
  }

  /// Two models under prefixes of their own.
  private func both(_ first: ModelWeights, _ second: ModelWeights) -> Checkpoint {
    checkpoint([tensors(first) { "actor." + $0 }, tensors(second) { $0 }])
  }

  @Test func partsThatClaimOnePlaceAreReadByThemselves() async throws {
    let subject = both(Models.anchored(seed: 7), disguised(seed: 8))
    let whole = try await Models.fingerprint(subject)
    let rivals = try #require(RivalParts(whole))
    #expect(rivals.prefixes == ["", "actor"])
    #expect(rivals.isComplete)
    #expect(rivals.readings.map(\.prefix) == ["", "actor", "", "actor"])
    #expect(rivals.readings[0].embedding == "model.embed_tokens.weight")
    let model = try Models.canonical(subject)
    let reference = try await Models.fingerprint(victim.checkpoint("victim"))
    var means: [Double] = []
    for reading in rivals.readings {
      let own = try Fingerprinter(threads: 1).fingerprint(reading.applied(to: model))
      // What is not read is no evidence, of whatever reference.
      #expect(own.tensors.filter(\.isEvidence).allSatisfy { !reading.demoted.contains($0.name) })
      #expect(own.isOfReading && !whole.isOfReading)
      #expect((0.4...0.6).contains(reading.share(of: whole)))
      #expect(RivalParts(own) == nil)
      #expect(own.identity.digest == whole.identity.digest)
      let comparison = Comparer.compare(own, with: reference, id: "victim")
      means.append(comparison.circuits?.mean ?? 0)
    }
    #expect(means[0] > 0.99)
    #expect(means.dropFirst().allSatisfy { abs($0) < 0.1 })
  }

  @Test func layersThatTheConfigurationDoesNotCountAreLeftOutOfAReading() async throws {
    let count = victim.sizes.layers
    let spare = tensors(Models.anchored(seed: 3)) {
      $0.replacing("layers.0.", with: "layers.\(count).")
    }.filter { $0.name.contains("layers.\(count).") }
    let subject = checkpoint([tensors(victim) { $0 }, spare])
    let parts = try #require(RivalParts(try await Models.fingerprint(subject)))
    #expect(parts.prefixes.isEmpty && parts.isComplete && parts.readings.count == 1)
    let reading = try #require(parts.readings.first)
    #expect(reading.prefix == nil && reading.embedding == nil)
    #expect(reading.demoted == Set(spare.map(\.name)))
    let rest = reading.extracted(from: try Models.canonical(subject))
    #expect(rest.tensors.count == subject.tensors.count - spare.count)
    // One embedding more, of another component, does not take that reading away.
    let decoy = Tensor(
      "encoder.embed_tokens.weight", [160, 64],
      Models.anchored(seed: 4).embedding.floats)
    let more = checkpoint([[decoy], tensors(victim) { $0 }, spare])
    let readings = try #require(RivalParts(try await Models.fingerprint(more))).readings
    #expect(readings.map(\.embedding) == [nil, "encoder.embed_tokens.weight"])
    #expect(readings.allSatisfy { $0.demoted.isSuperset(of: spare.map(\.name)) })
  }

  @Test func unreadRivalsAreNotCleared() async throws {
    let subject = both(Models.anchored(seed: 7), Models.anchored(seed: 9))
    let judgement = try await Models.judge(subject, against: [victim.checkpoint("victim")])
    #expect(judgement.verdict.relation == .inconclusive)
    #expect(judgement.verdict.statement == .rivalParts)
  }

  /// Circuits of the best reading.
  private func mean(of rivals: RivalParts, in subject: Checkpoint) async throws -> Double {
    let model = try Models.canonical(subject)
    let reference = try await Models.fingerprint(victim.checkpoint("victim"))
    let means = try rivals.readings.map { reading in
      let own = try Fingerprinter(threads: 1).fingerprint(reading.applied(to: model))
      return Comparer.compare(own, with: reference, id: "victim").circuits?.mean ?? 0
    }
    return means.max() ?? 0
  }

  @Test func partsOfNoKnownFamilyAreComparedToo() async throws {
    let subject = checkpoint([
      tensors(Models.anchored(seed: 7)) { "a." + $0 }, tensors(disguised(seed: 8)) { "z." + $0 },
    ])
    let rivals = try #require(RivalParts(try await Models.fingerprint(subject)))
    #expect(rivals.prefixes == ["a", "z"])
    #expect(try await mean(of: rivals, in: subject) > 0.99)
  }

  /// Another family has other names: nothing but the prefix tells the parts apart.
  @Test(arguments: ["zzz.", "vision_tower."])
  func aModelHiddenBehindAnotherFamilyIsFound(_ prefix: String) async throws {
    let front = ModelWeights(.gpt2, victim.sizes, tokens: victim.tokens, seed: 7)
    let subject = checkpoint([
      tensors(front) { $0 }, tensors(disguised(seed: 8)) { prefix + $0 },
    ])
    let rivals = try #require(RivalParts(try await Models.fingerprint(subject)))
    #expect(rivals.prefixes == ["", String(prefix.dropLast())])
    #expect(try await mean(of: rivals, in: subject) > 0.99)
  }

  /// It reads one of them; what is declared of that one does not speak for the others.
  @Test func aQuickLookAtOneOfSeveralModelsClearsNone() async throws {
    let subject = checkpoint([
      tensors(victim) { "policy." + $0 }, tensors(disguised(seed: 8)) { "reward." + $0 },
    ])
    let look = try Fingerprinter(threads: 1).look(at: Models.canonical(subject))
    let reference = try await Models.fingerprint(victim.checkpoint("victim"))
    let comparison = Comparison(
      subject: look.fingerprint,
      references: [Comparer.compare(look.fingerprint, with: reference, id: "victim")])
    let finding = Judge(declared: ["victim"]).judge(comparison, look: look).finding(.inconclusive)
    #expect(finding?.fact == .modelsNotLookedAt(["reward"]))
    #expect(finding?.level == .info)
  }

  @Test func modelsSideBySideAreNoMixture() async throws {
    let (policy, reward) = (Models.anchored(seed: 7), Models.anchored(seed: 9))
    let subject = try await Models.fingerprint(
      checkpoint([
        tensors(policy) { "policy." + $0 }, tensors(reward) { "reward." + $0 },
      ]))
    var comparisons: [ReferenceComparison] = []
    for (weights, id) in [(policy, "policy"), (reward, "reward")] {
      let reference = try await Models.fingerprint(weights.checkpoint(id))
      comparisons.append(Comparer.compare(subject, with: reference, id: id))
    }
    let units = Mixture.fit(subject, to: comparisons)
    let components = Set(units.map(\.key.component))
    #expect(components.count == 6 && components.contains("reward/embedding"))
    #expect(units.allSatisfy { unit in unit.coefficients.count { $0 > 0.01 } <= 1 })
  }

  @Test func ofThreePartsEachIsRead() async throws {
    let parts = ["a.", "b.", "c."].enumerated().map { seed, prefix in
      tensors(Models.anchored(seed: UInt64(seed) + 3)) { prefix + $0 }
    }
    let subject = checkpoint(parts)
    let rivals = try #require(RivalParts(try await Models.fingerprint(subject)))
    #expect(rivals.prefixes == ["a", "b", "c"])
    #expect(rivals.readings.prefix(3).map(\.prefix) == ["a", "b", "c"])
    // Three stacks with three embeddings are nine ways.
    #expect(!rivals.isComplete)
    let own = try Fingerprinter(threads: 1)
      .fingerprint(rivals.readings[0].applied(to: Models.canonical(subject)))
    #expect(RivalParts(own) == nil)
    #expect(!own.circuits.contains { ModelReading.leavesOut($0.component) })
  }

  @Test func anEmbeddingOfAnotherComponentLeadsNobodyAstray() async throws {
    let decoy = tensors(Models.anchored(seed: 7)) { $0 }.filter { $0.name.contains("embed_tokens") }
      .map { tensor in
        Tensor(
          name: "encoder.embed_tokens.weight", elementType: tensor.elementType, shape: tensor.shape,
          storage: tensor.stored[0].storage)
      }
    let subject = checkpoint([decoy, tensors(disguised(seed: 8)) { $0 }])
    let judgement = try await Models.judge(subject, against: [victim.checkpoint("victim")])
    #expect(judgement.parents.map(\.reference) == ["victim"])
  }

  @Test func anEmbeddingWithMoreLayersIsNotTheOnlyOneRead() async throws {
    let sizes = ModelWeights.Sizes(layers: 4)
    let tower = ModelWeights(.llama, sizes, tokens: Models.anchored(seed: 7).tokens, seed: 9)
    let decoy = tensors(tower) { "audio_tower." + $0 }
    let subject = checkpoint([decoy, tensors(disguised(seed: 8)) { $0 }])
    let whole = try await Models.fingerprint(subject)
    let rivals = try #require(RivalParts(whole))
    #expect(rivals.prefixes == ["", "audio_tower"])
    #expect(rivals.isComplete)
    #expect(rivals.readings.map(\.embedding).contains("model.embed_tokens.weight"))
    #expect(try await mean(of: rivals, in: subject) > 0.99)
  }

  /// Components of no known family are paired by what their circuits show, which convicts no stranger.
  @Test func stacksOfOtherNamesArePairedByTheirCircuits() async throws {
    let tower = tensors(Models.anchored(seed: 9)) { "audio_tower." + $0 }
      .filter { $0.name.contains("layers.") }
    let victims = [victim.checkpoint("victim")]
    for (own, isFound) in [(disguised(seed: 8), true), (Models.anchored(seed: 12), false)] {
      let subject = checkpoint([tower, tensors(own) { "foo." + $0 }])
      let judgement = try await Models.judge(subject, against: victims)
      #expect(judgement.parents.isEmpty == !isFound)
    }
  }

  /// Kinship, read off numbers in place, speaks of the part beside it alone.
  @Test func aReorderedModelIsFoundBesideAPartInPlace() async throws {
    let own = ModelWeights(.gpt2, ModelWeights.Sizes(), tokens: victim.tokens, seed: 1)
    let disguised = own.applying(.residualPermutation, seed: 8).applying(.neurons, seed: 8)
      .applying(.heads, seed: 8)
    let beside = Models.anchored(seed: 7)
    let layers = tensors(beside) { "actor." + $0 }.filter { $0.name.contains("layers.") }
    let subject = checkpoint([layers, tensors(disguised) { $0 }])
    let judgement = try await Models.judge(
      subject, against: [own.checkpoint("own"), beside.checkpoint("beside")])
    #expect(judgement.parents.contains { $0.reference == "own" })
  }

  @Test func layersThatNoEmbeddingFitsAreNoRivals() async throws {
    let sizes = ModelWeights.Sizes(hidden: 48, headSize: 12)
    let towers = [4, 5].map { seed in
      tensors(ModelWeights(.llama, sizes, tokens: victim.tokens, seed: seed)) {
        "vision_tower.\(seed)." + $0
      }.filter { $0.name.contains("layers.") }
    }
    let subject = checkpoint(towers + [tensors(victim) { $0 }])
    #expect(RivalParts(try await Models.fingerprint(subject)) == nil)
  }

  @Test func attentionsOfOneLayerAreReadOneByOne() async throws {
    let others = (4...6).map { seed in
      tensors(Models.anchored(seed: seed)) {
        $0.replacing("model.", with: "x.").replacing(
          "self_attn", with: "attention\(seed).self_attn")
      }.filter { $0.name.contains("self_attn") }
    }
    // Under a name of no family for the embedding.
    let own = tensors(victim) {
      "x."
        + $0.dropFirst($0.hasPrefix("model.") ? 6 : 0)
        .replacing("embed_tokens", with: "word_embeddings")
    }
    let model = try await Models.fingerprint(checkpoint(others + [own]))
    let rivals = try #require(RivalParts(model))
    #expect(rivals.prefixes.isEmpty)
    #expect(rivals.readings.count == 4)
    #expect(rivals.isComplete)
    // Told apart by other words for the keys than for the rest.
    let mixed = others[0].map { tensor in
      Tensor(
        name: tensor.name.contains("k_proj")
          ? tensor.name.replacing("attention4", with: "zz") : tensor.name,
        elementType: tensor.elementType, shape: tensor.shape, storage: tensor.stored[0].storage)
    }
    let open = RivalParts(try await Models.fingerprint(checkpoint([mixed, own])))
    #expect(try #require(open).isOpen)
  }

  @Test func ofHundredsOfPartsNoneIsReadAndNothingIsCleared() async throws {
    var random = ModelRandom(seed: 5)
    let all = (0..<200).flatMap { number in
      ["model.embed_tokens.weight", "model.layers.0.self_attn.q_proj.weight"].map { name in
        Tensor("p\(number).\(name)", [8, 8], random.matrix(8, 8, deviation: 1).floats)
      }
    }
    let rivals = try #require(RivalParts(try await Models.fingerprint(checkpoint([all]))))
    #expect(rivals.prefixes.count == 200)
    #expect(rivals.readings.isEmpty)
    #expect(rivals.isOpen)
  }
}
