package import Canonicalise
import Fingerprint
import Foundation
package import Load

/// Lines up the units (neurons, channels, gates) of two networks of equal shapes whose weights are at
/// hand, from the axes that nobody can re-order (inputs, classes) on.
///
/// Where an axis of a tensor is in a known order, the rows along its other axis are assigned to the
/// reference's; the order found holds for every other axis of as many units, as the tensors
/// themselves show, and so on. Which axes are the same space is not asked of names: a wrong guess
/// fits no better than chance.
///
/// Independent networks of one recipe have like first layers, so what is anchored on fixed axes is no
/// evidence: only tensors whose units were ordered by *other* tensors are.
package struct UnitEngine: Sendable {
  private let subject: CanonicalModel
  private let reference: CanonicalModel
  /// Names of the subject's tensors that are learned numbers.
  private let learned: Set<String>

  /// Parameters of a model at most; both are held in memory.
  package static let mostParameters = 1 << 26
  /// Multiplications for one pair: some ten seconds.
  private static let work = 1 << 39
  /// Units that a space has at least: fewer are in order by chance.
  static let fewestUnits = 4
  /// Entries of a unit along an axis at most.
  private static let mostFolds = 256
  /// Two orders of one space agree so far, training in between.
  private static let sameSpace = 0.8
  /// Spread (of the natural logarithm) of the factors between units from which on they are scaled
  /// against each other: fine-tunes stayed below 0.1.
  private static let scaledSpread = 0.25

  package init(subject: CanonicalModel, reference: CanonicalModel, learned: Set<String>) {
    self.subject = subject
    self.reference = reference
    self.learned = learned
  }

  package struct Outcome {
    /// Whether all was looked at: neither was too large, and no limit was met.
    package var isWhole: Bool
    /// What was lined up, and the subject with its units in the reference's order.
    package var found: (matching: UnitMatching, model: CanonicalModel)?
  }

  package func outcome(_ id: String) throws(LoadError) -> Outcome {
    let pairs = try pairs()
    var search = UnitSearch(pairs: pairs, work: UnitWork(limit: Self.work))
    search.run()
    try subject.checkpoint.checkUnchanged()
    try reference.checkpoint.checkUnchanged()
    let isWhole = pairs.contains { $0.subject.isMatrix } && search.isWhole
    guard let matching = search.matching(reference: id) else { return Outcome(isWhole: isWhole) }
    return Outcome(
      isWhole: isWhole,
      found: (matching, UnitUndoing(subject: subject, search: search).model()))
  }

  /// Tensors of one name and shape, or else of one shape, in order.
  private func pairs() throws(LoadError) -> [UnitSearch.Pair] {
    let (mine, theirs) = (Self.weights(subject), Self.weights(reference))
    guard Self.parameters(mine) <= Self.mostParameters,
      Self.parameters(theirs) <= Self.mostParameters
    else { return [] }
    var open: [[Int]: [Int]] = [:]
    var named: [String: Int] = [:]
    for index in theirs.indices { named[theirs[index].1.name] = index }
    var found: [Int: Int] = [:]
    for index in mine.indices {
      if let other = named[mine[index].1.name],
        theirs[other].1.view.shape == mine[index].1.view.shape
      {
        found[index] = other
      }
    }
    let used = Set(found.values)
    for index in theirs.indices where !used.contains(index) {
      open[theirs[index].1.view.shape, default: []].append(index)
    }
    for shape in open.keys { open[shape]?.reverse() }
    var result: [UnitSearch.Pair] = []
    for index in mine.indices {
      guard let other = found[index] ?? open[mine[index].1.view.shape]?.popLast(),
        let subject = try UnitTensor(mine[index].1),
        let reference = try UnitTensor(theirs[other].1)
      else { continue }
      result.append(
        UnitSearch.Pair(
          index: mine[index].0, subject: subject, reference: reference,
          isLearned: learned.contains(subject.name)))
    }
    return result
  }

  private static func weights(_ model: CanonicalModel) -> [(Int, CanonicalTensor)] {
    model.tensors.enumerated().filter {
      $0.element.role != .constant && $0.element.source.isRealNumber
        && $0.element.view.elementCount > 1
    }.map { ($0.offset, $0.element) }
  }

  private static func parameters(_ tensors: [(Int, CanonicalTensor)]) -> Int {
    tensors.reduce(0) { $0 + $1.1.view.elementCount }
  }
}

extension UnitEngine {
  static func isScaled(_ mine: [Float], _ theirs: [Float], order: UnitOrder) -> Bool {
    let logarithms = theirs.indices.compactMap { unit -> Double? in
      let (a, b) = (theirs[unit], mine[order.places[unit]])
      return a > 0 && b > 0 ? log(Double(b) / Double(a)) : nil
    }
    guard logarithms.count > 1 else { return false }
    let mean = logarithms.reduce(0, +) / Double(logarithms.count)
    let squares = logarithms.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return (squares / Double(logarithms.count)).squareRoot() > scaledSpread
  }

  /// How an axis of so many entries holds spaces of so many units.
  static func foldings(_ extent: Int, units: Int) -> [UnitFolding] {
    guard units > 0, extent.isMultiple(of: units), extent / units <= mostFolds else { return [] }
    return extent == units ? [.slow] : UnitFolding.allCases
  }

  static func areOneSpace(_ a: UnitOrder, _ b: UnitOrder) -> Bool {
    a.agreement(with: b) >= sameSpace
  }
}
