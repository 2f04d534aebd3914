import Kernels

/// What a run of successive leaves of one tensor contributes; runs fold in order.
struct LeafRun {
  var sums = skm_partial()
  /// Signed sums over indices ≡ i (mod 256); for vectors.
  var vectorFold: [Double] = []
  /// One per leaf.
  var digests: [TensorDigest] = []
  /// Of the decoded numbers, where bytes are not numbers.
  var decodedDigests: [TensorDigest] = []
  /// The product with the probe directions (`Projection.zeroes`).
  var projection: [Float] = []
  /// Rows sampled for the grid test, from the first leaf only.
  var samples = GridSamples()
  /// Pieces from which formulas are told.
  var patch: TensorPatch
  /// Those of the sample that lie in the run, in the order of the elements.
  var sampled: [Float] = []
}

extension skm_partial {
  static func += (left: inout skm_partial, right: skm_partial) {
    withUnsafeMutableBytes(of: &left.sketch) { target in
      withUnsafeBytes(of: right.sketch) { source in add(target, source) }
    }
    withUnsafeMutableBytes(of: &left.column_fold) { target in
      withUnsafeBytes(of: right.column_fold) { source in add(target, source) }
    }
    withUnsafeMutableBytes(of: &left.row_fold) { target in
      withUnsafeBytes(of: right.row_fold) { source in add(target, source) }
    }
    left.sum += right.sum
    left.sum_of_squares += right.sum_of_squares
    left.sum_of_cubes += right.sum_of_cubes
    left.sum_of_fourths += right.sum_of_fourths
    left.absolute_maximum = max(left.absolute_maximum, right.absolute_maximum)
    left.zeros += right.zeros
    left.nans += right.nans
    left.infinities += right.infinities
  }

  private static func add(_ target: UnsafeMutableRawBufferPointer, _ source: UnsafeRawBufferPointer)
  {
    let (target, source) = (target.bindMemory(to: Double.self), source.bindMemory(to: Double.self))
    for i in source.indices { target[i] += source[i] }
  }

  var sketchValues: [Float] { Self.floats(sketch) }
  var columnFoldValues: [Float] { Self.floats(column_fold) }
  var rowFoldValues: [Float] { Self.floats(row_fold) }

  private static func floats<Tuple>(_ tuple: Tuple) -> [Float] {
    withUnsafeBytes(of: tuple) { $0.bindMemory(to: Double.self).map { Float($0) } }
  }
}
