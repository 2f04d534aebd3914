import Fingerprint
import Foundation
import Load
import TestSupport
import Testing

@testable import Compare

/// What several references hold byte for byte, though they are strangers otherwise, is nobody's of them.
@Suite struct ThirdPartiesTests {
  /// Strangers that took one tensor from a third.
  private static func models(_ count: Int, sharing shape: [Int]) async throws -> [ModelFingerprint]
  {
    var source = ModelRandom(seed: 900)
    // Heavy tails and a direction in common: as training leaves numbers, and no generator draws them.
    let columns = shape.last ?? 1
    let draws = source.matrix(1, shape.reduce(1, *), deviation: 1).floats
    let numbers = draws.enumerated().map { place, draw in
      draw * abs(draw) + draws[place % columns] * draws[place / columns * 7 % draws.count]
    }
    var result: [ModelFingerprint] = []
    for seed in 0..<count {
      var random = ModelRandom(seed: UInt64(910 + seed))
      let own = (0..<6).map { _ in random.matrix(64, 48, deviation: 1) }
      var model = Models.anonymous(own)
      model.tensors.append(Tensor("sampler.rates", shape, numbers))
      result.append(try await Models.fingerprint(model))
    }
    return result
  }

  @Test(arguments: [[6000], [100, 60]])
  func aTensorThatUnrelatedReferencesHoldIsNobodysOfThem(shape: [Int]) async throws {
    let models = try await Self.models(4, sharing: shape)
    let found = Comparer.compare(
      models[0], with: models.dropFirst().enumerated().map { ("reference-\($0)", $1) },
      settlesEarly: false, threads: 1)
    for comparison in found {
      #expect(comparison.common.map(\.tensor) == ["sampler.rates"])
      #expect(comparison.common.map(\.origin) == [.thirdParty(holders: 3)])
      #expect(comparison.linear.equal.isEmpty)
      #expect(comparison.linear.z < 5)
    }
  }

  @Test(arguments: [[6000], [100, 60]])
  func besideOneReferenceNobodyCanTellWhoseItIs(shape: [Int]) async throws {
    let models = try await Self.models(2, sharing: shape)
    let found = Comparer.compare(
      models[0], with: [("reference", models[1])], settlesEarly: false, threads: 1)
    #expect(found[0].common.isEmpty)
    #expect(found[0].linear.equal.count == 1)
  }

  /// A table of kernels, of which nobody could say whose it is, whoever has it, cast or not.
  @Test(arguments: [0, 0.02])
  func whatNothingShowsToBeLearnedIsNoDescentBesideOneReferenceEither(noise: Double) async throws {
    var models: [ModelFingerprint] = []
    for seed in 0..<2 {
      var random = ModelRandom(seed: UInt64(940 + seed))
      let own = (0..<6).map { _ in random.matrix(64, 48, deviation: 1) }
      var model = Models.anonymous(own)
      var places = ModelRandom(seed: 960)
      let centres = (0..<160).map { _ in places.uniform() }
      let values = (0..<6000).map { index -> Float in
        let distance = centres[index / 60] - centres[100 + index % 60]
        return Float(exp(-40 * distance * distance) * (1 + noise * random.gaussian()))
      }
      model.tensors.append(Tensor("kernel", [100, 60], values))
      models.append(try await Models.fingerprint(model))
    }
    let found = Comparer.compare(
      models[0], with: [("reference", models[1])], settlesEarly: false, threads: 1)
    #expect(found[0].common == [.init(tensor: "kernel", origin: .untrained(.oneSigned))])
    #expect(found[0].linear.equal.isEmpty)
    #expect(found[0].linear.z < 5)
    #expect(found[0].linear.units.allSatisfy { $0.z < 5 })
  }

  /// Draws of no common distribution, among matrices of their own.
  private static func drawing(_ name: String, seed: UInt64) async throws -> ModelFingerprint {
    var random = ModelRandom(seed: seed)
    var model = Models.anonymous((0..<6).map { _ in random.matrix(64, 48, deviation: 1) })
    var draws = ModelRandom(seed: 970)
    let values = draws.matrix(100, 60, deviation: 1).floats.map { $0 * abs($0) }
    model.tensors.append(Tensor(name, [100, 60], values))
    return try await Models.fingerprint(model)
  }

  @Test func drawsThatAReferenceHasAsALayersWeightsAreEvidenceUnderAnyName() async throws {
    let (layer, nameless) = ("layers.3.self_attn.q_proj.weight", "table")
    let learned = try await Self.drawing(layer, seed: 980)
    #expect(learned.tensors.last?.formula == .exchangeable)
    let taken = try await Self.drawing(nameless, seed: 981)
    let found = Comparer.compare(taken, with: learned, id: "reference")
    #expect(found.linear.equal.count == 1 && found.common.isEmpty)
    // In the other direction nothing shows that the reference's are learned.
    let other = Comparer.compare(learned, with: taken, id: "reference")
    #expect(other.common == [.init(tensor: layer, origin: .untrained(.exchangeable))])
    #expect(other.linear.equal.isEmpty)
    var old = learned
    for index in old.tensors.indices { old.tensors[index].formula = nil }
    #expect(Comparer.compare(taken, with: old, id: "old").linear.equal.count == 1)
    var older = taken
    for index in older.tensors.indices { older.tensors[index].formula = nil }
    let among = try await Self.drawing(nameless, seed: 982)
    #expect(Comparer.compare(among, with: older, id: "old").linear.equal.isEmpty)
  }
}
