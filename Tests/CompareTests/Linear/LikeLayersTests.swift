import Fingerprint
import Load
import TestSupport
import Testing

@testable import Compare

/// Networks whose matrices are all of one shape: what they have in common is subtracted, so that of n those
/// of a copy have −1/(n − 1) with each other's counterparts.
@Suite struct LikeLayersTests {
  private static func compare(_ a: DenseNetwork, _ b: DenseNetwork) throws -> LinearEvidence {
    let maker = Fingerprinter(threads: 1)
    return Comparer.compare(
      try maker.fingerprint(a.model), with: try maker.fingerprint(b.model), id: "reference"
    ).linear
  }

  @Test(arguments: [3, 4, 6])
  func aNoisyCopyOfLayersOfOneShapeIsFarBeyondChance(layers: Int) throws {
    let widths = [Int](repeating: 40, count: layers + 1)
    let network = DenseNetwork(widths: widths, seed: 31).reordered(seed: 5)
    let evidence = try Self.compare(network.trained(0.05, seed: 7), network)
    #expect(evidence.mean > 0.9)
    #expect(evidence.z > 8)
  }

  @Test(arguments: [3, 4, 6])
  func strangersWithLayersOfOneShapeAreNot(layers: Int) throws {
    let widths = [Int](repeating: 40, count: layers + 1)
    for seed in 0..<40 as Range<UInt64> {
      let evidence = try Self.compare(
        DenseNetwork(widths: widths, seed: 2 * seed + 100),
        DenseNetwork(widths: widths, seed: 2 * seed + 101))
      #expect(evidence.z < 4.5)
    }
  }

  /// Either turn of a square matrix may be the counterpart then: half of all cosines are those of the other turn.
  @Test(arguments: [3, 4, 5, 6], [false, true])
  func aNoisyCopyOfSquareLayersIsFoundUnderNamesThatMeanNothing(layers: Int, isTurned: Bool)
    async throws
  {
    let (copy, original) = Self.anonymousCopy(layers: layers, isTurned: isTurned)
    let evidence = Comparer.compare(
      try await Models.fingerprint(copy), with: try await Models.fingerprint(original),
      id: "reference"
    ).linear
    #expect(evidence.mean > 0.9)
    #expect(evidence.z > 8)
  }

  @Test(arguments: [3, 4, 5, 6])
  func strangersWithSquareLayersUnderSuchNamesAreNot(layers: Int) async throws {
    for seed in 0..<40 as Range<UInt64> {
      let (mine, _) = Self.anonymousCopy(
        layers: layers, isTurned: seed % 2 == 1, seed: 2 * seed + 100)
      let (_, theirs) = Self.anonymousCopy(layers: layers, isTurned: false, seed: 2 * seed + 101)
      let evidence = Comparer.compare(
        try await Models.fingerprint(mine), with: try await Models.fingerprint(theirs),
        id: "reference"
      ).linear
      #expect(evidence.z < 4.5)
    }
  }

  /// - Returns: a copy of all layers with noise, in reverse order and turned if asked for; and the original.
  private static func anonymousCopy(
    layers: Int, isTurned: Bool, seed: UInt64 = 41
  ) -> (copy: Checkpoint, original: Checkpoint) {
    var random = ModelRandom(seed: seed)
    let matrices = (0..<layers).map { _ in random.matrix(40, 40, deviation: 1) }
    let noisy = matrices.reversed().map {
      $0.combined(1, random.matrix(40, 40, deviation: 1), 0.08)
    }
    return (
      Models.anonymous(noisy.map { isTurned ? $0.transposed : $0 }), Models.anonymous(matrices)
    )
  }
}
