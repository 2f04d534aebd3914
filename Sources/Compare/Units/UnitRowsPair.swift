import Fingerprint

/// The rows of a reference's tensor and of a subject's along one axis, and what their likeness is worth:
/// all that does not depend on the order of the units.
struct UnitRowsPair {
  let subject: UnitRows
  /// What makes the reference's rows and units equal.
  let rowFactors: [Float]
  let unitFactors: [Float]
  /// What rows of the subject, put in order, are held against: the reference's, or their products with
  /// `projection`.
  let seen: RowMatrix
  /// The same at unit norm.
  let unit: RowMatrix
  /// Nil where the reference's rows are at hand.
  let projection: UnitProjection?
  /// What the rows reach at most with the units in a random order.
  let chance: Double

  /// Multiplications that scaling a number to equal energy is worth, in the mean, and those that arranging
  /// one is.
  static let cost = 8 * 4 * UnitScaling.rounds
  private static let arranging = 16

  /// What rows of a pair are taken along.
  struct Key: Hashable {
    var pair: Int
    var axis: Int
    var units: Int
    var folding: UnitFolding
    var isHidden: Bool
  }

  /// - Parameter factors: of the subject's rows and entries; nil where units of several entries are scaled, and the
  ///   reference's rows are at hand.
  /// - Returns: nil where there are too many rows or too little work is left.
  init?(
    _ pair: UnitSearch.Pair, _ key: Key, factors: UnitFactors?, work: inout UnitWork
  ) {
    let sizes = (mine: pair.subject.values.count, theirs: pair.reference.count)
    let counts = (
      mine: pair.subject.extents[1 - key.axis], theirs: pair.reference.extents[1 - key.axis]
    )
    guard max(counts.mine, counts.theirs) <= UnitSignature.mostRows else { return nil }
    func rows(_ tensor: UnitTensor, _ factors: UnitFactors?) -> UnitRows {
      UnitRows(
        tensor, axis: key.axis, units: key.units, folding: key.folding, isHidden: key.isHidden,
        scaledBy: factors)
    }
    switch pair.reference {
    case .weights(let tensor, let signature):
      let known = factors == nil ? nil : signature?.factors
      let scaling =
        (factors == nil ? Self.cost : Self.arranging) * sizes.mine
        + (known == nil ? Self.cost : Self.arranging) * sizes.theirs
      guard work.take(scaling + counts.mine * sizes.theirs) else { return nil }
      let reference = rows(tensor, known)
      (rowFactors, unitFactors) = (reference.rowFactors, reference.unitFactors)
      (seen, projection) = (reference.rows, nil)
    case .signature(let signature):
      let (entries, taps) = (signature.extents[key.axis], signature.taps)
      let products = UnitSigns.count(entries: entries * taps, most: signature.most)
      guard let axis = signature.axis(key.axis), let scales = signature.factors,
        work.take(
          (Self.arranging + products) * sizes.mine + counts.mine * counts.theirs * products)
      else { return nil }
      let signs = UnitSigns(entries: entries * taps, most: signature.most)
      seen = RowMatrix(
        rows: counts.theirs, columns: products,
        values: axis.rows(isHidden: key.isHidden, taps: taps, signs: signs))
      projection = UnitProjection(
        signs, entries: entries, taps: taps, units: key.units, folding: key.folding)
      rowFactors = scales.axes[1 - key.axis]
      unitFactors = UnitRows.means(
        UnitRows.placed(scales.axes[key.axis], units: key.units, folding: key.folding),
        of: entries / key.units)
    }
    subject = rows(pair.subject, factors)
    unit = seen.withUnitRows
    let shuffled = subject.shuffled(&work)
    chance = UnitFit.meanOfBest(
      unit.timesTransposed((projection?.products(shuffled) ?? shuffled).withUnitRows))
  }

  /// What is shown of the reference's rows at the places of their numbers.
  var shown: RowMatrix { projection?.shown(seen) ?? seen }

  /// Multiplications that it takes to hold all rows against all.
  var scoring: Int {
    let (products, numbers) = (seen.columns, subject.rows.values.count)
    return seen.rows * subject.rows.rows * products + (projection == nil ? 0 : numbers * products)
  }

  /// What is held against `seen` of rows whose units are in the reference's order.
  func projected(_ rows: RowMatrix) -> RowMatrix { projection?.products(rows) ?? rows }

  /// Numbers that are held.
  var size: Int { subject.rows.values.count + 2 * seen.values.count }
}

/// What rows of units, the entries of each side by side, are multiplied with to be held against a signature.
struct UnitProjection {
  private let signs: UnitSigns
  /// Of each number of a row that of its signs; nil for its own.
  private let places: [Int]?

  init(_ signs: UnitSigns, entries: Int, taps: Int, units: Int, folding: UnitFolding) {
    self.signs = signs
    let folds = entries / units
    guard folds > 1, folding != .slow else {
      places = nil
      return
    }
    places = (0..<units).flatMap { unit in
      (0..<folds).flatMap { fold in
        let place = folding.place(unit: unit, fold: fold, units: units, folds: folds)
        return (0..<taps).map { place * taps + $0 }
      }
    }
  }

  func products(_ rows: RowMatrix) -> RowMatrix {
    RowMatrix(
      rows: rows.rows, columns: signs.count,
      values: signs.products(rows.values, rows: rows.rows, places: places))
  }

  /// What products show of rows at the places of their numbers.
  func shown(_ products: RowMatrix) -> RowMatrix {
    RowMatrix(
      rows: products.rows, columns: signs.entries,
      values: signs.rows(products.values, rows: products.rows, places: places))
  }
}
