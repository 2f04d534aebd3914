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

  @Test func chunksAreInflatedOnceForSuccessiveRequests() throws {
    let checkpoint = try HDF5Fixture.checkpoint("layouts.h5")
    let storage = try #require(checkpoint.tensor("gzip").storage as? HDF5ChunkedStorage)
    let scratch = ByteScratch()
    // A row of chunks is two rows of seven numbers.
    let band = 2 * 7 * storage.width
    let first = try storage.withBytes(of: storage.width..<2 * storage.width, scratch: scratch) {
      $0.map { $0 }
    }
    let held = try #require(scratch.held(by: storage.file, tensor: storage.tensor, 0..<band))
    #expect(Array(held[storage.width..<2 * storage.width]) == first)
    #expect(scratch.held(by: storage.file, tensor: "another", 0..<band) == nil)
    #expect(scratch.held(by: storage.file, tensor: storage.tensor, 0..<band + 1) == nil)
    _ = scratch.reserve(1)
    #expect(scratch.held(by: storage.file, tensor: storage.tensor, 0..<band) == nil)
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

  @Test(arguments: ["user_block.h5", "latest.h5"])
  func offsetsAreRightAfterAUserBlockAndInNewerFiles(file: String) throws {
    let checkpoint = try HDF5Fixture.checkpoint(file)
    #expect(checkpoint.metadata.problems.isEmpty)
    #expect(try checkpoint.tensor("contiguous").values() == HDF5Fixture.ramp(6))
    #expect(try checkpoint.tensor("chunked").values() == HDF5Fixture.ramp(6))
  }
}
