import Foundation
import Testing

@testable import Load

/// The index comes from a process that a hostile file may have taken over.
@Suite struct HDF5HostileIndexTests {
  private func refusal(
    shape: [Int], layout: HDF5Index.Layout, type: ElementType = .float32, fill: [UInt8]? = nil
  ) throws -> LoadError? {
    let file = try MappedFile(path: HDF5Fixture.path("latest.h5"))
    let index = HDF5Index(datasets: [
      .init(
        path: "w", number: .init(elementType: type, isBigEndian: false), shape: shape,
        layout: layout, fill: fill)
    ])
    let error = #expect(throws: LoadError.self) {
      try HDF5Reader.checkpoint(file: file, index: index)
    }
    #expect(error?.tensor == "w")
    #expect(error?.file == file.path)
    return error
  }

  private func chunks(
    _ shape: [Int], _ stored: [(place: Int, offset: UInt64, byteCount: UInt64)]
  ) -> HDF5Index.Layout {
    .chunked(
      .init(
        shape: shape, filters: [.deflate],
        stored: stored.map {
          .init(gridIndex: $0.place, offset: $0.offset, byteCount: $0.byteCount, filterMask: 0)
        }))
  }

  @Test(arguments: [UInt64(1) << 20, UInt64.max, UInt64(Int.max), UInt64.max - 8])
  func refusesOffsetsBeyondTheFile(offset: UInt64) throws {
    #expect(
      try refusal(shape: [4], layout: .contiguous(offset: offset, byteCount: 16))?.code
        == .offsetsOutOfRange)
    #expect(
      try refusal(shape: [4], layout: chunks([4], [(0, offset, 16)]))?.code == .offsetsOutOfRange)
  }

  @Test(arguments: [UInt64(1) << 20, UInt64.max])
  func refusesChunksThatEndBeyondTheFile(byteCount: UInt64) throws {
    #expect(
      try refusal(shape: [4], layout: chunks([4], [(0, 8, byteCount)]))?.code
        == .offsetsOutOfRange)
  }

  @Test func refusesSizesThatDisagreeWithTheShape() throws {
    #expect(
      try refusal(shape: [4], layout: .contiguous(offset: 0, byteCount: 12))?.code
        == .sizeMismatch)
    #expect(
      try refusal(shape: [4], layout: .compact(Data(count: 17)))?.code == .sizeMismatch)
  }

  @Test(arguments: [[1 << 62, 4], [-1, 4], [1 << 31, 1 << 31, 2], [Int.max]])
  func refusesShapesThatOverflow(shape: [Int]) throws {
    #expect(try refusal(shape: shape, layout: .unwritten)?.code == .shapeOverflow)
  }

  @Test func refusesShapesFarLargerThanTheFile() throws {
    #expect(try refusal(shape: [1 << 40], layout: .unwritten)?.code == .limitExceeded)
    #expect(
      try refusal(shape: [1 << 40], layout: chunks([1 << 20], []))?.code == .limitExceeded)
  }

  @Test func refusesGridsAndChunksWithoutMeasure() throws {
    #expect(try refusal(shape: [1 << 22], layout: chunks([1], []))?.code == .limitExceeded)
    #expect(try refusal(shape: [4], layout: chunks([1 << 40], []))?.code == .limitExceeded)
  }

  @Test(arguments: [[], [2, 2], [0], [-4]])
  func refusesChunksThatDoNotTile(shape: [Int]) throws {
    #expect(try refusal(shape: [4], layout: chunks(shape, []))?.code == .dataCorrupt)
  }

  @Test(arguments: [[0, 0], [2], [-1]])
  func refusesChunksInOnePlaceOrOutside(places: [Int]) throws {
    let stored = places.map { (place: $0, offset: UInt64(8), byteCount: UInt64(8)) }
    #expect(try refusal(shape: [4], layout: chunks([2], stored))?.code == .dataCorrupt)
  }

  @Test func refusesFillValuesOfAnotherWidth() throws {
    #expect(
      try refusal(shape: [4], layout: .unwritten, fill: [1, 2])?.code == .dataCorrupt)
  }

  @Test func refusesElementTypesHDF5DoesNotHave() throws {
    #expect(
      try refusal(shape: [4], layout: .unwritten, type: .float4E2M1)?.code == .unknownElementType)
  }
}
