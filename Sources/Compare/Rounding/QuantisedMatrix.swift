import Canonicalise
import Fingerprint
import Load

/// A quantised matrix and the weights that it was made from, read side by side.
struct QuantisedMatrix {
  private let mine: CanonicalBlock
  private let theirs: CanonicalBlock
  private let groups: RoundingGroups
  private let columns: Int

  /// Nil where the two do not line up, or how numbers were rounded is not known.
  init?(
    _ tensor: CanonicalTensor, _ fingerprint: TensorFingerprint, from other: CanonicalTensor,
    transposed: Bool
  ) {
    guard let mine = CanonicalBlock(tensor),
      let theirs = CanonicalBlock(other, transposed: transposed),
      mine.rows == theirs.rows, mine.columns == theirs.columns, mine.rows > 1, mine.columns > 1,
      let groups = RoundingGroups(tensor.source, fingerprint, columns: mine.columns)
    else { return nil }
    self.mine = mine
    self.theirs = theirs
    self.groups = groups
    columns = groups.columns(of: mine.columns)
  }

  /// The sums as the numbers are.
  func sums() throws(LoadError) -> RoundingSums {
    var sums = RoundingSums()
    try forEachRun { _, new, old in groups.add(new, old, to: &sums) }
    return sums
  }

  /// The sums with every column, and every row, of the original times what fits best.
  func rescaledSums() throws(LoadError) -> RoundingSums {
    var fit = ScaleFit(count: columns)
    try forEachRun { _, new, old in
      for place in new.indices { fit.add(old[place], new[place], at: place % columns) }
    }
    let columnScales = fit.scales
    var rows = ScaleFit(count: mine.rows)
    try forEachRun { row, new, old in
      for place in new.indices {
        let (line, column) = place.quotientAndRemainder(dividingBy: columns)
        rows.add(old[place] * columnScales[column], new[place], at: row + line)
      }
    }
    let rowScales = rows.scales
    var sums = RoundingSums()
    try forEachRun { row, new, old in
      let scaled = old.indices.map { place in
        let (line, column) = place.quotientAndRemainder(dividingBy: columns)
        return old[place] * columnScales[column] * rowScales[row + line]
      }
      groups.add(new, scaled, to: &sums)
    }
    sums.fitted = columns + rows.count
    return sums
  }

  /// Runs of rows from all over the matrix, the same every time.
  private func forEachRun(
    _ body: (_ row: Int, _ new: [Float], _ old: [Float]) -> Void
  ) throws(LoadError) {
    let scratch = ByteScratch()
    let run = RoundingEngine.run
    let runs = (mine.rows - 1) / run + 1
    let wanted = min(runs, max(1, RoundingEngine.limit / max(1, run * columns)))
    for number in 0..<wanted {
      let start = number * runs / wanted * run
      let rows = start..<min(start + run, mine.rows)
      let new = try mine.values(rows: rows, columns: 0..<columns, scratch: scratch)
      let old = try theirs.values(rows: rows, columns: 0..<columns, scratch: scratch)
      body(start, new, old)
    }
  }
}

/// The factors that take some numbers to others, line by line, by least squares.
private struct ScaleFit {
  private var products: [Double]
  private var squares: [Double]
  /// Lines that were fitted.
  var count: Int { squares.count { $0 > 0 } }

  init(count: Int) {
    products = [Double](repeating: 0, count: count)
    squares = products
  }

  mutating func add(_ from: Float, _ to: Float, at line: Int) {
    guard from.isFinite, to.isFinite else { return }
    products[line] += Double(from) * Double(to)
    squares[line] += Double(from) * Double(from)
  }

  var scales: [Float] {
    zip(products, squares).map { $1 > 0 ? Float($0 / $1) : 1 }
  }
}
