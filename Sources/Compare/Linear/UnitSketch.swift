import Canonicalise
import Fingerprint

/// A tensor's centred sketch, scaled to unit norm, with what pairs need to know of it.
///
/// Where the tensor's role has a residual axis, that axis is the columns: one hash then serves the
/// residual stream throughout the model (method, section 2).
struct UnitSketch: Sendable {
  /// Row-major `[32, 32]` for matrices, any length for vectors; unit norm.
  let values: [Float]
  let norm: Double
  let rows: Int
  let columns: Int
  let isVector: Bool

  /// Gram matrices of `values` for the null variance; empty for vectors.
  ///
  /// Made when asked for: kept, they would be two thirds of a sketch's size.
  private var rowGram: [Float] { isVector ? [] : gram(ofRows: true) }
  private var columnGram: [Float] { isVector ? [] : gram(ofRows: false) }

  private func gram(ofRows: Bool) -> [Float] {
    NullVariance.gram(values, side: LinearSketch.side, ofRows: ofRows)
  }

  /// How a canonical matrix is turned before it is compared.
  enum Orientation: Sendable {
    case canonical
    case transposed
  }

  private init(
    values: [Float], norm: Double, rows: Int, columns: Int, isVector: Bool
  ) {
    (self.values, self.norm, self.isVector) = (values, norm, isVector)
    (self.rows, self.columns) = (rows, columns)
  }

  /// Nil when nothing is left after centring, or the tensor is no evidence.
  init?(_ tensor: TensorFingerprint, orientation: Orientation) {
    guard tensor.isEvidence else { return nil }
    let raw: [Float]
    switch tensor.sketch {
    case .matrix(let sketch):
      let turned = orientation == .transposed ? sketch.transposed : sketch
      raw = turned.centred(mean: tensor.moments.mean)
      (rows, columns, isVector) = (turned.rows, turned.columns, false)
    case .vector(let values):
      raw = values
      (rows, columns, isVector) = (1, tensor.elementCount, true)
    case .none: return nil
    }
    let length = Kernel.length(raw)
    guard length > 0, length.isFinite else { return nil }
    norm = length
    values = raw.map { Float(Double($0) / length) }
  }

  /// The same tensor with other values; nil where nothing is left of them.
  ///
  /// - Parameter least: share of the norm that must be left.
  func replacing(_ changed: [Float], least: Double = 0) -> UnitSketch? {
    let length = Kernel.length(changed)
    guard length > least, length.isFinite else { return nil }
    return UnitSketch(
      values: changed.map { Float(Double($0) / length) }, norm: norm * length, rows: rows,
      columns: columns, isVector: isVector)
  }

  /// The sketch of the transposed matrix.
  var transposed: UnitSketch {
    let side = LinearSketch.side
    guard !isVector else { return self }
    return UnitSketch(
      values: (0..<side * side).map { values[$0 % side * side + $0 / side] }, norm: norm,
      rows: columns, columns: rows, isVector: isVector)
  }

  func cosine(_ other: UnitSketch) -> Double {
    guard values.count == other.values.count else { return 0 }
    return Kernel.dot(values, other.values)
  }

  /// Variance of `cosine` under independence.
  func nullVariance(_ other: UnitSketch) -> Double {
    guard !isVector, !other.isVector else {
      return nullVariance(other, rowOverlap: 0, columnOverlap: 0)
    }
    // tr(XXᵀ·YYᵀ) = ‖XᵀY‖², which takes one product for three; likewise of the columns.
    let (side, mine, theirs) = (LinearSketch.side, values, other.values)
    func overlap(ofRows: Bool) -> Double {
      let product = DenseMatrix.product(
        mine, theirs, rows: side, columns: side, inner: side, transposeLeft: ofRows,
        transposeRight: !ofRows)
      return Kernel.dot(product, product)
    }
    return nullVariance(
      other, rowOverlap: overlap(ofRows: true), columnOverlap: overlap(ofRows: false))
  }

