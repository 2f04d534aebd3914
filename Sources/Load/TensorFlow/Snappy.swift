/// Snappy's raw format: the length, then runs of new bytes and copies of earlier ones.
///
/// - Source: google/snappy, `format_description.txt`.
enum Snappy {
  /// Bytes that each compressed one may become: a copy of 64 takes three.
  private static let mostGrowth = 32

  /// - Returns: nil for what is malformed, or claims more than it can be.
  static func inflated(_ bytes: UnsafeRawBufferPointer, atMost most: Int) -> [UInt8]? {
    var position = 0
    func byte() -> Int? {
      guard position < bytes.count else { return nil }
      defer { position += 1 }
      return Int(bytes[position])
    }
    func number(_ count: Int) -> Int? {
      guard count <= bytes.count - position else { return nil }
      defer { position += count }
      return (0..<count).reduce(0) { $0 | Int(bytes[position + $1]) << (8 * $1) }
    }
    var length = 0
    for shift in stride(from: 0, through: 28, by: 7) {
      guard let next = byte() else { return nil }
      length |= (next & 0x7F) << shift
      guard next >= 0x80 else { break }
      guard shift < 28 else { return nil }
    }
    guard length <= mostGrowth * bytes.count, length <= most else { return nil }
    var output: [UInt8] = []
    output.reserveCapacity(length)
    while let tag = byte() {
      var (count, offset) = ((tag >> 2) + 1, 0)
      switch tag & 3 {
      case 0:
        if count > 60 {
          guard let long = number(count - 60) else { return nil }
          count = long + 1
        }
        guard count <= bytes.count - position, output.count + count <= length else { return nil }
        output += bytes[position..<position + count]
        position += count
        continue
      case 1:
        guard let low = byte() else { return nil }
        (count, offset) = (4 + ((tag >> 2) & 7), (tag >> 5) << 8 | low)
      case 2:
        guard let far = number(2) else { return nil }
        offset = far
      default:
        guard let far = number(4) else { return nil }
        offset = far
      }
      guard offset > 0, offset <= output.count, output.count + count <= length else { return nil }
      // A copy may reach into what it writes itself.
      for _ in 0..<count { output.append(output[output.count - offset]) }
    }
    return output.count == length ? output : nil
  }
}
