/// Which references a subject is compared with in full.
struct ScreeningChoice: Sendable {
  /// References that lead a kind of evidence, for each kind.
  static let leaders = 4
  /// A reference above this is compared whatever its rank: strangers get there by a few in a thousand.
  static let lenientZ = 6.0
  /// At most this many are compared for their scores.
  static let limit = 96
  /// Beside them, at most this many are compared for bytes that they share with the subject; of those
  /// beyond it nothing is said.
  static let equalLimit = 96
  /// References drawn by a hash of their id, whatever their score, from which the width of the null is
  /// measured: the chosen ones are the largest of many, and say nothing of it.
  static let controls = 12

  /// In ascending order.
  var compared: [Int]
  var controls: Set<Int>

  /// - Parameters:
  ///   - scores: of all references.
  ///   - draws: a number for each reference that has nothing to do with its score.
  ///   - always: references to compare in any case.
  init(_ scores: [ScreeningScore], draws: [UInt64], always: Set<Int>) {
    var chosen = always
    for channel in ScreeningScore.Channel.allCases {
      let values = scores.map { $0.z[channel] ?? 0 }
      chosen.formUnion(Self.largest(values, Self.leaders))
    }
    // Equal bytes are no chance: they go before all likeness, and do not take its places.
    let equal = scores.indices.filter { scores[$0].equal > 0 }.sorted {
      (scores[$1].equal, $0) < (scores[$0].equal, $1)
    }
    let strength = scores.map(\.strongest)
    let clear = scores.indices.filter { strength[$0] >= Self.lenientZ }
    for index in clear.sorted(by: { (strength[$1], $0) < (strength[$0], $1) })
    where chosen.count < Self.limit {
      chosen.insert(index)
    }
    chosen.formUnion(equal.prefix(Self.equalLimit))
    let drawn = scores.indices.sorted { (draws[$0], $0) < (draws[$1], $1) }.prefix(Self.controls)
    controls = Set(drawn)
    compared = chosen.union(controls).sorted()
  }

  private static func largest(_ values: [Double], _ count: Int) -> [Int] {
    let found = values.indices.sorted { (-values[$0], $0) < (-values[$1], $1) }
    return found.prefix(count).filter { values[$0] > 0 }
  }
}
