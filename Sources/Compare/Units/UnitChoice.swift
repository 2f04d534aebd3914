import Fingerprint

/// Which rows of a reference's tensor and of a subject's go with each other, where one has more than the
/// other.
///
/// Scales and means are those of the rows that were chosen: what was appended must not move them.
struct UnitChoice {
  /// Rows of each, in pairs.
  let reference: [Int]
  let subject: [Int]
  /// How many rows each has.
  let counts: (reference: Int, subject: Int)
  /// What the best choice reaches at most with the units in a random order.
  let chance: Double

  /// - Returns: nil where the choice is not to be followed, or there is too little work left.
  /// - Parameter blocks: the order of the units along the rows.
  init?(_ rows: UnitRowsPair, blocks: UnitOrder?, work: inout UnitWork) {
    let (mine, theirs) = (rows.subject.rows, rows.seen)
    guard rows.chance < UnitFit.mostChance, work.take(rows.scoring) else { return nil }
    let aligned = rows.projected(rows.subject.reordered(blocks))
    let scores = rows.unit.timesTransposed(aligned.withUnitRows)
    guard UnitFit.meanOfBest(scores) > UnitFit.followedEffect,
      let assigned = work.assignment(
        RowMatrix(rows: scores.rows, columns: scores.columns, values: scores.values.map(abs)))
    else { return nil }
    let places = Self.first(assigned, scores)
    reference = places.indices.filter { places[$0] != nil }
    subject = places.compactMap(\.self)
    (counts, chance) = ((theirs.rows, mine.rows), rows.chance)
  }

  /// Rows that are as good for a unit: halves of it.
  private static let asGood: Float = 0.02

  /// The same with the first of rows that are as good, so that all tensors of a space choose the same halves.
  private static func first(_ places: [Int?], _ scores: RowMatrix) -> [Int?] {
    var (result, used) = (places, Set(places.compactMap(\.self)))
    for (row, place) in places.enumerated() {
      guard let place else { continue }
      let least = abs(scores[row, place]) - asGood
      if let first = (0..<place).first(where: {
        abs(scores[row, $0]) >= least && !used.contains($0)
      }) {
        result[row] = first
        used.remove(place)
        used.insert(first)
      }
    }
    return result
  }

  /// How many rows there are to choose from.
  var most: Int { max(counts.reference, counts.subject) }

  /// An order of the rows that were chosen, as one of all.
  func whole(_ order: UnitOrder) -> UnitOrder {
    var result = UnitOrder(
      places: [Int?](repeating: nil, count: counts.reference),
      signs: [Float](repeating: 1, count: counts.reference), count: counts.subject)
    for (row, place) in order.places.enumerated() {
      result.places[reference[row]] = place.map { subject[$0] }
      result.signs[reference[row]] = order.signs[row]
    }
    return result
  }
}

extension UnitTensor {
  /// Units along an axis alone, in an order of theirs.
  func selecting(
    _ units: [Int], of count: Int, along axis: Int, folding: UnitFolding = .slow
  ) -> UnitTensor {
    let folds = extents[axis] / max(count, 1)
    var source = [Int](repeating: 0, count: units.count * folds)
    for (unit, place) in units.enumerated() {
      for fold in 0..<folds {
        source[folding.place(unit: unit, fold: fold, units: units.count, folds: folds)] =
          folding.place(unit: place, fold: fold, units: count, folds: folds)
      }
    }
    return selecting(axis == 0 ? source : nil, axis == 1 ? source : nil)
  }

  /// Entries of both axes, in an order of theirs; nil for all of them.
  func selecting(_ first: [Int]?, _ second: [Int]?) -> UnitTensor {
    let (rows, columns) = (first ?? Array(0..<extents[0]), second ?? Array(0..<extents[1]))
    var chosen = [Float](repeating: 0, count: rows.count * columns.count * taps)
    var to = 0
    for row in rows {
      for column in columns {
        let from = (row * extents[1] + column) * taps
        for tap in 0..<taps { chosen[to + tap] = values[from + tap] }
        to += taps
      }
    }
    var result = self
    (result.values, result.extents) = (chosen, [rows.count, columns.count])
    result.shape =
      shape.count > 1 ? [rows.count, columns.count] + shape.dropFirst(2) : [rows.count]
    return result
  }
}

extension UnitPart {
  /// Units along an axis alone, in an order of theirs; nil where a signature is to show a part of a row.
  func selecting(
    _ units: [Int], of count: Int, along axis: Int, folding: UnitFolding = .slow
  ) -> UnitPart? {
    switch self {
    case .weights(let tensor, _):
      .weights(tensor.selecting(units, of: count, along: axis, folding: folding))
    case .signature: units == Array(0..<count) ? self : nil
    }
  }

  /// The rows with those places along an axis alone.
  func selecting(rows: [Int], along axis: Int) -> UnitPart {
    switch self {
    case .weights(let tensor, _):
      .weights(tensor.selecting(rows, of: tensor.extents[axis], along: axis))
    case .signature(let signature): .signature(signature.selecting(rows: rows, along: axis))
    }
  }
}

extension UnitSearch.Pair {
  /// Both with those units along an axis alone that have counterparts, in the reference's order.
  func matched(_ order: UnitOrder, along axis: Int, folding: UnitFolding) -> UnitSearch.Pair? {
    let theirs = reference.selecting(
      order.matched, of: order.places.count, along: axis, folding: folding)
    let mine = subject.selecting(
      order.places.compactMap(\.self), of: order.count, along: axis, folding: folding)
    return theirs.map { cut(mine, $0) }
  }

  /// Both with the rows that were chosen alone.
  func chosen(_ choice: UnitChoice, along axis: Int) -> UnitSearch.Pair {
    cut(
      subject.selecting(choice.subject, of: choice.counts.subject, along: axis),
      reference.selecting(rows: choice.reference, along: axis))
  }

  private func cut(_ mine: UnitTensor, _ theirs: UnitPart) -> UnitSearch.Pair {
    var result = self
    (result.subject, result.reference, result.isCut) = (mine, theirs, true)
    return result
  }
}
