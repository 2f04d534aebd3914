import TestSupport
import Testing

@testable import Fingerprint

@Suite struct SymmetricSpectrumTests {
  /// Beside the definition, by eigenvectors; smaller and larger than LAPACK's blocks.
  @Test(arguments: [1, 2, 7, 40, 130])
  func multipliesRowsWithAFunctionOfTheMatrix(side: Int) throws {
    let matrix = Self.values(side * side, seed: 1)
    let gram = DenseMatrix.product(
      matrix, matrix, rows: side, columns: side, inner: side, transposeRight: true)
    let eigen = try #require(SymmetricEigen(gram, side: side))
    let spectrum = try #require(
      SymmetricSpectrum(
        DenseMatrix.gram(matrix, side: side, inner: side, ofRows: true), side: side))
    let largest = eigen.values[side - 1]
    #expect(
      zip(eigen.values, spectrum.values).allSatisfy { abs($0 - $1) < 1e-12 * max(1, largest) })

    let rows = Self.values(3 * side, seed: 2)
    let first = side / 3
    let weights = (first..<side - side / 4).map { 1 + Double($0) }
    let found = try #require(spectrum.product(rows, rows: 3, weights: weights, from: first))
    let part = Array(eigen.vectors[first * side..<(first + weights.count) * side])
    var along = DenseMatrix.product(
      rows, part, rows: 3, columns: weights.count, inner: side, transposeRight: true)
    for i in along.indices { along[i] *= weights[i % weights.count] }
    let expected = DenseMatrix.product(
      along, part, rows: 3, columns: side, inner: weights.count)
    #expect(zip(expected, found).allSatisfy { abs($0 - $1) < 1e-9 * Double(side) })
  }

  @Test(arguments: [true, false])
  func aGramMatrixIsHalfOfAProduct(ofRows: Bool) {
    let (side, inner) = (5, 9)
    let values = Self.values(side * inner, seed: 3)
    let product = DenseMatrix.product(
      values, values, rows: side, columns: side, inner: inner, transposeLeft: !ofRows,
      transposeRight: ofRows)
    let gram = DenseMatrix.gram(values, side: side, inner: inner, ofRows: ofRows)
    for row in 0..<side {
      for column in 0..<side {
        let expected = column >= row ? product[row * side + column] : 0
        #expect(abs(gram[row * side + column] - expected) < 1e-12)
      }
    }
  }

  @Test func hasNoSpectrumOfWhatIsNotFinite() {
    #expect(SymmetricSpectrum([1, .nan, .nan, 1], side: 2) == nil)
    #expect(SymmetricSpectrum([1, .infinity, 0, 1], side: 2) == nil)
    #expect(SymmetricSpectrum([], side: 0) == nil)
  }

  private static func values(_ count: Int, seed: UInt64) -> [Double] {
    var random = Fingerprint.SplitMix64(seed: seed)
    return (0..<count).map { _ in random.nextGaussianPair().0 }
  }
}
