import Fingerprint
import Foundation

/// The growth of known orders over the tensors of two networks.
struct UnitSearch {
  struct Pair {
    /// Of the subject's canonical tensor.
    var index: Int
    /// Of the reference's among those that are weights.
    var other: Int
    var subject: UnitTensor
    var reference: UnitPart
    /// Whether its numbers can be evidence; what looks like a formula may only anchor.
    var isLearned: Bool
    /// Whether it is looked at before any order is known.
    var mayAnchor = true
    /// Whether the two are parts of their tensors.
    var isCut = false

    var isBySignature: Bool {
      if case .signature = reference { true } else { false }
    }

    /// Whether an axis may be in the same order in both.
    var isAnchor: Bool {
      subject.isMatrix && (0...1).contains { subject.extents[$0] == reference.extents[$0] }
    }

    var isOfOneShape: Bool { subject.extents == reference.extents }
    /// Numbers that both have.
    var common: Int {
      (0...1).reduce(subject.taps) { $0 * min(subject.extents[$1], reference.extents[$1]) }
    }
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
    /// The spaces that it was lined up by, found in other tensors.
    var known: [Int]
    /// The space of its other axis, where that had been found in other tensors, too, and how many units
    /// have the same place there.
    var met: (space: Int, agreeing: Int)?
    /// Whether it lies between units that stand elsewhere, and is like its counterpart as only descent
    /// makes it.
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
  /// Numbers of rows that are held to be used again.
  private static let mostHeld = 1 << 24
  /// Numbers of a tensor that is compared number by number.
  static let mostExact = 1 << 17
  /// Effect that nothing but the right order reaches.
  private static let clearEffect = 0.9
  /// Rows of a tensor that is evidence.
  static let fewestRows = 8

  private(set) var pairs: [Pair]
  private(set) var placed: [Int: Placed] = [:]
  /// Tensors of either that are in a pair that was lined up.
  private var (mine, theirs): (Set<Int>, Set<Int>) = ([], [])
  private(set) var spaces: [UnitOrder] = []
  /// Fits that were looked at, all of them choices.
  private(set) var tried = 0
  private(set) var work: UnitWork
  /// Whether spaces were left out.
  private var isCut = false
  private var rows: [UnitRowsPair.Key: UnitRowsPair] = [:]
  private var held = 0
  private let memo: UnitFactorMemo
  /// Of the reference's large tensors.
  private var signatures: [Int: UnitSignature] = [:]

  init(pairs: [Pair], memo: UnitFactorMemo, work: UnitWork) {
    (self.pairs, self.memo, self.work) = (pairs, memo, work)
  }

  /// Whether no limit was met: of work, spaces, and of learned numbers' rows and entries of a unit.
  var isWhole: Bool {
    !work.isSpent && !isCut
      && !pairs.contains {
        $0.isLearned
          && ($0.subject.extents + $0.reference.extents).contains { $0 > UnitSignature.mostRows }
      }
      && !extents { isOpen($0) && pairs[$0].isLearned }.contains { extent in
        spaces.contains {
          extent.isMultiple(of: $0.places.count)
            && extent / $0.places.count > UnitEngine.mostFolds
        }
      }
  }

  /// Whether learned numbers stand in another order, that of more tensors than one or beyond doubt.
  ///
  /// Rows of a formula are alike, and lie anywhere; those of few numbers (depthwise kernels) find their
  /// like among many. Of layers that differ in the number of their units no order is had in common.
  var hasHiddenSpaces: Bool {
    placed.contains { pair, placed in
      let isHidden =
        !pairs[pair].isOfOneShape
        || placed.axes.contains { $0.map { !$0.order.isCommon } ?? false }
      let isFollowed = !placed.known.isEmpty || placed.met != nil
      return pairs[pair].isLearned && isHidden
        && (isFollowed || placed.fit.effect >= Self.clearEffect)
    }
  }

  /// Whether the reference has units that the subject lacks in what was lined up.
  var lacksUnits: Bool {
    placed.keys.contains { pair in
      (0...1).contains { pairs[pair].subject.extents[$0] < pairs[pair].reference.extents[$0] }
    }
  }

  /// Extents of the matrices that are not lined up.
  private var openExtents: Set<Int> { extents(where: isOpen) }

  private func isOpen(_ pair: Int) -> Bool {
    !mine.contains(pairs[pair].index) && !theirs.contains(pairs[pair].other)
  }

  private func extents(where include: (Int) -> Bool) -> Set<Int> {
    Set(
      pairs.indices.filter { pairs[$0].subject.isMatrix && include($0) }
        .flatMap { pairs[$0].reference.extents })
  }

