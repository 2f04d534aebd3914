import Testing

@testable import Load

@Suite struct HDF5LayoutTests {
  @Test(arguments: [
    ("contiguous", [5, 7]), ("chunked", [5, 7]), ("gzip", [5, 7]), ("shuffled", [5, 7]),
    ("checked", [5, 7]), ("everything", [4, 3, 5]), ("vector", [9]), ("compact", [6]),
    ("masked", [4]),
  ])
  func readsEveryLayout(name: String, shape: [Int]) throws {
    let tensor = try HDF5Fixture.checkpoint("layouts.h5").tensor(name)
    #expect(tensor.shape == shape)
    #expect(tensor.elementType == .float32)
    #expect(try tensor.values() == HDF5Fixture.ramp(tensor.elementCount))
  }

  @Test(arguments: [
    "contiguous", "chunked", "gzip", "shuffled", "checked", "everything", "vector", "compact",
  ])
  func anyRangeOfElementsIsTheSliceOfTheWhole(name: String) throws {
    let tensor = try HDF5Fixture.checkpoint("layouts.h5").tensor(name)
    let whole = HDF5Fixture.ramp(tensor.elementCount)
    let scratch = ByteScratch()
    for start in 0...whole.count {
      for end in start...whole.count {
        #expect(try tensor.values(start..<end, scratch: scratch) == Array(whole[start..<end]))
      }
    }
  }

  @Test func chunksAreInflatedOnceWhoeverAsks() throws {
    let checkpoint = try HDF5Fixture.checkpoint("layouts.h5")
    let tensor = try checkpoint.tensor("gzip")
    let storage = try #require(tensor.stored[0].storage as? HDF5ChunkedStorage)
    let whole = try tensor.values()
    #expect(storage.cache.inflations == storage.chunks.count)
    // Another thread's memory, and another tensor in between.
    _ = try checkpoint.tensor("shuffled").values()
    let before = storage.cache.inflations
    #expect(try tensor.values(0..<whole.count, scratch: ByteScratch()) == whole)
    #expect(storage.cache.inflations == before)
  }

  @Test(arguments: ["chunked", "gzip", "shuffled", "checked", "everything", "vector", "sparse"])
  func highChunksAreInflatedOnceAndGoByInPieces(name: String) throws {
    let tensor = try HDF5Fixture.checkpoint("layouts.h5").tensor(name)
    let whole = try tensor.values()
    let storage = try #require(tensor.stored[0].storage as? HDF5ChunkedStorage)
    let rowBytes = storage.grid.rowElementCount * storage.width
    for rows in 1...3 {
      let bands = try #require(
        HDF5BandReader(storage, largestBand: 0, windowBytes: rows * rowBytes))
      let before = storage.cache.inflations
      let target = UnsafeMutableRawBufferPointer.allocate(
        byteCount: tensor.byteCount, alignment: 16)
      defer { target.deallocate() }
      for element in 0..<tensor.elementCount {
        let bytes = element * storage.width..<(element + 1) * storage.width
        try bands.read(
          element..<element + 1, into: UnsafeMutableRawBufferPointer(rebasing: target[bytes]))
      }
      #expect(storage.cache.inflations - before == storage.chunks.count)
      let read = try storage.withBytes(of: 0..<tensor.byteCount, scratch: ByteScratch()) { bytes in
        bytes.elementsEqual(target)
      }
      #expect(read || storage.isBigEndian)
      // Back to what is no longer kept.
      try bands.read(
        0..<1, into: UnsafeMutableRawBufferPointer(rebasing: target[..<storage.width]))
      #expect(try tensor.values() == whole)
    }
  }

  @Test func elementsNeverWrittenHaveTheFillValue() throws {
    let checkpoint = try HDF5Fixture.checkpoint("layouts.h5")
    #expect(try checkpoint.tensor("unwritten").values() == [Double](repeating: 0, count: 6))
    #expect(try checkpoint.tensor("filled").values() == [Double](repeating: 2.5, count: 6))
    #expect(
      try checkpoint.tensor("sparse").values() == [
        -1, -1, -1, -1, -1, -1, -1, -1, 7, 7, -1, -1, 7, 7, -1, -1,
      ])
  }

  @Test func scalarsHaveNoAxesAndEmptyArraysNoElements() throws {
    let checkpoint = try HDF5Fixture.checkpoint("layouts.h5")
    let scalar = try checkpoint.tensor("scalar")
    #expect(scalar.shape.isEmpty)
    #expect(try scalar.values() == [1.25])
    let empty = try checkpoint.tensor("empty")
    #expect(empty.shape == [0, 4])
    #expect(try empty.values().isEmpty)
  }

  @Test func readsLZF() throws {
    let checkpoint = try HDF5Fixture.checkpoint("lzf.h5")
    #expect(checkpoint.problems.isEmpty)
    let runs = (0..<4000).map { Double($0 / 7 % 11) }
    #expect(try checkpoint.tensor("runs").values() == runs)
    #expect(try checkpoint.tensor("shuffled").values() == runs)
    #expect(
      try checkpoint.tensor("noise").values() == checkpoint.tensor("plain_noise").values())
  }

  @Test(
    arguments: [[0x20], [0x20, 0], [0xFF, 0xFF], [5, 1], [0x60, 9], [0, 1, 0xE0, 0xFF, 0]]
      as [[UInt8]])
  func refusesLZFThatIsCutOrLeadsOut(bytes: [UInt8]) {
    var target = [UInt8](repeating: 0, count: 16)
    let count = target.withUnsafeMutableBytes { target in
      bytes.withUnsafeBytes { LZF.decompress($0, into: target) }
    }
    #expect(count == nil)
  }

  @Test(arguments: ["user_block.h5", "latest.h5"])
  func offsetsAreRightAfterAUserBlockAndInNewerFiles(file: String) throws {
    let checkpoint = try HDF5Fixture.checkpoint(file)
    #expect(checkpoint.problems.isEmpty)
    #expect(try checkpoint.tensor("contiguous").values() == HDF5Fixture.ramp(6))
    #expect(try checkpoint.tensor("chunked").values() == HDF5Fixture.ramp(6))
  }
}
