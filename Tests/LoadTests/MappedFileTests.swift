import Foundation
import Glibc
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
}
