import Synchronization

/// The public hash of row and column indices behind the linear sketch, the same for every model.
///
/// One function serves rows and columns, so that the sketch of a transposed matrix is the
/// transposed sketch (docs/adr).
package enum IndexHash {
  /// Side of a sketch: indices fall into the bucket `index mod 32`.
  package static let buckets = 32

  /// ±1, from bit 40 of SplitMix64's output function at state `index`.
  ///
  /// - Source: Steele, Lea, Flood. "Fast splittable pseudorandom number generators." OOPSLA 2014.
  ///   doi:10.1145/2660193.2660195.
  package static func sign(_ index: Int) -> Float {
    SplitMix64.mix(UInt64(bitPattern: Int64(index)) &+ SplitMix64.increment) >> 40 & 1 == 0 ? 1 : -1
  }

  /// Signs of a range of indices.
  package static func signs(_ range: Range<Int>) -> [Float] { range.map(sign) }

  /// For each bucket, the sum of the signs of `0..<count` that fall into it.
  package static func signSums(_ count: Int) -> [Double] {
    if let known = knownSums.withLock({ $0[count] }) { return known }
    let sums = computedSignSums(count)
    knownSums.withLock { known in
      if known.count < 4096 { known[count] = sums }
    }
    return sums
  }

  /// Models have few extents, each many times, and sums over them take time in proportion.
  private static let knownSums = Mutex<[Int: [Double]]>([:])

  private static func computedSignSums(_ count: Int) -> [Double] {
    var sums = [Double](repeating: 0, count: buckets)
    for index in 0..<count { sums[index % buckets] += Double(sign(index)) }
    return sums
  }
}

/// Steele, Lea and Flood's generator: tiny, seekable and good enough to seed fixed random directions.
package struct SplitMix64: RandomNumberGenerator {
  static let increment: UInt64 = 0x9E37_79B9_7F4A_7C15

  private var state: UInt64

  package init(seed: UInt64) { state = seed }

  package mutating func next() -> UInt64 {
    state &+= Self.increment
    return Self.mix(state)
  }

  static func mix(_ value: UInt64) -> UInt64 {
    var z = value
    z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
    return z ^ z >> 31
  }
}
