/// Zero points and scales of neighbours in a row, in float32.
enum ColumnScales {
  /// Memory for as many of both.
  @inline(__always)
  static func withRow(
    of count: Int, _ body: (UnsafeMutablePointer<Float>, UnsafeMutablePointer<Float>) -> Void
  ) {
    withUnsafeTemporaryAllocation(of: Float.self, capacity: 2 * count) { memory in
      guard let base = memory.baseAddress else { return }
      body(base, base + count)
    }
  }

  @inline(__always)
  static func read(
    _ type: ElementType, from bytes: UnsafeRawBufferPointer, at start: Int, count: Int,
    into target: UnsafeMutablePointer<Float>
  ) {
    for index in 0..<count { target[index] = type.float(at: start + index, of: bytes) }
  }

  /// (q − z) · s.
  @inline(__always)
  static func apply(
    _ zeros: UnsafePointer<Float>, _ scales: UnsafePointer<Float>,
    to codes: UnsafeMutablePointer<Float>, count: Int
  ) {
    for index in 0..<count { codes[index] = (codes[index] - zeros[index]) * scales[index] }
  }
}
