import Canonicalise
import Fingerprint
import Load

/// A quantised matrix, and the values that the fingerprint of another keeps.
struct SampledRounding {
  private let mine: CanonicalBlock
  private let groups: RoundingGroups
  private let before: [Float]
  private let places: [(row: Int, column: Int)]

  /// Nil where the two do not line up, no values are kept, or how numbers were rounded is not known.
  init?(
    _ tensor: CanonicalTensor, _ fingerprint: TensorFingerprint, from other: TensorFingerprint,
    _ pair: TensorPair
  ) {
    guard let mine = CanonicalBlock(tensor), let their = other.matrix, let stored = other.sample,
      (pair.transposed ? (their.columns, their.rows) : (their.rows, their.columns))
        == (mine.rows, mine.columns),
      let groups = RoundingGroups(tensor.source, fingerprint, columns: mine.columns)
    else { return nil }
    let sample =
      pair.transposed ? stored.transposed(rows: their.rows, columns: their.columns) : stored
    let places = ValueSample.places(rows: mine.rows, columns: mine.columns)
    guard places.count == sample.values.count else { return nil }
    self.mine = mine
    self.groups = groups
    self.places = places
    before = sample.values
  }

  func sums() throws(LoadError) -> RoundingSums {
    let scratch = ByteScratch()
    var sums = RoundingSums()
    for (place, old) in zip(places, before) {
      let start = place.column / groups.size * groups.size
      let group = try mine.values(
        rows: place.row..<place.row + 1, columns: start..<start + groups.size, scratch: scratch)
      sums.add(
        Double(old), at: Double(group[place.column - start]), of: groups.levels(group[...]))
    }
    return sums
  }
}
