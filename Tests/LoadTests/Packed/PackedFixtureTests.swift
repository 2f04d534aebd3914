import TestSupport
import Testing

@testable import Load

/// What the libraries write is decoded to what they read.
@Suite struct PackedFixtureTests {
  private static let fixtures: [(file: String, encoding: String)] = [
    ("bitsandbytes4", "bitsandbytes 4 bit"), ("bitsandbytes8", "I8 × scale"), ("gptq", "GPTQ"),
    ("gptq_v2", "GPTQ"), ("awq", "AWQ"), ("mlx", "MLX"),
    ("pack_quantised", "compressed-tensors pack-quantized"),
    ("pack_quantised_bfloat16", "compressed-tensors pack-quantized"),
    ("pack_quantised_old", "compressed-tensors pack-quantized"),
    ("nvfp4_compressed", "NVFP4"), ("nvfp4_modelopt", "NVFP4"), ("mxfp4_compressed", "MXFP4"),
    ("deepseek_v4", "MXFP4"), ("gpt_oss", "MXFP4"), ("int_quantised", "I8 × scale"),
    ("hqq", "HQQ"), ("bitnet", "BitNet"),
  ]

  @Test(arguments: fixtures.map(\.file) + ["mlx_floats", "mxfp8_compressed", "quanto", "torchao"])
  func numbersAreThoseOfTheLibrary(file: String) throws {
    let tensors = try PackedFixture.tensors(file)
    let (expected, tolerance) = try PackedFixture.expected(file)
    #expect(tensors.map(\.name).sorted() == expected.map(\.name).sorted())
    for numbers in expected {
      let tensor = try #require(tensors.first { $0.name == numbers.name })
      #expect(tensor.shape == numbers.shape, "\(numbers.name)")
      #expect(tensor.isDecodable, "\(numbers.name)")
      guard tensor.isDecodable, tensor.shape == numbers.shape else { continue }
      let (found, right) = (try tensor.numbers(), try numbers.plainFloats())
      let allowed = tolerance * (right.map(abs).max() ?? 0)
      let wrong = zip(found, right).filter {
        tolerance == 0
          ? $0.bitPattern != $1.bitPattern && !($0 == 0 && $1 == 0)
          : !(abs($0 - $1) <= allowed)
      }
      #expect(wrong.isEmpty, "\(numbers.name): \(wrong.count) wrong, first \(wrong.prefix(3))")
    }
  }

  @Test(arguments: fixtures)
  func weightsAreCalledByTheirScheme(fixture: (file: String, encoding: String)) throws {
    let names = Set(try PackedFixture.tensors(fixture.file).map(\.encodingName))
    #expect(names == [fixture.encoding])
  }

  /// A part of the numbers, wherever it starts and ends, is that part of all.
  @Test(arguments: fixtures.map(\.file) + ["mlx_floats"])
  func anyRangeIsPartOfTheWhole(file: String) throws {
    var random = ModelRandom(seed: 4)
    for tensor in try PackedFixture.tensors(file) {
      let all = try tensor.decoded(0..<tensor.elementCount)
      for _ in 0..<30 {
        let start = Int(random.next() % UInt64(all.count))
        let end = start + 1 + Int(random.next() % UInt64(all.count - start))
        let part = try tensor.decoded(start..<end)
        #expect(part == Array(all[start..<end]), "\(tensor.name) \(start)..<\(end)")
      }
    }
  }

  /// Every stored byte that decoding uses belongs to the digest of some range.
  @Test(arguments: fixtures.map(\.file) + ["mlx_floats"])
  func everyByteIsCountedSomewhere(file: String) throws {
    for tensor in try PackedFixture.tensors(file) {
      let count = tensor.elementCount
      let cuts = stride(from: 0, to: count, by: max(count / 7, 1))
      var seen = tensor.stored.dropFirst().map { [Bool](repeating: false, count: $0.byteCount) }
      for start in cuts {
        let ranges = tensor.bytesBeside(start..<min(start + max(count / 7, 1), count))
        for (array, range) in ranges.enumerated() {
          for byte in range { seen[array][byte] = true }
        }
      }
      for (array, bytes) in zip(tensor.stored.dropFirst(), seen) where bytes.contains(true) {
        #expect(!bytes.contains(false), "\(array.name)")
      }
      #expect(seen.first?.contains(false) == false, "\(tensor.name)")
    }
  }

  @Test func bitsAndGroupsAreThoseOfTheWriter() throws {
    func precisions(_ file: String) throws -> [String: Precision] {
      Dictionary(
        try PackedFixture.tensors(file).compactMap { tensor in
          tensor.storedPrecision.map { (tensor.name, $0) }
        }, uniquingKeysWith: { first, _ in first })
    }
    #expect(try precisions("gptq")["b3.weight"] == .grid(bits: 3, group: 32))
    #expect(try precisions("gptq")["b4_order.weight"] == .grid(bits: 4, group: 32))
    #expect(try precisions("awq")["a.weight"] == .grid(bits: 4, group: 32))
    #expect(try precisions("mlx")["b6_g64.weight"] == .grid(bits: 6, group: 64))
    #expect(try precisions("pack_quantised")["b5.weight"] == .grid(bits: 5, group: 32))
    #expect(try precisions("pack_quantised")["rows.weight"] == .grid(bits: 4, group: nil))
    #expect(try precisions("bitsandbytes4")["nf4.weight"] == .grid(bits: 4, group: 64))
    #expect(try precisions("nvfp4_modelopt")["q.weight"] == .grid(bits: 4, group: 16))
    #expect(try precisions("gpt_oss").values.allSatisfy { $0 == .grid(bits: 4, group: 32) })
    #expect(try precisions("hqq")["b2_axis1.weight"] == .grid(bits: 2, group: 64))
  }
}
