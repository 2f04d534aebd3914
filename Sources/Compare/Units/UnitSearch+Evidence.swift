import Fingerprint
import Foundation

extension UnitSearch {
  /// What was lined up, and what that is worth; nil without evidence.
  func matching(reference: String) -> UnitMatching? {
    let found = placed.sorted { $0.key < $1.key }
    let evidence = found.filter(\.value.isEvidence)
    guard !evidence.isEmpty else { return nil }
    func numbers(_ placed: [(key: Int, value: Placed)]) -> Double {
      placed.reduce(0) { $0 + Double(pairs[$1.key].common) }
    }
    func mean(_ value: (UnitFit) -> Double) -> Double {
      evidence.reduce(0) {
        $0 + value($1.value.fit) * Double(pairs[$1.key].common)
      } / numbers(evidence)
    }
    let total = Double(
      min(size(\.index) { $0.subject.values.count }, size(\.other) { $0.reference.count }))
    let hidden = spaces.filter { !$0.isCommon }
    let appended = hidden.reduce(0) { $0 + $1.count - $1.matched.count }
    return UnitMatching(
      reference: reference, subjectDigest: "",
      log10P: max(UnitMatching.leastLog10P, log10P(evidence.map(\.value))),
      cosine: mean(\.cosine), chance: mean(\.chance),
      coverage: numbers(found) / max(total, 1),
      evidenceCoverage: numbers(evidence) / max(total, 1),
      tensors: evidence.count, spaces: hidden.count,
      units: hidden.reduce(0) { $0 + $1.matched.count },
      moved: hidden.reduce(0) { sum, space in
        sum + space.matched.count
          - IndexOrder.longestAscending(space.places.compactMap(\.self))
      },
      flipped: hidden.reduce(0) { sum, space in sum + space.signs.count { $0 < 0 } },
      rescaled: evidence.count { $0.value.scales != nil },
      appended: appended > 0 ? appended : nil)
  }

  /// Numbers of the matrices that either has.
  private func size(_ index: KeyPath<Pair, Int>, _ count: (Pair) -> Int) -> Int {
    let sizes = pairs.filter { $0.subject.isMatrix }.map { ($0[keyPath: index], count($0)) }
    return Dictionary(sizes) { first, _ in first }.values.reduce(0, +)
  }

  /// log10 of the probability that tensors are so alike, were the units of the spaces that they were
  /// lined up by in a random order each.
  ///
  /// A space speaks once, by its strongest tensor, all fits that were tried being choices, and says no
  /// more than 1/u!: by a tensor that was lined up by it, or by one lined up by another space whose
  /// other axis came out in the order that was found before. Given what was lined up before, the
  /// probabilities are independent, and are combined over all spaces.
  ///
  /// Fisher, R. A. "Statistical Methods for Research Workers." 4th ed., 1932, section 21.1.
  private func log10P(_ evidence: [Placed]) -> Double {
    let choices = log10(Double(max(tried, 1)))
    let single = evidence.flatMap { tensor in
      let least = tensor.known.reduce(0.0) {
        $0 + UnitFit.leastLog10P(units: spaces[$1].matched.count)
      }
      let byKnown = [(log10P: max(least, tensor.fit.log10P), spaces: tensor.known)]
      guard let met = tensor.met, !tensor.known.contains(met.space) else { return byKnown }
      // Of a random order k units are in given places with probability 1/k! at most.
      return byKnown + [(UnitFit.leastLog10P(units: met.agreeing), [met.space])]
    }
    var (spent, sum, count) = (Set<Int>(), 0.0, 0)
    for tensor in single.enumerated().sorted(by: {
      ($0.element.log10P, $0.offset) < ($1.element.log10P, $1.offset)
    }).map(\.element) where spent.isDisjoint(with: tensor.spaces) {
      spent.formUnion(tensor.spaces)
      sum += min(0, tensor.log10P + choices)
      count += 1
    }
    return Self.combined(sum, of: max(count, spaces.count { !$0.isCommon }))
  }

  /// log10 of the probability that the product of k probabilities is so small: x Σ (−ln x)ⁱ/i!, i < k.
  static func combined(_ log10Product: Double, of count: Int) -> Double {
    let product = -log10Product * log(10)
    guard product > 0, count > 1 else { return min(0, log10Product) }
    let terms = (0..<count).map { Double($0) * log(product) - lgamma(Double($0) + 1) }
    let largest = terms.max() ?? 0
    let sum = largest + log(terms.reduce(0) { $0 + exp($1 - largest) })
    return min(0, (sum - product) / log(10))
  }

  /// The order of each vector (or kernel for each channel) that makes it most like the reference's, if
  /// that is another than it has: biases and normalisation values travel with their units.
  func vectorOrders() -> [Int: UnitOrder] {
    var orders: [Int: UnitOrder] = [:]
    for (index, pair) in pairs.enumerated()
    where placed[index] == nil && pair.subject.extents[1] == 1 {
      guard let theirs = pair.reference.values else { continue }
      let mine = pair.subject
      var best = Self.cosine(mine.values, theirs) + Self.betterOrder
      for space in spaces
      where space.places.count == pair.reference.extents[0] && space.count == mine.extents[0] {
        let plain = UnitOrder(
          places: space.places, signs: [Float](repeating: 1, count: space.signs.count),
          count: space.count)
        for order in plain == space ? [plain] : [plain, space] {
          let cosine = Self.cosine(mine.inOrder(order), theirs)
          if cosine > best { (best, orders[pair.index]) = (cosine, order) }
        }
      }
    }
    return orders
  }

  /// Cosine with the reference's by which a vector's order is better than what it has.
  private static let betterOrder = 0.05

  /// Of two vectors less their means.
  private static func cosine(_ a: [Float], _ b: [Float]) -> Double {
    guard a.count == b.count, !a.isEmpty else { return 0 }
    func mean(_ values: [Float]) -> Double {
      values.reduce(0) { $0 + Double($1) } / Double(values.count)
    }
    let (x, y) = (mean(a), mean(b))
    var (product, mine, theirs) = (0.0, 0.0, 0.0)
    for index in a.indices {
      let (one, other) = (Double(a[index]) - x, Double(b[index]) - y)
      product += one * other
      mine += one * one
      theirs += other * other
    }
    let scale = (mine * theirs).squareRoot()
    return scale > 0 ? product / scale : 0
  }
}

extension UnitTensor {
  /// The numbers of a tensor whose second axis has one entry, its first in another order.
  func inOrder(_ order: UnitOrder) -> [Float] {
    var result = [Float](repeating: 0, count: order.places.count * taps)
    for (unit, place) in order.places.enumerated() {
      guard let place else { continue }
      for tap in 0..<taps {
        result[unit * taps + tap] = order.signs[unit] * values[place * taps + tap]
      }
    }
    return result
  }
}
