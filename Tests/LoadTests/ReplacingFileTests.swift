import Foundation
import Glibc
import TestSupport
import Testing

@testable import Load

@Suite struct ReplacingFileTests {
  private func names(in folder: TemporaryFolder) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
  }

  @Test func replacesTheOldContent() throws {
    let folder = try TemporaryFolder()
    let file = try folder.write("f", text: "something longer")
    try ReplacingFile.write("new".utf8, to: file)
    #expect(try String(contentsOfFile: file, encoding: .utf8) == "new")
    #expect(try names(in: folder) == ["f"])
  }

  @Test func aLinkStaysALink() throws {
    let folder = try TemporaryFolder()
    try folder.write("f", text: "old")
    let link = folder.path("link")
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "f")
    try ReplacingFile.write("new".utf8, to: link)
    #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == "f")
    #expect(try String(contentsOfFile: folder.path("f"), encoding: .utf8) == "new")
    #expect(try names(in: folder) == ["f", "link"])
  }

  /// Renaming a file onto a device would take the device away from everybody.
  @Test(.enabled(if: FileManager.default.fileExists(atPath: "/dev/full")))
  func aDeviceIsWrittenToNotReplaced() throws {
    let folder = try TemporaryFolder()
    let link = folder.path("link")
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "/dev/full")
    let error = #expect(throws: ReplacingFile.Failure.self) {
      try ReplacingFile.write([1, 2, 3], to: link)
    }
    #expect(error?.code == ENOSPC)
    var status = stat()
    #expect(stat(link, &status) == 0 && status.st_mode & S_IFMT == S_IFCHR)
    #expect(try names(in: folder) == ["link"])
  }

  @Test func saysWhyNothingCanBeWritten() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("none/f")
    let error = #expect(throws: ReplacingFile.Failure.self) {
      try ReplacingFile.write([1], to: path)
    }
    #expect(error?.description == "\(path): cannot write: No such file or directory")
  }

  @Test func whatAKilledWriterLeftGoesAfterAnHourAndNothingElseDoes() throws {
    let folder = try TemporaryFolder()
    let left = try folder.write(ReplacingFile.temporaryName(), text: "half")
    let others = try [".partial", ".download.partial", "0.shellcheck-model.partial", ".k2.part"].map
    {
      try folder.write($0, text: "kept")
    }
    ReplacingFile.removeAbandoned(in: folder.path)
    #expect(FileManager.default.fileExists(atPath: left))
    ReplacingFile.removeAbandoned(in: folder.path, age: -60)
    #expect(!FileManager.default.fileExists(atPath: left))
    #expect(try names(in: folder).count == others.count)
  }

  /// The signal comes when half of the content is there.
  @Test(arguments: [SIGINT, SIGTERM, SIGHUP])
  func aSignalInTheMiddleOfWritingRemovesTheHalf(number: Int32) async throws {
    let folder = try TemporaryFolder()
    let half = folder.path("half")
    let seen = folder.path("seen")
    await #expect(processExitsWith: .signal(number)) {
      [half = half as String, seen = seen as String, number] in
      TemporaryFiles.removeOnInterruption()
      TemporaryFiles.holding(half) {
        _ = FileManager.default.createFile(atPath: half, contents: Data([1, 2, 3]))
        // A witness that the file was there.
        try? FileManager.default.copyItem(atPath: half, toPath: seen)
        kill(getpid(), number)
        while true { pause() }
      }
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["seen"])
  }
}