  /// The largest of that variance, the one under random signs of rows and columns, Σ (xᵢⱼ·yᵢⱼ)², as
  /// signs keep what is large where it is, which a rotation does not, and the one that the parts of the
  /// cosine along diagonals show, as they have one sign each in matrices that repeat along them.
  func testVariance(_ other: UnitSketch) -> Double {
    let side = LinearSketch.side
    var (signs, cosine) = (0.0, 0.0)
    var diagonals = [Double](repeating: 0, count: side)
    values.withUnsafeBufferPointer { mine in
      other.values.withUnsafeBufferPointer { theirs in
        diagonals.withUnsafeMutableBufferPointer { diagonals in
          for place in 0..<min(mine.count, theirs.count) {
            let product = Double(mine[place]) * Double(theirs[place])
            signs += product * product
            cosine += product
            diagonals[(place / side + side - place % side) % side] += product
          }
        }
      }
    }
    let mean = cosine / Double(side)
    let spread = diagonals.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return max(nullVariance(other), signs, spread * Double(side) / Double(side - 1))
  }

  private func nullVariance(
    _ other: UnitSketch, rowOverlap: Double, columnOverlap: Double
  ) -> Double {
    if isVector { return 1 / Double(max(1, min(VectorSketch.length, columns) - 1)) }
    let side = LinearSketch.side
    let rowFreedom = Double(max(1, min(side, rows - 1, other.rows - 1)))
    let columnFreedom = Double(max(1, min(side, columns - 1, other.columns - 1)))
    return max(
      1 / (rowFreedom * columnFreedom), rowOverlap / columnFreedom, columnOverlap / rowFreedom)
  }

  /// Cosine and null variance of every pair of two lists of matrices, as three matrix products.
  static func products(
    _ mine: [UnitSketch], _ theirs: [UnitSketch]
  ) -> (Int, Int) -> (cosine: Double, nullVariance: Double) {
    func product(_ part: (UnitSketch) -> [Float]) -> [Float] {
      DenseMatrix.product(
        mine.flatMap(part), theirs.flatMap(part), rows: mine.count, columns: theirs.count,
        inner: LinearSketch.side * LinearSketch.side, transposeRight: true)
    }
    let cosines = product(\.values)
    let (rows, columns) = (product(\.rowGram), product(\.columnGram))
    return { i, j in
      let position = i * theirs.count + j
      let variance = mine[i].nullVariance(
        theirs[j], rowOverlap: Double(rows[position]), columnOverlap: Double(columns[position]))
      return (Double(cosines[position]), variance)
    }
  }

  /// ‖self − other‖ / ‖other‖ of the sketches before scaling, taken entry by entry: the cosine is
  /// too close to 1 for small changes to be read off it.
  func relativeChange(from other: UnitSketch) -> Double {
    let ratio = norm / other.norm
    let square = zip(values, other.values).reduce(0.0) { sum, pair in
      let difference = ratio * Double(pair.0) - Double(pair.1)
      return sum + difference * difference
    }
    return square.squareRoot()
  }
}

extension ReferenceComparison {
  /// A matrix or vector of the subject, where its residual stream is the columns.
  func subjectSketch(_ index: Int, of tensor: TensorFingerprint) -> UnitSketch? {
    if subjectSketches.indices.contains(index), let known = subjectSketches[index] {
      return known
    }
    return UnitSketch(tensor, orientation: tensor.orientation)
  }

  /// A matrix or vector of the reference in the orientation of the subject's.
  func sketch(_ pair: TensorPair, of tensor: TensorFingerprint) -> UnitSketch? {
    let other = fingerprint.tensors[pair.reference]
    let orientation = pair.transposed ? tensor.orientation.turned : tensor.orientation
    if let prepared, orientation == other.orientation || other.matrix == nil {
      return prepared.sketches[pair.reference]
    }
    return UnitSketch(other, orientation: orientation)
  }
}
