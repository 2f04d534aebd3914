package import Canonicalise
package import Load

/// The loudest tokens of an embedding as points: what is left of it when nobody knows which token is
/// which, nor in which basis.
///
/// Rows are centred, the 1024 with the largest norms are taken and laid along their principal axes.
/// Neither the order of tokens nor a rotation, nor a common factor but for the scale, changes which
/// they are, or their singular values.
package struct TokenCloud: Sendable {
  package static let tokens = 1024
  package static let directions = 128
  /// With fewer directions than this tokens cannot be told apart.
  package static let leastDirections = 32

  /// Their coordinates, `[tokens, directions]`.
  package let points: [Float]
  /// Coordinates of each, at most `directions`.
  package let width: Int
  /// The singular values, largest first, as many.
  package let spectrum: [Float]
  private let rows: EmbeddingRows
  /// What was subtracted from every row.
  private let origin: [Double]
  /// `[hidden, width]`.
  private let axes: [Double]

  /// Nil where the embedding has too few tokens or directions, is not decoded, or has numbers whose sums are
  /// none.
  ///
  /// - Complexity: three passes over the embedding, and the eigenvectors of a matrix of 1024 rows at
  ///   most.
  package init?(_ model: CanonicalModel) throws(LoadError) {
    guard let embedding = model.anchorEmbedding,
      let cloud = try Self.clouds(of: embedding, passingOver: [0])[0]
    else { return nil }
    self = cloud
  }

  /// The clouds of a table of tokens without its very loudest rows, by how many these are; none where there
  /// would be too few left.
  ///
  /// - Complexity: five passes over the table at most, and for each number the eigenvectors of a matrix of
  ///   1024 rows.
  package static func clouds(
    of table: CanonicalTensor, passingOver: [Int]
  ) throws(LoadError) -> [Int: TokenCloud] {
    guard let rows = EmbeddingRows(table), rows.hidden >= leastDirections else { return [:] }
    let numbers = passingOver.filter { $0 <= rows.count - 2 * directions }
    guard !numbers.isEmpty else { return [:] }
    var clouds: [Int: TokenCloud] = [:]
    for (number, chosen) in zip(numbers, try rows.loudest(tokens, passingOver: numbers)) {
      clouds[number] = try TokenCloud(rows, chosen)
    }
    return clouds
  }

  private init?(_ rows: EmbeddingRows, _ chosen: [Int]) throws(LoadError) {
    let hidden = rows.hidden
    let (values, mean) = Self.centred(try rows.values(chosen), columns: hidden)
    let isWide = hidden > chosen.count
    let side = min(hidden, chosen.count)
    let gram = DenseMatrix.product(
      values, values, rows: side, columns: side, inner: isWide ? hidden : chosen.count,
      transposeLeft: !isWide, transposeRight: isWide)
    guard let eigen = SymmetricEigen(gram, side: side), let largest = eigen.values.last,
      largest > 0
    else { return nil }
    let kept = eigen.values.indices.reversed().prefix(Self.directions).filter {
      eigen.values[$0] > Self.tolerance * largest
    }
    guard kept.count >= Self.leastDirections else { return nil }
    let singular = kept.map { eigen.values[$0].squareRoot() }
    var vectors = [Double](repeating: 0, count: side * kept.count)
    for (position, column) in kept.enumerated() {
      let scale = isWide ? 1 / singular[position] : 1
      for row in 0..<side {
        vectors[row * kept.count + position] = eigen.vectors[column * side + row] * scale
      }
    }
    axes =
      isWide
      ? DenseMatrix.product(
        values, vectors, rows: hidden, columns: kept.count, inner: side, transposeLeft: true)
      : vectors
    (width, origin, self.rows) = (kept.count, mean, rows)
    spectrum = singular.map(Float.init)
    guard spectrum.allSatisfy({ $0.isFinite && $0 > 0 }) else { return nil }
    points = DenseMatrix.product(
      values, axes, rows: chosen.count, columns: width, inner: hidden
    ).map(Float.init)
  }

  /// Squares of singular values below this share of the largest are noise.
  private static let tolerance = 1e-10

  /// The coordinates of any tokens, `[ids, width]`.
  package func points(of ids: [Int]) throws(LoadError) -> [Float] {
    project(try rows.values(ids))
  }

  /// Calls `visit` with the coordinates of all tokens, some at a time, and the first one's id.
  package func forEachPart(_ visit: (_ first: Int, _ points: [Float]) -> Void) throws(LoadError) {
    try rows.forEachBlock { first, values in visit(first, project(values.map(Double.init))) }
  }

  private func project(_ values: [Double]) -> [Float] {
    let (count, hidden) = (values.count / rows.hidden, rows.hidden)
    var centred = values
    for row in 0..<count {
      for column in 0..<hidden { centred[row * hidden + column] -= origin[column] }
    }
    return DenseMatrix.product(
      centred, axes, rows: count, columns: width, inner: hidden
    ).map(Float.init)
  }

  private static func centred(
    _ values: [Double], columns: Int
  ) -> (values: [Double], mean: [Double]) {
    let rows = values.count / columns
    var (result, mean) = (values, [Double](repeating: 0, count: columns))
    for row in 0..<rows {
      for column in 0..<columns { mean[column] += result[row * columns + column] }
    }
    for column in 0..<columns { mean[column] /= Double(max(rows, 1)) }
    for row in 0..<rows {
      for column in 0..<columns { result[row * columns + column] -= mean[column] }
    }
    return (result, mean)
  }
}

/// How far the singular values of two embeddings are from one another.
package enum Spectra {
  /// Root mean square difference of the logarithms of the leading half, after a common factor, over
  /// their own spread; nil where there are too few.
  package static func distance(_ first: [Float], _ second: [Float]) -> Double? {
    guard let (difference, spread) = deviations(first, second) else { return nil }
    let distance = difference / spread
    return distance.isFinite ? distance : nil
  }

  /// Whether they are those of one embedding, turned or dealt anew.
  ///
  /// Independent embeddings of one steep spectrum differ little beside their spread, but by what a sample of
  /// 1024 tokens leaves: 0.02 in the logarithm.
  ///
  /// - Parameters:
  ///   - distance: the most of `distance`.
  ///   - logarithms: the most of the root mean square difference of the logarithms.
  package static func areEqual(
    _ first: [Float], _ second: [Float], within distance: Double, logarithms: Double
  ) -> Bool {
    guard let (difference, spread) = deviations(first, second) else { return false }
    return difference <= logarithms && difference / spread <= distance
  }

  private static func deviations(
    _ first: [Float], _ second: [Float]
  ) -> (difference: Double, spread: Double)? {
    let count = min(first.count, second.count) / 2
    guard count >= TokenCloud.leastDirections / 2, first.count >= TokenCloud.leastDirections,
      second.count >= TokenCloud.leastDirections
    else { return nil }
    let own = first.prefix(count).map { Double($0).logarithm }
    let other = second.prefix(count).map { Double($0).logarithm }
    let spread = min(deviation(own), deviation(other))
    let difference = deviation(zip(own, other).map { $0 - $1 })
    guard spread > 0, spread.isFinite, difference.isFinite else { return nil }
    return (difference, spread)
  }

  private static func deviation(_ values: [Double]) -> Double {
    let count = Double(values.count)
    let mean = values.reduce(0, +) / count
    return (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count).squareRoot()
  }
}
