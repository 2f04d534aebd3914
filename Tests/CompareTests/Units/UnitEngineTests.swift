import Canonicalise
import Load
import TestSupport
import Testing

@testable import Compare
@testable import Fingerprint

@Suite struct UnitEngineTests {
  private static let widths = [20, 24, 24, 24, 18]
  private static let reference = DenseNetwork(widths: widths, seed: 1)

  @Test(arguments: DenseNetwork.Source.allCases)
  func aReorderedAndRescaledCopyIsFoundAndUndone(by source: DenseNetwork.Source) throws {
    let copy = Self.reference.reordered(seed: 2)
    let outcome = try copy.outcome(with: Self.reference, by: source)
    #expect(outcome.isWhole)
    let (matching, orders) = try #require(outcome.found)
    expectAll(matching)
    #expect(matching.appended == nil)
    let undone = try expectUndone(orders.applied(to: copy.model, copy.weights()))
    #expect(undone.count == copy.layers.count)
  }

  /// That all units of the reference were lined up.
  private func expectAll(_ matching: UnitMatching) {
    #expect(matching.tensors == 2)
    #expect(matching.spaces == 3)
    #expect(matching.units == 72)
    #expect(matching.isPermuted && matching.isRescaled)
    #expect(matching.cosine > 0.9999)
    #expect(matching.coverage == 1)
    #expect(abs(matching.evidenceCoverage - 1152.0 / 2064) < 1e-9)
  }

  /// That the reference's tensors are there, up to factors between units, which are undone as far as rows and columns
  /// tell them.
  ///
  /// - Returns: all tensors, by name.
  private func expectUndone(_ model: CanonicalModel) throws -> [String: UnitTensor] {
    let undone = Dictionary(
      uniqueKeysWithValues: try UnitWeights(model).entries.map { ($0.tensor.name, $0.tensor) })
    for theirs in try Self.reference.weights().entries.map(\.tensor) {
      let mine = try #require(undone[theirs.name])
      #expect(mine.shape == theirs.shape)
      let (a, b) = (
        RowMatrix(rows: 1, columns: mine.values.count, values: mine.values),
        RowMatrix(rows: 1, columns: mine.values.count, values: theirs.values)
      )
      #expect(a.dot(0, b, 0) > 0.999 * (a.energy * b.energy).squareRoot())
    }
    return undone
  }

