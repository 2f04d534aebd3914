import Kernels
import Load
import TestSupport
import Testing

@testable import Fingerprint

/// Every decoder against Swift's own conversions, at every length and misalignment.
@Suite struct DecoderTests {
  static let lengths = Array(0...67) + [511, 16_387]

  @Test func decodesFloat32() { check(.float32, Float.self, values: { $0 }) }

  @Test func decodesFloat64() { check(.float64, Double.self, values: { Float($0) }) }

  @Test func decodesFloat16() {
    check(.float16, UInt16.self, values: { Float(Float16(bitPattern: $0)) })
  }

  @Test func decodesBfloat16() {
    check(.bfloat16, UInt16.self, values: { Float(bitPattern: UInt32($0) << 16) })
  }

  @Test func decodesIntegers() {
    check(.uint8, UInt8.self, values: { Float($0) })
    check(.bool, UInt8.self, values: { Float($0) })
    check(.int8, Int8.self, values: { Float($0) })
    check(.uint16, UInt16.self, values: { Float($0) })
    check(.int16, Int16.self, values: { Float($0) })
    check(.uint32, UInt32.self, values: { Float($0) })
    check(.int32, Int32.self, values: { Float($0) })
    check(.uint64, UInt64.self, values: { Float($0) })
    check(.int64, Int64.self, values: { Float($0) })
  }

  @Test func decodesEightBitFloats() {
    check(.float8E4M3, UInt8.self, values: Self.e4m3)
    check(.float8E5M2, UInt8.self, values: Self.e5m2)
  }

  @Test func knowsAllCodesOfHalfPrecision() throws {
    let codes = (0...UInt16.max).map { $0 }
    try KernelLevels.forEach { level in
      let decoded = try decode(codes, as: .float16)
      let wrong = codes.filter { !same(decoded[Int($0)], Float(Float16(bitPattern: $0))) }
      #expect(wrong.isEmpty, "\(level)")
    }
  }

  @Test func knowsAllCodesOfEightBitFloats() throws {
    let codes = (0...UInt8.max).map { $0 }
    let (e4m3, e5m2) = (try decode(codes, as: .float8E4M3), try decode(codes, as: .float8E5M2))
    for code in codes {
      #expect(same(e4m3[Int(code)], Self.e4m3(code)), "E4M3 code \(code)")
      #expect(same(e5m2[Int(code)], Self.e5m2(code)), "E5M2 code \(code)")
    }
    #expect(e4m3[0x7E] == 448)
    #expect(e4m3[0x08] == 0x1p-6)
    #expect(e4m3[0x01] == 0x1p-9)
    #expect(e5m2[0x7B] == 57344)
    #expect(e5m2[0xFC] == -.infinity)
  }

  @Test(arguments: [
    ElementType.float4E2M1, .float6E2M3, .float6E3M2, .complex64, .float8E8M0,
  ])
  func refusesTypesThatAreNotWholeNumbersOfBytes(type: ElementType) {
    #expect(ElementDecoder(type) == nil)
  }

  /// E5M2 is the upper half of a half-precision number.
  private static func e5m2(_ code: UInt8) -> Float {
    Float(Float16(bitPattern: UInt16(code) << 8))
  }

  /// E4M3 has half precision's bits, two exponents' width apart: 2^(15 − 7) of its value.
  private static func e4m3(_ code: UInt8) -> Float {
    if code & 0x7F == 0x7F { return .nan }
    let bits = UInt16(code & 0x80) << 8 | UInt16(code & 0x7F) << 7
    return Float(Float16(bitPattern: bits)) * 256
  }

  private func decode<T>(_ codes: [T], as type: ElementType) throws -> [Float] {
    let decoder = try #require(ElementDecoder(type))
    var result = [Float](repeating: 0, count: codes.count)
    codes.withUnsafeBytes { source in
      guard let base = source.baseAddress else { return }
      decoder.decode(base, into: &result, count: codes.count)
    }
    return result
  }

  /// Random bytes, so that all kinds of numbers occur, decoded from every misalignment.
  private func check<T: BitwiseCopyable>(
    _ type: ElementType, _: T.Type, values: (T) -> Float
  ) {
    guard let decoder = ElementDecoder(type) else {
      Issue.record("\(type) has no decoder")
      return
    }
    let size = MemoryLayout<T>.size
    var random = ModelRandom(seed: 7)
    let longest = Self.lengths.max() ?? 0
    let bytes = (0..<longest * size + 3).map { _ in UInt8(truncatingIfNeeded: random.next()) }
    bytes.withUnsafeBytes { source in
      guard let base = source.baseAddress else { return }
      for misalignment in 0...3 {
        let expected = (0..<longest).map { i in
          values(source.loadUnaligned(fromByteOffset: misalignment + i * size, as: T.self))
        }
        KernelLevels.forEach { level in
          for count in Self.lengths {
            var target = [Float](repeating: -1, count: count + 1)
            decoder.decode(base + misalignment, into: &target, count: count)
            let wrong = (0..<count).filter { i in !same(target[i], expected[i]) }
            #expect(wrong.isEmpty, "\(type), \(count) from byte \(misalignment), \(level)")
            #expect(target[count] == -1, "\(type) wrote behind the end, \(level)")
          }
        }
      }
    }
  }

  private func same(_ a: Float, _ b: Float) -> Bool {
    a.isNaN ? b.isNaN : a.bitPattern == b.bitPattern
  }
}
