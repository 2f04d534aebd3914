import Compare

/// What all members' verdicts together say of each pair of models.
struct FamilyLinks {
  struct Pair: Hashable, Comparable {
    let low: Int
    let high: Int

    init(_ a: Int, _ b: Int) { (low, high) = (min(a, b), max(a, b)) }

    func end(beside end: Int) -> Int? { low == end ? high : high == end ? low : nil }

    static func < (left: Pair, right: Pair) -> Bool {
      (left.low, left.high) < (right.low, right.high)
    }
  }

  struct Link {
    /// Squared relative distance, the mean of both views; nil where numbers do not compare.
    var square: Double?
    /// Share that the one explains of the other, the lesser of both views.
    var strength: Double
    var trace: BorneTrace?
  }

  /// A trace and the model that bears it.
  struct BorneTrace: Equatable {
    var trace: Trace
    var bearer: Int
  }

  struct Arrow: Hashable {
    var parent: Int
    var child: Int
  }

  struct Descent {
    var direction: Direction
    var coefficient: Double?
  }

  /// Parts of the matrices that two models must have in common for distances that add.
  private static let coverage = 0.9

  private(set) var links: [Pair: Link] = [:]
  /// Without circles: of verdicts that contradict each other none stands.
  private(set) var descents: [Arrow: Descent] = [:]
  /// Pairs of which the tests exclude that the one was built on the other.
  private(set) var excluded: Set<Arrow> = []
  private var distances: [Pair: Double] = [:]

  /// - Parameter ids: of the models, in the order of their verdicts.
  init(_ verdicts: [MemberVerdict], ids: [String]) {
    let numbers = Dictionary(
      ids.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    var squares: [Pair: [Double]] = [:]
    var whole: [Pair: Bool] = [:]
    for (member, verdict) in verdicts.enumerated() {
      for link in verdict.links {
        guard let other = numbers[link.id], other != member else { continue }
        let pair = Pair(member, other)
        var known = links[pair] ?? Link(square: nil, strength: link.strength)
        known.strength = min(known.strength, link.strength)
        if let trace = link.trace {
          known.trace = BorneTrace(trace: trace, bearer: trace.isSubjects ? member : other)
        }
        links[pair] = known
        if let distance = link.distance {
          squares[pair, default: []].append(distance.square)
          whole[pair] = whole[pair] ?? true && distance.coverage >= Self.coverage
        }
        if link.isExcluded { excluded.insert(Arrow(parent: other, child: member)) }
      }
    }
    for (member, verdict) in verdicts.enumerated() {
      let blended = verdict.descents.filter(\.isBlended).compactMap { numbers[$0.id] }
      let isBlend = isBlend(member, of: blended) {
        verdicts[$0].compared.contains(ids[$1]) || verdicts[$1].compared.contains(ids[$0])
      }
      for descent in verdict.descents where isBlend || !descent.isBlended {
        guard let other = numbers[descent.id], other != member else { continue }
        let isParent = descent.direction.value == .fromReference
        let arrow =
          isParent ? Arrow(parent: other, child: member) : Arrow(parent: member, child: other)
        guard isParent || descents[arrow] == nil else { continue }
        descents[arrow] = Descent(
          direction: descent.direction, coefficient: descent.coefficient)
      }
    }
    for (pair, found) in squares {
      links[pair]?.square = found.reduce(0, +) / Double(found.count)
    }
    distances = squares.compactMapValues { $0.reduce(0, +) / Double($0.count) }
      .filter { whole[$0.key] ?? false }
    descents = Self.withoutCircles(descents)
  }

  /// Whether models that explain another together are strangers, and no relative of one of them
  /// may be in its place.
  private func isBlend(
    _ member: Int, of parents: [Int], wereCompared: (Int, Int) -> Bool
  ) -> Bool {
    func areLinked(_ a: Int, _ b: Int) -> Bool { links[Pair(a, b)] != nil }
    return parents.indices.allSatisfy { i in
      parents[..<i].allSatisfy { wereCompared(parents[i], $0) && !areLinked(parents[i], $0) }
        && !links.keys.contains { pair in
          guard let other = pair.end(beside: parents[i]), other != member else { return false }
          return areLinked(other, member) && !parents.contains(other)
        }
    }
  }

  /// Squared distance of two models, where nearly all of both takes part in it.
  func addend(_ a: Int, _ b: Int) -> Double? { distances[Pair(a, b)] }

  func parents(of model: Int) -> [Int] {
    descents.keys.filter { $0.child == model }.map(\.parent).sorted()
  }

  func children(of model: Int) -> [Int] {
    descents.keys.filter { $0.parent == model }.map(\.child).sorted()
  }

  /// Whether arrows lead from one model to another.
  func isAncestor(_ model: Int, of other: Int) -> Bool {
    Self.reaches(model, other, Self.children(descents))
  }

  // MARK: Circles

  private static func children(_ descents: [Arrow: Descent]) -> [Int: [Int]] {
    Dictionary(grouping: descents.keys, by: \.parent).mapValues { $0.map(\.child) }
  }

  private static func reaches(_ start: Int, _ end: Int, _ children: [Int: [Int]]) -> Bool {
    var (open, seen) = ([start], Set<Int>())
    while let next = open.popLast() {
      for child in children[next] ?? [] {
        if child == end { return true }
        if seen.insert(child).inserted { open.append(child) }
      }
    }
    return false
  }

  private static func withoutCircles(_ descents: [Arrow: Descent]) -> [Arrow: Descent] {
    let children = children(descents)
    return descents.filter { !reaches($0.key.child, $0.key.parent, children) }
  }
}
