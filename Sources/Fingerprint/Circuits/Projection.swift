import Kernels

/// The product of a matrix with the model's probe directions along its residual axis, accumulated
/// leaf by leaf.
struct Projection: Sendable {
  /// Which stored axis is the residual stream.
  enum Axis: Sendable {
    case rows
    case columns
  }

  /// Number of probe directions.
  static let directions = SKM_DIRECTIONS

  let axis: Axis
  /// Length of the other stored axis.
  let other: Int
  /// `[residual, 64]`, row-major, norm gains folded in.
  let probes: [Float]

  /// Where a run of stored rows adds to: `[rows, 64]` of readers, `[other, 64]` of writers.
  func zeroes(rows: Int) -> [Float] {
    [Float](repeating: 0, count: Self.directions * (axis == .columns ? rows : other))
  }

  /// Adds the product of a block of whole stored rows.
  ///
  /// - Parameter firstRow: the stored row that `result` starts with.
  func add(
    _ slab: UnsafePointer<Float>, rows: Range<Int>, columns: Int, firstRow: Int,
    to result: inout [Float]
  ) {
    let k = Self.directions
    probes.withUnsafeBufferPointer { probes in
      result.withUnsafeMutableBufferPointer { result in
        guard let probe = probes.baseAddress, let target = result.baseAddress else { return }
        switch axis {
        case .columns:
          let place = target + (rows.lowerBound - firstRow) * k
          skm_project(slab, rows.count, columns, columns, 1, probe, place)
        case .rows:
          skm_project(slab, columns, 1, rows.count, columns, probe + rows.lowerBound * k, target)
        }
      }
    }
  }

  /// Joins the results of successive runs of rows; in the end `[other, 64]` for either axis.
  func fold(_ run: [Float], into total: inout [Float]) {
    switch axis {
    case .columns: total += run
    case .rows:
      if total.isEmpty {
        total = run
      } else {
        for i in total.indices { total[i] += run[i] }
      }
    }
  }
}
