import Load

/// Some values of a matrix or of a long vector, at places that follow from its shape alone.
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

  /// How many values a vector gives; a short one has all of them in its sketch.
  package static func count(ofVector length: Int) -> Int {
    length > VectorSketch.length ? 2 * limit : 0
  }

  /// Where the values of a canonical matrix stand; a place may come twice.
  package static func places(rows: Int, columns: Int) -> [(row: Int, column: Int)] {
    draws(rows: rows, columns: columns).map {
      (place($0.row, below: rows), place($0.column, below: columns))
    }
  }

  /// Where the values of a long vector stand: the k-th where the k-th draw falls, so that what belongs to the
  /// row or column of each value of a matrix is among them.
  package static func places(ofVector length: Int) -> [Int] {
    (0..<count(ofVector: length)).map { place($0, below: length) }
  }

  /// The numbers of the draws by which the rows and columns of a matrix's values are told.
  ///
  /// The k-th value stands where draw 2k falls within the shorter and draw 2k + 1 within the longer side. Of
  /// a square matrix every second value mirrors the one before.
  package static func draws(rows: Int, columns: Int) -> [(row: Int, column: Int)] {
    guard min(rows, columns) > 0 else { return [] }
    return (0..<count(rows: rows, columns: columns)).map { index in
      let isMirrored = rows == columns && !index.isMultiple(of: 2)
      let first = 2 * (isMirrored ? index - 1 : index)
      return rows > columns || isMirrored ? (first + 1, first) : (first, first + 1)
    }
  }

  /// Where a draw falls among `count` places: SplitMix64's output function at the state of its number, as a
  /// share of the range.
  ///
  /// Of `n·m` places it falls into the i-th block of m where it falls on the i-th of n.
  package static func place(_ draw: Int, below count: Int) -> Int {
    let bits = SplitMix64.mix(seed &+ UInt64(draw) &* SplitMix64.increment)
    return Int(bits.multipliedFullWidth(by: UInt64(count)).high)
  }

  private static let seed: UInt64 = 0x7361_6D70_6C65_7331  // "samples1"

  /// By their bits: a NaN is itself.
  package static func == (left: ValueSample, right: ValueSample) -> Bool {
    left.values.elementsEqual(right.values) { $0.bitPattern == $1.bitPattern }
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

/// Takes the values of a sample as a stored tensor goes by, in the order of its elements.
struct SampleCollector {
  /// Elements of the run, in row-major order of the stored tensor, that are wanted and not yet seen.
  private var wanted: ArraySlice<Int>
  private(set) var values: [Float] = []

  /// - Parameters:
  ///   - order: of the whole sample.
  ///   - elements: those of the tensor that will go by.
  init(_ order: SampleOrder, elements: Range<Int>) {
    wanted = ArraySlice(order.elements.filter(elements.contains))
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
}

/// The elements of a stored tensor that its sample holds, in the order in which they go by.
struct SampleOrder {
  private(set) var elements: [Int]
  /// Of each, the position in the sample.
  private var positions: [Int]

  /// - Parameters:
  ///   - rows, columns: of the stored matrix.
  ///   - transposed: whether it is the transpose of the canonical one.
  init(rows: Int, columns: Int, transposed: Bool) {
    let places =
      transposed
      ? ValueSample.places(rows: columns, columns: rows)
      : ValueSample.places(rows: rows, columns: columns)
    self.init(
      places.map { transposed ? $0.column * columns + $0.row : $0.row * columns + $0.column })
  }

  init(vector length: Int) {
    self.init(ValueSample.places(ofVector: length))
  }

  private init(_ places: [Int]) {
    positions = places.indices.sorted { (places[$0], $0) < (places[$1], $1) }
    elements = positions.map { places[$0] }
  }

  /// The sample, from all values in the order in which they went by.
  func sample(_ values: [Float]) -> ValueSample? {
    guard !values.isEmpty, positions.count == values.count else { return nil }
    var ordered = values
    for (value, position) in zip(values, positions) { ordered[position] = value }
    return ValueSample(values: ordered)
  }
}
