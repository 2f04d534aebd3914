import TestSupport
import Testing

@testable import Fingerprint

@Suite struct AnchorFrameTests {
  /// Fewer and more anchors than dimensions, and as many.
  @Test(arguments: [(64, 24), (96, 96), (80, 200), (300, 64), (257, 256)])
  func hasTheNormOfSixtyFourDirections(anchors: Int, hidden: Int) throws {
    let frame = try #require(Self.frame(Self.embeddings(anchors, hidden), anchors: anchors))
    let squares = frame.probes.reduce(0.0) { $0 + Double($1) * Double($1) }
    #expect(frame.probes.count == 64 * hidden)
    #expect(abs(squares.squareRoot() - 8) < 1e-4)
    let directions = min(anchors - 1, hidden)
    let rank = directions - min(32, directions / 2)
    // Of as many anchors as dimensions some directions are next to nothing.
    let quiet = abs(anchors - hidden) < 2 ? directions / 20 : 0
    #expect((rank - quiet...rank).contains(frame.rank), "32 dropped, or half")
  }

  /// Dimensions in which tokens hardly differ are no directions of the frame, be they few or reached step by step.
  @Test(arguments: [(6, 0), (40, 0), (64, 6)])
  func quietDimensionsAreLeftOut(more: Int, steps: Int) throws {
    let embeddings = Self.embeddings(300, 64)
    var random = ModelRandom(seed: 105)
    let noise = random.matrix(300, more, deviation: 1)
    let padded = ModelMatrix(rows: 300, columns: 64 + more) { row, column in
      if column < 64 { return embeddings[row, column] }
      let step = min(column - 63, steps == 0 ? 8 : steps + 1)
      return noise[row, column - 64] * (0..<step).reduce(1) { level, _ in level / 3 }
    }
    let frame = try #require(Self.frame(padded, anchors: 300))
    let plain = try #require(Self.frame(embeddings, anchors: 300))
    #expect((plain.rank...plain.rank + 3).contains(frame.rank))
    let probes = Self.probes(frame)
    let aloud = (0..<64).flatMap { row in (64 + 3..<64 + more).map { abs(probes[row, $0]) } }
    let own = (0..<64).map { abs(probes[0, $0]) }.reduce(0, +) / 64
    #expect(aloud.allSatisfy { $0 < 0.1 * own })
  }

  @Test(arguments: [(80, 200), (300, 64)])
  func turnsWithTheEmbeddings(anchors: Int, hidden: Int) throws {
    var random = ModelRandom(seed: 101)
    let embeddings = Self.embeddings(anchors, hidden)
    let rotation = random.orthogonal(hidden)
    let frame = try #require(Self.frame(embeddings, anchors: anchors))
    let turned = try #require(Self.frame(embeddings * rotation, anchors: anchors))
    let expected = Self.probes(frame) * rotation
    let found = Self.probes(turned)
    #expect(zip(expected.values, found.values).allSatisfy { abs($0 - $1) < 1e-4 })
    #expect(zip(frame.gram, turned.gram).allSatisfy { abs($0 - $1) < 1e-4 })
  }

  /// Whitening: only the directions count, so neither scale nor a common offset does.
  @Test func doesNotSeeScaleAndOffset() throws {
    let embeddings = Self.embeddings(120, 48)
    let shifted = ModelMatrix(rows: 120, columns: 48) { 30 * embeddings[$0, $1] + Double($1) }
    let (a, b) = (
      try #require(Self.frame(embeddings, anchors: 120)),
      try #require(Self.frame(shifted, anchors: 120))
    )
    #expect(zip(a.probes, b.probes).allSatisfy { abs($0 - $1) < 1e-4 })
  }

  /// The head is what independent models have in common: a direction that dominates must not show.
  @Test func dropsTheDominantDirections() throws {
    var random = ModelRandom(seed: 102)
    let embeddings = Self.embeddings(200, 64)
    let (profile, direction) = (random.vector(200, deviation: 1), random.vector(64, deviation: 1))
    let dominated = ModelMatrix(rows: 200, columns: 64) {
      embeddings[$0, $1] + 50 * profile[$0] * direction[$1]
    }
    let frame = try #require(Self.frame(dominated, anchors: 200))
    let along = Self.probes(frame) * ModelMatrix(rows: 64, columns: 1, values: direction)
    let norm = direction.reduce(0) { $0 + $1 * $1 }.squareRoot()
    #expect(along.values.allSatisfy { abs($0) / norm < 0.01 })
  }

