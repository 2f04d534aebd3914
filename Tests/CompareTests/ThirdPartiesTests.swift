import Fingerprint
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
    // Heavy tails: as training leaves numbers, and no generator draws them.
    let numbers = source.matrix(1, shape.reduce(1, *), deviation: 1).floats.map { $0 * abs($0) }
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
}
