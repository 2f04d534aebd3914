import Fingerprint

/// The best cosine of every subject tensor among all its counterparts, as matrix products.
struct CounterpartSearch {
  private static let side = LinearSketch.side
  private static let size = side * side
  /// Products of one draw for each group: of larger ones some members are looked at, evenly spread,
  /// each among all its candidates.
  static let products = 1 << 25
  static let leastMembers = 16

  /// Tensors that have the same counterparts.
  private struct Group {
    var group: CounterpartGroup
    /// Those of the subject's tensors that are looked at.
    var members: [Int]
    /// Of the subject's tensors, which have equally many rows and columns.
    var rowBasis: SketchBasis
    var basis: SketchBasis
    /// Entries that were left out of the sketches as those of diagonals.
    var diagonal: [Int]
    /// `[members, 1024]`.
    var mine: [Float]
    /// `[candidates, inner]`.
    var theirs: [Float]
    /// Of each candidate.
    var isTurned: [Bool]
    var rows: Int
  }

  /// What is done to the subject's sketches in a draw.
  enum Change {
    /// Columns in another order: the order of hidden units means nothing.
    case order(SignedOrder)
    /// Other signs of rows and columns, which leave what is large where it is.
    case signs(rows: [Float], columns: [Float])

    enum Kind { case order, signs }

    var kind: Kind {
      switch self {
      case .order: .order
      case .signs: .signs
      }
    }
  }

  let tensorCount: Int
  private let groups: [Group]
  private let kept: ChangedSketches?

  /// - Parameters:
  ///   - tensors: of the subject; those without a counterpart are left out.
  ///   - kept: what draws make of the same sketches, where they meet several references.
  /// - Returns: nil if none is left.
  init?(_ correspondence: Correspondence, tensors: [Int], kept: ChangedSketches? = nil) {
    self.kept = kept
    groups = correspondence.groups(of: tensors).compactMap { group in
      let cost = group.candidates.count * group.inner
      let count = min(
        group.members.count, max(Self.leastMembers, Self.products / max(cost, 1)))
      let members = (0..<count).map { group.members[$0 * group.members.count / count] }
      let sketches = members.compactMap { correspondence.sketch($0) }
      guard let first = sketches.first, let index = members.first else { return nil }
      return Group(
        group: group, members: members, rowBasis: SketchBasis(columns: first.rows),
        basis: SketchBasis(columns: first.columns),
        diagonal: TestSketches.diagonal(first, of: correspondence.subject[index]),
        mine: sketches.flatMap(\.values),
        theirs: group.packed(group.candidates.map(\.sketch.values)),
        isTurned: group.candidates.map(\.transposed), rows: sketches.count)
    }
    tensorCount = groups.reduce(0) { $0 + $1.rows }
    guard tensorCount > 0 else { return nil }
  }

  /// What a draw, or none, makes of a group.
  struct Outcome {
    /// Σ over tensors of the largest cosine.
    var sum = 0.0
    /// Median of the absolute cosines, each less the negative one common to its turn, which tensors have that are
    /// less what they have in common; 0 for groups too small to have one that tells.
    var median = 0.0
  }

  /// The subject's sketches as they are: one outcome per group.
  func found() -> [Outcome] {
    groups.map { outcomes($0, of: $0.mine, draws: 1)[0] }
  }

  /// Numbers of changed sketches that are multiplied at once: a product of those of one draw takes longer
  /// to be prepared than to be made.
  private static let numbersAtOnce = 1 << 19

  /// - Parameter changes: of every sketch of the subject, at their numbers.
  /// - Returns: for every change one outcome per group.
  func outcomes(_ changes: ArraySlice<Change>) -> [[Outcome]] {
    var result = [[Outcome]](repeating: [], count: changes.count)
    for group in groups {
      let step = max(1, Self.numbersAtOnce / max(group.mine.count, 1))
      for start in stride(from: changes.startIndex, to: changes.endIndex, by: step) {
        let numbers = start..<min(start + step, changes.endIndex)
        let make = {
          var made: [Float] = []
          made.reserveCapacity(numbers.count * group.mine.count)
          for number in numbers { made += changed(group, changes[number]) }
          return made
        }
        let kind = changes[start].kind
        let mine =
          kept?.values(of: group.members, kind: kind, draws: numbers, make: make) ?? make()
        let found = outcomes(group, of: mine, draws: numbers.count)
        for (number, outcome) in zip(numbers, found) {
          result[number - changes.startIndex].append(outcome)
        }
      }
    }
    return result
  }

