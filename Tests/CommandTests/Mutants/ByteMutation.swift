import TestSupport

/// Changes to bytes, whatever they mean.
enum ByteMutation: CaseIterable {
  case flipBit, replaceByte, zeroRun, cut, insert, remove, repeatRun, exchange, number

  /// Offsets and counts that parsers get wrong.
  private static let numbers: [UInt64] = [
    0, 1, 2, 7, 8, 127, 128, 255, 256, 32767, 65535, 65536, 1 << 31 - 1, 1 << 31, 1 << 32 - 1,
    1 << 32, 1 << 53, 1 << 62, 1 << 63 - 1, 1 << 63, .max - 7, .max,
  ]

  /// One to four changes of random kinds.
  ///
  /// - Parameter range: where the bytes are that say how to read the others.
  static func mutate(
    _ bytes: [UInt8], in range: Range<Int>, with random: inout SplitMix64
  ) -> [UInt8] {
    var bytes = bytes
    for _ in 0..<Int.random(in: 1...4, using: &random) {
      // Not only there.
      let isElsewhere = Int.random(in: 0..<4, using: &random) == 0
      let place = (isElsewhere ? 0..<bytes.count : range).clamped(to: 0..<bytes.count)
      guard let kind = allCases.randomElement(using: &random),
        let at = place.randomElement(using: &random)
      else { return bytes }
      kind.apply(to: &bytes, at: at, with: &random)
    }
    return bytes
  }

  private func apply(to bytes: inout [UInt8], at: Int, with random: inout SplitMix64) {
    let limit = [4, 64, 4096].randomElement(using: &random) ?? 4
    let run = at..<min(at + Int.random(in: 1...limit, using: &random), bytes.count)
    switch self {
    case .flipBit: bytes[at] ^= 1 << UInt8.random(in: 0..<8, using: &random)
    case .replaceByte: bytes[at] = UInt8.random(in: 0...255, using: &random)
    case .zeroRun: for index in run { bytes[index] = 0 }
    case .cut: bytes.removeSubrange(at...)
    case .insert: bytes.insert(contentsOf: random.bytes(run.count), at: at)
    case .remove: bytes.removeSubrange(run)
    case .repeatRun: bytes.insert(contentsOf: bytes[run], at: at)
    case .exchange:
      let other = Int.random(in: 0..<bytes.count, using: &random)
      for (offset, index) in run.enumerated() where other + offset < bytes.count {
        bytes.swapAt(index, other + offset)
      }
    case .number:
      let number = Self.numbers.randomElement(using: &random) ?? 0
      let width = [1, 2, 4, 8].randomElement(using: &random) ?? 8
      for index in 0..<width where at + index < bytes.count {
        bytes[at + index] = UInt8(truncatingIfNeeded: number >> UInt64(8 * index))
      }
    }
  }
}
