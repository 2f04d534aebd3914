import TestSupport
import Testing

@testable import Load

@Suite struct GGUFMalformationTests {
  private static let f32: UInt32 = 0
  private static let q8: UInt32 = 8

  private func model(_ change: (inout GGUFBuilder) -> Void = { _ in }) -> [UInt8] {
    var builder = GGUFBuilder()
    builder.add("general.architecture", "llama")
    builder.add("a", [2, 3], [1, 2, 3, 4, 5, 6])
    builder.add("b", eightBits: [1, 32], (0..<32).map { Float($0) })
    builder.add("c", [3], [7, 8, 9])
    change(&builder)
    return builder.bytes
  }

  private func open(_ bytes: [UInt8]) throws -> Checkpoint {
    let folder = try TemporaryFolder()
    return try GGUFReader.checkpoint(path: try folder.write("m.gguf", bytes))
  }

  private func error(_ bytes: [UInt8]) throws -> LoadError {
    try #require(#expect(throws: LoadError.self) { try open(bytes) })
  }

  @Test func theFileItselfIsRead() throws {
    #expect(try open(model()).tensors.map(\.name) == ["a", "b", "c"])
  }

  @Test func everyCutIsAnError() throws {
    let whole = model()
    // Behind the last tensor is nothing but what fills up.
    let end = whole.count - 20
    for count in 1..<end {
      let found = try error(Array(whole[..<count]))
      #expect(
        [.truncated, .offsetsOutOfRange, .unknownFormat].contains(found.code), "\(count): \(found)")
    }
    #expect(try open(Array(whole[..<end])).tensors.count == 3)
  }

  @Test func countsBeyondTheLimitsAreRefused() throws {
    #expect(try error(model { $0.tensorCount = .max }).code == .headerMalformed)
    #expect(try error(model { $0.tensorCount = 1 << 40 }).code == .tooManyTensors)
    #expect(try error(model { $0.valueCount = 1 << 40 }).code == .limitExceeded)
    // What follows the real ones is read as further ones, and none.
    let beyond = try error(model { $0.tensorCount = 900_000 }).code
    #expect([.truncated, .headerMalformed, .duplicateKey, .limitExceeded].contains(beyond))
  }

  @Test(arguments: [UInt32(1), 4, 0, 0x0300_0000, 0x0200_0000])
  func otherVersionsAndByteOrdersAreNamed(version: UInt32) throws {
    let found = try error(model { $0.version = version })
    #expect(found.code == .unsupportedLayout)
    #expect(found.message.contains("byte order") == (version > 1 << 20))
  }

  @Test func bigEndianFilesOfTheWriterAreRefused() throws {
    let found = try #require(
      #expect(throws: LoadError.self) {
        try CheckpointReader.open(path: GGUFFixture.path("v3-big-endian.gguf"))
      })
    #expect(found.code == .unsupportedLayout)
    #expect(found.message.contains("byte order"))
  }

  @Test func hugeArraysAreRefused() throws {
    func array(_ type: UInt32, _ count: UInt64) -> [UInt8] {
      GGUFBuilder.number(UInt32(9)) + GGUFBuilder.number(type) + GGUFBuilder.number(count)
    }
    for type in UInt32(0)..<13 {
      let found = try error(model { $0.add("x", typed: array(type, 1 << 62)) })
      #expect([.truncated, .headerMalformed].contains(found.code), "\(type): \(found)")
    }
    #expect(
      try error(model { $0.add("tokenizer.ggml.tokens", typed: array(8, 1 << 30)) }).code
        == .limitExceeded)
    #expect(try error(model { $0.add("x", typed: array(13, 1)) }).code == .headerMalformed)
    #expect(try error(model { $0.add("x", typed: [77, 0, 0, 0]) }).code == .headerMalformed)
  }

  @Test func arraysInArraysEnd() throws {
    func nested(_ depth: Int) -> [UInt8] {
      var bytes = GGUFBuilder.number(UInt32(9))
      for level in 0...depth {
        bytes += GGUFBuilder.number(UInt32(level < depth ? 9 : 0))
        bytes += GGUFBuilder.number(UInt64(1))
      }
      return bytes + [1]
    }
    #expect(try open(model { $0.add("x", typed: nested(2)) }).tensors.count == 3)
    #expect(try error(model { $0.add("x", typed: nested(1000)) }).code == .nestingTooDeep)
  }

  @Test func duplicatesAreRefused() throws {
    #expect(try error(model { $0.add("general.architecture", "x") }).code == .duplicateKey)
    let found = try error(model { $0.add("a", [1], [1]) })
    #expect(found.code == .duplicateKey && found.tensor == "a")
  }

  @Test func alignmentsAreKept() throws {
    let aligned = model {
      $0.alignment = 128
      $0.add("general.alignment", 128)
    }
    let third = try open(aligned).tensor("c").values()
    #expect(third == [7, 8, 9])
    #expect(try error(model { $0.add("general.alignment", 48) }).code == .headerMalformed)
    #expect(try error(model { $0.add("general.alignment", 0) }).code == .headerMalformed)
    #expect(try error(model { $0.tensors[1].offset = 33 }).code == .headerMalformed)
  }

  @Test(
    arguments: [
      ([.max], .headerMalformed), ([1 << 62], .shapeOverflow),
      ([1 << 32, 1 << 32], .shapeOverflow), ([1 << 40], .offsetsOutOfRange),
      ([UInt64](repeating: 1, count: 17), .limitExceeded),
      ([4, 32], .sizeMismatch),
    ] as [([UInt64], LoadError.Code)])
  func shapesThatCannotBeAreRefused(shape: [UInt64], code: LoadError.Code) throws {
    let place = code == .offsetsOutOfRange ? 2 : 0
    #expect(try error(model { $0.tensors[place].shape = shape }).code == code)
  }

  @Test(arguments: [0, 32, 64, 1 << 40, 1 << 62, UInt64.max - 31] as [UInt64])
  func offsetsThatCannotBeAreRefused(offset: UInt64) throws {
    let found = try error(model { $0.tensors[2].offset = offset })
    #expect(
      [.sizeMismatch, .offsetsOutOfRange, .headerMalformed].contains(found.code), "\(found)")
  }

  /// Forks have types of their own under the ids of others: what is not of its type's size is not
  /// decoded, nor anything else of the type in the file.
  @Test func typesOfForksAreNotDecoded() throws {
    let checkpoint = try open(
      model {
        $0.add("fork", type: Self.q8, [2, 32], [UInt8](repeating: 1, count: 200))
        $0.add("unknown", type: 137, [4, 8], [UInt8](repeating: 1, count: 20))
        $0.add("removed", type: 4, [1, 32], [UInt8](repeating: 1, count: 20))
        $0.add("d", [1], [10])
      })
    let behind = try checkpoint.tensor("d").values()
    #expect(behind == [10])
    for name in ["b", "fork", "unknown", "removed"] {
      let tensor = try checkpoint.tensor(name)
      #expect(!tensor.isDecodable && tensor.isRealNumber, "\(name)")
    }
    guard case .undecoded(let scheme) = try checkpoint.tensor("fork").decoding else { return }
    #expect(scheme == "GGUF type 8, of another size than Q8_0")
  }

  @Test func rowsThatAreNoWholeBlocksAreNotDecoded() throws {
    let tensor = try open(model { $0.tensors[1].shape = [2, 16] }).tensor("b")
    #expect(!tensor.isDecodable)
  }

  @Test func moreNumbersThanBitsAreRefused() throws {
    let found = try error(
      model {
        $0.add("x", type: 200, [1 << 20, 1 << 10], [UInt8](repeating: 0, count: 64))
        $0.add("d", [1], [10])
      })
    #expect(found.code == .sizeMismatch)
  }

  @Test func emptyTensorsAndScalarsAreRead() throws {
    let checkpoint = try open(
      model {
        $0.add("empty", type: Self.f32, [0, 3], [])
        $0.add("scalar", [], [5])
      })
    #expect(try checkpoint.tensor("empty").elementCount == 0)
    let scalar = try checkpoint.tensor("scalar").values()
    #expect(scalar == [5])
  }

  @Test func namesAreLimited() throws {
    let long = String(repeating: "x", count: 5000)
    #expect(try error(model { $0.add(long, [1], [1]) }).code == .limitExceeded)
    #expect(try error(model { $0.add(long, 1) }).code == .limitExceeded)
  }
}
