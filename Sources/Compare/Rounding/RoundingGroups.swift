import Fingerprint
import Load

/// Which neighbours in a row of a quantised matrix share their levels.
struct RoundingGroups {
  let spacing: LevelSpacing
  let significandBits: Int
  /// Neighbours along a row that share a scale.
  let size: Int

  /// Numbers of a run whose spacing goes with them: no block of scales is cut finer.
  private static let relativeRun = 16
  /// Columns that are looked at, from the first on.
  private static let mostColumns = 1 << 16

  /// As many columns of a row as are looked at, in whole groups.
  func columns(of count: Int) -> Int { min(count, Self.mostColumns / size * size) }

  /// Nil where numbers were not rounded one by one, or groups cross rows.
  init?(_ tensor: Tensor, _ fingerprint: TensorFingerprint, columns: Int) {
    switch tensor.decoding {
    case .encoded(let decoding):
      (spacing, significandBits) = (decoding.spacing, 24)
    case .plain:
      guard let grid = fingerprint.grid else { return nil }
      (spacing, significandBits) = (.even(group: grid.group), tensor.elementType.significandBits)
    case .undecoded: return nil
    }
    switch spacing {
    case .even(let group): size = group ?? columns
    case .table(let group): size = group
    case .relative: size = Self.relativeRun
    case .none: return nil
    }
    guard (1...Self.mostColumns).contains(size), columns.isMultiple(of: size) else { return nil }
  }

  /// Whole rows of numbers, and what they were before.
  func add(_ new: [Float], _ old: [Float], to sums: inout RoundingSums) {
    for start in stride(from: 0, to: new.count, by: size) {
      let group = start..<min(start + size, new.count)
      let levels = self.levels(new[group])
      for place in group { sums.add(Double(old[place]), at: Double(new[place]), of: levels) }
    }
  }

  func levels(_ group: ArraySlice<Float>) -> RoundingLevels? {
    RoundingLevels(group, spacing: spacing, significandBits: significandBits)
  }
}
