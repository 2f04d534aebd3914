import TestSupport
import Testing

@testable import Compare
@testable import Fingerprint

/// Independent models score like independent models.
///
/// Everything is seeded, so these hold or fail for good.
@Suite struct NullCalibrationTests {
  /// Models of several sizes and groupings.
  static func strangers(_ count: Int, layout: ModelWeights.Layout = .llama) async throws
    -> [ModelFingerprint]
  {
    var result: [ModelFingerprint] = []
    for index in 0..<count {
      let sizes = [
        ModelWeights.Sizes(hidden: 64, layers: 3),
        ModelWeights.Sizes(hidden: 96, layers: 2, heads: 6, keyValueHeads: 3, feedForward: 160),
        ModelWeights.Sizes(hidden: 80, layers: 4, heads: 5, keyValueHeads: 5, feedForward: 128),
      ][index % 3]
      result.append(
        try await Models.fingerprint(
          ModelWeights(
            layout, sizes, tokens: Models.tokens(150 + 20 * index), seed: 300 + UInt64(index))))
    }
    return result
  }

  /// Twins of one size, whose tensors all have counterparts.
  static func twins(_ count: Int) async throws -> [ModelFingerprint] {
    var result: [ModelFingerprint] = []
    for index in 0..<count {
      result.append(
        try await Models.fingerprint(
          ModelWeights(.llama, .init(), tokens: Models.tokens(100), seed: 400 + UInt64(index))))
    }
    return result
  }

