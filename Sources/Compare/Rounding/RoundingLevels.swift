import Fingerprint
import Load

/// The numbers that one group of a quantised matrix can hold, as far as those that it holds show them.
///
/// Levels of a table that no number of the group has are not known, so that distances to the next level
/// are over- and never underestimated: what lies beyond half of them was not rounded to the nearest.
struct RoundingLevels {
  private enum Spacing {
    case even(QuantisationGrid.Levels)
    case listed
    case relative(bits: Int)
  }

  /// How far rounding takes a number.
  struct Error {
    /// Square of the distance to the nearest level.
    var expectedSquare: Double
    /// Largest distance of a number that is rounded to the given level from the given side; nil where
    /// there is no further level: what lies beyond the outermost is cut off.
    var limit: Double?
  }

  private let spacing: Spacing
  /// Ascending.
  private let levels: [Double]

  /// Nil where the group does not show its levels.
  ///
  /// - Parameters:
  ///   - group: the numbers that share a scale.
  ///   - significandBits: precision of the type that they are stored in, or 24 for decoded codes.
  init?(_ group: ArraySlice<Float>, spacing: LevelSpacing, significandBits: Int) {
    guard group.allSatisfy(\.isFinite) else { return nil }
    let distinct = QuantisationGrid.distinct(group)
    guard distinct.count >= 3 else { return nil }
    levels = distinct
    switch spacing {
    case .even:
      guard let grid = QuantisationGrid.levels(of: distinct, significandBits: significandBits)
      else { return nil }
      self.spacing = .even(grid)
    case .table: self.spacing = .listed
    case .relative(let bits): self.spacing = .relative(bits: bits)
    case .none: return nil
    }
  }

  /// What rounding a number can have cost that became one of the levels.
  func error(of number: Double, at level: Double) -> Error {
    switch spacing {
    case .even(let grid): error(of: number, at: level, grid: grid)
    case .listed: listedError(of: number, at: level)
    case .relative(let bits):
      Error(
        expectedSquare: Self.meanSquare * level * level
          * Double(sign: .plus, exponent: 2 - 2 * bits, significand: 1),
        limit: max(abs(number), abs(level)) * Double(sign: .plus, exponent: -bits, significand: 1))
    }
  }

  /// E[1/m²]/12 for significands m of which each octave has as many: the mean square of what rounding
  /// to units in the last place costs, relative to the number and to the square of that unit at 1.
  private static let meanSquare = 0.541 / 12

  private func error(
    of number: Double, at level: Double, grid: QuantisationGrid.Levels
  ) -> Error {
    let (low, high) = (levels[0], levels[levels.count - 1])
    let nearest = grid.origin + ((number - grid.origin) / grid.step).rounded() * grid.step
    let within = min(max(nearest, low), high)
    let isBeyond = level == high && number > high || level == low && number < low
    return Error(
      expectedSquare: (number - within) * (number - within), limit: isBeyond ? nil : grid.step / 2)
  }

  private func listedError(of number: Double, at level: Double) -> Error {
    let next = firstIndex { $0 > number }
    let around = [next - 1, next].filter(levels.indices.contains).map { abs(levels[$0] - number) }
    let nearest = around.min() ?? 0
    let place = firstIndex { $0 >= level }
    let neighbour = number > level ? place + 1 : place - 1
    return Error(
      expectedSquare: nearest * nearest,
      limit: levels.indices.contains(neighbour) ? abs(levels[neighbour] - level) / 2 : nil)
  }

  /// The first level that satisfies what all behind it satisfy too; the count of levels if none does.
  private func firstIndex(where satisfies: (Double) -> Bool) -> Int {
    var (low, high) = (0, levels.count)
    while low < high {
      let middle = (low + high) / 2
      if satisfies(levels[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
