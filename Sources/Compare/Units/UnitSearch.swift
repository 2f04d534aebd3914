import Foundation

/// The growth of known orders over the tensors of two networks.
struct UnitSearch {
  struct Pair {
    /// Of the subject's canonical tensor.
    var index: Int
    var subject: UnitTensor
    var reference: UnitTensor
    /// Whether its numbers can be evidence; what looks like a formula may only anchor.
    var isLearned: Bool
  }

  /// An axis of a tensor in an order that was found.
  struct AxisOrder {
    var order: UnitOrder
    var folding: UnitFolding
  }

  /// A tensor that was lined up.
  struct Placed {
    var fit: UnitFit
    /// Of the first and of the second axis; nil for an axis that cannot be moved.
    var axes: [AxisOrder?]
    /// Whether its units were put in order by other tensors.
    var isEvidence: Bool
    /// The subject's factors over the reference's, by row and by known unit, where they are scaled.
    var scales: Scales?
  }

  struct Scales {
    var knownAxis: Int
    var known: [Float]
    var free: [Float]
  }

  /// What a look at a tensor costs, and a fit at least, as multiplications.
  private static let lookCost = 1 << 6
  private static let fitCost = 1 << 18
  private static let mostSpaces = 1024
  /// Spaces of which pairs are tried.
  private static let mostJoined = 64
  /// Effect that nothing but the right order reaches.
  private static let clearEffect = 0.9
  /// Rows of a tensor that is evidence: ten classes are like each other in all networks that tell them
  /// apart.
  private static let fewestRows = 16

  let pairs: [Pair]
  private(set) var placed: [Int: Placed] = [:]
  private(set) var spaces: [UnitOrder] = []
  /// Fits that were looked at, all of them choices.
  private var tried = 0
  private var work: UnitWork

  init(pairs: [Pair], work: UnitWork) {
    (self.pairs, self.work) = (pairs, work)
  }

  /// Whether no limit of work was met, and no tensor has more rows than are assigned.
  var isWhole: Bool {
    !work.isSpent && !pairs.contains { $0.subject.extents.contains { $0 > UnitFit.mostRows } }
  }

  /// What fits beyond doubt comes first: of a wrong guess a part may fit, too.
  mutating func run() {
    let anchors = anchors()
    for bar in [Self.clearEffect, UnitFit.followedEffect] {
      for anchor in anchors where anchor.fit.effect >= bar && placed[anchor.pair] == nil {
        accept(anchor.pair, axis: anchor.axis, anchor.fit, known: nil, scales: anchor.scales)
      }
      var (next, joined) = (0, 0)
      while next < spaces.count || joined < spaces.count {
        if next < spaces.count {
          place(by: spaces[next], bar: bar)
          next += 1
        } else {
          // Concatenations, once nothing else is left.
          joined = spaces.count
          let found = spaces.prefix(Self.mostJoined)
          let extents = Set(
            pairs.indices.filter { placed[$0] == nil }.flatMap { pairs[$0].subject.extents })
          for first in found {
            for second in found
            where extents.contains(first.places.count + second.places.count) {
              place(by: first.followed(by: second), bar: bar, isJoint: true)
            }
          }
        }
      }
    }
  }

  private struct Anchor {
    var pair: Int
    var axis: Int
    var fit: UnitFit
    var scales: Scales?
  }

  /// Axes that nobody can move, whichever they are, the best first: they line up without any order.
  private mutating func anchors() -> [Anchor] {
    var anchors: [Anchor] = []
    for pair in pairs.indices where pairs[pair].subject.isMatrix {
      for axis in 0...1 {
        let units = pairs[pair].subject.extents[axis]
        if let (fit, scales) = fit(pair, axis: axis, units: units, folding: .slow, known: nil) {
          anchors.append(Anchor(pair: pair, axis: axis, fit: fit, scales: scales))
        }
      }
    }
    return anchors.sorted { ($0.fit.effect, $1.pair) > ($1.fit.effect, $0.pair) }
  }

  /// Looks for axes that are in an order, each by itself.
  private mutating func place(by order: UnitOrder, bar: Double, isJoint: Bool = false) {
    let units = order.places.count
    guard work.take(pairs.count * Self.lookCost) else { return }
    for pair in pairs.indices where pairs[pair].subject.isMatrix && placed[pair] == nil {
      for axis in 0...1 where placed[pair] == nil {
        let extent = pairs[pair].subject.extents[axis]
        guard !isJoint || extent == units else { continue }
        for folding in UnitEngine.foldings(extent, units: units) where placed[pair] == nil {
          guard
            let (fit, scales) = fit(
              pair, axis: axis, units: units, folding: folding, known: order),
            fit.effect >= bar
          else { continue }
          accept(
            pair, axis: axis, fit, known: AxisOrder(order: order, folding: folding), scales: scales)
        }
      }
    }
  }