  @Test func leavesNoiseDirectionsOfDeficientEmbeddingsOut() throws {
    var random = ModelRandom(seed: 103)
    for (anchors, hidden) in [(200, 96), (80, 200)] {
      let low = random.matrix(anchors, 40, deviation: 1) * random.matrix(40, hidden, deviation: 1)
      let frame = try #require(Self.frame(low, anchors: anchors))
      #expect(frame.rank == 20, "half of 40 directions dropped")
    }
  }

  @Test func survivesDuplicateAnchors() throws {
    let distinct = Self.embeddings(70, 32)
    let doubled = distinct.rows((0..<140).map { $0 % 70 })
    let frame = try #require(Self.frame(doubled, anchors: 140))
    #expect(frame.probes.allSatisfy { $0.isFinite })
    #expect(frame.rank == 16)
    // More dimensions than anchors, half of which say nothing new.
    let wide = Self.embeddings(50, 300).rows((0..<100).map { $0 % 50 })
    let wideFrame = try #require(Self.frame(wide, anchors: 100))
    #expect(wideFrame.probes.allSatisfy { $0.isFinite })
    #expect(wideFrame.rank <= 49)
  }

  @Test func refusesTooLittle() {
    #expect(Self.frame(Self.embeddings(63, 32), anchors: 63) == nil, "anchors")
    #expect(Self.frame(Self.embeddings(100, 7), anchors: 100) == nil, "dimensions")
    let zero = ModelMatrix(rows: 100, columns: 32) { _, _ in 0 }
    #expect(Self.frame(zero, anchors: 100) == nil, "all zero")
    let equal = ModelMatrix(rows: 100, columns: 32) { _, column in Double(column) }
    #expect(Self.frame(equal, anchors: 100) == nil, "all rows equal")
    let low = Self.embeddings(10, 32).rows((0..<100).map { $0 % 10 })
    #expect(Self.frame(low, anchors: 100) == nil, "rank 9")
    let infinite = ModelMatrix(rows: 100, columns: 32) { row, _ in row == 3 ? 1e300 : 1 }
    #expect(Self.frame(infinite, anchors: 100) == nil, "overflow")
    #expect(
      AnchorFrame(
        embeddings: [1, 2], anchors: Array(AnchorList.standard.tokens.prefix(100)),
        hidden: 32) == nil, "count")
  }

  @Test func aVocabularyWithFewAnchorsBlindsNobody() async throws {
    // Of 40 words of the list and as many tokens of its own.
    let own = try await Models.fingerprint(
      ModelWeights(.llama, .init(), tokens: Models.tokens(40), seed: 104))
    #expect(own.frame?.kind == .tokenStrings)
    #expect(own.frame?.anchorIDs.count == 80)
    #expect(!own.circuits.isEmpty)
    let small = try await Models.fingerprint(
      ModelWeights(.llama, .init(), tokens: Models.tokens(20), seed: 104))
    #expect(small.frame == nil && small.circuits.isEmpty)
    #expect(small.notes.contains { $0.contains("only 40 anchor tokens") })
  }

  private static func frame(_ embeddings: ModelMatrix, anchors: Int) -> AnchorFrame? {
    AnchorFrame(
      embeddings: embeddings.values, anchors: Array(AnchorList.standard.tokens.prefix(anchors)),
      hidden: embeddings.columns)
  }

  private static func probes(_ frame: AnchorFrame) -> ModelMatrix {
    ModelMatrix(rows: 64, columns: frame.hidden, values: frame.probes.map(Double.init))
  }

  private static func embeddings(_ anchors: Int, _ hidden: Int) -> ModelMatrix {
    var random = ModelRandom(seed: UInt64(anchors * 1000 + hidden))
    return random.matrix(anchors, hidden, deviation: 1)
  }
}
