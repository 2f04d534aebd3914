import Fingerprint
import TestSupport
import Testing

@testable import Compare

/// What the packed digests of a few kilobytes tell of descent.
@Suite struct ScreeningTests {
  private static let parent = SketchedModel(seed: 1)

  private func score(
    _ subject: SketchedModel, against reference: SketchedModel = parent
  ) throws -> ScreeningScore {
    let bytes = ReferenceRecord.bytes(of: ReferenceDigest(reference.fingerprint))
    return try bytes.withUnsafeBytes { bytes in
      Screening(subject.fingerprint).score(try #require(ReferenceRecord(bytes)))
    }
  }

  @Test func projectedCosinesAreTheCosines() {
    var random = ModelRandom(seed: 3)
    let (a, b) = (random.vector(1024, deviation: 1), random.vector(1024, deviation: 1))
    for share in [0, 0.3, 0.9, 1] {
      let mixed = zip(a, b).map { share * $0 + (1 - share * share).squareRoot() * $1 }
      let rows = ScreeningProjection.sketches((a + mixed).map { Float($0) })
      let weights = ScreeningProjection.weights(of: Array(rows[..<96]))
      let values = rows[96...].map { Float($0) }
      #expect(abs(Kernel.dot(weights, values) - share) < 0.25)
    }
  }

  @Test func strangersStayBelowTheLenientThreshold() throws {
    for seed in 0..<20 {
      let score = try score(SketchedModel(seed: 100 + UInt64(seed)))
      #expect(score.equal == 0)
      #expect(score.strongest < ScreeningChoice.lenientZ, "\(score)")
    }
  }

  @Test func equalBytesCount() throws {
    var subject = SketchedModel(seed: 2)
    subject.tokens = Self.parent.tokens
    let score = try score(subject)
    #expect(score.equal > 0.25 && score.equal < 1)
    #expect(try self.score(Self.parent).equal == 1)
  }

  @Test(arguments: [
    (0.5 as Float, ScreeningScore.Channel.places), (2, .places), (0.5, .circuits), (0.5, .tokens),
  ])
  func trainingAndMergingAreSeen(noise: Float, channel: ScreeningScore.Channel) throws {
    let score = try score(Self.parent.plus(noise, of: SketchedModel(seed: 5)))
    #expect((score.z[channel] ?? 0) > ScreeningChoice.lenientZ, "\(score)")
  }

  @Test func aDisguisedModelIsSeenByItsCircuits() throws {
    var subject = SketchedModel(seed: 6)
    subject.circuits = Self.parent.plus(1.5, of: subject).circuits
    let score = try score(subject)
    #expect((score.z[.circuits] ?? 0) > ScreeningChoice.lenientZ)
    #expect((score.z[.places] ?? 0) < 4)
    #expect((score.circuitsMean ?? 0) > 0.4)
  }

  @Test func aGraftedLayerIsSeenWhereverItStands() throws {
    var subject = SketchedModel(seed: 7)
    subject.sketches[3] = Self.parent.sketches[0]
    #expect((try score(subject).z[.unit] ?? 0) > ScreeningChoice.lenientZ)
    var disguised = SketchedModel(seed: 7)
    disguised.circuits[3] = Self.parent.circuits[0]
    #expect((try score(disguised).z[.layer] ?? 0) > ScreeningChoice.lenientZ)
  }

  @Test func reorderedLayersAreSeen() throws {
    var subject = Self.parent.plus(0.3, of: SketchedModel(seed: 8))
    subject.sketches.reverse()
    subject.circuits.reverse()
    let score = try score(subject)
    #expect((score.z[.anywhere] ?? 0) > ScreeningChoice.lenientZ)
    #expect((score.z[.circuits] ?? 0) > ScreeningChoice.lenientZ)
  }

  /// Neither names nor orientations are known.
  @Test func renamedTensorsAreSeen() throws {
    var subject = Self.parent.plus(0.3, of: SketchedModel(seed: 9))
    subject.hasRoles = false
    #expect((try score(subject).z[.anywhere] ?? 0) > ScreeningChoice.lenientZ)
    #expect(
      (try score(Self.parent, against: subject).z[.anywhere] ?? 0) > ScreeningChoice.lenientZ)
  }

