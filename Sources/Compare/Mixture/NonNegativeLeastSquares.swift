/// Least squares under the constraint that no coefficient is negative.
///
/// - Source: Lawson, Hanson. "Solving Least Squares Problems." Prentice-Hall 1974, chapter 23
///   (the active-set method, on the normal equations: the sketches behind them are well conditioned
///   unless two references are nearly equal, and those are merged before).
enum NonNegativeLeastSquares {
  /// Minimises xᵀGx − 2bᵀx over x ≥ 0.
  ///
  /// - Parameters:
  ///   - gram: G, `[n, n]`, symmetric.
  ///   - target: b, `[n]`.
  /// - Complexity: O(n⁴) at worst; n is the number of candidate parents.
  static func solve(gram: [[Double]], target: [Double]) -> [Double] {
    let n = target.count
    var solution = [Double](repeating: 0, count: n)
    var passive: Set<Int> = []
    let scale = (0..<n).map { gram[$0][$0] }.max() ?? 0
    for _ in 0..<(3 * n + 10) {
      let gradient = (0..<n).map { i in
        target[i] - (0..<n).reduce(0) { $0 + gram[i][$1] * solution[$1] }
      }
      let open = (0..<n).filter { !passive.contains($0) && gradient[$0] > 1e-9 * scale }
      guard let entering = open.max(by: { gradient[$0] < gradient[$1] }) else { break }
      passive.insert(entering)
      while !passive.isEmpty {
        let indices = passive.sorted()
        guard let trial = solveSymmetric(gram, target, indices) else {
          passive.remove(entering)
          break
        }
        /// How far the way to the trial leads until an unknown is zero.
        func way(_ position: Int) -> Double {
          let current = solution[indices[position]]
          return current > 0 ? current / (current - trial[position]) : 0
        }
        guard
          let blocking = indices.indices.filter({ trial[$0] <= 0 }).min(by: { way($0) < way($1) })
        else {
          for (position, index) in indices.enumerated() { solution[index] = trial[position] }
          break
        }
        let step = way(blocking)
        for (position, index) in indices.enumerated() {
          solution[index] += step * (trial[position] - solution[index])
          // The blocking one leaves whatever rounding says, so that each turn makes progress.
          if position == blocking || solution[index] <= 1e-12 {
            solution[index] = 0
            passive.remove(index)
          }
        }
      }
    }
    return solution
  }

  /// Gaussian elimination with pivoting of the sub-system of `indices`; nil if it is singular.
  private static func solveSymmetric(
    _ gram: [[Double]], _ target: [Double], _ indices: [Int]
  ) -> [Double]? {
    let n = indices.count
    var a = indices.map { i in indices.map { gram[i][$0] } + [target[i]] }
    for column in 0..<n {
      guard let pivot = (column..<n).max(by: { abs(a[$0][column]) < abs(a[$1][column]) }),
        abs(a[pivot][column]) > 1e-12
      else { return nil }
      a.swapAt(column, pivot)
      for row in 0..<n where row != column {
        let factor = a[row][column] / a[column][column]
        guard factor != 0 else { continue }
        for k in column...n { a[row][k] -= factor * a[column][k] }
      }
    }
    return (0..<n).map { a[$0][n] / a[$0][$0] }
  }
}
