/// The vectors of signs that rows of units are multiplied with, the same for all networks: `[entries, count]`, or the
/// identity where a row has no more entries than products are wanted.
package struct UnitSigns: Sendable {
  /// Products of a row, of small networks and of large ones.
  package static let many = 256
  package static let few = 64

  package let entries: Int
  /// Products of a row.
  package let count: Int
  package let values: [Float]

  /// How many products a row of so many entries has.
  package static func count(entries: Int, most: Int) -> Int { min(most, entries) }

  package init(entries: Int, most: Int) {
    self.entries = entries
    count = Self.count(entries: entries, most: most)
    var values = [Float](repeating: 0, count: entries * count)
    for entry in 0..<entries {
      guard entries > most else {
        values[entry * count + entry] = 1
        continue
      }
      for start in stride(from: 0, to: count, by: UInt64.bitWidth) {
        let bits = Self.bits(entry, word: start / UInt64.bitWidth)
        for place in start..<min(start + UInt64.bitWidth, count) {
          values[entry * count + place] = bits >> UInt64(place - start) & 1 == 0 ? 1 : -1
        }
      }
    }
    self.values = values
  }

  /// Of SplitMix64's output function (Steele, Lea, Flood, OOPSLA 2014).
  private static func bits(_ entry: Int, word: Int) -> UInt64 {
    func mixed(_ value: UInt64, _ step: Int) -> UInt64 {
      SplitMix64.mix(value &+ UInt64(step + 1) &* SplitMix64.increment)
    }
    return mixed(mixed(0, entry), word)
  }

  /// Their sums over the entries, for each tap: `[taps, count]`.
  func sums(taps: Int) -> [Float] {
    var sums = [Float](repeating: 0, count: taps * count)
    for (index, sign) in values.enumerated() { sums[index % (taps * count)] += sign }
    return sums
  }
}
