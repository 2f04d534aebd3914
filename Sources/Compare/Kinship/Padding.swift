import Fingerprint

extension TensorFingerprint {
  /// Whether all that this table has more than a shorter one of the same width are rows of zeros: no tokens.
  ///
  /// Told by the zeros of both, so that those of a pruned table are no padding.
  func isPadded(beyond shorter: TensorFingerprint) -> Bool {
    guard let mine = matrix, let theirs = shorter.matrix, mine.columns == theirs.columns,
      mine.rows > theirs.rows
    else { return false }
    let added = Double(mine.rows - theirs.rows) * Double(mine.columns)
    let zeros = Double(moments.zeros) - Double(shorter.moments.zeros)
    return abs(zeros - added) <= Self.strayZeros * added
  }

  /// Values of learned rows that may be zero on one side only, in those of the rows added.
  private static let strayZeros = 0.02
}
