/// Scales rows and blocks of a matrix to equal energy: D₁·W·D₂ has one such form for all positive D₁ and D₂, so that
/// factors moved between units vanish (Sinkhorn and Knopp's iteration on the squares).
package enum UnitScaling {
  package static let rounds = 20
  /// Relative change of the rows' factors at which the rounds end.
  private static let settled = 1e-6

  /// What rows and blocks are multiplied with to have equal energy.
  ///
  /// - Parameter values: `[rows, units, width]`.
  package static func factors(
    _ values: [Float], rows: Int, units: Int, width: Int
  ) -> (rows: [Float], units: [Float]) {
    let energy = energies(values, width: width)
    var (ofRows, ofUnits) = (
      [Double](repeating: 1, count: rows), [Double](repeating: 1, count: units)
    )
    for _ in 0..<Self.rounds {
      let sums = DenseMatrix.product(energy, rows: rows, columns: units, ofUnits)
      var change = 0.0
      for row in 0..<rows {
        let factor = sums[row] > 0 ? Double(units) / sums[row] : 0
        change = max(change, abs(factor - ofRows[row]) / max(factor, .leastNormalMagnitude))
        ofRows[row] = factor
      }
      ofUnits = DenseMatrix.product(energy, rows: rows, columns: units, ofRows, transpose: true)
        .map { $0 > 0 ? Double(rows) / $0 : 0 }
      if change < Self.settled { break }
    }
    return (
      rows: ofRows.map { Float($0.squareRoot()) }, units: ofUnits.map { Float($0.squareRoot()) }
    )
  }

  /// Multiplies rows and blocks with factors: `[rows, blocks, width]`.
  package static func scale(
    _ values: inout [Float], rows: [Float], blocks: [Float], width: Int
  ) {
    values.withUnsafeMutableBufferPointer { values in
      for row in rows.indices {
        for block in blocks.indices {
          let factor = rows[row] * blocks[block]
          let start = (row * blocks.count + block) * width
          for place in start..<start + width {
            values[place] *= factor
            // Factors beyond what a float holds, of energies next to nothing.
            if !values[place].isFinite { values[place] = 0 }
          }
        }
      }
    }
  }

  private static func energies(_ values: [Float], width: Int) -> [Double] {
    var result = [Double](repeating: 0, count: values.count / width)
    values.withUnsafeBufferPointer { values in
      for cell in result.indices {
        var sum = 0.0
        for place in cell * width..<(cell + 1) * width {
          sum += Double(values[place]) * Double(values[place])
        }
        result[cell] = sum
      }
    }
    return result
  }
}
