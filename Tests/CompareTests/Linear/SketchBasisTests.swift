import Fingerprint
import TestSupport
import Testing

@testable import Compare

@Suite struct SketchBasisTests {
  static let widths = [8, 16, 31, 32, 33, 40, 48, 64, 100, 1000]
  private static let side = LinearSketch.side

  /// Sketches of random matrices, `[count, 32, 32]`.
  private func sketches(_ count: Int, columns: Int) async throws -> [Float] {
    var random = ModelRandom(seed: UInt64(columns))
    let model = try await Models.fingerprint(
      Models.anonymous((0..<count).map { _ in random.matrix(40, columns, deviation: 1) }))
    return try model.tensors.flatMap {
      try #require(UnitSketch($0, orientation: .canonical)).values
    }
  }

  @Test(arguments: widths)
  func inTheOldOrderNothingChanges(columns: Int) async throws {
    let before = try await sketches(3, columns: columns)
    let same = SignedOrder(
      places: Array(0..<Self.side), signs: [Float](repeating: 1, count: Self.side))
    let after = SketchBasis(columns: columns).rebased(before, by: same)
    #expect(zip(before, after).allSatisfy { abs($0 - $1) < 1e-3 })
  }

  /// Below 32 columns each bucket is one column: the matrix may as well be re-ordered before.
  @Test(arguments: [8, 16, 31, 32])
  func anotherOrderOfTheSketchIsThatOfTheMatrix(columns: Int) async throws {
    var random = ModelRandom(seed: UInt64(columns))
    let matrix = random.matrix(40, columns, deviation: 1)
    var generator = Fingerprint.SplitMix64(seed: 3)
    let order = SignedOrder(using: &generator)
    let places = order.places.filter { $0 < columns }
    let model = try await Models.fingerprint(
      Models.anonymous([matrix, matrix.columns(places)]))
    let sketches = try model.tensors.map {
      try #require(UnitSketch($0, orientation: .canonical)).values
    }
    let moved = SketchBasis(columns: columns).rebased(sketches[0], by: order)
    #expect(zip(moved, sketches[1]).allSatisfy { abs($0 - $1) < 1e-4 })
  }

  /// The mean of SᵀS over many matrices is a multiple of the identity on `rank` dimensions.
  @Test(arguments: widths)
  func whitenedSketchesAreWhite(columns: Int) async throws {
    let count = 60
    let basis = SketchBasis(columns: columns)
    let white = basis.whitened(try await sketches(count, columns: columns))
    let covariance = DenseMatrix.product(
      white, white, rows: Self.side, columns: Self.side, inner: count * Self.side,
      transposeLeft: true)
    let eigen = try #require(
      SymmetricEigen(covariance.map { Double($0) / Double(count) }, side: Self.side))
    let (dropped, kept) = (
      eigen.values.dropLast(basis.rank), eigen.values.suffix(basis.rank)
    )
    #expect(basis.rank == min(32, columns <= 32 ? columns - 1 : columns))
    #expect(dropped.allSatisfy { abs($0) < 1e-3 })
    // Sampling spreads the eigenvalues of a covariance of n samples by ±2·√(rank / n).
    let expected = 1 / Double(basis.rank)
    let spread = 2.5 * (Double(basis.rank) / Double(count * min(Self.side, 39))).squareRoot()
    #expect(kept.allSatisfy { abs($0 / expected - 1) < spread }, "\(kept)")
  }

  @Test(arguments: widths)
  func rebasedSketchesAreOfUnitNormAndUnlikeTheOldOnes(columns: Int) async throws {
    var generator = Fingerprint.SplitMix64(seed: 3)
    let before = try await sketches(1, columns: columns)
    let after = SketchBasis(columns: columns).rebased(
      before, by: SignedOrder(using: &generator))
    #expect(abs(Kernel.dot(after, after) - 1) < 1e-5)
    #expect(abs(Kernel.dot(before, after)) < 0.5)
  }
}