  @Test(arguments: DenseNetwork.Source.allCases)
  func soIsOneThatWasTrainedOn(by source: DenseNetwork.Source) throws {
    let copy = Self.reference.reordered(seed: 2).trained(0.1, seed: 3)
    let matching = try #require(
      try copy.outcome(with: Self.reference, by: source).found?.matching)
    #expect((0.9..<0.9999).contains(matching.cosine))
    #expect(matching.log10P < -20)
  }

  @Test(arguments: DenseNetwork.Source.allCases)
  func soIsOneWithMoreUnits(by source: DenseNetwork.Source) throws {
    let copy = Self.reference.widened(seed: 4).reordered(seed: 2)
    let outcome = try copy.outcome(with: Self.reference, by: source)
    #expect(outcome.isWhole)
    let (matching, orders) = try #require(outcome.found)
    expectAll(matching)
    #expect(matching.appended == 36)
    let applied = orders.applied(to: copy.model, try copy.weights())
    let undone = try expectUndone(applied)
    // Nothing is lost, and the head stays the last.
    let numbers = undone.values.reduce(0) { $0 + $1.values.count }
    #expect(numbers == copy.layers.reduce(0) { $0 + $1.matrix.values.count })
    #expect(applied.tensors.last?.name == "net.3.weight")
  }

  /// Layers of one shape under each other's names.
  @Test func namesTellNothing() throws {
    var copy = Self.reference.reordered(seed: 2)
    copy.layers.swapAt(1, 2)
    let names = Self.reference.layers.map(\.name)
    copy.layers = zip(names, copy.layers).map { ($0, $1.matrix) }
    let matching = try #require(try copy.outcome(with: Self.reference).found?.matching)
    #expect(matching.tensors == 2)
    #expect(matching.coverage == 1)
  }

  /// What was not re-ordered is no stranger either, though nothing says so but the fixed axes.
  @Test func unitsAppendedInPlaceLeaveItOpen() throws {
    let outcome = try Self.reference.widened(seed: 4).outcome(with: Self.reference)
    #expect(outcome.isSuggestive)
    #expect(outcome.found == nil)
  }

  @Test func soDoFewerUnits() throws {
    let larger = Self.reference.widened(seed: 4).reordered(seed: 2)
    let outcome = try Self.reference.outcome(with: larger)
    #expect(outcome.isSuggestive)
    #expect(outcome.found == nil)
    // Signatures do not show a part of a row.
    let bySignatures = try Self.reference.outcome(with: larger, by: .signatures)
    #expect(!bySignatures.isWhole || bySignatures.isSuggestive)
    #expect(bySignatures.found == nil)
  }

  @Test(arguments: [[20, 36, 30, 24, 18], [20, 24, 24, 60, 18], [20, 12, 40, 18, 18]])
  func ofStrangersWithOtherWidthsNothingLinesUp(widths: [Int]) throws {
    for seed in 10...19 as ClosedRange<UInt64> {
      for source in DenseNetwork.Source.allCases {
        let outcome = try DenseNetwork(widths: widths, seed: seed)
          .outcome(with: Self.reference, by: source)
        #expect(outcome.isWhole && !outcome.isSuggestive && outcome.found == nil)
      }
    }
  }

  @Test func withoutAnEndInCommonNothingWasLookedAt() throws {
    let other = DenseNetwork(widths: [21, 36, 36, 36, 19], seed: 9)
    #expect(try !other.outcome(with: Self.reference).isWhole)
  }

  @Test(arguments: DenseNetwork.Source.allCases)
  func ofAStrangerNothingLinesUp(by source: DenseNetwork.Source) throws {
    let stranger = DenseNetwork(widths: Self.widths, seed: 9)
    let outcome = try stranger.outcome(with: Self.reference, by: source)
    #expect(outcome.isWhole)
    #expect(!outcome.isSuggestive)
    #expect(outcome.found == nil)
  }

  /// Matrices of more numbers than are compared one by one, of either source.
  @Test(arguments: DenseNetwork.Source.allCases)
  func wideLayersAreComparedByWhatSignaturesKeep(by source: DenseNetwork.Source) throws {
    let widths = [40, 400, 400, 30]
    let reference = DenseNetwork(widths: widths, seed: 1)
    let copy = reference.reordered(seed: 2).trained(0.1, seed: 3)
    let matching = try #require(try copy.outcome(with: reference, by: source).found?.matching)
    #expect(matching.units == 800)
    #expect(matching.moved > 700)
    #expect(matching.log10P < -200)
    #expect((0.97...0.999).contains(matching.cosine))
    let stranger = try DenseNetwork(widths: widths, seed: 9).outcome(with: reference, by: source)
    #expect(stranger.isWhole && !stranger.isSuggestive && stranger.found == nil)
  }

  /// Encoders and decoders of one host: the same features, which the host's axis alone lines up.
  @Test(arguments: [0, 0.5] as [Float])
  func whatHangsOnAxesInCommonIsNoEvidence(noise: Float) throws {
    var generator = TestSupport.SplitMix64(seed: 4)
    let features = TinyLlama.gaussian(48, 32, using: &generator)
    let layers = ["encoder": features, "decoder": features.transposed, "gate": features]
    let first = DenseNetwork(layers.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })
    let order = Array(0..<48).shuffled(using: &generator)
    let second = DenseNetwork(
      first.layers.map { name, matrix in
        let isDecoder = matrix.rows == 32
        let rows = (isDecoder ? matrix.transposed : matrix).selecting(rows: order)
        return (name, isDecoder ? rows.transposed : rows)
      }
    ).trained(noise, seed: 5)
    let outcome = try second.outcome(with: first)
    #expect(outcome.isSuggestive)
    #expect(outcome.found == nil)
  }

  @Test(arguments: [[1], [2], [1, 3], [2, 3]])
  func evidenceLiesBetweenTwoSpacesThatMoved(kept: Set<Int>) throws {
    let copy = Self.reference.reordered(seed: 2, keeping: kept)
    let outcome = try copy.outcome(with: Self.reference)
    #expect(outcome.isSuggestive)
    // Of three spaces behind each other the outer ones have no tensor in common.
    #expect((outcome.found == nil) == (kept != [1]))
  }

  @Test func aSpaceSaysNoMoreThanItsOrders() throws {
    let copy = DenseNetwork(widths: [20, 8, 8, 30], seed: 1)
    let matching = try #require(
      try copy.reordered(seed: 2).outcome(with: copy).found?.matching)
    #expect(matching.log10P >= 2 * UnitFit.leastLog10P(units: 8))
    #expect(abs(UnitFit.leastLog10P(units: 8) + 4.6055) < 1e-3)
  }

  @Test func whatHasNoCounterpartWasNotLookedAt() throws {
    var larger = DenseNetwork(widths: Self.widths, seed: 9)
    var generator = TestSupport.SplitMix64(seed: 5)
    for name in ["extra", "other"] {
      larger.layers.append((name, TinyLlama.gaussian(7, 7, using: &generator)))
    }
    #expect(try !larger.outcome(with: Self.reference).isWhole)
    #expect(try !Self.reference.outcome(with: larger).isWhole)
  }

  @Test(arguments: [0, 3]) func fromOneEndTheRestIsLinedUp(end: Int) throws {
    var generator = TestSupport.SplitMix64(seed: 5)
    func headed(_ network: DenseNetwork) -> DenseNetwork {
      var result = network
      let matrix = network.layers[end].1
      result.layers[end].1 =
        end == 0
        ? TinyLlama.gaussian(matrix.rows, matrix.columns - 3, using: &generator)
        : TinyLlama.gaussian(matrix.rows - 3, matrix.columns, using: &generator)
      return result
    }
    let copy = headed(Self.reference.reordered(seed: 2))
    // A fifth of the parameters is the most; here an end has a quarter.
    let found = try copy.outcome(with: Self.reference).found
    #expect((found?.matching.tensors ?? 0) > 0)
    var deep = DenseNetwork(widths: [12, 24, 24, 24, 12], seed: 1)
    let stranger = DenseNetwork(widths: [12, 24, 24, 24, 12], seed: 9)
    #expect(try headed(stranger).outcome(with: deep).isWhole)
    deep.layers += (0..<2).map { ("kernel.\($0)", TinyLlama.gaussian(7, 7, using: &generator)) }
    #expect(try !stranger.outcome(with: deep).isWhole)
  }

  @Test func neitherWasWhatIsNotDecodedOrTooLarge() throws {
    let storage = FloatStorage(values: [])
    let packed = Tensor(
      name: "packed", elementType: .float6E2M3, shape: [8, 8], storage: storage)
    let undecoded = try UnitWeights(DenseNetwork.model([DenseNetwork.tensor(packed)]))
    #expect(!undecoded.isWhole)
    #expect(undecoded.entries.isEmpty)
    for side in [3000, 6000] {
      let large = Tensor(
        name: "large", elementType: .float32, shape: [side, side], storage: storage)
      let weights = try UnitWeights(DenseNetwork.model([DenseNetwork.tensor(large)]))
      #expect(!weights.isWhole)
      #expect(weights.entries.isEmpty)
    }
  }

  @Test func aWideFirstLayerNeedsNoMatrixOfItsInputs() throws {
    let reference = DenseNetwork([
      ("net.0", RowMatrix(rows: 4, columns: 100_000)),
      ("net.2", RowMatrix(rows: 24, columns: 4)),
    ])
    let outcome = try reference.outcome(with: reference)
    #expect(!outcome.isWhole)
    #expect(outcome.found == nil)
  }

  /// Rows of more numbers than signs are made for at once.
  @Test(arguments: DenseNetwork.Source.allCases)
  func longRowsAreTakenPieceByPiece(by source: DenseNetwork.Source) throws {
    let widths = [20_000, 12, 12, 12, 18]
    let reference = DenseNetwork(widths: widths, seed: 1)
    let copy = reference.reordered(seed: 2)
    let matching = try #require(try copy.outcome(with: reference, by: source).found?.matching)
    #expect(matching.coverage == 1 && matching.units == 36)
    let stranger = try DenseNetwork(widths: widths, seed: 9).outcome(with: reference, by: source)
    #expect(!stranger.isSuggestive && stranger.found == nil)
  }

  @Test func oneBudgetIsForAllReferences() throws {
    let copy = Self.reference.reordered(seed: 2)
    var work = UnitWork(limit: 1 << 20)
    let cut = try copy.outcome(with: Self.reference, work: &work)
    #expect(!cut.isWhole)
    #expect(cut.found == nil)
    // What came before changes nothing of what is found, as long as something is left.
    var shared = UnitWork()
    let first = try copy.outcome(with: Self.reference, work: &shared)
    _ = try copy.outcome(with: DenseNetwork(widths: Self.widths, seed: 9), work: &shared)
    let again = try copy.outcome(with: Self.reference, work: &shared)
    #expect(first.found?.matching == again.found?.matching)
  }
}
