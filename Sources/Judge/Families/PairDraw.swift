import Compare
import Fingerprint
import Load

/// Two models that were drawn to be compared, by nothing but a hash of both names.
struct PairDraw: Comparable {
  let low: Int
  let high: Int
  /// How many pairs of the same two lineages were drawn before: each two lineages get one first.
  private let rank: Int
  private let hash: UInt64

  /// Models of which all pairs are drawn from at most: of more, those of the smallest hashes.
  private static let modelLimit = 1000

  /// - Parameters:
  ///   - ids: of the models.
  ///   - lineages: pairs within one are not drawn.
  ///   - limit: on the number of pairs.
  /// - Returns: in order; the same for the same ids.
  /// - Complexity: quadratic in at most 1000 models.
  static func draws(
    _ ids: [String], apart lineages: DisjointSets, atMost limit: Int
  ) -> [PairDraw] {
    let hashes = ids.map { StableHash.of($0) }
    let models = ids.indices.sorted { (hashes[$0], $0) < (hashes[$1], $1) }
      .prefix(modelLimit).sorted()
    let lineage = lineages.numbers
    var pairs: [(low: Int, high: Int, hash: UInt64)] = []
    for (index, low) in models.enumerated() {
      for high in models[(index + 1)...] where lineage[low] != lineage[high] {
        // Of both names, not of their order or of what else is in the corpus.
        var generator = SplitMix64(seed: hashes[low] ^ hashes[high])
        pairs.append((low, high, generator.next()))
      }
    }
    pairs.sort { ($0.hash, $0.low, $0.high) < ($1.hash, $1.low, $1.high) }
    var counts: [FamilyLinks.Pair: Int] = [:]
    let draws = pairs.map { pair in
      let ends = FamilyLinks.Pair(lineage[pair.low], lineage[pair.high])
      defer { counts[ends, default: 0] += 1 }
      return PairDraw(
        low: pair.low, high: pair.high, rank: counts[ends] ?? 0, hash: pair.hash)
    }
    return Array(draws.sorted().prefix(limit))
  }

  static func < (left: PairDraw, right: PairDraw) -> Bool {
    (left.rank, left.hash, left.low, left.high) < (right.rank, right.hash, right.low, right.high)
  }
}

/// Models that the manifest or their cards give a name in common: one that they go by, or a parent's.
struct DeclaredLineages {
  private(set) var sets: DisjointSets

  init(_ models: [Reference]) {
    sets = DisjointSets(count: models.count)
    var bearers: [String: Int] = [:]
    for (index, model) in models.enumerated() {
      let names =
        [model.id] + (model.manifest?.aliases ?? []) + model.twins.map(\.id)
        + (model.manifest?.parents ?? []) + model.fingerprint.identity.disclosure.parentNames
      for name in names {
        if let other = bearers[name] { sets.join(index, other) } else { bearers[name] = index }
      }
    }
  }
}
