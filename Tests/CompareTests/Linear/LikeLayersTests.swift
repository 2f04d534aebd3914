import Fingerprint
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
}
