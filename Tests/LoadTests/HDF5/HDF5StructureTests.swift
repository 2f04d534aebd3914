import Foundation
import Testing

@testable import Load

@Suite struct HDF5StructureTests {
  @Test func visitsEveryObjectOnceWhateverTheLinks() throws {
    let checkpoint = try HDF5Fixture.checkpoint("structure.h5")
    #expect(checkpoint.tensors.map(\.name) == ["again", "lzf"])
    #expect(try checkpoint.tensor("again").values() == HDF5Fixture.ramp(3))
  }

  @Test(arguments: [("elsewhere", nil), ("outside", 4), ("virtual", 3)] as [(String, Int?)])
  func reportsWhatItDoesNotFollowAndGoesOn(name: String, elements: Int?) throws {
    let problems = try HDF5Fixture.checkpoint("structure.h5").problems
    #expect(problems.count == 3)
    let problem = try #require(problems.first { $0.subject == name })
    #expect(problem.kind == .unreadTensor)
    #expect(problem.elements == elements)
  }

  @Test func keepsTheStringAttributesOfTheRoot() throws {
    let strings = try HDF5Fixture.checkpoint("structure.h5").metadata.headerStrings
    #expect(strings == ["fixed": "padded", "variable": "grüße"])
  }

  @Test func namesTheFileAndItsSize() throws {
    let checkpoint = try HDF5Fixture.checkpoint("latest.h5")
    let path = HDF5Fixture.path("latest.h5")
    let size = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int
    #expect(checkpoint.name == "latest.h5")
    #expect(checkpoint.format == .hdf5)
    #expect(checkpoint.files.map(\.path) == [path])
    #expect(checkpoint.files.map(\.byteCount) == [UInt64(try #require(size))])
  }

  @Test func recognisesTheSignatureAtTheStartAndAfterUserBlocks() throws {
    let superblock = Array(
      try Data(contentsOf: URL(fileURLWithPath: HDF5Fixture.path("latest.h5"))).prefix(48))
    for offset in [0, 512, 1024, 2048, 4096] {
      let bytes = [UInt8](repeating: 0, count: offset) + superblock
      #expect(try claim(bytes) == .certain)
      #expect(try claim(bytes.prefix(offset + 7)) == .none)
    }
    let elsewhere =
      [UInt8](repeating: 0, count: 256) + superblock + [UInt8](repeating: 0, count: 256)
    #expect(try claim(elsewhere) == .none)
  }

  @Test func aSignatureWithoutASuperblockIsADamagedFile() throws {
    let signature: [UInt8] = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a]
    for rest in [
      [], [9] + [UInt8](repeating: 8, count: 40), [2, 7, 7] + [UInt8](repeating: 8, count: 40),
    ] as [[UInt8]] {
      guard case .damaged(let error) = try claim(signature + rest) else {
        Issue.record("\(rest) passes for a superblock")
        continue
      }
      #expect(error.code == .headerMalformed)
    }
  }

  private func claim(_ bytes: some Sequence<UInt8>) throws -> Claim {
    try HDF5Fixture.withFile(bytes) { HDF5Reader.claim(try MappedFile(path: $0)) }
  }
}