  private mutating func fit(
    _ pair: Int, axis: Int, units: Int, folding: UnitFolding, known: UnitOrder?
  ) -> (UnitFit, Scales?)? {
    tried += 1
    let count = pairs[pair].subject.extents[1 - axis]
    let cost = 4 * UnitRows.rounds * pairs[pair].subject.values.count
    guard count > 1, work.take(max(Self.fitCost, cost)) else {
      return nil
    }
    let (theirs, mine) = (
      UnitRows(
        pairs[pair].reference, axis: axis, units: units, folding: folding, isHidden: known != nil),
      UnitRows(
        pairs[pair].subject, axis: axis, units: units, folding: folding, isHidden: known != nil)
    )
    guard let fit = UnitFit(reference: theirs, subject: mine, known: known, work: &work) else {
      return nil
    }
    let order = known ?? .identity(units)
    guard
      UnitEngine.isScaled(mine.unitFactors, theirs.unitFactors, order: order)
        || UnitEngine.isScaled(mine.rowFactors, theirs.rowFactors, order: fit.order)
    else { return (fit, nil) }
    func ratios(_ mine: [Float], _ theirs: [Float], _ order: UnitOrder) -> [Float] {
      theirs.indices.map { unit in
        let ratio = mine[order.places[unit]] / theirs[unit]
        return ratio.isFinite && ratio > 0 ? ratio : 1
      }
    }
    return (
      fit,
      Scales(
        knownAxis: axis, known: ratios(mine.unitFactors, theirs.unitFactors, order),
        free: ratios(mine.rowFactors, theirs.rowFactors, fit.order))
    )
  }

  private mutating func accept(
    _ pair: Int, axis: Int, _ fit: UnitFit, known: AxisOrder?, scales: Scales?
  ) {
    var order = fit.order
    if order.places.count >= UnitEngine.fewestUnits {
      if let space = spaces.first(where: { UnitEngine.areOneSpace($0, order) }) {
        order = space
      } else if spaces.count < Self.mostSpaces {
        spaces.append(order)
      }
    }
    var axes: [AxisOrder?] = [nil, nil]
    axes[axis] = known
    axes[1 - axis] = AxisOrder(order: order, folding: .slow)
    // What is equal in place may be what anybody has, and the tests in place speak of it.
    let isChanged = scales != nil || !order.isIdentity || !(known?.order.isIdentity ?? true)
    placed[pair] = Placed(
      fit: fit, axes: axes,
      isEvidence: known != nil && isChanged && pairs[pair].isLearned
        && order.places.count >= Self.fewestRows,
      scales: scales)
  }

  /// The result; nil without evidence.
  func matching(reference: String) -> UnitMatching? {
    let found = placed.sorted { $0.key < $1.key }
    let evidence = found.filter(\.value.isEvidence)
    guard !evidence.isEmpty else { return nil }
    func mean(_ value: (UnitFit) -> Double) -> Double {
      let weights = evidence.map { Double(pairs[$0.key].subject.values.count) }
      return zip(evidence, weights).reduce(0) { $0 + value($1.0.value.fit) * $1.1 }
        / weights.reduce(0, +)
    }
    let total = pairs.reduce(0) { $0 + ($1.subject.isMatrix ? $1.subject.values.count : 0) }
    let lined = found.reduce(0) { $0 + pairs[$1.key].subject.values.count }
    let strongest = evidence.map(\.value.fit.log10P).min() ?? 0
    return UnitMatching(
      reference: reference, subjectDigest: "",
      log10P: min(0, max(-300, strongest + log10(Double(max(tried, 1))))),
      cosine: mean(\.cosine), chance: mean(\.chance),
      coverage: Double(lined) / Double(max(total, 1)), tensors: evidence.count,
      spaces: spaces.count, units: spaces.reduce(0) { $0 + $1.places.count },
      moved: spaces.reduce(0) { sum, space in
        sum + space.places.count - IndexOrder.longestAscending(space.places)
      },
      flipped: spaces.reduce(0) { sum, space in sum + space.signs.count { $0 < 0 } },
      rescaled: evidence.count { $0.value.scales != nil })
  }
}
