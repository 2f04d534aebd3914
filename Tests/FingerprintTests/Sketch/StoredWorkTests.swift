import Canonicalise
import Load
import Synchronization
import TestSupport
import Testing

@testable import Fingerprint

/// Zeroes without end that count what is read of them.
private final class ReadCount: Sendable {
  let calls = Atomic<Int>(0)
  let bytes = Atomic<Int>(0)
  let largest = Atomic<Int>(0)
}

private struct CountedStorage: TensorStorage {
  let count = ReadCount()

  func withBytes<Result>(
    of range: Range<Int>, scratch: ByteScratch,
    _ body: (UnsafeRawBufferPointer) throws(LoadError) -> Result
  ) throws(LoadError) -> Result {
    count.calls.add(1, ordering: .relaxed)
    count.bytes.add(range.count, ordering: .relaxed)
    count.largest.max(range.count, ordering: .relaxed)
    let memory = scratch.reserve(range.count)
    for index in memory.indices {
      memory[index] = UInt8(truncatingIfNeeded: range.lowerBound + index)
    }
    return try body(UnsafeRawBufferPointer(memory))
  }
}

/// Work follows what is stored, whatever its shape.
@Suite struct StoredWorkTests {
  private func read(
    _ type: ElementType, _ shape: [Int]
  ) async throws -> (count: ReadCount, print: TensorFingerprint) {
    let storage = CountedStorage()
    let tensor = Tensor(name: "w", elementType: type, shape: shape, storage: storage)
    let view = TensorView(
      offset: 0, storedColumns: shape.count > 1 ? shape[1] : shape[0],
      rows: .init(0..<(shape.count > 1 ? shape[0] : 1)),
      columns: .init(0..<(shape.count > 1 ? shape[1] : shape[0])), transposed: false, shape: shape)
    return (storage.count, try await Single.fingerprint(tensor, view))
  }

  @Test func aSingleColumnIsReadLikeARow() async throws {
    for type in [ElementType.uint8, .bfloat16] {
      let row = try await read(type, [3 << 20])
      let column = try await read(type, [3 << 20, 1])
      #expect(column.count.calls.load(ordering: .relaxed) == 3)
      #expect(row.count.calls.load(ordering: .relaxed) == 3)
      #expect(column.print.digest == row.print.digest)
      #expect(column.print.vector == row.print.vector)
      #expect(column.print.moments == row.print.moments)
    }
  }

  @Test(arguments: [ElementType.float4E2M1, .float6E3M2, .bfloat16])
  func everyByteIsReadOnce(type: ElementType) async throws {
    for rows in [256, 512, 1024] {
      let (count, print) = try await read(type, [rows, 4096])
      let stored = rows * 4096 * type.bitWidth / 8
      #expect(count.bytes.load(ordering: .relaxed) == stored)
      #expect(print.isUndecoded == !type.isDecoded)
    }
  }

  @Test func signsAreMadeForWhatIsAtHand() {
    let buffer = SignBuffer()
    for start in [0, 5, 4000, 1 << 40] {
      let signs = buffer.of(start..<start + 300)
      #expect((0..<300).allSatisfy { signs[$0] == IndexHash.sign(start + $0) })
    }
  }

  @Test func masksOfTheLeastFloatHaveNoSketch() async throws {
    let least = -Float.greatestFiniteMagnitude
    let side = 512
    let mask = (0..<side * side).map { $0 % side > $0 / side ? least : 0 }
    var random = ModelRandom(seed: 4)
    let tensors = [
      (Tensor("mask", [side, side], mask), TensorView.whole(side, side)),
      (Tensor("w", [8, 8], random.floats(64)), TensorView.whole(8, 8)),
    ]
    let model = CanonicalModel(
      checkpoint: Checkpoint("test", tensors: tensors.map(\.0)), family: nil, dimensions: [:],
      tensors: tensors.map {
        CanonicalTensor(
          name: $0.0.name, source: $0.0, component: "model", role: .unknown, view: $0.1)
      })
    let print = try Fingerprinter(threads: 1).fingerprint(model)
    #expect(print.tensors[0].sketch == .none)
    #expect(!print.tensors[0].isEvidence)
    #expect(print.tensors[1].isEvidence)
    #expect(print.notes.contains { $0.hasPrefix("mask: its values are too large") })
    let folder = try TemporaryFolder()
    try FingerprintFile.write(print, to: folder.path("print"))
    #expect(try FingerprintFile.read(path: folder.path("print")).tensors == print.tensors)
  }
}
