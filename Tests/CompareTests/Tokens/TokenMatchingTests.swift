import Canonicalise
import Foundation
import Load
import TestSupport
import Testing

@testable import Compare
@testable import Fingerprint

/// Which token is which, from the embeddings alone.
@Suite struct TokenMatchingTests {
  private static let sizes = ModelWeights.Sizes(
    hidden: 48, layers: 1, heads: 2, keyValueHeads: 2, headSize: 8, feedForward: 16)

  /// An embedding whose directions differ in strength, as trained ones' do.
  private static func weights(seed: UInt64) -> ModelWeights {
    let tokens = (0..<320).map { Array("token \($0)".utf8) }
    var result = ModelWeights(.llama, sizes, tokens: tokens, seed: seed)
    let strengths = (0..<sizes.hidden).map { 3 / (1 + Double($0) / 8) }
    result.embedding = result.embedding.scalingColumns(strengths)
    return result
  }

  private static func cloud(_ weights: ModelWeights) throws -> TokenCloud {
    let model = try ArchitectureCatalogue.bundled().canonicalise(weights.checkpoint("model"))
    return try #require(try TokenCloud(model))
  }

  @Test func tokensInAnotherOrderAndBasisAreFound() throws {
    let original = Self.weights(seed: 1)
    let disguised = original.permutingVocabulary(seed: 2).applying(.residualRotation, seed: 3)
    let (mine, theirs) = (try Self.cloud(disguised), try Self.cloud(original))
    let distance = try #require(Spectra.distance(mine.spectrum, theirs.spectrum))
    #expect(distance < 1e-3)
    let matching = try #require(TokenMatching(subject: mine, reference: theirs))
    #expect(matching.mutualShare > 0.98)
    let ids = Dictionary(uniqueKeysWithValues: (0..<100).map { ($0, 3 * $0) })
    let frame = FrameSummary(
      kind: .tokenStrings, anchorIDs: ids, vocabularySize: 320, rank: 0)
    let found = try matching.anchors(of: frame)
    #expect(found.count == 100)
    let right = found.count { key, id in
      disguised.tokens[id] == original.tokens[3 * key]
    }
    #expect(right == 100)
  }

  /// The rows of an embedding behind those of noise that is louder than all of them.
  private static func behindNoise(
    _ weights: ModelWeights, rows: Int, loudness: Float = 3
  ) throws -> CanonicalModel {
    var checkpoint = weights.checkpoint("model")
    let index = try #require(
      checkpoint.tensors.firstIndex { $0.name == "model.embed_tokens.weight" })
    let own = weights.embedding.floats
    let loudest = own.map { abs($0) }.max() ?? 0
    var random = ModelRandom(seed: 9)
    let noise = random.matrix(rows, sizes.hidden, deviation: Double(loudness * loudest)).floats
    checkpoint.tensors[index] = Tensor(
      checkpoint.tensors[index].name, [rows + own.count / sizes.hidden, sizes.hidden], noise + own)
    checkpoint.metadata.vocabulary = nil
    return try ArchitectureCatalogue.bundled().canonicalise(checkpoint)
  }

  @Test func rowsThatAreLouderThanTheModelsOwnHideNoToken() throws {
    let original = Self.weights(seed: 1)
    let model = try Self.behindNoise(
      original.permutingVocabulary(seed: 2).applying(.residualRotation, seed: 3), rows: 300)
    let embedding = try #require(model.anchorEmbedding)
    let theirs = try Self.cloud(original)
    let clouds = try TokenCloud.clouds(of: embedding, passingOver: [300, 0, 500])
    #expect(clouds.keys.sorted() == [0, 300])
    let whole = try #require(Spectra.distance(clouds[0]?.spectrum ?? [], theirs.spectrum))
    #expect(whole > 0.1)
    let rest = try #require(clouds[300])
    #expect(try #require(Spectra.distance(rest.spectrum, theirs.spectrum)) < 1e-3)
    let matching = try #require(TokenMatching(subject: rest, reference: theirs))
    #expect(matching.mutualShare > 0.98)
    let ids = Dictionary(uniqueKeysWithValues: (0..<100).map { ($0, 3 * $0) })
    let frame = FrameSummary(kind: .tokenStrings, anchorIDs: ids, vocabularySize: 320, rank: 0)
    let found = try matching.anchors(of: frame)
    #expect(found.count == 100 && found.values.allSatisfy { $0 >= 300 })
  }

  /// Rows from elsewhere among the points change who is nearest to whom less than all inner products.
  @Test func rowsAsLoudAsTheModelsOwnHideFewTokens() throws {
    let original = Self.weights(seed: 1)
    let model = try Self.behindNoise(
      original.permutingVocabulary(seed: 2).applying(.residualRotation, seed: 3), rows: 80,
      loudness: 0.2)
    let embedding = try #require(model.anchorEmbedding)
    let mine = try #require(try TokenCloud.clouds(of: embedding, passingOver: [0])[0])
    let matching = try #require(
      TokenMatching(subject: mine, reference: try Self.cloud(original)))
    #expect(matching.mutualShare > TokenMatching.leastShare)
  }

  @Test(arguments: 10..<14) func strangersHaveNoTokensInCommon(seed: Int) throws {
    let mine = try Self.cloud(Self.weights(seed: UInt64(seed)))
    let theirs = try Self.cloud(Self.weights(seed: 1))
    let distance = try #require(Spectra.distance(mine.spectrum, theirs.spectrum))
    #expect(distance > 0.015)
    let matching = TokenMatching(subject: mine, reference: theirs)
    #expect(matching?.mutualShare ?? 0 < TokenMatching.leastShare)
  }

  @Test func steepSpectraOfStrangersAreNotTakenForOne() throws {
    let steep = (1...128).map { Float(pow(Double($0), -3)) }
    let other = steep.enumerated().map { $1 * ($0.isMultiple(of: 2) ? 1.02 : 0.98) }
    let near = steep.enumerated().map { 7 * $1 * ($0.isMultiple(of: 2) ? 1.004 : 0.996) }
    #expect(try #require(Spectra.distance(steep, other)) < 0.015)
    #expect(!Spectra.areEqual(steep, other, within: 0.015, logarithms: 0.01))
    #expect(Spectra.areEqual(steep, near, within: 0.015, logarithms: 0.01))
  }

  @Test(arguments: [1e37, 1e-43]) func sumsBeyondFloatsMakeNoSpectrum(factor: Double) throws {
    var weights = Self.weights(seed: 4)
    weights.embedding = weights.embedding.scalingColumns(
      Array(repeating: factor, count: Self.sizes.hidden))
    let model = try ArchitectureCatalogue.bundled().canonicalise(weights.checkpoint("model"))
    let spectrum = try TokenCloud(model)?.spectrum ?? []
    #expect(spectrum.allSatisfy { $0.isFinite && $0 > 0 })
    let fingerprint = try Fingerprinter(threads: 1).fingerprint(model)
    #expect(FingerprintCheck.problem(in: fingerprint) == nil)
  }
}
