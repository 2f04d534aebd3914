package import Fingerprint
package import Load

/// Which token is which, from the embeddings alone: for vocabularies that were dealt anew, renamed or
/// left out.
///
/// A point's signature are quantiles of its inner products with all points, which neither their order
/// nor a rotation changes. Mutual nearest signatures seed a rotation of one cloud onto the other
/// (Procrustes); rounds of nearest neighbours and rotations follow. Where that leads nowhere, signatures are
/// taken from each point's nearest ones alone, which points from elsewhere hardly change.
package struct TokenMatching: Sendable {
  /// Share of the tokens that are each other's nearest after the last round.
  ///
  /// Of 1024 tokens: copies and fine-tunes 0.98 to 1.00, 0.98 after pruning of the width; independent models
  /// of one recipe 0.31 at most. Of 320 random tokens strangers reach 0.51: the match alone convicts nobody.
  package let mutualShare: Double
  private let reference: TokenCloud
  private let subject: TokenCloud
  /// Turns the subject's coordinates into the reference's.
  private let rotation: RowMatrix

  /// From this share on the two are taken for embeddings of the same tokens.
  package static let leastShare = 0.6
  private static let rounds = 8
  private static let leastSeeds = 50
  /// Cosine below which an anchor has no counterpart.
  private static let leastCosine: Float = 0.5

  /// Nil where nothing is found to begin with.
  package init?(subject: TokenCloud, reference: TokenCloud) {
    let width = min(subject.width, reference.width)
    let mine = Self.matrix(subject.points, columns: subject.width, width: width)
    let theirs = Self.matrix(reference.points, columns: reference.width, width: width)
    var best: (share: Double, rotation: RowMatrix)?
    for kind in TokenSignatures.Kind.allCases where best?.share ?? 0 < Self.leastShare {
      let seeds = TokenSignatures.seeds(mine, theirs, kind)
      if let found = Self.fit(mine, to: theirs, from: seeds), found.share > best?.share ?? 0 {
        best = found
      }
    }
    guard let best else { return nil }
    (mutualShare, rotation) = best
    (self.subject, self.reference) = (subject, reference)
  }

  /// The rotation of some points onto others, and the share of these that are each other's nearest then; nil
  /// with too few seeds.
  private static func fit(
    _ mine: RowMatrix, to theirs: RowMatrix, from first: [(subject: Int, reference: Int)]
  ) -> (share: Double, rotation: RowMatrix)? {
    let unit = theirs.withUnitRows
    var seeds = first
    var rotation: RowMatrix?
    for _ in 0..<rounds where seeds.count >= leastSeeds {
      let product = mine.selecting(rows: seeds.map(\.subject))
        .transposedTimes(theirs.selecting(rows: seeds.map(\.reference)))
      guard let turn = PolarFactor.of(product) else { return nil }
      rotation = turn
      seeds = mutual(mine.times(turn).withUnitRows.timesTransposed(unit))
    }
    return rotation.map { (Double(seeds.count) / Double(max(1, min(mine.rows, theirs.rows))), $0) }
  }

  /// The subject's token for each anchor of the reference, as far as it has one.
  ///
  /// - Complexity: a product of the subject's embedding with 128 axes, and of these with the anchors.
  package func anchors(of frame: FrameSummary) throws(LoadError) -> [Int: Int] {
    let keys = frame.anchorIDs.sorted { $0.key < $1.key }
    let width = rotation.rows
    let anchors = Self.matrix(
      try reference.points(of: keys.map(\.value)), columns: reference.width, width: width
    ).withUnitRows
    var best = [(cosine: Float, token: Int)](repeating: (-1, -1), count: keys.count)
    try subject.forEachPart { first, points in
      let part = Self.matrix(points, columns: subject.width, width: width)
        .times(rotation).withUnitRows
      let cosines = anchors.timesTransposed(part)
      for anchor in best.indices {
        for token in 0..<part.rows where cosines[anchor, token] > best[anchor].cosine {
          best[anchor] = (cosines[anchor, token], first + token)
        }
      }
    }
    var taken: Set<Int> = []
    var result: [Int: Int] = [:]
    for place in best.indices.sorted(by: {
      (best[$1].cosine, $0) < (best[$0].cosine, $1)
    }) where best[place].cosine >= Self.leastCosine && taken.insert(best[place].token).inserted {
      result[keys[place].key] = best[place].token
    }
    return result
  }

  /// The first columns of a row-major matrix.
  private static func matrix(_ values: [Float], columns: Int, width: Int) -> RowMatrix {
    let rows = values.count / max(columns, 1)
    var result = RowMatrix(rows: rows, columns: width)
    for row in 0..<rows {
      for column in 0..<width {
        result.values[row * width + column] = values[row * columns + column]
      }
    }
    return result
  }

  /// Pairs that are each other's largest.
  private static func mutual(_ likeness: RowMatrix) -> [(subject: Int, reference: Int)] {
    var ofRow = [Int](repeating: 0, count: likeness.rows)
    var ofColumn = [Int](repeating: 0, count: likeness.columns)
    for row in 0..<likeness.rows {
      for column in 0..<likeness.columns {
        let value = likeness[row, column]
        if value > likeness[row, ofRow[row]] { ofRow[row] = column }
        if value > likeness[ofColumn[column], column] { ofColumn[column] = row }
      }
    }
    return ofRow.enumerated().compactMap { ofColumn[$1] == $0 ? ($0, $1) : nil }
  }
}
