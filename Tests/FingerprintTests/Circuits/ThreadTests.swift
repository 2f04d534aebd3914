import Canonicalise
import Load
import TestSupport
import Testing

@testable import Fingerprint

@Suite struct ThreadTests {
  /// Bit for bit, circuits included, with tensors of one leaf and of several.
  @Test(arguments: [2, 8])
  func countDoesNotChangeTheFingerprint(threads: Int) async throws {
    let weights = ModelWeights(.llama, .init(), tokens: Models.tokens(200), seed: 71)
    var checkpoint = weights.checkpoint("llama")
    for index in 0..<2 {
      let values = LinearSketchTests.cheap(1100 * 1000)
      checkpoint.tensors.append(Tensor("large.\(index)", [1100, 1000], values))
    }
    let model = try ArchitectureCatalogue.bundled().canonicalise(checkpoint)
    let alone = try Fingerprinter(threads: 1).fingerprint(model)
    let shared = try Fingerprinter(threads: threads).fingerprint(model)
    #expect(alone.tensors == shared.tensors)
    #expect(alone.circuits == shared.circuits)
    #expect(alone.identity == shared.identity)
    #expect(alone.circuits.count == 2)
  }
}
