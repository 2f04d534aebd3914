import Canonicalise
import Load
import Synchronization
import TestSupport
import Testing

@testable import Fingerprint

@Suite struct MatrixReaderTests {
  /// Rows of an embedding are the same numbers whichever way round it is stored.
  @Test func canonicalRowsDoNotDependOnTheOrientation() throws {
    var random = ModelRandom(seed: 36)
    let matrix = random.matrix(50, 24, deviation: 1)
    let plain = Tensor("w", [50, 24], matrix.floats)
    let turned = Tensor("w", [24, 50], matrix.transposed.floats)
    let rows = [0, 7, 7, 49, 3]
    let read = try #require(MatrixReader(plain, view: .whole(50, 24)))
      .canonicalRows(rows, scratch: ByteScratch())
    let readTurned = try #require(MatrixReader(turned, view: .whole(24, 50, transposed: true)))
      .canonicalRows(rows, scratch: ByteScratch())
    #expect(read == matrix.rows(rows).floats)
    #expect(read == readTurned)
  }

  @Test func manyRowsOfATransposedEmbeddingCostOneReadingOfIt() throws {
    let stored = CountingStorage(byteCount: 64 * 1000 * 4)
    let tensor = Tensor(name: "w", elementType: .float32, shape: [64, 1000], storage: stored)
    let reader = try #require(MatrixReader(tensor, view: .whole(64, 1000, transposed: true)))
    _ = try reader.canonicalRows(Array(0..<500), scratch: ByteScratch())
    #expect(stored.bytesAskedFor == tensor.byteCount)
  }

  @Test(arguments: [1, 2, 16, 249, 250, 999, 1000])
  func atMostFourTimesWhatIsWantedIsAskedFor(columns: Int) throws {
    let stored = CountingStorage(byteCount: 64 * 1000 * 4)
    let tensor = Tensor(name: "w", elementType: .float32, shape: [64, 1000], storage: stored)
    let reader = try #require(MatrixReader(tensor, view: .whole(64, 1000)))
    var target = [Float](repeating: 1, count: 64 * columns)
    try target.withUnsafeMutableBufferPointer { target in
      try reader.read(
        rows: 0..<64, columns: 0..<columns, into: try #require(target.baseAddress),
        scratch: ByteScratch())
    }
    let wanted = 64 * columns * 4
    #expect((wanted...4 * wanted).contains(stored.bytesAskedFor))
    #expect(target.allSatisfy { $0 == 0 })
  }

  @Test(arguments: [(0..<3, 1), (5..<9, 40), (0..<40, 2)])
  func rectanglesAreTheNumbersWithinThem(columns: Range<Int>, rows: Int) throws {
    var random = ModelRandom(seed: 37)
    let matrix = random.matrix(40, 40, deviation: 1)
    let reader = try #require(
      MatrixReader(Tensor("w", [40, 40], matrix.floats), view: .whole(40, 40)))
    var target = [Float](repeating: 0, count: rows * columns.count)
    try target.withUnsafeMutableBufferPointer { target in
      try reader.read(
        rows: 0..<rows, columns: columns, into: try #require(target.baseAddress),
        scratch: ByteScratch())
    }
    #expect(target == matrix.rows(Array(0..<rows)).columns(Array(columns)).floats)
  }
}

/// Zeros; counts what is asked for.
private final class CountingStorage: TensorStorage {
  private let bytes: [UInt8]
  private let count = Mutex(0)

  init(byteCount: Int) { bytes = [UInt8](repeating: 0, count: byteCount) }

  var bytesAskedFor: Int { count.withLock { $0 } }

  func withBytes<Result>(
    of range: Range<Int>, scratch: ByteScratch,
    _ body: (UnsafeRawBufferPointer) throws(LoadError) -> Result
  ) throws(LoadError) -> Result {
    count.withLock { $0 += range.count }
    let copy = scratch.reserve(range.count)
    copy.copyBytes(from: bytes[range])
    return try body(UnsafeRawBufferPointer(copy))
  }
}
