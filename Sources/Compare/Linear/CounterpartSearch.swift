import Fingerprint

/// The best cosine of every subject tensor among all its counterparts, as matrix products.
struct CounterpartSearch {
  private static let side = LinearSketch.side
  private static let size = side * side

  /// Tensors that have the same counterparts.
  private struct Group {
    /// Of the subject's tensors, which have equally many columns.
    var basis: SketchBasis
    /// Positions in the order of the tensors.
    var positions: [Int] = []
    /// `[positions, 1024]`.
    var mine: [Float] = []
    /// `[counterparts, 1024]`.
    var theirs: [Float] = []
  }

  /// A reference tensor in one of its turns.
  private struct Counterpart: Hashable {
    var tensor: Int
    var transposed: Bool
  }

  let tensorCount: Int
  private let groups: [Group]

  /// - Parameter tensors: of the subject; those without a counterpart are left out.
  /// - Returns: nil if none is left.
  init?(_ correspondence: Correspondence, tensors: [Int]) {
    var groups: [[Counterpart]: Group] = [:]
    var count = 0
    for index in tensors {
      let candidates = correspondence.likenessCandidates(of: index)
      guard let mine = correspondence.sketch(index), !candidates.isEmpty else { continue }
      let turns = candidates.flatMap { candidate in
        correspondence.counterparts(candidate, of: index).map {
          (key: Counterpart(tensor: candidate, transposed: $0.transposed), sketch: $0.sketch)
        }
      }
      let key = turns.map(\.key)
      var group =
        groups[key]
        ?? Group(
          basis: SketchBasis(columns: mine.columns), theirs: turns.flatMap(\.sketch.values))
      group.positions.append(count)
      group.mine += mine.values
      groups[key] = group
      count += 1
    }
    guard count > 0 else { return nil }
    tensorCount = count
    self.groups = Array(groups.values)
  }

  /// Σ over tensors of the largest cosine, or of 0 where all are negative.
  ///
  /// - Parameter order: by which every sketch of the subject is re-based; nil leaves them as they are.
  func statistic(rebasedBy order: SignedOrder?) -> Double {
    var best = [Float](repeating: 0, count: tensorCount)
    for group in groups {
      let rows = group.positions.count
      let columns = group.theirs.count / Self.size
      let mine = order.map { group.basis.rebased(group.mine, by: $0) } ?? group.mine
      let cosines = DenseMatrix.product(
        mine, group.theirs, rows: rows, columns: columns, inner: Self.size, transposeRight: true)
      for (row, position) in group.positions.enumerated() {
        best[position] = max(0, cosines[row * columns..<(row + 1) * columns].max() ?? 0)
      }
    }
    // In the order of the tensors: that of a dictionary is random, and with it the last bit.
    return best.reduce(0.0) { $0 + Double($1) }
  }
}
