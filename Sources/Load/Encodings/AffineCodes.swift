/// Codes of two to 32 bits, or floats of four and eight, times a scale per tensor, per place along an
/// axis or per block, less a zero point of the same block: ONNX's `DequantizeLinear` and TFLite's
/// quantised tensors.
///
/// Stored: codes, and where there are scales and zero points, which are whole numbers as wide as the
/// codes, or of 64 bits.
/// Narrow codes are packed from the low bits of bytes up.
/// - Numerics: in float32, (q − z) · s.
/// - Source: the operator schema of ONNX, and `onnx.reference`; TFLite's quantisation specification.
struct AffineCodes: TensorDecoding {
  static let name = "affine"

  enum Codes: Sendable, Equatable {
    case signed(bits: Int)
    case unsigned(bits: Int)
    case float8(Eight)
    case float4
  }

  enum Eight: Sendable, CaseIterable {
    case e4m3, e5m2
    /// Without infinities, whose exponents are one less and whose NaN is the negative zero.
    case e4m3WithoutNegativeZero, e5m2WithoutNegativeZero

    var values: [Float] {
      switch self {
      case .e4m3: Float8.e4m3
      case .e5m2: Float8.e5m2
      case .e4m3WithoutNegativeZero: Self.finite4
      case .e5m2WithoutNegativeZero: Self.finite5
      }
    }

    private static let finite4 = finite(mantissaBits: 3, bias: 8)
    private static let finite5 = finite(mantissaBits: 2, bias: 16)

    private static func finite(mantissaBits: Int, bias: Int) -> [Float] {
      (0..<256).map { code in
        guard code != 0x80 else { return .nan }
        let exponent = (code & 0x7f) >> mantissaBits
        let mantissa = Float(code & (1 << mantissaBits - 1)) / Float(1 << mantissaBits)
        let magnitude = Float(
          sign: .plus, exponent: max(exponent, 1) - bias,
          significand: exponent == 0 ? mantissa : 1 + mantissa)
        return code < 0x80 ? magnitude : -magnitude
      }
    }
  }

  let codes: Codes
  /// Nil for codes that are numbers by themselves.
  let grid: ScaleGrid?
  /// How zero points are stored; nil where there are none.
  let zeros: Codes?
  /// Neighbours along the input axis that share a scale, where rows are cut into groups.
  let group: Int?

  var granule: Int { 1 }

  var precision: Precision {
    switch codes {
    case .signed(let bits), .unsigned(let bits):
      bits > 16 ? .significand(bits: 24) : .grid(bits: bits, group: group)
    case .float8(.e4m3), .float8(.e4m3WithoutNegativeZero): .significand(bits: 4)
    case .float8: .significand(bits: 3)
    case .float4: .grid(bits: 4, group: group)
    }
  }

  var spacing: LevelSpacing {
    guard codes == .float4 else { return LevelSpacing(precision) }
    return group.map { .table(group: $0) } ?? .none
  }

  func storedBytes(of elements: Range<Int>) -> [Range<Int>] {
    let ranges = [codes.bytes(of: elements)]
    guard let grid else { return ranges }
    let scales = elements.isEmpty ? 0..<0 : grid.scales(of: elements)
    return ranges + [grid.scaleBytes(of: elements)] + (zeros.map { [$0.bytes(of: scales)] } ?? [])
  }

  func decode(
    _ elements: Range<Int>, from stored: [UnsafeRawBufferPointer],
    into target: UnsafeMutablePointer<Float>
  ) {
    guard !elements.isEmpty else { return }
    codes.read(stored[0], from: elements.lowerBound, count: elements.count, into: target)
    guard let grid else { return }
    guard let kind = zeros else {
      grid.forEachRun(of: elements, scales: stored[1]) { start, count, scale in
        for index in start..<start + count { target[index] *= scale }
      }
      return
    }
    let scales = grid.scales(of: elements)
    withUnsafeTemporaryAllocation(of: Float.self, capacity: scales.count) { zeros in
      guard let zeros = zeros.baseAddress else { return }
      kind.read(stored[2], from: scales.lowerBound, count: scales.count, into: zeros)
      grid.forEachBlock(of: elements) { start, count, place in
        let scale = grid.scaleType.float(at: place, of: stored[1])
        let zero = zeros[place]
        for index in start..<start + count { target[index] = (target[index] - zero) * scale }
      }
    }
  }
}

extension AffineCodes.Codes {
  var bits: Int {
    switch self {
    case .signed(let bits), .unsigned(let bits): bits
    case .float8: 8
    case .float4: 4
    }
  }

  /// The bytes of a range of codes.
  func bytes(of range: Range<Int>) -> Range<Int> {
    range.isEmpty
      ? 0..<0 : BitCodes.bytes(ofBits: range.lowerBound * bits..<range.upperBound * bits)
  }

  /// Reads codes as numbers.
  ///
  /// - Parameters:
  ///   - bytes: from the byte on in which the first of them starts.
  ///   - first: its place in the array.
  func read(
    _ bytes: UnsafeRawBufferPointer, from first: Int, count: Int,
    into target: UnsafeMutablePointer<Float>
  ) {
    switch self {
    case .signed(bits: 8):
      for index in 0..<count { target[index] = Float(Int8(bitPattern: bytes[index])) }
    case .signed(bits: 16), .unsigned(bits: 16):
      for index in 0..<count {
        let word = UInt16(
          littleEndian: bytes.loadUnaligned(fromByteOffset: 2 * index, as: UInt16.self))
        target[index] =
          self == .unsigned(bits: 16) ? Float(word) : Float(Int16(bitPattern: word))
      }
    case .signed(bits: 32):
      for index in 0..<count {
        target[index] = Float(
          Int32(littleEndian: bytes.loadUnaligned(fromByteOffset: 4 * index, as: Int32.self)))
      }
    case .signed(bits: 64):
      for index in 0..<count {
        target[index] = Float(
          Int64(littleEndian: bytes.loadUnaligned(fromByteOffset: 8 * index, as: Int64.self)))
      }
    case .float8(let kind):
      kind.values.withUnsafeBufferPointer { values in
        for index in 0..<count { target[index] = values[Int(bytes[index])] }
      }
    case .float4:
      FourBitFloat.values.withUnsafeBufferPointer { values in
        BitCodes.forEach(in: bytes, from: first % 2 * 4, count: count, bits: 4) {
          target[$0] = values[$1]
        }
      }
    case .signed(let bits), .unsigned(let bits):
      let centre = self == .signed(bits: bits) ? 1 << (bits - 1) : 0
      BitCodes.forEach(in: bytes, from: first * bits % 8, count: count, bits: bits) {
        // The sign is the highest bit.
        target[$0] = Float(($1 ^ centre) - centre)
      }
    }
  }
}
