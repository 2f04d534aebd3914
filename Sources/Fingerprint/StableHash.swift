/// Hashes that are the same in every run and on every machine, as Swift's own are not.
package enum StableHash {
  /// FNV-1a of 64 bits (Fowler, Noll, Vo).
  ///
  /// Of short texts its upper bits say little.
  package static func fnv1a(_ bytes: some Sequence<UInt8>) -> UInt64 {
    bytes.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
  }

  /// FNV-1a with a final mix.
  package static func of(_ bytes: some Sequence<UInt8>) -> UInt64 {
    var generator = SplitMix64(seed: fnv1a(bytes))
    return generator.next()
  }

  package static func of(_ text: String) -> UInt64 { of(text.utf8) }
}