  /// Also for the first half of the probe directions, as if there were no more.
  @Test(
    arguments: [64, 32])
  func circuitsOfStrangersSpreadAsPredicted(side: Int) async throws {
    var scores: [CircuitKind: [Double]] = [:]
    for (a, b) in pairs(try await Self.strangers(8)) {
      scores.merge(circuitScores(a, b, side: side)) { $0 + $1 }
    }
    for kind in CircuitKind.allCases {
      let spread = Spread(try #require(scores[kind]))
      // The standard error of a mean of these is 0.07.
      #expect(abs(spread.mean) < 0.21, "\(kind): \(spread)")
      #expect((0.85...1.15).contains(spread.deviation), "\(kind): \(spread)")
      #expect(spread.largest < 5, "\(kind): \(spread)")
    }
  }

  @Test func residualTestIsStandardNormal() async throws {
    let scores = pairs(try await Self.twins(10)).compactMap { a, b -> Double? in
      let test = Self.linearTest(a, b)
      return test.residualZ(test.matrices { $0.match != .likeness })
    }
    Self.expectStandardNormal(scores)
  }

  /// Names tell nothing, so that each tensor chooses its counterpart.
  @Test
  func testOfChosenCounterpartsIsStandardNormal() async throws {
    var models: [ModelFingerprint] = []
    for seed in 0..<10 {
      let weights = ModelWeights(
        .llama, .init(hidden: 48, headSize: 12, feedForward: 80), tokens: Models.tokens(30),
        seed: 500 + UInt64(seed))
      models.append(try await Models.fingerprint(Models.renamed(weights.checkpoint("stranger"))))
    }
    let scores = pairs(models).compactMap { Self.linearTest($0, $1).chosenT()?.t }
    Self.expectStandardNormal(scores)
  }

  /// Networks without a residual stream.
  ///
  /// Random tensors are independent, which trained ones are not:
  /// the allowance for that makes the spread 1 / 1.7.
  @Test func sumTestIsNormal() async throws {
    var models: [ModelFingerprint] = []
    for seed in 0..<10 {
      var random = ModelRandom(seed: 600 + UInt64(seed))
      let layers = [(64, 40), (96, 64), (64, 96), (33, 64)]
      models.append(
        try await Models.fingerprint(
          Models.anonymous(layers.map { random.matrix($0.0, $0.1, deviation: 0.1) })))
    }
    let scores = pairs(models).map { a, b in
      let test = Self.linearTest(a, b)
      return test.sumZ(test.matrices { $0.match != .likeness }, test.scores())
    }
    Self.expectStandardNormal(scores.map { $0 * LinearEvidence.sumInflation })
  }

  /// Whatever the width: few columns fill few buckets of a sketch, 40 or 48 some more than others, and
  /// of square matrices either turn may be the more alike.
  @Test(
    arguments: [(12, 9), (16, 16), (300, 12), (24, 24), (33, 33), (40, 16), (20, 48), (64, 40)])
  func matricesOfAnyWidthAreStrangers(rows: Int, columns: Int) async throws {
    var models: [ModelFingerprint] = []
    for seed in 0..<5 {
      var random = ModelRandom(seed: UInt64(700 + 100 * seed + columns))
      models.append(
        try await Models.fingerprint(
          Models.anonymous((0..<60).map { _ in random.matrix(rows, columns, deviation: 0.1) })))
    }
    let tests = pairs(models).map(Self.linearTest)
    let placed = tests.map { test in
      LinearEvidence.sumInflation
        * test.sumZ(test.matrices { $0.match != .likeness }, test.scores())
    }
    for scores in [placed, tests.compactMap { $0.chosenT()?.t }] {
      let spread = Spread(scores)
      #expect(spread.count == 10)
      #expect(abs(spread.mean) < 1.2, "\(spread)")
      #expect(spread.largest < 4, "\(spread)")
    }
  }

  /// The best of many cosines is larger where single numbers are large.
  @Test(arguments: [16, 64]) func heavyTailedMatricesAreStrangers(width: Int) async throws {
    var models: [ModelFingerprint] = []
    for seed in 0..<5 {
      var random = ModelRandom(seed: UInt64(800 + 10 * seed + width))
      let matrices = (0..<60).map { _ in
        var matrix = random.matrix(width, width, deviation: 1)
        // Of the fifth power of normal numbers 2 % carry nine tenths of the variance.
        matrix.values = matrix.values.map { $0 * $0 * $0 * $0 * $0 }
        return matrix
      }
      models.append(try await Models.fingerprint(Models.anonymous(matrices)))
    }
    let spread = Spread(pairs(models).map(Self.linearTest).compactMap { $0.chosenT()?.t })
    #expect(spread.count == 10)
    #expect(abs(spread.mean) < 1.2, "\(spread)")
    #expect(spread.largest < 4, "\(spread)")
  }

  /// Each layer of a deep stack chooses among many, and few anchors make strangers' cosines larger.
  @Test func deepStacksAreStrangers() async throws {
    var models: [ModelFingerprint] = []
    for seed in 0..<4 {
      models.append(
        try await Models.fingerprint(
          ModelWeights(
            .llama, .init(hidden: 32, layers: 40, headSize: 8, feedForward: 48),
            tokens: Models.tokens(120), seed: 900 + UInt64(seed))))
    }
    let scores = pairs(models).compactMap {
      Comparer.compare($0, with: $1, id: "stranger").circuits?.z
    }
    let spread = Spread(scores)
    #expect(spread.count == 6)
    #expect(abs(spread.mean) < 1.2, "\(spread)")
    #expect(spread.largest < 3.5, "\(spread)")
  }

  @Test func cosinesOfStrangersSpreadAsPredicted() async throws {
    let scores = pairs(try await Self.twins(8)).flatMap { a, b in
      zip(a.tensors, Self.correspondence(a, b).pairs()).compactMap { tensor, pair in
        tensor.matrix == nil ? nil : pair?.z
      }
    }
    let spread = Spread(scores)
    #expect((0.85...1.15).contains(spread.deviation), "\(spread)")
    #expect(spread.largest < 5, "\(spread)")
  }

  /// The whole comparison, which takes the better of two tests of each kind.
  ///
  /// Few anchors: the two frames, made by one random matrix, then have most in common.
  @Test func comparisonsOfStrangersFindNothing() async throws {
    var scores: [Double] = []
    for (a, b) in pairs(try await Self.twins(7)) {
      let comparison = Comparer.compare(a, with: b, id: "stranger")
      #expect(abs(comparison.linear.z) < 4)
      let circuits = try #require(comparison.circuits)
      #expect(abs(circuits.mean) < 0.1)
      scores.append(circuits.z)
    }
    let spread = Spread(scores)
    #expect(abs(spread.mean) < 0.8, "\(spread)")
    #expect((0.6...1.4).contains(spread.deviation), "\(spread)")
    #expect(spread.largest < 4, "\(spread)")
  }

  private static func correspondence(_ a: ModelFingerprint, _ b: ModelFingerprint) -> Correspondence
  {
    Correspondence(subject: a, reference: b)
  }

  private static func linearTest(_ a: ModelFingerprint, _ b: ModelFingerprint) -> LinearTest {
    let found = correspondence(a, b)
    return LinearTest(correspondence: found, pairs: found.pairs())
  }

  private static func expectStandardNormal(_ scores: [Double]) {
    let spread = Spread(scores)
    #expect(spread.count >= 40)
    #expect(abs(spread.mean) < 0.5, "\(spread)")
    #expect((0.7...1.4).contains(spread.deviation), "\(spread)")
    #expect(spread.largest < 4.5, "\(spread)")
  }
}
