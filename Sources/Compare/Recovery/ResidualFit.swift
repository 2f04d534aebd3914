import Canonicalise
import Load

/// Finds the map between the residual streams of two models from the embeddings of the tokens they
/// share (method, section 6).
///
/// Columns are compared first, which tells a permutation and an untouched stream without a
/// decomposition; only if they do not line up, Procrustes' rotation is sought and looked at in the
/// same way.
struct ResidualFit {
  /// What the embeddings suggest; the layers have to confirm a rotation.
  let map: ResidualMap
  /// Share of the dimensions with a clear partner; nil for a rotation.
  let peakedShare: Double?

  /// Tokens whose embeddings are compared dimension by dimension, at most.
  static let comparedTokens = 8192
  /// Tokens that a rotation is fitted to, at most, and how many of them at a time.
  static let rotatedTokens = 1 << 15
  static let chunk = 4096
  /// Fewer shared tokens than this fit nothing.
  static let minimumTokens = 64
  /// Share of the dimensions with a clear partner elsewhere, or of opposite sign, below which the
  /// streams are the same.
  static let movedShare = 0.05

  init?(subject: ModelMatrices, reference: ModelMatrices, tokens: SharedTokens?)
    throws(LoadError)
  {
    guard let mine = subject.embedding, let theirs = reference.embedding, let tokens else {
      return nil
    }
    func rows(_ pairs: ArraySlice<(subject: Int, reference: Int)>) throws(LoadError)
      -> (mine: RowMatrix, theirs: RowMatrix)?
    {
      guard let mineRows = try subject.rows(mine, ids: pairs.map(\.subject)),
        let theirRows = try reference.rows(theirs, ids: pairs.map(\.reference))
      else { return nil }
      return (mineRows.centred, theirRows.centred)
    }
    let sample = tokens.fitted(atMost: Self.comparedTokens)
    guard sample.count >= Self.minimumTokens, let compared = try rows(sample[...]) else {
      return nil
    }
    if let found = Self.lineUp(Self.likeness(compared.mine, compared.theirs)) {
      (map, peakedShare) = found
      return
    }
    // A rotation has width² / 2 degrees of freedom: after training it takes many more tokens than
    // dimensions to tell them from noise.
    let all = tokens.fitted(atMost: Self.rotatedTokens)
    var product = RowMatrix(rows: compared.theirs.columns, columns: compared.mine.columns)
    for start in stride(from: 0, to: all.count, by: Self.chunk) {
      guard let part = try rows(all[start..<min(start + Self.chunk, all.count)]) else { return nil }
      let summand = part.theirs.transposedTimes(part.mine)
      for i in product.values.indices { product.values[i] += summand.values[i] }
    }
    guard let rotation = PolarFactor.of(product) else { return nil }
    if let found = Self.lineUp(rotation.transposed) {
      (map, peakedShare) = found
      return
    }
    map = .rotation(rotation)
    peakedShare = nil
  }

  /// Cosines of the subject's dimensions (rows) with the reference's.
  private static func likeness(_ mine: RowMatrix, _ theirs: RowMatrix) -> RowMatrix {
    mine.transposed.withUnitRows.timesTransposed(theirs.transposed.withUnitRows)
  }

  /// The map that `likeness`, `[subject dimensions, reference dimensions]`, has peaks for.
  private static func lineUp(_ likeness: RowMatrix) -> (ResidualMap, Double?)? {
    let peaks = Peaks(likeness)
    let square = likeness.rows == likeness.columns
    if square, peaks.diagonalShare >= 0.5, peaks.movedShare < Self.movedShare {
      return (.identity, peaks.diagonalShare)
    }
    guard peaks.clearShare >= 0.5 || square && peaks.diagonalShare >= 0.5 else { return nil }
    var strengths = likeness
    for i in strengths.values.indices { strengths.values[i] = abs(strengths.values[i]) }
    var chosen = [ResidualMap.Selected?](repeating: nil, count: likeness.columns)
    for (row, column) in LinearAssignment.maximising(strengths).enumerated() {
      guard let column else { continue }
      chosen[column] = ResidualMap.Selected(
        dimension: row, sign: likeness[row, column] < 0 ? -1 : 1)
    }
    return (.selection(chosen, subjectWidth: likeness.rows), peaks.clearShare)
  }
}
