import Foundation
import TestSupport
import Testing

@testable import Load

/// The files written by `scripts/fixtures/make_numpy_fixtures.py`.
enum NumPyFixture {
  static func path(_ name: String) -> String { HDF5Fixture.path("numpy/" + name) }

  static func bytes(_ name: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: URL(filePath: path(name))))
  }

  static func open(_ bytes: [UInt8], name: String = "m.npz") throws -> Checkpoint {
    let folder = try TemporaryFolder()
    return try NumPyReader.checkpoint(path: try folder.write(name, bytes))
  }

  static func refusal(of bytes: [UInt8], name: String = "m.npy") throws -> LoadError {
    try #require(#expect(throws: LoadError.self) { try open(bytes, name: name) })
  }

  /// An array of version 1 with a header and data as they are given.
  static func array(_ header: String, _ data: [UInt8] = []) -> [UInt8] {
    let text = Array(header.utf8)
    return NumPyHeader.magic + [1, 0, UInt8(text.count & 0xFF), UInt8(text.count >> 8)] + text
      + data
  }
}

@Suite struct NumPyReaderTests {
  /// Names, types, shapes and every byte are those that numpy holds.
  @Test(arguments: ["stored.npz", "deflated.npz", "single.npy", "version2.npy"])
  func readsWhatNumPyWrote(name: String) throws {
    let found = try CheckpointReader.open(path: NumPyFixture.path(name))
    let stem = name.split(separator: ".").first.map(String.init) ?? name
    let expected = try SafetensorsReader.checkpoint(
      path: NumPyFixture.path(stem + ".safetensors"))
    #expect(found.tensors.map(\.name).sorted() == expected.tensors.map(\.name).sorted())
    for tensor in expected.tensors {
      let own = try found.tensor(tensor.name)
      #expect(own.elementType == tensor.elementType, "\(tensor.name)")
      #expect(own.shape == tensor.shape, "\(tensor.name)")
      #expect(try own.bytes() == tensor.bytes(), "\(tensor.name)")
    }
    #expect(found.problems.isEmpty)
  }

  @Test func twoBytesWithoutATypeAreReadAsBFloat16AndThatIsSaid() throws {
    let notes = try NumPyReader.checkpoint(path: NumPyFixture.path("stored.npz")).notes
    #expect(notes == ["one array of two bytes without a type is read as bfloat16"])
  }

  @Test func kernelsHaveTheirOutputsLast() throws {
    let checkpoint = try NumPyReader.checkpoint(path: NumPyFixture.path("stored.npz"))
    #expect(try checkpoint.tensor("layer/kernel").axisOrder == .outputLast)
    #expect(try checkpoint.tensor("float32").axisOrder == .outputFirst)
  }

  @Test func whatIsNoArrayOfNumbersIsSaid() throws {
    let checkpoint = try NumPyReader.checkpoint(path: NumPyFixture.path("mixed.npz"))
    #expect(checkpoint.tensors.map(\.name) == ["weight", "complex"])
    #expect(try !checkpoint.tensor("complex").isDecodable)
    #expect(checkpoint.notes == ["'names' holds no numbers, and was left out"])
    let unread = checkpoint.problems.filter { $0.kind == .unreadTensor }
    #expect(unread.map(\.subject) == ["records", "objects", "harmless"])
    #expect(unread.map(\.elements) == [3, 2, 2])
  }

  /// Nothing of the pickle of an array of objects runs; what it would run is named.
  @Test func objectsArePicklesThatAreNamedAndNotRun() throws {
    let problems = try NumPyReader.checkpoint(path: NumPyFixture.path("mixed.npz")).problems
    let dangers = problems.filter { $0.kind == .dangerousPickle }
    #expect(dangers.count == 1)
    #expect(dangers.first?.message.contains("posix.system") == true)
    let refusal = try NumPyFixture.refusal(of: try NumPyFixture.bytes("objects.npy"))
    #expect(refusal.code == .noWeights)
    #expect(refusal.message.contains("posix.system") && refusal.message.contains("SCM1006"))
  }

  // MARK: Hostile files

  @Test(arguments: [
    ("{'descr': '<f4', 'fortran_order': False, 'shape': (2,)}", LoadError.Code.truncated),
    (
      "{'descr': '<f4', 'fortran_order': False, 'shape': (9223372036854775807, 8)}",
      .shapeOverflow
    ),
    (
      "{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,)}", .headerMalformed
    ),
    ("{'descr': '<f4', 'fortran_order': False, 'shape': (-1,)}", .headerMalformed),
    ("{'descr': '<f4', 'fortran_order': False}", .headerMalformed),
    ("{'descr': '<f4', 'descr': '<f4', 'shape': ()}", .duplicateKey),
    ("{'descr': '<f4', 'fortran_order': False, 'shape': ()} + 1", .headerMalformed),
    ("{'descr': '<f4', 'fortran_order': False, 'shape': ((", .headerMalformed),
    ("{'descr': [('a', '<f4'", .headerMalformed), ("", .headerMalformed), ("{'", .headerMalformed),
    ("{'descr': __import__('os'), 'fortran_order': False, 'shape': ()}", .headerMalformed),
  ])
  func headersThatCannotBeAreRefused(header: String, code: LoadError.Code) throws {
    #expect(try NumPyFixture.refusal(of: NumPyFixture.array(header)).code == code)
  }

  @Test func moreAxesThanAreReadAreRefused() throws {
    let shape = [String](repeating: "1", count: 40).joined(separator: ", ")
    let array = NumPyFixture.array(
      "{'descr': '<f4', 'fortran_order': False, 'shape': (\(shape))}", [0, 0, 0, 0])
    #expect(try NumPyFixture.refusal(of: array).code == .limitExceeded)
  }

  @Test func bytesBehindTheNumbersAreRefused() throws {
    let array = NumPyFixture.array(
      "{'descr': '<f4', 'fortran_order': False, 'shape': ()}", [0, 0, 0, 0, 0])
    #expect(try NumPyFixture.refusal(of: array).code == .sizeMismatch)
  }

  @Test(arguments: ["stored.npz", "deflated.npz", "single.npy", "mixed.npz"])
  func everyTruncationAndMutantIsReadOrRefused(name: String) throws {
    let original = try NumPyFixture.bytes(name)
    let mutants = try ReaderMutants(name) { (path) throws(LoadError) in
      try NumPyReader.checkpoint(path: path)
    }
    for count in stride(from: 1, to: original.count, by: 13) {
      let cut = Array(original.prefix(count))
      #expect(try mutants.isRefused(cut), "\(count) of \(original.count)")
    }
    // Of an array without a checksum most bytes are numbers, which may be any.
    let refused = try mutants.refusedMutants(of: original)
    #expect(refused > 0)
  }
}
