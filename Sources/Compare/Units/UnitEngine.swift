import Foundation

/// Lines up the units (neurons, channels, gates) of two networks of equal shapes whose weights are at
/// hand, from the axes that nobody can re-order (inputs, classes) on.
///
/// Where an axis of a tensor is in a known order, the rows along its other axis are assigned to the
/// reference's; the order found holds for every other axis of as many units, as the tensors
/// themselves show, and so on. Which axes are the same space is not asked of names: a wrong guess
/// fits no better than chance.
///
/// Independent networks of one recipe have like first layers, and those trained on the activations of
/// one host like all that begins or ends there. So evidence is only what lies between two spaces whose
/// units stand elsewhere, one of them ordered by *other* tensors.
package struct UnitEngine: Sendable {
  private let subject: UnitWeights
  private let reference: UnitWeights
  /// Names of the subject's tensors that are learned numbers.
  private let learned: Set<String>

  /// Units that a space has at least: fewer are in order by chance.
  static let fewestUnits = 4
  /// Entries of a unit along an axis at most.
  static let mostFolds = 256
  /// Two orders of one space agree so far, training in between.
  private static let sameSpace = 0.8
  /// Spread (of the natural logarithm) of the factors between units from which on they are scaled
  /// against each other: fine-tunes stayed below 0.1.
  private static let scaledSpread = 0.25

  package init(subject: UnitWeights, reference: UnitWeights, learned: Set<String>) {
    self.subject = subject
    self.reference = reference
    self.learned = learned
  }

  package struct Outcome: Sendable {
    /// Whether all was looked at: everything was decoded and has its counterpart, and no limit was met.
    package var isWhole: Bool
    /// Whether units line up in another order, be that evidence or not.
    package var isSuggestive: Bool
    /// What was lined up, where some of it is evidence, and what puts the subject into that order.
    package var found: (matching: UnitMatching, orders: UnitOrders)?
  }

  package func outcome(_ id: String, work: inout UnitWork) -> Outcome {
    let (pairs, isPaired) = pairs()
    work.start()
    var search = UnitSearch(pairs: pairs, work: work)
    search.run()
    work = search.work
    let isWhole =
      subject.isWhole && reference.isWhole && isPaired
      && pairs.contains { $0.subject.isMatrix } && search.isWhole
    var outcome = Outcome(isWhole: isWhole, isSuggestive: search.hasHiddenSpaces)
    if let matching = search.matching(reference: id) {
      outcome.found = (matching, UnitOrders(search))
    }
    return outcome
  }

  /// Tensors of one name and shape, or else of one shape, in order; and whether the matrices of both have
  /// counterparts, but for one at an end, such as the head of other classes.
  private func pairs() -> (pairs: [UnitSearch.Pair], isComplete: Bool) {
    let (mine, theirs) = (subject.entries, reference.entries)
    var named: [String: Int] = [:]
    for index in theirs.indices { named[theirs[index].tensor.name] = index }
    var counterparts: [Int: Int] = [:]
    for index in mine.indices {
      let tensor = mine[index].tensor
      if let other = named[tensor.name], theirs[other].tensor.shape == tensor.shape {
        counterparts[index] = other
        named[tensor.name] = nil
      }
    }
    var used = Set(counterparts.values)
    var open: [[Int]: [Int]] = [:]
    for index in theirs.indices.reversed() where !used.contains(index) {
      open[theirs[index].tensor.shape, default: []].append(index)
    }
    var result: [UnitSearch.Pair] = []
    var alone: [UnitTensor] = []
    for index in mine.indices {
      let tensor = mine[index].tensor
      guard let other = counterparts[index] ?? open[tensor.shape]?.popLast() else {
        alone.append(tensor)
        continue
      }
      used.insert(other)
      result.append(
        UnitSearch.Pair(
          index: mine[index].index, subject: tensor, reference: theirs[other].tensor,
          isLearned: learned.contains(tensor.name)))
    }
    let rest = theirs.indices.filter { !used.contains($0) }.map { theirs[$0].tensor }
    return (result, Self.isEnd(alone, of: mine) && Self.isEnd(rest, of: theirs))
  }

  /// Whether tensors without counterparts leave an end of the network from which the others would be lined
  /// up: one matrix at most, and a small part.
  private static func isEnd(_ alone: [UnitTensor], of model: [UnitWeights.Entry]) -> Bool {
    let matrices = alone.filter(\.isMatrix)
    let total = model.reduce(0.0) { $0 + Double($1.tensor.values.count) }
    let part = matrices.reduce(0.0) { $0 + Double($1.values.count) }
    return matrices.count <= 1 && part <= mostAlone * total
  }

  /// Share of the parameters that the matrix at an end may hold.
  private static let mostAlone = 0.2
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
