import Foundation
import Glibc
import TestSupport
import Testing

@testable import Load

@Suite struct MappedFileTests {
  @Test func handsOutTheBytesOfARange() throws {
    try HDF5Fixture.withFile([1, 2, 3, 4, 5]) { path in
      let file = try MappedFile(path: path)
      #expect(file.byteCount == 5)
      #expect(try file.withBytes(in: 1..<4, tensor: nil) { Array($0) } == [2, 3, 4])
      #expect(try file.withBytes(in: 5..<5, tensor: nil) { $0.count } == 0)
    }
  }

  @Test(arguments: [0..<6, 5..<6, 6..<7, -1..<2, 0..<Int.max])
  func refusesRangesThatLeaveTheFile(range: Range<Int>) throws {
    try HDF5Fixture.withFile([1, 2, 3, 4, 5]) { path in
      let file = try MappedFile(path: path)
      let error = #expect(throws: LoadError.self) {
        try file.withBytes(in: range, tensor: "w") { $0.count }
      }
      #expect(error?.code == .truncated)
      #expect(error?.tensor == "w")
      #expect(error?.file == path)
    }
  }

  @Test(arguments: [
    ("/nowhere/at/all", LoadError.Code.notFound), ("/etc/passwd/x", .notFound),
    ("/tmp", .readFailed), ("/dev/zero", .readFailed),
  ])
  func refusesWhatIsNotARegularFile(path: String, code: LoadError.Code) {
    let error = #expect(throws: LoadError.self) { try MappedFile(path: path) }
    #expect(error?.code == code)
  }

  @Test func refusesAFIFOWithoutWaitingForAWriter() throws {
    let path = FileManager.default.temporaryDirectory
      .appendingPathComponent("fifo-\(UUID().uuidString)").path
    #expect(mkfifo(path, 0o600) == 0)
    defer { unlink(path) }
    let error = #expect(throws: LoadError.self) { try MappedFile(path: path) }
    #expect(error?.code == .readFailed)
  }

  @Test func refusesAnEmptyFile() throws {
    try HDF5Fixture.withFile([]) { path in
      let error = #expect(throws: LoadError.self) { try MappedFile(path: path) }
      #expect(error?.code == .emptyFile)
    }
  }

  /// Zeros stand where the file was; they must not pass for its bytes.
  @Test(arguments: [0, 100, 4096, 5000, 8192])
  func readingBeyondTheNewEndOfAShrunkFileIsAnError(newLength: Int) throws {
    try HDF5Fixture.withFile([UInt8](repeating: 1, count: 3 * 4096)) { path in
      let file = try MappedFile(path: path)
      #expect(
        try file.withBytes(in: 0..<12288, tensor: nil) { $0.reduce(0) { $0 + Int($1) } } == 12288)
      #expect(truncate(path, newLength) == 0)
      let error = #expect(throws: LoadError.self) {
        try file.withBytes(in: 0..<12288, tensor: "w") { $0.reduce(0) { $0 + Int($1) } }
      }
      #expect(error?.code == .changedWhileRead)
      #expect(error?.file == path)
      // From then on nothing of it counts, not even what is still there.
      #expect(throws: LoadError.self) { try file.withBytes(in: 0..<1, tensor: nil) { $0.count } }
    }
  }

  @Test func whatIsWrongWithZerosOfAShrunkFileIsNotReported() throws {
    try HDF5Fixture.withFile([UInt8](repeating: 1, count: 8192)) { path in
      let file = try MappedFile(path: path)
      #expect(truncate(path, 0) == 0)
      let error = #expect(throws: LoadError.self) {
        try file.withBytes(in: 0..<8192, tensor: nil) { (bytes) throws(LoadError) in
          throw LoadError(.dataCorrupt, "reads \(bytes[8000])", file: path)
        }
      }
      #expect(error?.code == .changedWhileRead)
    }
  }

  @Test func aShrunkFileDoesNotHarmItsNeighbours() throws {
    try HDF5Fixture.withFile([UInt8](repeating: 1, count: 8192)) { first in
      try HDF5Fixture.withFile([UInt8](repeating: 2, count: 8192)) { second in
        let files = try [first, second, second].map { try MappedFile(path: $0) }
        #expect(truncate(first, 0) == 0)
        for (file, total) in zip(files, [nil, 16384, 16384]) {
          let sum = try? file.withBytes(in: 0..<8192, tensor: nil) { $0.reduce(0) { $0 + Int($1) } }
          #expect(sum == total)
        }
      }
    }
  }

  @Test func theGuardOfAClosedFileServesTheNext() throws {
    for round in 0..<100 {
      try HDF5Fixture.withFile([UInt8](repeating: UInt8(round), count: 4097)) { path in
        let file = try MappedFile(path: path)
        if round.isMultiple(of: 2) { #expect(truncate(path, 0) == 0) }
        let last = try? file.withBytes(in: 4096..<4097, tensor: nil) { $0[0] }
        #expect(last == (round.isMultiple(of: 2) ? nil : UInt8(round)))
      }
    }
  }
}

/// Files that change, without their end being met, are told by what the system says of them.
@Suite struct ChangedFileTests {
  private func withCheckpoint(_ body: (String, Checkpoint) throws -> Void) throws {
    let folder = try TemporaryFolder()
    var builder = SafetensorsBuilder()
    builder.add("w", [2], [1, 2])
    let path = try folder.write("m.safetensors", builder.bytes)
    try body(path, try CheckpointReader.open(path: path))
  }

  @Test func anUnchangedFileIsFine() throws {
    try withCheckpoint { _, checkpoint in try checkpoint.checkUnchanged() }
  }

  enum Change: CaseIterable { case written, lengthened, replaced, removed }

  @Test(arguments: Change.allCases)
  func aFileThatChangedIsNamed(change: Change) throws {
    try withCheckpoint { path, checkpoint in
      let bytes = try Data(contentsOf: URL(filePath: path))
      switch change {
      case .written:
        // As a program does that writes in place, some time later.
        var later = [timespec(tv_sec: 0, tv_nsec: 0), timespec(tv_sec: 2_000_000_000, tv_nsec: 1)]
        try #require(utimensat(AT_FDCWD, path, &later, 0) == 0)
      case .lengthened: try #require(truncate(path, bytes.count + 1) == 0)
      case .replaced:
        try bytes.write(to: URL(filePath: path + ".new"))
        try #require(rename(path + ".new", path) == 0)
      case .removed: try #require(unlink(path) == 0)
      }
      let error = #expect(throws: LoadError.self) { try checkpoint.checkUnchanged() }
      #expect(error?.code == .changedWhileRead)
      #expect(error?.file == path)
    }
  }
}
