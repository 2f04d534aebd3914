/// Small pictures made of block characters.
enum Blocks {
  private static let heights = Array("▁▂▃▄▅▆▇█")

  /// One character whose height is the similarity; negative counts as none.
  static func level(_ similarity: Double) -> Character {
    guard similarity.isFinite else { return "?" }
    let step = Int((min(max(similarity, 0), 1) * 7).rounded())
    return heights[step]
  }

  /// How many of `width` cells each share gets: in proportion, and at least one for what is there.
  ///
  /// - Returns: as many counts as shares, summing to `width` unless all shares are zero.
  static func cells(for shares: [Double], width: Int) -> [Int] {
    let shares = shares.map { $0.isFinite ? max($0, 0) : 0 }
    let total = shares.reduce(0, +)
    guard total > 0, width > shares.count else { return shares.map { _ in 0 } }
    var cells = shares.map { share in
      share == 0 ? 0 : max(1, Int((share / total * Double(width)).rounded()))
    }
    // Rounding errors go to the longest bar, where they show least.
    if let longest = cells.indices.max(by: { cells[$0] < cells[$1] }) {
      cells[longest] += width - cells.reduce(0, +)
    }
    return cells
  }
}
