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

  /// What was worked out of a model before changes nothing but the time it takes; and of clear kin, the figures
  /// that are beyond any that is stated.
  @Test func membersOfACollectionAreComparedAsAnyModels() async throws {
    let parent = ModelWeights(
      .llama, .init(hidden: 64, layers: 4), tokens: Models.tokens(200), seed: 740)
    let subject = try await Models.fingerprint(parent.trained(0.2, seed: 741))
    var references: [(id: String, fingerprint: ModelFingerprint)] = []
    for (id, weights) in [
      ("parent", parent), ("kin", parent.trained(0.1, seed: 742)),
      (
        "stranger",
        ModelWeights(.llama, .init(hidden: 64, layers: 4), tokens: Models.tokens(200), seed: 743)
      ),
    ] {
      references.append((id, try await Models.fingerprint(weights)))
    }
    let known = (PreparedModel(subject), references.map { PreparedModel($0.fingerprint) })
    let plain = Comparer.compare(subject, with: references, settlesEarly: false, threads: 1)
    let prepared = Comparer.compare(
      subject, with: references, known: known, settlesEarly: false, threads: 2)
    let settled = Comparer.compare(
      subject, with: references, known: known, settlesEarly: true, settlesKin: true, threads: 2)
    for index in references.indices {
      #expect(prepared[index].pairs == plain[index].pairs)
      #expect(prepared[index].linear == plain[index].linear)
      #expect(prepared[index].layers.map(\.linear) == plain[index].layers.map(\.linear))
      #expect(prepared[index].layers.map(\.circuitsZ) == plain[index].layers.map(\.circuitsZ))
      #expect(prepared[index].circuits?.z == plain[index].circuits?.z)
      #expect(settled[index].pairs == plain[index].pairs)
      #expect(settled[index].linear.mean == plain[index].linear.mean)
      #expect(settled[index].circuits?.means == plain[index].circuits?.means)
      #expect((settled[index].linear.z > 6) == (plain[index].linear.z > 6))
    }
    let kin = Kinship(subject: subject, relatives: Array(prepared.prefix(2)))
    let alone = Kinship(subject: subject, relatives: Array(plain.prefix(2)))
    #expect(kin.candidates == alone.candidates)
    #expect(kin.relatives.map(\.distance) == alone.relatives.map(\.distance))
    #expect(kin.relatives.map(\.drift) == alone.relatives.map(\.drift))
  }
}