  /// - Parameter mine: the sketches of a group's members in each draw, one draw after the other.
  private func outcomes(_ group: Group, of mine: [Float], draws: Int) -> [Outcome] {
    let (rows, columns) = (group.rows, group.group.candidates.count)
    let cosines = DenseMatrix.product(
      group.group.packed(mine), group.theirs, rows: draws * rows, columns: columns,
      inner: group.group.inner, transposeRight: true)
    return cosines.withUnsafeBufferPointer { cosines in
      (0..<draws).map { draw in
        let own = UnsafeBufferPointer(
          rebasing: cosines[draw * rows * columns..<(draw + 1) * rows * columns])
        var outcome = Outcome()
        for row in 0..<rows {
          // Not 0 where all are negative: of few candidates that would leave half of the draws equal.
          var best = -Float.infinity
          for column in 0..<columns { best = max(best, own[row * columns + column]) }
          outcome.sum += Double(best)
        }
        if min(rows, columns) >= TestSketches.leastMembers {
          outcome.median = Self.median(own, isTurned: group.isTurned)
        }
        return outcome
      }
    }
  }

  /// Cosines of which the median is taken, evenly spread.
  private static let medianSample = 1023

  /// - Parameter isTurned: of every candidate. Of few square matrices under names that mean nothing those of one
  ///   turn have a negative cosine in common and those of the other none, each of which would pass for the spread
  ///   of the other.
  private static func median(_ cosines: UnsafeBufferPointer<Float>, isTurned: [Bool]) -> Double {
    let count = min(cosines.count, medianSample)
    var (straight, turned): ([Float], [Float]) = ([], [])
    straight.reserveCapacity(count)
    // Places i·n / count and their columns, without a division for each.
    let (step, over, columns) = (cosines.count / count, cosines.count % count, isTurned.count)
    var (place, rest, column) = (0, 0, 0)
    for _ in 0..<count {
      if isTurned[column] { turned.append(cosines[place]) } else { straight.append(cosines[place]) }
      var ahead = step
      rest += over
      if rest >= count { (ahead, rest) = (ahead + 1, rest - count) }
      place += ahead
      column += ahead
      if column >= columns { column %= columns }
    }
    removeCommon(&straight)
    removeCommon(&turned)
    var spread = straight + turned
    return Double(element(count / 2, of: &spread))
  }

  /// Absolute cosines, less a negative one that they have in common.
  private static func removeCommon(_ cosines: inout [Float]) {
    guard !cosines.isEmpty else { return }
    let common = min(0, element(cosines.count / 2, of: &cosines))
    for place in cosines.indices { cosines[place] = abs(cosines[place] - common) }
  }

  /// What would be at a place if the numbers were in order (Hoare, 1961): sorting them all is most of a draw.
  static func element(_ place: Int, of numbers: inout [Float]) -> Float {
    numbers.withUnsafeMutableBufferPointer { element(place, of: $0) }
  }

  private static func element(_ place: Int, of numbers: UnsafeMutableBufferPointer<Float>) -> Float
  {
    var (low, high) = (0, numbers.count - 1)
    while low < high {
      let pivot = numbers[(low + high) / 2]
      var (i, j) = (low, high)
      while i <= j {
        while numbers[i] < pivot { i += 1 }
        while numbers[j] > pivot { j -= 1 }
        guard i <= j else { break }
        numbers.swapAt(i, j)
        (i, j) = (i + 1, j - 1)
      }
      if place <= j { high = j } else if place >= i { low = i } else { break }
    }
    return numbers[place]
  }

  /// Sketches of a group as they would be of the changed matrices, each of unit norm.
  private func changed(_ group: Group, _ change: Change) -> [Float] {
    var result: [Float]
    switch change {
    case .order(let order): result = group.basis.rebased(group.mine, by: order)
    case .signs(let rows, let columns):
      let side = Self.side
      let right = group.basis.signChange(columns).map(Float.init)
      let left = group.rowBasis.signChange(rows).map(Float.init)
      result = DenseMatrix.product(
        group.mine, right, rows: group.rows * side, columns: side, inner: side)
      for start in stride(from: 0, to: result.count, by: Self.size) {
        let sketch = Array(result[start..<start + Self.size])
        result.replaceSubrange(
          start..<start + Self.size,
          with: DenseMatrix.product(
            left, sketch, rows: side, columns: side, inner: side, transposeLeft: true))
      }
    }
    for start in stride(from: 0, to: result.count, by: Self.size) {
      for entry in group.diagonal { result[start + entry] = 0 }
    }
    Kernel.normalise(&result, runsOf: Self.size)
    return result
  }
}
