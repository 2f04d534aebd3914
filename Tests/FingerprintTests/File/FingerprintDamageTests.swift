import Crypto
import Foundation
import Load
import TestSupport
import Testing

@testable import Fingerprint

@Suite struct FingerprintDamageTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func file(_ fingerprint: ModelFingerprint) throws -> [UInt8] {
    try FingerprintFile.write(fingerprint, to: folder.path("whole"))
    return Array(try Data(contentsOf: URL(filePath: folder.path("whole"))))
  }

  private func read(_ bytes: [UInt8]) throws -> ModelFingerprint {
    try FingerprintFile.read(path: try folder.write("damaged", bytes))
  }

  @Test(arguments: [UInt8(0x01), 0x20, 0x80])
  func everyFlippedByteIsAnErrorOrChangesNothing(flip: UInt8) throws {
    let whole = try file(try SampleFingerprint.small())
    let header = 8 + whole[..<8].enumerated().reduce(0) { $0 + Int($1.element) << ($1.offset * 8) }
    var refused = 0
    // All of the header, and samples of the data.
    for index in Array(0..<header) + Array(stride(from: header, to: whole.count, by: 41)) {
      var bytes = whole
      bytes[index] ^= flip
      do {
        try FingerprintFile.write(try read(bytes), to: folder.path("again"))
        let again = try Data(contentsOf: URL(filePath: folder.path("again")))
        #expect(Array(again) == whole, "byte \(index) went unnoticed")
      } catch is FingerprintError {
        refused += 1
      }
    }
    #expect(refused > header / 2)
  }

  @Test func everyTruncationIsAnError() throws {
    let whole = try file(try SampleFingerprint.small())
    for count in stride(from: 0, to: whole.count, by: 13) {
      #expect(throws: FingerprintError.self) { try read(Array(whole[..<count])) }
    }
  }

  @Test func namesBothVersionsWhenItKnowsOnlyOne() throws {
    let bytes = try file(try SampleFingerprint.small())
    let changed = try Mutation(bytes, folder) { strings, _ in
      strings["format"] = "shellcheck-model/fingerprint/4"
    }
    let error = #expect(throws: FingerprintError.self) { try read(changed.bytes) }
    #expect(error?.code == .unknownVersion)
    #expect(error?.message.contains("'shellcheck-model/fingerprint/4'") == true)
    #expect(error?.message.contains("'shellcheck-model/fingerprint/3'") == true)
    #expect(FingerprintFile.isFingerprint(path: folder.path("damaged")))
  }

  /// What format 2 says is read; it says nothing of single values.
  @Test func readsFormatTwoWithoutSingleValues() throws {
    let fingerprint = try SampleFingerprint.full()
    let changed = try Mutation(try file(fingerprint), folder) { strings, entries in
      strings["format"] = "shellcheck-model/fingerprint/2"
      strings["methods"] = strings["methods"]?.replacingOccurrences(of: "\"samples\":2,", with: "")
      strings["methods"] = strings["methods"]?.replacingOccurrences(of: ",\"samples\":2", with: "")
      strings["tensors"] = strings["tensors"]?
        .replacingOccurrences(of: "\"sample\":\"F32\",", with: "")
      entries.removeAll { $0.name == "samples" }
    }
    let read = try read(changed.bytes)
    var expected = fingerprint.tensors
    for index in expected.indices { expected[index].sample = nil }
    #expect(fingerprint.tensors[0].sample != nil)
    #expect(read.tensors == expected)
    #expect(read.circuits == fingerprint.circuits)
    // Written again it is of the newest format, still without them.
    try FingerprintFile.write(read, to: folder.path("again"))
    #expect(try FingerprintFile.read(path: folder.path("again")).tensors == expected)
  }

  /// Format 3 had them of matrices alone at first.
  @Test func readsFormatThreeWithoutSingleValuesOfVectors() throws {
    var fingerprint = try SampleFingerprint.full()
    fingerprint.tensors[1].sample = nil
    let changed = try Mutation(try file(fingerprint), folder) { strings, _ in
      strings["methods"] = strings["methods"]?
        .replacingOccurrences(of: "\"samples\":2", with: "\"samples\":1")
    }
    #expect(try read(changed.bytes).tensors == fingerprint.tensors)
  }

  @Test func refusesFormatTwoWithSingleValues() throws {
    let changed = try Mutation(try file(try SampleFingerprint.full()), folder) { strings, _ in
      strings["format"] = "shellcheck-model/fingerprint/2"
    }
    #expect(throws: FingerprintError.self) { try read(changed.bytes) }
  }

  @Test func refusesNumbersOfAnotherMethod() throws {
    let bytes = try file(try SampleFingerprint.small())
    let changed = try Mutation(bytes, folder) { strings, _ in
      strings["methods"] = strings["methods"]?
        .replacingOccurrences(of: "\"sketch\":1", with: "\"sketch\":2")
    }
    let error = #expect(throws: FingerprintError.self) { try read(changed.bytes) }
    #expect(error?.code == .unknownVersion)
    #expect(error?.message.contains("sketch 2") == true)
    #expect(error?.message.contains("sketch 1") == true)
  }

  @Test func refusesUnitsOfAnotherMethod() throws {
    let changed = try Mutation(try file(try SampleFingerprint.full()), folder) { strings, _ in
      strings["units"] = strings["units"]?
        .replacingOccurrences(of: "\"method\":1", with: "\"method\":2")
    }
    let error = #expect(throws: FingerprintError.self) { try read(changed.bytes) }
    #expect(error?.code == .unknownVersion)
    #expect(error?.message.contains("units 2") == true)
  }

  /// The second has as many numbers as its tensor modulo 2⁶⁴.
  @Test(arguments: [[3], [370_285_136_037, 512_623_775_913, 447_244_392_085_733]])
  func refusesUnitsOfMoreNumbersThanTheirTensorHas(shape: [Int]) throws {
    let changed = try Mutation(try file(try SampleFingerprint.vast()), folder) { strings, _ in
      let text = shape.map(String.init).joined(separator: ",")
      strings["units"] = strings["units"]?
        .replacingOccurrences(of: "\"shape\":[3]", with: "\"shape\":[\(text)]")
    }
    let error = #expect(throws: FingerprintError.self) { try read(changed.bytes) }
    #expect(error?.code == .damaged)
  }

  /// Replacements in the table of tensors, the circuits, the frame and the identity, as a hostile
  /// writer would make them: with the digests made right again.
  @Test(arguments: [
    ("tensors", "\"shape\":[96,40]", "\"shape\":[96,9223372036854775807]"),
    ("tensors", "\"shape\":[96,40]", "\"shape\":[-96,-40]"),
    ("tensors", "\"shape\":[96,40]", "\"shape\":[9007199254740992]"),
    ("tensors", "\"matrix\":[96,40]", "\"matrix\":[3840]"),
    ("tensors", "\"matrix\":[96,40]", "\"matrix\":[]"),
    ("tensors", "\"matrix\":[96,40]", "\"matrix\":[96,41]"),
    ("tensors", "\"matrix\":[96,40]", "\"matrix\":[0,40]"),
    ("tensors", "\"matrix\":[96,40]", "\"matrix\":[9223372036854775807,2]"),
    ("tensors", "\"vector\":256", "\"vector\":257"),
    ("tensors", "\"vector\":256", "\"vector\":-1"),
    ("tensors", "\"vector\":256", "\"vector\":9223372036854775807"),
    ("tensors", "\"vector\":3", "\"vector\":2"),
    ("tensors", "\"layer\":0", "\"layer\":-1"),
    ("tensors", "\"layer\":0", "\"layer\":9223372036854775807"),
    ("tensors", "\"expert\":3", "\"expert\":-3"),
    ("tensors", "\"bits\":4", "\"bits\":64"),
    ("tensors", "\"group\":32", "\"group\":0"),
    ("tensors", "\"role\":\"mlpUp\"", "\"role\":\"mlpSideways\""),
    ("tensors", "\"elementType\":\"BF16\"", "\"elementType\":\"BF15\""),
    ("tensors", "\"name\":\"mask\"", "\"name\":\"bias\""),
    ("tensors", "[{", "[[[[[{"),
    ("circuits", "\"layer\":1", "\"layer\":-1"),
    ("circuits", "\"component\":\"decoder\"", "\"component\":\"elsewhere\""),
    ("circuits", "\"kinds\":[\"ud\"]", "\"kinds\":[\"ud\",\"qk\"]"),
    ("circuits", "\"kinds\":[\"ud\"]", "\"kinds\":[]"),
    ("circuits", "[\"qk\",\"ov\",\"gg\"]", "[\"qk\",\"qk\",\"gg\"]"),
    ("units", "\"tensor\":0", "\"tensor\":9"),
    ("units", "\"tensor\":0", "\"tensor\":2"),
    ("units", "\"shape\":[96,40]", "\"shape\":[3840]"),
    ("units", "\"shape\":[96,40]", "\"shape\":[-96,-40]"),
    ("units", "\"shape\":[96,40]", "\"shape\":[9223372036854775807,2]"),
    ("units", "\"shape\":[96,40]", "\"shape\":[1,3840]"),
    ("frame", "\"vocabularySize\":1024", "\"vocabularySize\":3"),
    ("frame", "\"vocabularySize\":1024", "\"vocabularySize\":-1"),
    ("frame", "\"rank\":40", "\"rank\":-40"),
    ("frame", "tokenStrings", "tokenNames"),
    ("frame", "[8,4,", "[8,-4,"),
    ("frame", "[8,4,", "[4,8,"),
    ("identity", "\"hidden\":40", "\"hidden\":9223372036854775807"),
    ("identity", "\"layers\":2", "\"layers\":-2"),
    ("identity", "\"parameters\":4159", "\"parameters\":4160"),
    ("identity", "\"digest\":\"", "\"digest\":\"0"),
    ("tensors", "\"sample\":\"F32\"", "\"sample\":\"BF16\""),
    ("tensors", "\"sample\":\"F32\"", "\"sample\":\"F64\""),
    ("tensors", "\"sample\":\"F32\",", ""),
    ("tensors", "\"vector\":3", "\"sample\":\"F32\",\"vector\":3"),
    ("notes", "[", "{"),
  ])
  func refusesTablesThatCannotBeTrue(key: String, text: String, replacement: String) throws {
    let bytes = try file(try SampleFingerprint.full())
    let changed = try Mutation(bytes, folder) { strings, _ in
      let original = strings[key]
      strings[key] = original?.replacingOccurrences(of: text, with: replacement)
      #expect(strings[key] != original)
    }
    let error = #expect(throws: FingerprintError.self) { try read(changed.bytes) }
    #expect(error?.code == .damaged)
  }

  @Test(arguments: ["notes", "identity", "tensors", "circuits", "methods"])
  func refusesTextNestedTooDeep(key: String) throws {
    let bytes = try file(try SampleFingerprint.small())
    let changed = try Mutation(bytes, folder) { strings, _ in
      strings[key] = String(repeating: "[", count: 200_000)
    }
    let error = #expect(throws: FingerprintError.self) { try read(changed.bytes) }
    #expect(error?.code == .damaged)
  }

  /// A tensor, where one of its numbers is, and the bytes that replace it.
  @Test(
    arguments: [
      ("sketches", 4, [0, 0, 0xC0, 0x7F]), ("folds", 8, [0, 0, 0x80, 0x7F]),
      ("vectors", 0, [1, 0, 0x80, 0x7F]), ("circuits", 400, [0, 0, 0xC0, 0xFF]),
      ("moments", 0, [0, 0, 0, 0, 0, 0, 0xF8, 0x7F]), ("moments", 15, [0xBF]),
      ("counts", 7, [0x80]), ("counts", 7, [0x7F]), ("counts", 15, [0x7F]),
      ("anchors", 3, [0x80]), ("anchors", 7, [0x7F]), ("anchors", 0, [7]), ("digests", 0, [0xAA]),
    ] as [(String, Int, [UInt8])])
  func refusesNumbersThatCannotBeTrue(part: String, offset: Int, replacement: [UInt8]) throws {
    let bytes = try file(try SampleFingerprint.full())
    let changed = try Mutation(bytes, folder) { _, entries in
      for index in entries.indices where entries[index].name == part {
        entries[index].bytes.replaceSubrange(offset..<offset + replacement.count, with: replacement)
      }
    }
    let error = #expect(throws: FingerprintError.self) { try read(changed.bytes) }
    #expect(error?.code == .damaged)
  }

  @Test(arguments: FingerprintFile.Part.allCases.map(\.rawValue))
  func refusesAFileThatLacksAPart(part: String) throws {
    let bytes = try file(try SampleFingerprint.full())
    let changed = try Mutation(bytes, folder) { _, entries in
      entries.removeAll { $0.name == part }
    }
    let error = #expect(throws: FingerprintError.self) { try read(changed.bytes) }
    #expect(error?.code == .damaged)
  }

  @Test(arguments: FingerprintFile.Part.allCases.map(\.rawValue))
  func refusesAPartOfAnotherType(part: String) throws {
    let bytes = try file(try SampleFingerprint.full())
    let changed = try Mutation(bytes, folder) { _, entries in
      for index in entries.indices where entries[index].name == part {
        entries[index].elementType = "BOOL"
        entries[index].shape = [entries[index].bytes.count]
      }
    }
    let error = #expect(throws: FingerprintError.self) { try read(changed.bytes) }
    #expect(error?.code == .damaged)
  }
}

/// A fingerprint file with parts replaced and the digests made right again.
private struct Mutation {
  let bytes: [UInt8]

  init(
    _ file: [UInt8], _ folder: TemporaryFolder,
    _ change: (inout [String: String], inout [SafetensorsBuilder.Entry]) -> Void
  ) throws {
    let path = try folder.write("original", file)
    let checkpoint = try SafetensorsReader.checkpoint(path: path)
    var strings = checkpoint.metadata.headerStrings
    var builder = SafetensorsBuilder()
    for tensor in checkpoint.tensors {
      let bytes = try tensor.withBytes(of: 0..<tensor.elementCount, scratch: ByteScratch()) {
        Array($0)
      }
      builder.add(tensor.name, tensor.elementType.rawValue, tensor.shape, bytes)
    }
    change(&strings, &builder.entries)
    let data = builder.entries.flatMap(\.bytes)
    strings["tensorsSHA256"] = SHA256.hash(data: data).hexadecimal
    strings["metadataSHA256"] = FingerprintFile.digest(ofMetadata: strings)
    builder.metadata = strings
    bytes = builder.bytes
  }
}
