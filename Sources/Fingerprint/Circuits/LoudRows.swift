import Load

/// The rows of an embedding that are farthest from their mean: of all, and of what is left without the
/// very loudest.
///
/// Whoever appends rows that are louder than the model's own decides which of all are the loudest. Without
/// as many as were appended they are the model's own again.
extension EmbeddingRows {
  /// The loudest rows, those first, for each number of rows to pass over.
  ///
  /// - Complexity: two passes over the embedding, and two more for all numbers that are not 0.
  func loudest(_ number: Int, passingOver: [Int]) throws(LoadError) -> [[Int]] {
    let all = try means(of: [Int](repeating: 1, count: count), parts: 1)
    let order = Self.order(try distances(to: all) { _ in 1 }[0])
    let starts = Set(passingOver).filter { $0 > 0 }.sorted()
    var loudest = [0: Array(order.prefix(number))]
    if !starts.isEmpty {
      // How many of the rests each row is in: the first so many of them.
      var rests = [Int](repeating: 0, count: count)
      for (rank, row) in order.enumerated() {
        rests[row] = starts.firstIndex { $0 > rank } ?? starts.count
      }
      let found = try distances(to: try means(of: rests, parts: starts.count)) { rests[$0] }
      for (start, distances) in zip(starts, found) {
        let rest = order.dropFirst(start)
        loudest[start] = Array(
          rest.sorted { (distances[$1], $0) < (distances[$0], $1) }.prefix(number))
      }
    }
    return passingOver.map { loudest[$0] ?? [] }
  }

  private static func order(_ distances: [Double]) -> [Int] {
    distances.indices.sorted { (distances[$1], $0) < (distances[$0], $1) }
  }

  /// The mean of the rows of each part.
  ///
  /// - Parameter memberships: of each row, how many of the parts it is in, which are the first ones.
  private func means(of memberships: [Int], parts: Int) throws(LoadError) -> [[Double]] {
    var sums = [[Double]](
      repeating: [Double](repeating: 0, count: hidden), count: parts + 1)
    try forEachBlock { first, values in
      values.withUnsafeBufferPointer { values in
        for row in 0..<values.count / hidden {
          sums[memberships[first + row]].withUnsafeMutableBufferPointer { sum in
            for column in 0..<hidden { sum[column] += Double(values[row * hidden + column]) }
          }
        }
      }
    }
    var sizes = [Int](repeating: 0, count: parts + 1)
    for membership in memberships { sizes[membership] += 1 }
    for part in stride(from: parts - 1, through: 1, by: -1) {
      for column in 0..<hidden { sums[part][column] += sums[part + 1][column] }
      sizes[part] += sizes[part + 1]
    }
    return (1...parts).map { part in sums[part].map { $0 / Double(max(sizes[part], 1)) } }
  }

  /// Squared distances of the rows from each mean; 0 for rows that are in fewer parts.
  private func distances(
    to means: [[Double]], _ memberships: (Int) -> Int
  ) throws(LoadError) -> [[Double]] {
    var distances = means.map { _ in [Double](repeating: 0, count: count) }
    try forEachBlock { first, values in
      values.withUnsafeBufferPointer { values in
        for row in 0..<values.count / hidden {
          for part in 0..<memberships(first + row) {
            distances[part][first + row] = means[part].withUnsafeBufferPointer {
              Self.distance(values, row * hidden, $0)
            }
          }
        }
      }
    }
    return distances
  }

  /// Sum of the squares of the differences of a row and the mean, in eight sums side by side.
  private static func distance(
    _ values: UnsafeBufferPointer<Float>, _ start: Int, _ mean: UnsafeBufferPointer<Double>
  ) -> Double {
    var sums = SIMD8<Double>.zero
    var column = 0
    while column + 8 <= mean.count {
      var difference = SIMD8<Double>.zero
      for lane in 0..<8 {
        difference[lane] = Double(values[start + column + lane]) - mean[column + lane]
      }
      sums += difference * difference
      column += 8
    }
    var rest = 0.0
    while column < mean.count {
      let difference = Double(values[start + column]) - mean[column]
      rest += difference * difference
      column += 1
    }
    return sums.sum() + rest
  }
}
