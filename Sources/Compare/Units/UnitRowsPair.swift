/// The rows of a reference's tensor and of a subject's along one axis, and what their likeness is worth:
/// all that does not depend on the order of the units.
struct UnitRowsPair {
  let reference: UnitRows
  let subject: UnitRows
  /// The reference's rows at unit norm.
  let unit: RowMatrix
  /// What the rows reach at most with the units in a random order.
  let chance: Double

  /// Multiplications that scaling a number of both to equal energy is worth, in the mean.
  private static let cost = 16 * 4 * UnitRows.rounds

  /// What rows of a pair are taken along.
  struct Key: Hashable {
    var pair: Int
    var axis: Int
    var units: Int
    var folding: UnitFolding
    var isHidden: Bool
  }

  /// - Returns: nil where there are too many rows or too little work is left.
  init?(_ pair: UnitSearch.Pair, _ key: Key, work: inout UnitWork) {
    let (mine, theirs) = (pair.subject, pair.reference)
    let count = mine.extents[1 - key.axis]
    guard max(count, theirs.extents[1 - key.axis]) <= UnitFit.mostRows,
      work.take(Self.cost * max(mine.values.count, theirs.values.count)),
      work.take(count * theirs.values.count)
    else { return nil }
    func rows(_ tensor: UnitTensor) -> UnitRows {
      UnitRows(
        tensor, axis: key.axis, units: key.units, folding: key.folding, isHidden: key.isHidden)
    }
    (reference, subject) = (rows(theirs), rows(mine))
    unit = reference.rows.withUnitRows
    chance = UnitFit.meanOfBest(
      unit.timesTransposed(subject.shuffled(&work).withUnitRows))
  }

  /// Numbers that are held.
  var size: Int { 2 * unit.values.count + subject.rows.values.count }
}
