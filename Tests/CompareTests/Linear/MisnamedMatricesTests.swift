import Canonicalise
import Load
import TestSupport
import Testing

@testable import Compare
@testable import Fingerprint

/// Names give roles, and whoever hides a model may deal them anew.
@Suite struct MisnamedMatricesTests {
  static let original = ModelWeights(.llama, .init(), tokens: Models.tokens(100), seed: 730)

  private static let dealt = [
    "q_proj": "o_proj", "o_proj": "q_proj", "k_proj": "v_proj", "v_proj": "k_proj",
    "gate_proj": "up_proj", "up_proj": "gate_proj", "embed_tokens": "lm_head",
    "lm_head": "embed_tokens",
  ]

  /// With names of matrices of one shape exchanged for each other's.
  private static func misnamed(_ weights: ModelWeights) async throws -> ModelFingerprint {
    var checkpoint = weights.checkpoint("misnamed")
    for index in checkpoint.tensors.indices {
      let words = checkpoint.tensors[index].name.split(separator: ".").map { word in
        dealt[String(word)] ?? String(word)
      }
      checkpoint.tensors[index].name = words.joined(separator: ".")
    }
    return try await Models.fingerprint(checkpoint)
  }

  @Test func numbersAreFoundUnderTheNamesOfOtherRoles() async throws {
    let reference = try await Models.fingerprint(Self.original)
    let subject = try await Self.misnamed(Self.original.trained(0.1, seed: 731))
    let found = Comparer.compare(subject, with: reference, id: "reference")
    #expect(!found.readsRoles)
    #expect(found.linear.z > 10)
    #expect(found.linear.mean > 0.95)
    let matrices = subject.tensors.indices.filter { subject.tensors[$0].matrix != nil }
    for index in matrices {
      let pair = try #require(found.pairs[index])
      #expect(pair.cosine > 0.9)
      let (mine, theirs) = (subject.tensors[index], reference.tensors[pair.reference])
      #expect(!pair.transposed && mine.shape == theirs.shape)
      let sketch = try #require(found.sketch(pair, of: mine))
      let own = try #require(found.subjectSketch(index, of: mine))
      #expect(own.cosine(sketch) > 0.9)
    }
    #expect(found.misnamed > 0)
    let layers = try #require(found.layers.first?.counterparts)
    #expect(layers.enumerated().allSatisfy { $0 == $1.reference && $1.similarity > 0.9 })
  }

  @Test func rolesOfStrangersStand() async throws {
    let reference = try await Models.fingerprint(Self.original)
    let stranger = ModelWeights(.llama, .init(), tokens: Models.tokens(100), seed: 732)
    let found = Comparer.compare(
      try await Self.misnamed(stranger), with: reference, id: "reference")
    #expect(found.readsRoles && found.misnamed == 0)
    #expect(found.linear.z < 4)
  }

  @Test func rolesThatTheNumbersConfirmStand() async throws {
    let reference = try await Models.fingerprint(Self.original)
    let subject = try await Models.fingerprint(Self.original.trained(0.3, seed: 733))
    let found = Comparer.compare(subject, with: reference, id: "reference")
    #expect(found.readsRoles && found.misnamed == 0)
  }

  /// A projection that writes into the residual stream is looked at the other way round than one of no known role.
  @Test func matricesWithoutANameAreTransposedOnlyWhereTheyAre() async throws {
    let reference = try await Models.fingerprint(Self.original)
    let subject = try await Models.fingerprint(
      Models.renamed(Self.original.trained(0.1, seed: 734).checkpoint("renamed")))
    let pairs = Correspondence(subject: subject, reference: reference).pairs()
    for index in subject.tensors.indices where subject.tensors[index].matrix != nil {
      let pair = try #require(pairs[index])
      #expect(pair.cosine > 0.9 && !pair.transposed)
    }
  }
}
