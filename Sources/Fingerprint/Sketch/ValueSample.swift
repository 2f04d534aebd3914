import Load

/// Some values of a matrix, at places that follow from its shape alone.
///
/// Sums say how large a change is; single values say how it was made: which were left as they were,
/// whether one size of error was added everywhere, whether each is one of two parents' (method, section
/// on single values). The places are public and the same for every model, and a matrix and its transpose
/// give the same values.
package struct ValueSample: Sendable, Equatable {
  /// Values of a matrix at most; smaller ones give as many as they have.
  package static let limit = 256

  /// In the order of `places`; as float32, so exact for all narrower types.
  package var values: [Float]

  package init(values: [Float]) { self.values = values }

  /// How many values a matrix gives.
  package static func count(rows: Int, columns: Int) -> Int {
    let (elements, overflow) = rows.multipliedReportingOverflow(by: columns)
    return overflow ? limit : min(limit, max(0, elements))
  }

  /// Where the values of a canonical matrix stand; a place may come twice.
  ///
  /// The k-th place is drawn within the shorter and within the longer side by SplitMix64's output
  /// function at states 2k and 2k + 1. Of a square matrix every second place mirrors the one before.
  package static func places(rows: Int, columns: Int) -> [(row: Int, column: Int)] {
    let (short, long) = (min(rows, columns), max(rows, columns))
    guard short > 0 else { return [] }
    return (0..<count(rows: rows, columns: columns)).map { index in
      let isMirrored = rows == columns && !index.isMultiple(of: 2)
      let pair = UInt64(isMirrored ? index - 1 : index)
      let (a, b) = (draw(2 * pair, below: short), draw(2 * pair + 1, below: long))
      return rows > columns || isMirrored ? (b, a) : (a, b)
    }
  }

  /// By their bits: a NaN is itself.
  package static func == (left: ValueSample, right: ValueSample) -> Bool {
    left.values.elementsEqual(right.values) { $0.bitPattern == $1.bitPattern }
  }

  private static let seed: UInt64 = 0x7361_6D70_6C65_7331  // "samples1"

  private static func draw(_ state: UInt64, below count: Int) -> Int {
    let bits = SplitMix64.mix(seed &+ state &* SplitMix64.increment)
    return Int(bits.multipliedFullWidth(by: UInt64(count)).high)
  }

  /// The sample of the transposed matrix of `rows` × `columns`.
  package func transposed(rows: Int, columns: Int) -> ValueSample {
    guard rows == columns else { return self }
    return ValueSample(
      values: values.indices.map { index in
        let mirror = index ^ 1
        return mirror < values.count ? values[mirror] : values[index]
      })
  }
}

/// Takes the values of a sample as a stored matrix goes by, in the order of its elements.
struct SampleCollector {
  /// Elements of the run, in row-major order of the stored matrix, that are wanted and not yet seen.
  private var wanted: ArraySlice<Int>
  private(set) var values: [Float] = []

  /// - Parameters:
  ///   - rows, columns: of the stored matrix.
  ///   - transposed: whether it is the transpose of the canonical one.
  ///   - elements: those of it that will go by.
  init(rows: Int, columns: Int, transposed: Bool, elements: Range<Int>) {
    wanted = ArraySlice(
      Self.stored(rows: rows, columns: columns, transposed: transposed).map(\.element)
        .filter(elements.contains))
  }

  /// Every element of a sample and its position in it, in the order in which they go by.
  private static func stored(
    rows: Int, columns: Int, transposed: Bool
  ) -> [(element: Int, position: Int)] {
    let places =
      transposed
      ? ValueSample.places(rows: columns, columns: rows)
      : ValueSample.places(rows: rows, columns: columns)
    return places.enumerated().map { position, place in
      let element =
        transposed ? place.column * columns + place.row : place.row * columns + place.column
      return (element, position)
    }.sorted { $0.element != $1.element ? $0.element < $1.element : $0.position < $1.position }
  }

  /// - Parameters:
  ///   - elements: what goes by.
  ///   - value: the value of an element, counted from the first of them.
  mutating func take(_ elements: Range<Int>, value: (Int) -> Float) {
    while let next = wanted.first, next < elements.upperBound {
      values.append(value(next - elements.lowerBound))
      wanted.removeFirst()
    }
  }

  /// The sample, from all values in the order in which they went by.
  static func sample(
    _ values: [Float], rows: Int, columns: Int, transposed: Bool
  ) -> ValueSample? {
    let stored = stored(rows: rows, columns: columns, transposed: transposed)
    guard !values.isEmpty, stored.count == values.count else { return nil }
    var ordered = values
    for (value, place) in zip(values, stored) { ordered[place.position] = value }
    return ValueSample(values: ordered)
  }
}
