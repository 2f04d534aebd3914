/// The vectors of signs that rows of units are multiplied with, the same for all networks: `[entries, count]`, or the
/// identity where a row has no more entries than products are wanted.
///
/// They are made piece by piece, since there are as many as a row has entries.
package struct UnitSigns: Sendable {
  /// Products of a row, of small networks and of large ones.
  package static let many = 256
  package static let few = 64

  package let entries: Int
  /// Products of a row.
  package let count: Int

  /// Entries of a piece.
  private static let piece = 1 << 13

  /// How many products a row of so many entries has.
  package static func count(entries: Int, most: Int) -> Int { min(most, entries) }

  package init(entries: Int, most: Int) {
    (self.entries, count) = (entries, Self.count(entries: entries, most: most))
  }

  /// The products of rows.
  ///
  /// - Parameters:
  ///   - values: `[rows, entries]`.
  ///   - places: of each entry that of its signs; nil for its own.
  /// - Returns: `[rows, count]`.
  package func products(_ values: [Float], rows: Int, places: [Int]? = nil) -> [Float] {
    var result = [Float](repeating: 0, count: rows * count)
    for start in stride(from: 0, to: entries, by: Self.piece) {
      let range = start..<min(start + Self.piece, entries)
      var part: [Float] = []
      part.reserveCapacity(rows * range.count)
      for row in 0..<rows {
        part += values[row * entries + range.lowerBound..<row * entries + range.upperBound]
      }
      let products = DenseMatrix.product(
        part, signs(range, places), rows: rows, columns: count, inner: range.count)
      for index in result.indices { result[index] += products[index] }
    }
    return result
  }

  /// What products show of rows at the places of their entries: products · signsᵀ.
  ///
  /// - Parameter products: `[rows, count]`.
  /// - Returns: `[rows, entries]`.
  package func rows(_ products: [Float], rows: Int, places: [Int]? = nil) -> [Float] {
    var result = [Float](repeating: 0, count: rows * entries)
    for start in stride(from: 0, to: entries, by: Self.piece) {
      let range = start..<min(start + Self.piece, entries)
      let part = DenseMatrix.product(
        products, signs(range, places), rows: rows, columns: range.count, inner: count,
        transposeRight: true)
      for row in 0..<rows {
        for (place, entry) in range.enumerated() {
          result[row * entries + entry] = part[row * range.count + place]
        }
      }
    }
    return result
  }

  /// The products of rows that have one number for each tap, at all of its entries.
  ///
  /// - Parameter means: `[rows, taps]`.
  /// - Returns: `[rows, count]`.
  func products(ofMeans means: [Float], rows: Int, taps: Int) -> [Float] {
    var result = [Float](repeating: 0, count: rows * count)
    for start in stride(from: 0, to: taps, by: Self.piece) {
      let range = start..<min(start + Self.piece, taps)
      var sums = [Float](repeating: 0, count: range.count * count)
      // Where all taps are in a piece, several entries are.
      let block = range.count == taps ? max(1, Self.piece / taps) * taps : taps
      for first in stride(from: 0, to: entries, by: block) {
        let last = block == taps ? first + range.upperBound : min(first + block, entries)
        for (index, sign) in signs(first + start..<last, nil).enumerated() {
          sums[index % sums.count] += sign
        }
      }
      let part = (0..<rows).flatMap { means[$0 * taps + start..<$0 * taps + range.upperBound] }
      let products = DenseMatrix.product(
        part, sums, rows: rows, columns: count, inner: range.count)
      for index in result.indices { result[index] += products[index] }
    }
    return result
  }

  /// `[range, count]`.
  private func signs(_ range: Range<Int>, _ places: [Int]?) -> [Float] {
    var values = [Float](repeating: 0, count: range.count * count)
    for (row, entry) in range.enumerated() {
      let entry = places?[entry] ?? entry
      guard entries > count else {
        values[row * count + entry] = 1
        continue
      }
      for start in stride(from: 0, to: count, by: UInt64.bitWidth) {
        let bits = Self.bits(entry, word: start / UInt64.bitWidth)
        for place in start..<min(start + UInt64.bitWidth, count) {
          values[row * count + place] = bits >> UInt64(place - start) & 1 == 0 ? 1 : -1
        }
      }
    }
    return values
  }

  /// Of SplitMix64's output function (Steele, Lea, Flood, OOPSLA 2014).
  private static func bits(_ entry: Int, word: Int) -> UInt64 {
    func mixed(_ value: UInt64, _ step: Int) -> UInt64 {
      SplitMix64.mix(value &+ UInt64(step + 1) &* SplitMix64.increment)
    }
    return mixed(mixed(0, entry), word)
  }
}
