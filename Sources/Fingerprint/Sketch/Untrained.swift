/// Signs that the numbers of a tensor were not learned, where no formula is told: what no training leaves, however
/// they were computed or drawn.
///
/// Measured on 2145 trained tensors of 34 published files (speech, images, text) and of small transformers: none has one of
/// the first four; of 802 of 4096 numbers or more of the published ones 25 are exchangeable.
enum Untrained {
  /// Values of the pieces that a sign is told from.
  static let leastValues = 1024
  /// Share of the magnitudes that occur before: trained matrices 0.32 at most, vectors 0.40.
  static let recurring = 0.5
  /// Share of the rarer sign: trained matrices 0.147 at least.
  static let oneSign = 0.03
  /// Share of the numbers within a twentieth of the largest magnitude: of sines of whatever 0.2, trained 0.03 at most.
  static let saturated = 0.1
  static let nearLargest: Float = 0.95
  /// Values of a line that may be constant, and how far they may differ relative to their size.
  static let line = (least: 32, tolerance: Float(1e-5))
  /// Lines of a piece in either direction that show whether they are exchangeable.
  static let leastLines = 8
  /// In which lines are brought to one size.
  static let rounds = 6
  /// Of a piece, which is looked at first, and what its products may exceed chance by: far more than those of draws do.
  static let corner = (rows: 32, columns: 96)
  static let cornerTolerance = 8.0

  /// Of a piece whose lines were brought to one size, what the products of lines may exceed chance by, in standard
  /// deviations: draws 1.8 at most, for their own size is taken from them; 1 in 90 trained matrices is below.
  static let scaledTolerance = 2.0

  /// - Parameters:
  ///   - isMatrix: whether it has more than one row and column: vectors are often of one sign, and of few values.
  ///   - isQuantised: whether it lies on a grid, whose levels recur.
  static func sign(_ patch: TensorPatch, isMatrix: Bool, isQuantised: Bool) -> Formula? {
    var values = patch.pieces.flatMap(\.values)
    if values.contains(0) { values.removeAll { $0 == 0 } }
    guard values.count >= leastValues else { return nil }
    if isQuantised ? isOfKinds(patch) : isRecurring(values) { return .recurring }
    if !isQuantised, isSaturated(values) { return .saturated }
    guard isMatrix else { return nil }
    if isOneSigned(values) { return .oneSigned }
    if patch.pieces.contains(where: hasConstantLine) { return .constantLine }
    return areExchangeable(patch) ? .exchangeable : nil
  }

  private static func isRecurring(_ values: [Float]) -> Bool {
    // Ten bits of fraction or fewer, as of float16 and bfloat16: many recur.
    guard !values.allSatisfy({ $0.bitPattern & 0x1FFF == 0 }) else { return false }
    return Double(values.count - differentMagnitudes(values)) >= recurring * Double(values.count)
  }

  /// Differs from run to run, as what it makes does not: no file can hold numbers that meet in one place of the table.
  private static let multiplier = UInt64.random(in: .min ... .max) | 1

  /// How many magnitudes there are, none of which is zero: by a table with open addresses, at most half full
  /// (multiply-shift, Dietzfelbinger and others 1997).
  private static func differentMagnitudes(_ values: [Float]) -> Int {
    let bitWidth = Int.bitWidth - values.count.leadingZeroBitCount + 1
    let size = 1 << bitWidth
    var (table, different) = ([UInt32](repeating: 0, count: size), 0)
    for value in values {
      let bits = value.magnitude.bitPattern
      var place = Int((UInt64(bits) &* multiplier) >> UInt64(UInt64.bitWidth - bitWidth))
      while table[place] != 0, table[place] != bits { place = (place + 1) & (size - 1) }
      if table[place] == 0 {
        table[place] = bits
        different += 1
      }
    }
    return different
  }

  /// Whether numbers on a grid tell kinds apart, and are no quantised weights: whole ones, or two that are neither
  /// opposite nor zero.
  private static func isOfKinds(_ patch: TensorPatch) -> Bool {
    let kinds = Set(patch.pieces.flatMap(\.values))
    return kinds.allSatisfy { $0 == $0.rounded() }
      || kinds.count == 2 && !kinds.contains(0) && kinds.reduce(0, +) != 0
  }

  private static func isSaturated(_ values: [Float]) -> Bool {
    let largest = values.reduce(0) { max($0, $1.magnitude) }
    let near = values.count { $0.magnitude >= nearLargest * largest }
    return Double(near) >= saturated * Double(values.count)
  }

