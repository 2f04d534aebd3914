import Foundation
import Glibc
import TestSupport
import Testing

/// Inputs that cannot be inspected: status 2 and one line each that names the file.
@Suite struct HostileInputTests {
  enum Malformed: String, CaseIterable {
    case truncatedHeader, truncatedData, headerOf2To63, overlappingOffsets, missingShard
    case noWeights, emptyFolder, garbageAfterHDF5Signature, emptyFile, textFile, pipe
    case danglingLink, absent, lineBreakInItsName

    /// A part of what the line says.
    var message: String {
      switch self {
      case .truncatedHeader: "the header claims 440 bytes"
      case .truncatedData: "of which the file has"
      case .headerOf2To63: "the header claims 9223372036854775808 bytes"
      case .overlappingOffsets: "tensor 'b': starts at byte 4 of the data, inside 'a'"
      case .missingShard: "the shard 'model-00001-of-00001.safetensors' is not there"
      case .noWeights: "holds no weights"
      case .emptyFolder: "is empty"
      case .garbageAfterHDF5Signature: "superblock"
      case .emptyFile, .lineBreakInItsName: "the file is empty"
      case .textFile: "is a text file"
      case .pipe: "not a regular file"
      case .danglingLink, .absent: "no such file"
      }
    }

    /// Makes the input; returns its path.
    func make(in folder: TemporaryFolder) throws -> String {
      func sound() throws -> Data {
        try Data(contentsOf: URL(filePath: Demo.reference("digits-mlp.safetensors")))
      }
      switch self {
      case .truncatedHeader: return try folder.write("m.safetensors", sound().prefix(100))
      case .truncatedData: return try folder.write("m.safetensors", sound().dropLast(1000))
      case .headerOf2To63:
        return try folder.write(
          "m.safetensors", SafetensorsBuilder.length(1 << 63) + Array("{}".utf8))
      case .overlappingOffsets:
        let header = """
          {"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},\
          "b":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}
          """
        return try folder.write(
          "m.safetensors",
          SafetensorsBuilder.file(header: header, data: [UInt8](repeating: 0, count: 12)))
      case .missingShard:
        let index = #"{"weight_map":{"a":"model-00001-of-00001.safetensors"}}"#
        try folder.write("m/model.safetensors.index.json", text: index)
        return folder.path("m")
      case .noWeights:
        try folder.write("m/README.md", text: "A model, soon.")
        return folder.path("m")
      case .emptyFolder:
        try FileManager.default.createDirectory(
          atPath: folder.path("m"), withIntermediateDirectories: true)
        return folder.path("m")
      case .garbageAfterHDF5Signature:
        var noise = SplitMix64(seed: 1)
        return try folder.write(
          "m.h5",
          Array(
            "\u{89}HDF\r\n\u{1A}\n".unicodeScalars.map {
              UInt8($0.value)
            }) + noise.bytes(5000))
      case .emptyFile: return try folder.write("m.safetensors", [])
      case .textFile: return try folder.write("m.safetensors.txt", text: "Just words.\n")
      case .pipe:
        let path = folder.path("m.safetensors")
        try #require(mkfifo(path, 0o600) == 0)
        return path
      case .danglingLink:
        let path = folder.path("m.safetensors")
        try FileManager.default.createSymbolicLink(
          atPath: path, withDestinationPath: "nowhere.safetensors")
        return path
      case .absent: return folder.path("m.safetensors")
      case .lineBreakInItsName: return try folder.write("m\nm.safetensors", [])
      }
    }
  }

  @Test(arguments: Malformed.allCases)
  func oneLineNamesTheFileAndWhatIsWrong(input: Malformed) async throws {
    let sandbox = try Sandbox()
    let path = try input.make(in: sandbox.folder)
    let run = try await sandbox.run(path, "--ref", Demo.reference("digits-mlp.safetensors"))
    expectOneLine(run, naming: path, saying: input.message)
    #expect(run.output.isEmpty)
  }

  @Test(.enabled(if: geteuid() != 0, "root may read everything"))
  func aFileThatMayNotBeReadIsNamed() async throws {
    let sandbox = try Sandbox()
    let path = try sandbox.copy(Demo.reference("digits-mlp.safetensors"), to: "m.safetensors")
    try #require(chmod(path, 0) == 0)
    let run = try await sandbox.run(path, "--ref", Demo.reference("digits-mlp.safetensors"))
    expectOneLine(run, naming: path, saying: "ermission")
  }

  @Test func theOtherModelsAreStillReported() async throws {
    let sandbox = try Sandbox()
    let broken = try Malformed.truncatedHeader.make(in: sandbox.folder)
    let run = try await sandbox.run(
      Demo.suspect("mirror-digits"), broken, Demo.suspect("digits-mlp-twin.safetensors"),
      "--ref", Demo.reference("digits-mlp.safetensors"), "--format", "json")
    expectOneLine(run, naming: broken, saying: Malformed.truncatedHeader.message)
    let subjects = try EmittedReport(run.output).subjects
    #expect(
      subjects.map { $0["subject"]?["name"]?.string }
        == ["mirror-digits", "digits-mlp-twin.safetensors"])
    #expect(subjects.map(\.relation) == ["derived", "no-evidence"])
  }

  @Test func aBrokenReferenceIsNamedAndTheOthersAreUsed() async throws {
    let sandbox = try Sandbox()
    let corpus = try sandbox.copy(Demo.reference("digits-mlp.safetensors"), to: "corpus/digits")
    let broken = try sandbox.folder.write("corpus/broken.safetensors", [1, 2, 3])
    let run = try await sandbox.run(
      Demo.suspect("mirror-digits"), "--ref",
      URL(filePath: corpus).deletingLastPathComponent().path(percentEncoded: false),
      "--declared", "digits", "--format", "json")
    expectOneLine(run, naming: broken, saying: "has only 3 bytes")
    let report = try EmittedReport(run.output).subject("mirror-digits")
    #expect(report.parents == ["digits"])
    #expect(report.findings.contains("SCM6002"))
  }

  @Test(arguments: ["inspect", "fingerprint"])
  func otherCommandsFailAlike(command: String) async throws {
    let sandbox = try Sandbox()
    let path = try Malformed.overlappingOffsets.make(in: sandbox.folder)
    let run = try await sandbox.run(command, path)
    expectOneLine(run, naming: path, saying: Malformed.overlappingOffsets.message)
    #expect(run.output.isEmpty)
    #expect(try Sandbox.listing(of: sandbox.folder.path("here")).isEmpty)
  }

  private func expectOneLine(
    _ run: ToolProcess.Result, naming path: String, saying message: String
  ) {
    #expect(run.status == 2)
    let shown = path.replacing("\n", with: "\\u{A}")
    #expect(run.diagnostics.hasPrefix("shellcheck-model: error: \(shown): "))
    #expect(run.diagnostics.contains(message))
    #expect(run.diagnostics.hasSuffix("\n") && run.diagnostics.count { $0 == "\n" } == 1)
  }
}