  @Test func circuitsCompareWithThoseOfTheirKindOnly() throws {
    var subject = Self.parent
    subject.frame = .tokenIDs
    #expect(try score(subject).circuitsMean == nil)
    subject.frame = .borrowedTokenStrings
    #expect((try score(subject).circuitsMean ?? 0) > 0.99)
  }

  @Test func equalModelsHaveEqualRecords() {
    let records = (0..<3).map { _ in
      ReferenceRecord.bytes(of: ReferenceDigest(Self.parent.fingerprint))
    }
    #expect(Set(records).count == 1)
  }
}

@Suite struct ScreeningChoiceTests {
  private func scores(_ z: [Double], _ channel: ScreeningScore.Channel) -> [ScreeningScore] {
    z.map { value in
      var score = ScreeningScore()
      score.z[channel] = value
      return score
    }
  }

  private func choice(_ scores: [ScreeningScore], always: Set<Int> = []) -> ScreeningChoice {
    ScreeningChoice(
      scores, draws: scores.indices.map { UInt64($0) &* 0x9E37_79B9_7F4A_7C15 }, always: always)
  }

  @Test(arguments: ScreeningScore.Channel.allCases)
  func theLeadersOfEachKindOfEvidenceAreCompared(channel: ScreeningScore.Channel) {
    let choice = choice(scores((0..<200).map { Double($0) / 100 }, channel))
    #expect(Set(choice.compared).isSuperset(of: [199, 198, 197, 196]))
    #expect(choice.compared.count <= ScreeningChoice.leaders + ScreeningChoice.controls)
  }

  @Test func clearOnesAreComparedUpToTheLimit() {
    let some = choice(scores((0..<500).map { $0 < 30 ? 9 : 1 }, .unit))
    #expect(Set(some.compared).isSuperset(of: 0..<30))
    let all = choice(scores([Double](repeating: 9, count: 500), .unit))
    #expect(all.compared.count <= ScreeningChoice.limit + ScreeningChoice.controls)
    #expect(all.compared.count >= ScreeningChoice.limit)
  }

  /// However little it is, and however many strangers are more alike.
  @Test func sharedBytesAreNeverScreenedOut() {
    var crowd = scores([Double](repeating: 9, count: 500), .unit)
    crowd[321].equal = 1e-6
    crowd[322].equal = 1
    #expect(Set(choice(crowd).compared).isSuperset(of: [321, 322]))
    for index in crowd.indices { crowd[index].equal = 0.5 }
    #expect(
      choice(crowd).compared.count
        <= ScreeningChoice.limit + ScreeningChoice.equalLimit + ScreeningChoice.controls)
  }

  @Test func controlsDoNotDependOnScores() {
    let first = choice(scores((0..<300).map { Double($0) }, .places)).controls
    let second = choice(scores((0..<300).map { 300 - Double($0) }, .layer)).controls
    #expect(first == second && first.count == ScreeningChoice.controls)
  }

  @Test func whatIsDeclaredIsCompared() {
    #expect(
      choice(scores(.init(repeating: 0, count: 300), .unit), always: [17]).compared.contains(17))
  }
}

@Suite struct LargestOfNormalsTests {
  @Test(arguments: [1, 3, 24, 200])
  func agreesWithSamples(count: Int) {
    var random = ModelRandom(seed: 5)
    let samples = (0..<4000).map { _ in
      random.vector(count, deviation: 1).max() ?? 0
    }
    let moments = SampleMoments(samples)
    let null = LargestOfNormals(of: count)
    #expect(abs(moments.mean - null.mean) < 0.06)
    #expect(abs(moments.deviation - null.deviation) < 0.04)
  }
}
