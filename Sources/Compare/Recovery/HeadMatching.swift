/// Which query head of the reference each query head of the subject comes from; heads that share a
/// key–value head stay together.
struct HeadMatching: Sendable {
  /// For each of the subject's query heads, the reference's.
  let counterpart: [Int?]
  /// For each of the subject's key–value heads, the reference's.
  let groupCounterpart: [Int?]
  let isConfident: [Bool]
  let inPlace: Bool

  /// Heads whose products agree less than this are not beyond doubt.
  static let minimumCosine: Float = 0.3
  /// A match must lead others by this share of its score.
  static let margin: Float = 0.1

  /// - Parameters:
  ///   - scores: cosines of query heads, `[subject, reference]`.
  ///   - subjectGroup: query heads per key–value head of the subject.
  ///   - referenceGroup: query heads per key–value head of the reference.
  init(scores: RowMatrix, subjectGroup: Int, referenceGroup: Int) {
    let (count, referenceCount) = (scores.rows, scores.columns)
    let (groups, referenceGroups) = (count / subjectGroup, referenceCount / referenceGroup)
    func assign(_ mine: Int, _ theirs: Int) -> [Int?] {
      var block = RowMatrix(rows: subjectGroup, columns: referenceGroup)
      for i in 0..<subjectGroup {
        for j in 0..<referenceGroup {
          block.values[i * referenceGroup + j] =
            scores[mine * subjectGroup + i, theirs * referenceGroup + j]
        }
      }
      return LinearAssignment.maximising(block).map { $0.map { $0 + theirs * referenceGroup } }
    }
    func total(_ assigned: [Int?], _ mine: Int) -> Float {
      assigned.enumerated().reduce(0) { sum, entry in
        sum + (entry.element.map { scores[mine * subjectGroup + entry.offset, $0] } ?? 0)
      }
    }
    var groupScores = RowMatrix(rows: groups, columns: referenceGroups)
    for mine in 0..<groups {
      for theirs in 0..<referenceGroups {
        groupScores.values[mine * referenceGroups + theirs] = total(assign(mine, theirs), mine)
      }
    }
    let chosenGroups = LinearAssignment.maximising(groupScores)
    var chosen: [Int?] = []
    for (mine, theirs) in chosenGroups.enumerated() {
      chosen += theirs.map { assign(mine, $0) } ?? [Int?](repeating: nil, count: subjectGroup)
    }
    // The best assignment of heads that are alike is a matter of noise: they moved only if one of
    // them clearly did.
    let sameShape = count == referenceCount && subjectGroup == referenceGroup
    inPlace =
      sameShape
      && !chosen.enumerated().contains { head, other in
        guard let other, scores[head, other] >= Self.minimumCosine else { return false }
        return scores[head, other] - scores[head, head] >= Self.margin * scores[head, other]
      }
    counterpart = inPlace ? Array(0..<count) : chosen
    groupCounterpart = inPlace ? Array(0..<groups) : chosenGroups
    let (final, settled) = (counterpart, inPlace)
    isConfident = (0..<count).map { head in
      guard let other = final[head] else { return false }
      let score = scores[head, other]
      guard score >= Self.minimumCosine else { return false }
      guard !settled else { return true }
      let second = (0..<referenceCount).filter { $0 != other }.map { scores[head, $0] }.max() ?? 0
      return score - second >= Self.margin * score
    }
  }

  var confidentCounterparts: [Int] {
    zip(counterpart, isConfident).compactMap { $1 ? $0 : nil }
  }
}
