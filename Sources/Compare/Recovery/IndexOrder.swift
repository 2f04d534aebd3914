/// How far a sequence of indices is from ascending.
enum IndexOrder {
  /// Length of the longest ascending subsequence (Fredman 1975, by patience sorting).
  ///
  /// Pruning keeps the survivors in order; a permutation of n leaves only about 2√n in order.
  static func longestAscending(_ indices: [Int]) -> Int {
    var tails: [Int] = []
    for index in indices {
      var (low, high) = (0, tails.count)
      while low < high {
        let middle = (low + high) / 2
        if tails[middle] < index { low = middle + 1 } else { high = middle }
      }
      if low == tails.count { tails.append(index) } else { tails[low] = index }
    }
    return tails.count
  }

  /// Share of the indices that must move for the rest to be in order.
  static func movedShare(_ indices: [Int]) -> Double {
    indices.isEmpty ? 0 : 1 - Double(longestAscending(indices)) / Double(indices.count)
  }
}
