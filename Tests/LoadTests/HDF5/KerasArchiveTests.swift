import Foundation
import Testing

@testable import Load

/// One after the other: a test looks for the temporary files of this process.
@Suite(.serialized) struct KerasArchiveTests {
  private func refusal(of bytes: some Sequence<UInt8>) throws -> LoadError? {
    try HDF5Fixture.withFile(bytes) { path in
      let error = #expect(throws: LoadError.self) { try KerasArchiveReader.checkpoint(path: path) }
      #expect(error?.file == path)
      return error
    }
  }

  private func bytes() throws -> [UInt8] {
    [UInt8](try Data(contentsOf: URL(fileURLWithPath: HDF5Fixture.path("model.keras"))))
  }

  @Test(arguments: ["model.keras", "model_deflated.keras"])
  func readsWeightsAndDescription(fixture: String) throws {
    let path = HDF5Fixture.path(fixture)
    let checkpoint = try KerasArchiveReader.checkpoint(path: path)
    #expect(checkpoint.name == fixture)
    #expect(checkpoint.path == path)
    #expect(checkpoint.files.map(\.path) == [path])
    #expect(checkpoint.metadata.problems.isEmpty)
    #expect(checkpoint.metadata.headerStrings["keras_version"]?.hasPrefix("3.") == true)
    #expect(checkpoint.metadata.headerStrings["model_config"]?.contains("Embedding") == true)
    #expect(checkpoint.tensors.count == 6)
    for tensor in checkpoint.tensors {
      #expect(try tensor.values() == HDF5Fixture.ramp(tensor.elementCount))
    }
  }

  @Test func leavesNoTemporaryFileBehind() throws {
    let checkpoint = try KerasArchiveReader.checkpoint(path: HDF5Fixture.path("model.keras"))
    let names = try FileManager.default.contentsOfDirectory(
      atPath: FileManager.default.temporaryDirectory.path)
    #expect(!names.contains { $0.hasPrefix(KerasArchiveReader.copyPrefix) })
    #expect(checkpoint.tensors.count == 6)
  }

  @Test func refusesArchivesCutShort() throws {
    #expect(try refusal(of: bytes().prefix(10_000))?.code == .truncated)
    #expect(try refusal(of: bytes().prefix(12))?.code == .truncated)
  }

  @Test func refusesAMemberThatDoesNotMatchItsChecksum() throws {
    var damaged = try bytes()
    let signature: [UInt8] = [0x89, 0x48, 0x44, 0x46]
    let start = try #require(
      damaged.indices.dropLast(4).first { damaged[$0..<$0 + 4].elementsEqual(signature) })
    damaged[start + 3000] ^= 1
    #expect(try refusal(of: damaged)?.code == .dataCorrupt)
  }

  @Test func refusesAnArchiveWithoutWeights() throws {
    let name = Array("model.weights.h5".utf8)
    var renamed = try bytes()
    for start in renamed.indices.dropLast(name.count)
    where renamed[start..<start + name.count].elementsEqual(name) {
      renamed[start] = UInt8(ascii: "M")
    }
    #expect(try refusal(of: renamed)?.code == .noWeights)
  }

  @Test func mutantsOfTheDirectoryGiveACheckpointOrOneError() throws {
    let original = try bytes()
    var random = SplitMix64(state: 7)
    var refused = 0
    for _ in 0..<100 {
      var mutant = original
      for _ in 0..<3 {
        let position = mutant.count - Int.random(in: 1...260, using: &random)
        mutant[position] = .random(in: 0...255, using: &random)
      }
      try HDF5Fixture.withFile(mutant) { path in
        do throws(LoadError) {
          _ = try KerasArchiveReader.checkpoint(path: path)
        } catch {
          refused += 1
          #expect(error.file == path)
        }
      }
    }
    #expect(refused > 0)
    #expect(refused < 100)
  }
}
