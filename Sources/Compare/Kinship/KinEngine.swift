package import Canonicalise
package import Fingerprint
package import Load

/// Reads the matrices that a subject and its relatives have in common, and multiplies their differences.
///
///     let engine = KinEngine(subject: b, fingerprint: comparison.subject, threads: 2)
///     let values = try engine.values([(comparison, a), (comparison2, c), …], tensors: indices)
///
/// - Complexity: of each matrix, `limit` numbers at most are read on every side.
package struct KinEngine: Sendable {
  private let subject: CanonicalModel
  private let fingerprint: ModelFingerprint
  private let threads: Int

  /// Numbers of a matrix that are looked at: all of them, or rows in runs from all over it.
  static let limit = 1 << 18
  /// Rows of a run.
  static let run = 4

  package init(subject: CanonicalModel, fingerprint: ModelFingerprint, threads: Int) {
    (self.subject, self.fingerprint) = (subject, fingerprint)
    self.threads = max(1, threads)
  }

  /// - Parameters:
  ///   - relatives: the comparisons with them, and their weights.
  ///   - tensors: the subject's matrices that all of them have in the same shape.
  /// - Returns: nil where one of the matrices cannot be read side by side.
  package func values(
    _ relatives: [(comparison: ReferenceComparison, weights: CanonicalModel)], tensors: [Int]
  ) throws(LoadError) -> KinValues? {
    let mine = Self.byName(subject)
    let theirs = relatives.map { Self.byName($0.weights) }
    let comparisons = relatives.map(\.comparison)
    let results = Concurrent.map(tensors.count, threads: threads) {
      place -> Result<KinValues.Matrix?, LoadError> in
      do throws(LoadError) {
        return .success(try matrix(tensors[place], mine, comparisons, theirs))
      } catch {
        return .failure(error)
      }
    }
    var matrices: [KinValues.Matrix] = []
    for result in results {
      guard let matrix = try result.get() else { return nil }
      matrices.append(matrix)
    }
    try subject.checkpoint.checkUnchanged()
    for relative in relatives { try relative.weights.checkpoint.checkUnchanged() }
    return KinValues(members: comparisons.map(\.id), matrices: matrices)
  }

  private static func byName(_ model: CanonicalModel) -> [String: CanonicalTensor] {
    Dictionary(model.tensors.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
  }

  private func matrix(
    _ index: Int, _ mine: [String: CanonicalTensor], _ comparisons: [ReferenceComparison],
    _ theirs: [[String: CanonicalTensor]]
  ) throws(LoadError) -> KinValues.Matrix? {
    guard let own = mine[fingerprint.tensors[index].name].flatMap({ CanonicalBlock($0) }) else {
      return nil
    }
    let others = zip(comparisons, theirs).compactMap { comparison, tensors -> CanonicalBlock? in
      guard let pair = comparison.pairs[index],
        let tensor = tensors[comparison.fingerprint.tensors[pair.reference].name]
      else { return nil }
      return CanonicalBlock(tensor, transposed: pair.transposed)
    }
    guard others.count == comparisons.count, own.columns > 0, own.columns <= Self.limit,
      others.allSatisfy({ $0.rows == own.rows && $0.columns == own.columns })
    else { return nil }
    let (side, columns) = (others.count, 0..<own.columns)
    let runs = (own.rows - 1) / Self.run + 1
    let wanted = min(runs, max(1, Self.limit / (Self.run * own.columns)))
    let scratch = ByteScratch()
    var products = [Double](repeating: 0, count: side * side)
    var seen = 0
    for number in 0..<wanted {
      let start = number * runs / wanted * Self.run
      let rows = start..<min(start + Self.run, own.rows)
      let values = try own.values(rows: rows, columns: columns, scratch: scratch)
      var differences: [Double] = []
      differences.reserveCapacity(side * values.count)
      for other in others {
        let theirs = try other.values(rows: rows, columns: columns, scratch: scratch)
        for place in values.indices {
          let difference = Double(theirs[place]) - Double(values[place])
          differences.append(difference.isFinite ? difference : 0)
        }
      }
      let part = DenseMatrix.product(
        differences, differences, rows: side, columns: side, inner: values.count,
        transposeRight: true)
      for place in part.indices { products[place] += part[place] }
      seen += rows.count
    }
    // As large as those of the whole matrix.
    let scale = Double(own.rows) / Double(max(1, seen))
    return KinValues.Matrix(index: index, products: products.map { $0 * scale })
  }
}
