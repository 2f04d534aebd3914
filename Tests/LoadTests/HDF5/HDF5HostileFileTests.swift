import Foundation
import Testing

@testable import Load

@Suite struct HDF5HostileFileTests {
  private func refusal(of bytes: some Sequence<UInt8>) throws -> LoadError? {
    try HDF5Fixture.withFile(bytes) { path in
      #expect(throws: LoadError.self) { try HDF5Reader.checkpoint(path: path) }
    }
  }

  private func bytes(of fixture: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: URL(fileURLWithPath: HDF5Fixture.path(fixture))))
  }

  @Test func refusesAnEmptyFile() throws {
    #expect(try refusal(of: [])?.code == .emptyFile)
  }

  @Test func refusesGarbageWithoutTheSignature() throws {
    #expect(
      try refusal(of: (0..<4096).map { UInt8(truncatingIfNeeded: $0 &* 37) })?.code
        == .unknownFormat)
  }

  @Test func refusesGarbageAfterTheSignature() throws {
    let signature = try bytes(of: "layouts.h5").prefix(8)
    let garbage = (0..<4096).map { UInt8(truncatingIfNeeded: $0 &* 37) }
    #expect(try refusal(of: signature + garbage)?.code == .headerMalformed)
  }

  @Test(arguments: [0.25, 0.5, 0.9])
  func refusesTruncatedFiles(kept: Double) throws {
    let whole = try bytes(of: "keras2_model.h5")
    let error = try refusal(of: whole.prefix(Int(Double(whole.count) * kept)))
    #expect(error?.code == .truncated)
    #expect(error?.file != nil)
  }

  @Test func refusesAFileWithoutNumbers() throws {
    #expect(try refusal(of: bytes(of: "no_numbers.h5"))?.code == .noWeights)
  }

  @Test func saysWhereCompressedDataIsCorrupt() throws {
    let tensor = try HDF5Fixture.checkpoint("layouts.h5").tensor("gzip")
    let storage = try #require(tensor.stored[0].storage as? HDF5ChunkedStorage)
    let extent = try #require(storage.chunks[0]?.extent)
    var damaged = try bytes(of: "layouts.h5")
    for position in extent { damaged[position] = 0xff }
    try HDF5Fixture.withFile(damaged) { path in
      let tensor = try HDF5Reader.checkpoint(path: path).tensor("gzip")
      let error = #expect(throws: LoadError.self) { try tensor.values() }
      #expect(error?.code == .dataCorrupt)
      #expect(error?.tensor == "gzip")
      #expect(error?.offset == UInt64(extent.lowerBound))
      // Rows of chunks without damage can still be read.
      #expect(try tensor.values(14..<21) == Array(HDF5Fixture.ramp(21)[14...]))
    }
  }

  @Test func saysWhereAChecksumDoesNotMatch() throws {
    let tensor = try HDF5Fixture.checkpoint("layouts.h5").tensor("checked")
    let storage = try #require(tensor.stored[0].storage as? HDF5ChunkedStorage)
    let extent = try #require(storage.chunks[1]?.extent)
    var damaged = try bytes(of: "layouts.h5")
    damaged[extent.lowerBound + 5] ^= 1
    try HDF5Fixture.withFile(damaged) { path in
      let tensor = try HDF5Reader.checkpoint(path: path).tensor("checked")
      let error = #expect(throws: LoadError.self) { try tensor.values() }
      #expect(error?.code == .dataCorrupt)
      #expect(error?.offset == UInt64(extent.lowerBound))
    }
  }

  /// Damages a few bytes at a time, as a transfer or an attacker would.
  @Test(arguments: ["layouts.h5", "keras2_model.h5"])
  func mutantsGiveACheckpointOrOneError(fixture: String) async throws {
    let original = try bytes(of: fixture)
    var random = SplitMix64(state: 20_240_501)
    let scratch = ByteScratch()
    var refused = 0
    for _ in 0..<60 {
      var mutant = original
      for _ in 0..<Int.random(in: 1...8, using: &random) {
        // Half of them in the headers at the start, where damage does most.
        let bound = Bool.random(using: &random) ? 2048 : mutant.count
        mutant[Int.random(in: 0..<bound, using: &random)] = .random(in: 0...255, using: &random)
      }
      try HDF5Fixture.withFile(mutant) { path in
        do throws(LoadError) {
          for tensor in try HDF5Reader.checkpoint(path: path).tensors {
            _ = try tensor.withBytes(of: 0..<tensor.elementCount, scratch: scratch) { $0.count }
          }
        } catch {
          refused += 1
          #expect(error.file == path)
        }
      }
    }
    #expect(refused > 0)
    #expect(refused < 60)
  }
}

/// Steele, Lea & Flood 2014: a fixed sequence for a fixed seed.
struct SplitMix64: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }
}