  /// What fits beyond doubt comes first: of a wrong guess a part may fit, too.
  mutating func run() {
    let anchors = anchors()
    for bar in [Self.clearEffect, UnitFit.followedEffect] {
      for anchor in anchors where anchor.fit.effect >= bar && isOpen(anchor.pair) {
        accept(
          anchor.pair, axis: anchor.axis, anchor.fit, known: nil, spaces: [],
          scales: anchor.scales)
      }
      var (next, joined) = (0, 0)
      while next < spaces.count || joined < spaces.count {
        if next < spaces.count {
          place(by: [next], bar: bar)
          next += 1
        } else {
          // Concatenations, once nothing else is left.
          joined = spaces.count
          let (found, extents) = (min(joined, Self.mostJoined), openExtents)
          if found < joined, !extents.isEmpty { isCut = true }
          for first in 0..<found {
            for second in 0..<found
            where extents.contains(spaces[first].places.count + spaces[second].places.count) {
              place(by: [first, second], bar: bar)
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
    for pair in pairs.indices where pairs[pair].subject.isMatrix && pairs[pair].mayAnchor {
      for axis in 0...1 {
        let units = pairs[pair].subject.extents[axis]
        guard pairs[pair].reference.extents[axis] == units else { continue }
        if let (fit, scales) = fit(pair, axis: axis, units: units, folding: .slow, known: nil) {
          anchors.append(Anchor(pair: pair, axis: axis, fit: fit, scales: scales))
        }
      }
    }
    return anchors.sorted { ($0.fit.effect, $1.pair) > ($1.fit.effect, $0.pair) }
  }

  /// Looks for axes that are in the order of a space, or of two behind each other, each by itself.
  private mutating func place(by known: [Int], bar: Double) {
    let order = known.dropFirst().reduce(spaces[known[0]]) { $0.followed(by: spaces[$1]) }
    let (units, isJoint) = (order.places.count, known.count > 1)
    guard work.take(pairs.count * Self.lookCost) else { return }
    for pair in pairs.indices where pairs[pair].subject.isMatrix && isOpen(pair) {
      for axis in 0...1 where isOpen(pair) {
        let extent = pairs[pair].reference.extents[axis]
        guard !isJoint || extent == units,
          pairs[pair].subject.extents[axis] * units == extent * order.count
        else { continue }
        for folding in UnitEngine.foldings(extent, units: units) where isOpen(pair) {
          guard
            let (fit, scales) = fit(
              pair, axis: axis, units: units, folding: folding, known: order),
            fit.effect >= bar
          else { continue }
          accept(
            pair, axis: axis, fit, known: AxisOrder(order: order, folding: folding),
            spaces: known, scales: scales)
        }
      }
    }
  }

  private mutating func fit(
    _ pair: Int, axis: Int, units: Int, folding: UnitFolding, known: UnitOrder?
  ) -> (UnitFit, Scales?)? {
    let counts = [
      pairs[pair].subject.extents[1 - axis], pairs[pair].reference.extents[1 - axis],
    ]
    guard counts[0] > 1, counts[1] > 1, counts.allSatisfy({ $0 <= UnitSignature.mostRows }),
      work.take(Self.fitCost)
    else { return nil }
    let order = known ?? .identity(units)
    var key = UnitRowsPair.Key(
      pair: pair, axis: axis, units: units, folding: folding, isHidden: known != nil)
    guard shorten(pair) else { return nil }
    var (cut, lined): (Pair?, UnitRowsPair?)
    if order.isComplete {
      lined = rows(key)
    } else {
      key.units = order.matched.count
      guard let matched = pairs[pair].matched(order, along: axis, folding: folding) else {
        // A signature does not show a part of the units.
        isCut = true
        return nil
      }
      (cut, lined) = (matched, made(matched, key))
    }
    guard var rows = lined else { return nil }
    var choice: UnitChoice?
    if counts[0] != counts[1] {
      guard let chosen = UnitChoice(rows, blocks: known?.alongRows, work: &work),
        let made = made((cut ?? pairs[pair]).chosen(chosen, along: 1 - axis), key)
      else { return nil }
      (choice, rows) = (chosen, made)
    }
    guard let fit = UnitFit(rows, known: known, choice: choice, work: &work) else { return nil }
    let (mine, theirs) = (rows.subject, rows)
    let blocks = order.alongRows
    guard
      UnitEngine.isScaled(mine.unitFactors, theirs.unitFactors, order: blocks)
        || UnitEngine.isScaled(mine.rowFactors, theirs.rowFactors, order: fit.inner)
    else { return (fit, nil) }
    /// Of all units of the reference; 1 for those without a counterpart.
    func ratios(
      _ mine: [Float], _ theirs: [Float], _ order: UnitOrder, in whole: UnitOrder
    ) -> [Float] {
      var result = [Float](repeating: 1, count: whole.places.count)
      for (unit, place) in zip(theirs.indices, whole.matched) {
        let ratio = mine[order.places[unit] ?? unit] / theirs[unit]
        if ratio.isFinite && ratio > 0 { result[place] = ratio }
      }
      return result
    }
    return (
      fit,
      Scales(
        knownAxis: axis, known: ratios(mine.unitFactors, theirs.unitFactors, blocks, in: order),
        free: ratios(mine.rowFactors, theirs.rowFactors, fit.inner, in: fit.order))
    )
  }

  private mutating func made(_ pair: Pair, _ key: UnitRowsPair.Key) -> UnitRowsPair? {
    tried += 1
    return paired(pair, key)
  }

  private mutating func paired(_ pair: Pair, _ key: UnitRowsPair.Key) -> UnitRowsPair? {
    var factors: UnitFactors?
    // Units of several entries are scaled as such where the reference's weights are at hand.
    let isByEntry = pair.subject.extents[key.axis] == key.units && !pair.isCut
    if pair.isBySignature || isByEntry {
      guard let found = self.factors(pair) else { return nil }
      factors = found
    }
    return UnitRowsPair(pair, key, factors: factors, work: &work)
  }

  /// Takes the signature of a large tensor, which costs a fraction to be held against, for its weights.
  ///
  /// - Returns: false where too little work is left.
  private mutating func shorten(_ index: Int) -> Bool {
    let pair = pairs[index]
    guard case .weights(let tensor, let known) = pair.reference,
      tensor.values.count > Self.mostExact,
      (0...1).allSatisfy({ tensor.extents[$0] <= pair.subject.extents[$0] })
    else { return true }
    var signature = signatures[pair.other]
    if signature == nil, known?.most == UnitSigns.many { signature = known }
    if signature == nil {
      guard work.take(UnitRowsPair.cost * tensor.values.count) else { return false }
      signature = UnitSignature(tensor)
    }
    signatures[pair.other] = signature
    if let signature { pairs[index].reference = .signature(signature) }
    return true
  }

  /// What makes the entries of the subject's tensor equal, which no order changes.
  private mutating func factors(_ pair: Pair) -> UnitFactors? {
    if !pair.isCut, let known = memo[pair.index] { return known }
    guard work.take(UnitRowsPair.cost * pair.subject.values.count) else { return nil }
    let made = pair.subject.factors
    if !pair.isCut { memo[pair.index] = made }
    return made
  }

  private mutating func rows(_ key: UnitRowsPair.Key) -> UnitRowsPair? {
    tried += 1
    if let rows = rows[key] { return rows }
    guard let made = paired(pairs[key.pair], key) else { return nil }
    // An axis is held against fixed ones once, against orders many times.
    if key.isHidden, held + made.size <= Self.mostHeld {
      rows[key] = made
      held += made.size
    }
    return made
  }

  private mutating func accept(
    _ pair: Int, axis: Int, _ fit: UnitFit, known: AxisOrder?, spaces by: [Int], scales: Scales?
  ) {
    var order = fit.order
    var met: (space: Int, agreeing: Int)?
    let units = order.matched.count
    if units >= UnitEngine.fewestUnits {
      if let space = spaces.firstIndex(where: { UnitEngine.areOneSpace($0, order) }) {
        met = (space, spaces[space].agreeing(with: order))
        // Of units in halves either goes, with scales of its own.
        if order.isComplete { order = spaces[space] }
      } else if spaces.count < Self.mostSpaces {
        spaces.append(order)
      } else {
        isCut = true
      }
    }
    var axes: [AxisOrder?] = [nil, nil]
    axes[axis] = known
    axes[1 - axis] = AxisOrder(order: order, folding: .slow)
    let isBetweenHidden = !order.isCommon && !(known?.order.isCommon ?? true)
    placed[pair] = Placed(
      fit: fit, axes: axes, known: by, met: met,
      isEvidence: isBetweenHidden && pairs[pair].isLearned
        && fit.effect >= UnitFit.evidenceEffect && units >= Self.fewestRows,
      scales: scales)
    mine.insert(pairs[pair].index)
    theirs.insert(pairs[pair].other)
  }
}