  private static func isOneSigned(_ values: [Float]) -> Bool {
    let positive = values.count { $0 > 0 }
    return Double(min(positive, values.count - positive)) <= oneSign * Double(values.count)
  }

  /// A row or a column of one value that is not zero, among others that are not: polynomials, harmonics,
  /// eigenvectors of graphs, homogeneous coordinates.
  private static func hasConstantLine(
    _ piece: (rows: Int, columns: Int, values: [Float])
  ) -> Bool {
    let (rows, columns) = (piece.rows, piece.columns)
    func hasOne(_ count: Int, of length: Int, step: Int, stride: Int) -> Bool {
      guard length >= line.least else { return false }
      let constant = (0..<count).count { index in
        let first = piece.values[index * step]
        return first != 0
          && (1..<length).allSatisfy {
            abs(piece.values[index * step + $0 * stride] - first)
              <= line.tolerance * first.magnitude
          }
      }
      return constant > 0 && constant < count
    }
    return hasOne(rows, of: columns, step: columns, stride: 1)
      || hasOne(columns, of: rows, step: 1, stride: columns)
  }

  /// Whether rows and columns are no more unlike than those of independent draws from any one distribution, as they
  /// are or scaled by rows and columns.
  private static func areExchangeable(_ patch: TensorPatch) -> Bool {
    guard let piece = patch.pieces.first, min(piece.rows, piece.columns) >= leastLines,
      piece.values.count >= leastValues
    else { return false }
    let kurtosis = RandomDraw.uniformKurtosis
    // A corner tells most that was learned, at a fraction of the work.
    let corner = corner(piece)
    guard
      RandomDraw.areUncorrelated(
        ranks(equilibrated(corner)), rows: corner.rows, columns: corner.columns, kurtosis,
        tolerance: cornerTolerance)
    else { return false }
    return RandomDraw.areIndependent(
      ranks(piece.values), rows: piece.rows, columns: piece.columns, kurtosis)
      || RandomDraw.areUncorrelated(
        ranks(equilibrated(piece)), rows: piece.rows, columns: piece.columns, kurtosis,
        tolerance: scaledTolerance)
  }

  private static func corner(
    _ piece: (rows: Int, columns: Int, values: [Float])
  ) -> (rows: Int, columns: Int, values: [Float]) {
    let (rows, columns) = (min(piece.rows, corner.rows), min(piece.columns, corner.columns))
    let values = (0..<rows).flatMap {
      piece.values[$0 * piece.columns..<$0 * piece.columns + columns]
    }
    return (rows, columns, values)
  }

  /// The ranks of values, of mean 0 and variance 1; equal values share one.
  private static func ranks(_ values: [Float]) -> [Double] {
    let keys = values.enumerated().map { index, value in
      // In the order of the numbers: the bits of negative ones are turned, −0 is 0.
      let bits = (value + 0).bitPattern
      return UInt64(bits & 0x8000_0000 == 0 ? bits | 0x8000_0000 : ~bits) << 32 | UInt64(index)
    }.sorted()
    let (count, scale) = (Double(keys.count), 12.0.squareRoot())
    var result = [Double](repeating: 0, count: keys.count)
    var start = 0
    while start < keys.count {
      var end = start + 1
      while end < keys.count, keys[end] >> 32 == keys[start] >> 32 { end += 1 }
      let rank = (Double(start + end) / 2 / count - 0.5) * scale
      for key in keys[start..<end] { result[Int(key & 0xFFFF_FFFF)] = rank }
      start = end
    }
    return result
  }

  /// A piece whose rows and columns were brought to the size 1 in turn.
  private static func equilibrated(
    _ piece: (rows: Int, columns: Int, values: [Float])
  ) -> [Float] {
    let (rows, columns) = (piece.rows, piece.columns)
    var values = piece.values
    func scale(_ count: Int, of length: Int, step: Int, stride: Int) {
      for index in 0..<count {
        var (square, place) = (0.0, index * step)
        for _ in 0..<length {
          square += Double(values[place]) * Double(values[place])
          place += stride
        }
        guard square > 0 else { continue }
        let factor = Float((Double(length) / square).squareRoot())
        place = index * step
        for _ in 0..<length {
          values[place] *= factor
          place += stride
        }
      }
    }
    for _ in 0..<rounds {
      scale(rows, of: columns, step: columns, stride: 1)
      scale(columns, of: rows, step: 1, stride: columns)
    }
    return values
  }
}
