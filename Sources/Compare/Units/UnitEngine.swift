package import Fingerprint
import Foundation

/// Lines up the units (neurons, channels, gates) of a network whose weights are at hand with those of another, of
/// which weights or signatures are, from the axes that nobody can re-order (inputs, classes) on.
///
/// Of units that one has more than the other, those are chosen that find their like.
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
  private let reference: UnitSource
  /// Tensors of the subject and of the reference.
  private let ours: [UnitPart]
  private let theirs: [UnitPart]
  private let memo: UnitFactorMemo
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

  /// - Parameter memo: of the subject, for all references.
  package init(
    subject: UnitWeights, reference: UnitSource, learned: Set<String>, memo: UnitFactorMemo
  ) {
    self.memo = memo
    self.subject = subject
    self.reference = reference
    (ours, theirs) = (subject.entries.map { .weights($0.tensor) }, reference.parts)
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
    var search = UnitSearch(pairs: pairs, memo: memo, work: work)
    search.run()
    work = search.work
    let isWhole =
      subject.isWhole && reference.isWhole && isPaired
      && pairs.contains(where: \.isAnchor) && search.isWhole
    var outcome = Outcome(isWhole: isWhole, isSuggestive: search.hasHiddenSpaces)
    // What lacks units of the reference has no place to be held against it in.
    if !search.lacksUnits, let matching = search.matching(reference: id) {
      outcome.found = (matching, UnitOrders(search))
    }
    return outcome
  }

  /// Tensors of one name and shape, or else of one shape, in order, and matrices for which there is none with all
  /// that may have more units or fewer.
  ///
  /// And whether the matrices of both have counterparts, but for one at an end, such as the head of other classes.
  private func pairs() -> (pairs: [UnitSearch.Pair], isComplete: Bool) {
    let mine = subject.entries
    var named: [String: Int] = [:]
    for index in theirs.indices { named[theirs[index].name] = index }
    var counterparts: [Int: Int] = [:]
    for index in mine.indices {
      let tensor = mine[index].tensor
      if let other = named[tensor.name], theirs[other].shape == tensor.shape {
        counterparts[index] = other
        named[tensor.name] = nil
      }
    }
    let namesakes = counterparts
    var used = Set(counterparts.values)
    var open: [[Int]: [Int]] = [:]
    for index in theirs.indices.reversed() where !used.contains(index) {
      open[theirs[index].shape, default: []].append(index)
    }
    for index in mine.indices where counterparts[index] == nil {
      guard let other = open[mine[index].tensor.shape]?.popLast() else { continue }
      counterparts[index] = other
      used.insert(other)
    }
    var result = counterparts.sorted { $0.key < $1.key }.map { pair($0.key, $0.value) }
    let (alone, rest) = (
      mine.indices.filter { counterparts[$0] == nil }, theirs.indices.filter { !used.contains($0) }
    )
    let others = unequalPairs(alone, rest, namesakes)
    result += others
    result += exchangedPairs(counterparts)
    return (result, isComplete(alone, rest, others, equal: Array(counterparts.keys)))
  }

  /// Matrices of one shape with each other's counterparts, among which names may have been exchanged, and order.
  ///
  /// They are followed and anchor nothing: at the ends, shapes tell which is which.
  private func exchangedPairs(_ counterparts: [Int: Int]) -> [UnitSearch.Pair] {
    let matrices = counterparts.filter { subject.entries[$0.key].tensor.isMatrix }
    let groups = Dictionary(grouping: matrices.sorted { $0.key < $1.key }) {
      subject.entries[$0.key].tensor.shape
    }
    var result: [UnitSearch.Pair] = []
    for (_, group) in groups.sorted(by: { $0.value[0].key < $1.value[0].key })
    where group.count > 1 {
      for (index, own) in group {
        for (_, other) in group where other != own {
          guard result.count < Self.mostUnequal else { return result }
          var exchanged = pair(index, other)
          exchanged.mayAnchor = false
          result.append(exchanged)
        }
      }
    }
    return result
  }

  /// Whether all that may hide one of the two networks was paired.
  ///
  /// - Parameters:
  ///   - alone: the subject's tensors without a counterpart of their shape, and `rest` the reference's.
  ///   - others: pairs of those.
  ///   - equal: the subject's tensors with such a counterpart.
  private func isComplete(
    _ alone: [Int], _ rest: [Int], _ others: [UnitSearch.Pair], equal: [Int]
  ) -> Bool {
    let mine = subject.entries
    let (found, sought) = (Set(others.map(\.index)), Set(others.map(\.other)))
    let left = alone.filter { !found.contains(mine[$0].index) }
    let missing = rest.filter { !sought.contains($0) }.map { theirs[$0] }
    func size(_ tensors: [Int], of model: [UnitPart]) -> Int {
      Self.parameters(tensors.map { model[$0] })
    }
    // Networks of other widths, as far as what the subject has in shapes of the reference's is not the most that
    // speaks for it.
    let isOfOtherWidths =
      !others.isEmpty
      && Double(size(equal, of: ours)) < Self.mostAlone
        * Double(size(Array(ours.indices), of: ours))
    if isOfOtherWidths {
      let total = Double(size(Array(theirs.indices), of: theirs))
      return Double(Self.parameters(missing)) <= Self.mostAlone * total
        && others.count <= Self.mostUnequal
    }
    let (added, open) = (
      size(alone.filter { found.contains(mine[$0].index) }, of: ours),
      size(rest.filter(sought.contains), of: theirs)
    )
    return Self.isEnd(left.map { ours[$0] }, of: ours) && Self.isEnd(missing, of: theirs)
      && added <= Self.mostWidened * open && others.count <= Self.mostUnequal
  }

  private func pair(_ index: Int, _ other: Int) -> UnitSearch.Pair {
    let mine = subject.entries[index]
    return UnitSearch.Pair(
      index: mine.index, other: other, subject: mine.tensor, reference: theirs[other],
      isLearned: learned.contains(mine.tensor.name))
  }

  /// Matrices of unequal extents, and vectors, as far as one of both has no counterpart of its shape: which
  /// belong together is for the search to find, as names and order are for whoever renames.
  ///
  /// - Parameter namesakes: those of one name and shape, which are left to each other.
  private func unequalPairs(
    _ alone: [Int], _ rest: [Int], _ namesakes: [Int: Int]
  ) -> [UnitSearch.Pair] {
    let (aloneSet, taken) = (Set(alone), Set(namesakes.values))
    /// Matrices by what is no extent of theirs in units.
    func classes(_ parts: [UnitPart], _ indices: [Int]) -> [[Int]: [Int]] {
      Dictionary(grouping: indices.filter { parts[$0].isMatrix }) {
        [parts[$0].shape.count] + parts[$0].shape.dropFirst(2)
      }
    }
    let all = classes(theirs, theirs.indices.filter { !taken.contains($0) })
    let open = classes(theirs, rest)
    var result: [(isNamesake: Bool, pair: UnitSearch.Pair)] = []
    for (key, indices) in classes(ours, ours.indices.filter { namesakes[$0] == nil }).sorted(by: {
      $0.value[0] < $1.value[0]
    }) {
      for index in indices {
        for other in (aloneSet.contains(index) ? all : open)[key] ?? [] {
          // One more than are tried shows that some are not.
          guard result.count <= Self.mostUnequal else { break }
          result.append((ours[index].name == theirs[other].name, pair(index, other)))
        }
      }
    }
    // Vectors have nothing to be told by but name and order.
    let (vectors, others) = (
      alone.filter { !ours[$0].isMatrix }, rest.filter { !theirs[$0].isMatrix }
    )
    if vectors.count == others.count {
      result += zip(vectors, others).filter { ours[$0].taps == theirs[$1].taps }
        .map { (false, pair($0, $1)) }
    }
    return result.filter(\.isNamesake).map(\.pair) + result.filter { !$0.isNamesake }.map(\.pair)
  }

  /// Whether tensors without counterparts leave an end of the network from which the others would be lined
  /// up: one matrix at most, and a small part.
  private static func isEnd(_ alone: [UnitPart], of model: [UnitPart]) -> Bool {
    let total = model.reduce(0.0) { $0 + Double($1.count) }
    return alone.count(where: \.isMatrix) <= 1
      && Double(parameters(alone)) <= mostAlone * total
  }

  private static func parameters(_ tensors: [UnitPart]) -> Int {
    tensors.reduce(0) { $0 + ($1.isMatrix ? $1.count : 0) }
  }

  /// Share of the parameters that the matrix at an end may hold, and what has no counterpart beside networks of
  /// other widths.
  package static let mostAlone = 0.2
  /// How many times as many numbers matrices may have as those of which they may be widened.
  private static let mostWidened = 4
  /// Pairs of unequal extents that are tried, and of exchanged ones.
  private static let mostUnequal = 1 << 12
}

extension UnitEngine {
  static func isScaled(_ mine: [Float], _ theirs: [Float], order: UnitOrder) -> Bool {
    let logarithms = theirs.indices.compactMap { unit -> Double? in
      let (a, b) = (theirs[unit], mine[order.places[unit] ?? unit])
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
