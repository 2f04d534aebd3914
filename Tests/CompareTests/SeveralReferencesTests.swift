import Fingerprint
import TestSupport
import Testing

@testable import Compare

@Suite struct SeveralReferencesTests {
  /// What of the subject all of them have in common is made once.
  @Test(arguments: [false, true])
  func eachIsComparedAsIfItWereAlone(settlesEarly: Bool) async throws {
    let parent = ModelWeights(.llama, .init(), tokens: Models.tokens(100), seed: 730)
    let subject = try await Models.fingerprint(parent.trained(0.3, seed: 731))
    var references = [("parent", try await Models.fingerprint(parent))]
    for seed in [732, 733] as [UInt64] {
      let stranger = ModelWeights(.llama, .init(), tokens: Models.tokens(100), seed: seed)
      references.append(("stranger-\(seed)", try await Models.fingerprint(stranger)))
    }
    let wide = ModelWeights(.llama, .init(layers: 4), tokens: Models.tokens(100), seed: 734)
    references.append(("deeper", try await Models.fingerprint(wide)))
    let together = Comparer.compare(
      subject, with: references.map { (id: $0.0, fingerprint: $0.1) },
      settlesEarly: settlesEarly, threads: 2)
    for (reference, found) in zip(references, together) {
      let alone = Comparer.compare(
        subject, with: [(id: reference.0, fingerprint: reference.1)], settlesEarly: settlesEarly,
        threads: 1)[0]
      #expect(found.linear == alone.linear, "\(reference.0)")
      #expect(found.circuits?.z == alone.circuits?.z, "\(reference.0)")
      #expect(found.circuits?.means == alone.circuits?.means, "\(reference.0)")
    }
    #expect(together[0].linear.z > 6)
  }
}
