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

  static let fittedTokens = 8192
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
    let pairs = tokens.fitted(atMost: Self.fittedTokens)
    guard pairs.count >= Self.minimumTokens,
      let subjectRows = try subject.rows(mine, ids: pairs.map(\.subject)),
      let referenceRows = try reference.rows(theirs, ids: pairs.map(\.reference))
    else { return nil }
    self.init(subject: subjectRows, reference: referenceRows)
  }

  /// Fits embeddings of the same tokens, one per row.
  init?(subject: RowMatrix, reference: RowMatrix) {
    let (mine, theirs) = (subject.centred, reference.centred)
    // Rows are the dimensions of the narrower side, the subject's, so that each can have a peak.
    let likeness = mine.transposed.withUnitRows.timesTransposed(theirs.transposed.withUnitRows)
    if let found = Self.lineUp(likeness) {
      (map, peakedShare) = found
      return
    }
    guard let rotation = PolarFactor.of(theirs.transposedTimes(mine)) else { return nil }
    if let found = Self.lineUp(rotation.transposed) {
      (map, peakedShare) = found
      return
    }
    map = .rotation(rotation)
    peakedShare = nil
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
