import TestSupport
import Testing

@testable import Load

/// Every type against the numbers that the `gguf` package makes of the same bytes, bit for bit.
@Suite struct GGUFEncodingTests {
  static let names: [String] = {
    let oracle = try? SafetensorsReader.checkpoint(path: GGUFFixture.path("types.safetensors"))
    return oracle?.tensors.map(\.name).sorted() ?? []
  }()

  @Test func everyTypeThatIsDecodedHasAnOracle() {
    let decoded = GGUFEncodings.all.map { $0.name.replacing("GGUF ", with: "") }
    #expect(Set(decoded).subtracting(Self.names) == [])
    #expect(decoded.count == 23)
    let inFiles = GGUFTensorType.all.compactMap {
      if case .encoded = $0.form { $0.name.replacing("GGUF ", with: "") } else { nil }
    }
    #expect(Set(inFiles) == Set(decoded))
  }

  @Test(arguments: names)
  func theNumbersAreThoseOfTheWriter(name: String) throws {
    let tensor = try GGUFFixture.open("types.gguf").tensor(name)
    let oracle = try SafetensorsReader.checkpoint(path: GGUFFixture.path("types.safetensors"))
      .tensor(name)
    #expect(tensor.shape == oracle.shape)
    let expected = try oracle.withBytes(of: 0..<oracle.elementCount, scratch: ByteScratch()) {
      Array($0.bindMemory(to: UInt32.self))
    }
    let count = tensor.elementCount
    let whole = try tensor.decoded(0..<count).map(\.bitPattern)
    #expect(whole == expected)
    // Ranges that begin and end within blocks.
    var random = ModelRandom(seed: 7)
    for _ in 0..<20 {
      let start = Int(random.next() % UInt64(count))
      let range = start..<start + 1 + Int(random.next() % UInt64(count - start))
      let part = try tensor.decoded(range).map(\.bitPattern)
      #expect(part == Array(expected[range]), "\(range)")
    }
  }

  @Test func plainTypesAreRead() throws {
    let checkpoint = try GGUFFixture.open("types.gguf")
    let floats = try checkpoint.tensor("F32").values()
    #expect(floats.count == 15)
    let doubles = try checkpoint.tensor("F64").values()
    #expect(doubles == floats)
    let halves = try checkpoint.tensor("F16").values()
    #expect(halves == floats.map { Double(Float16($0)) })
    for (number, float) in zip(try checkpoint.tensor("BF16").values(), floats) {
      #expect(abs(number - float) <= abs(float) / 256)
    }
    for name in ["I8", "I16", "I32", "I64"] {
      let tensor = try checkpoint.tensor(name)
      let values = try tensor.values()
      #expect(values == [-3, -2, -1, 0, 1, 2, 3])
      #expect(!tensor.isRealNumber)
    }
  }

  @Test func aScaleBesideIsAPartOfItsTensor() throws {
    let checkpoint = try GGUFFixture.open("types.gguf")
    #expect(!checkpoint.tensors.contains { $0.name.hasSuffix(".scale") })
    let stacked = try checkpoint.tensor("stacked.weight")
    #expect(stacked.stored.map(\.byteCount) == [216, 12])
  }

  @Test(arguments: 0..<256)
  func halfPrecisionIsExact(high: Int) {
    for low in 0..<256 {
      let bits = UInt16(high << 8 | low)
      let (found, expected) = (Float(halfBits: bits), Float(Float16(bitPattern: bits)))
      #expect(found == expected && found.sign == expected.sign || found.isNaN && expected.isNaN)
    }
  }
}
