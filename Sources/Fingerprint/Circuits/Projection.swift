import COpenBLAS

/// The product of a matrix with the model's probe directions along its residual axis, accumulated
/// leaf by leaf in the orientation in which the matrix is stored.
struct Projection: Sendable {
  /// Which stored axis is the residual stream.
  enum Axis: Sendable {
    case rows
    case columns
  }

  /// Number of probe directions.
  static let directions = 64

  /// `[64, residual]`, row-major, norm gains folded in.
  let probes: [Float]
  let axis: Axis
  let residual: Int
  /// Length of the other stored axis.
  let other: Int

  func zeroes(leafRows: Int) -> [Float] {
    [Float](repeating: 0, count: Self.directions * (axis == .columns ? leafRows : other))
  }

  /// Adds the product of a block of stored rows to a leaf's result.
  func add(
    _ slab: UnsafePointer<Float>, rows: Range<Int>, columns: Range<Int>, firstLeafRow: Int,
    to result: inout [Float]
  ) {
    let (k, m, n) = (Int32(Self.directions), Int32(rows.count), Int32(columns.count))
    let layout = Int32(SKMRowMajor)
    let (plain, transposed) = (Int32(SKMNoTrans), Int32(SKMTrans))
    let residual = Int32(residual)
    probes.withUnsafeBufferPointer { probes in
      result.withUnsafeMutableBufferPointer { result in
        guard let probeBase = probes.baseAddress, let resultBase = result.baseAddress else {
          return
        }
        switch axis {
        case .columns:
          let target = resultBase + (rows.lowerBound - firstLeafRow) * Self.directions
          cblas_sgemm(
            layout, plain, transposed, m, k, n, 1, slab, n, probeBase, residual, 0, target, k)
        case .rows:
          cblas_sgemm(
            layout, plain, plain, k, n, m, 1, probeBase + rows.lowerBound, residual, slab, n, 1,
            resultBase, n)
        }
      }
    }
  }

  /// Folds a leaf's result into the tensor's, in leaf order.
  func fold(_ leaf: [Float], into total: inout [Float]) {
    switch axis {
    case .columns: total += leaf
    case .rows:
      if total.isEmpty {
        total = leaf
      } else {
        for i in total.indices { total[i] += leaf[i] }
      }
    }
  }

  /// `[other, 64]` whatever the orientation.
  func finish(_ total: [Float]) -> [Float] {
    guard axis == .rows else { return total }
    var result = total
    for k in 0..<Self.directions {
      for i in 0..<other { result[i * Self.directions + k] = total[k * other + i] }
    }
    return result
  }
}
