import Foundation
import TestSupport
import Testing

@testable import Load

/// Numbers of one tensor in another order.
@Suite struct RearrangedTests {
  private func floats(_ tensor: Tensor, _ range: Range<Int>? = nil) throws -> [Float] {
    try tensor.withBytes(of: range ?? 0..<tensor.elementCount, scratch: ByteScratch()) {
      (bytes) throws(LoadError) in Array(bytes.bindMemory(to: Float.self))
    }
  }

  /// A tensor whose element i is i, in a file, and one that lies compressed, as far as storage tells.
  private func tensors(_ shape: [Int]) throws -> [Tensor] {
    let values = (0..<shape.reduce(1, *)).map(Float.init)
    var builder = SafetensorsBuilder()
    builder.add("w", shape, values)
    let folder = try TemporaryFolder()
    let path = try folder.write("m.safetensors", builder.bytes)
    let plain = try SafetensorsReader.checkpoint(path: path).tensors[0]
    let hidden = Tensor(
      name: "w", elementType: .float32, shape: shape,
      storage: Unplaced(whole: plain.stored[0].storage))
    return [plain, hidden]
  }

  private struct Unplaced: TensorStorage {
    let whole: any TensorStorage

    func withBytes<Result>(
      of range: Range<Int>, scratch: ByteScratch,
      _ body: (UnsafeRawBufferPointer) throws(LoadError) -> Result
    ) throws(LoadError) -> Result {
      try whole.withBytes(of: range, scratch: scratch, body)
    }
  }

  @Test func axesComeInTheOrderAskedFor() throws {
    for tensor in try tensors([2, 3, 4, 5]) {
      let turned = try #require(tensor.rearranged([3, 2, 0, 1], shape: [5, 4, 2, 3]))
      var expected: [Float] = []
      for output in 0..<5 {
        for input in 0..<4 {
          for tap in 0..<6 { expected.append(Float((tap * 4 + input) * 5 + output)) }
        }
      }
      #expect(try floats(turned) == expected)
      #expect(turned.shape == [5, 4, 2, 3])
      for start in stride(from: 0, to: 120, by: 7) {
        let end = min(start + 31, 120)
        #expect(try floats(turned, start..<end) == Array(expected[start..<end]))
      }
    }
  }

  /// Gates, with the scales of their rows.
  @Test func runsOfCodesMoveWithTheirScales() throws {
    let model = try TFLiteReader.checkpoint(
      path: HDF5Fixture.path("containers/gru-1.dynamic.tflite"))
    var moved = 0
    for tensor in model.tensors where !tensor.isPlain && tensor.shape[0].isMultiple(of: 3) {
      let whole = try tensor.inOrder()
      guard tensor.name.contains("gru_cell") else { continue }
      let turned = try #require(tensor.withRuns(in: [1, 0, 2]))
      let run = whole.count / 3
      let expected: [Float] = Array(whole[run..<2 * run]) + whole[..<run] + whole[(2 * run)...]
      let found = try turned.inOrder()
      #expect(found == expected)
      #expect(turned.shape == tensor.shape && turned.isDecodable)
      #expect(tensor.withRuns(in: Array(0..<7)) == nil && tensor.withRuns(in: []) == nil)
      moved += 1
    }
    #expect(moved == 4)
  }

  @Test func runsOfWhatSharesAByteOrAScaleStay() throws {
    func codes(_ shape: [Int], block: [Int], bits: Int) throws -> Tensor {
      let count = (shape.reduce(1, *) * bits + 7) / 8
      let grid = try #require(ScaleGrid(shape: shape, block: block, scaleType: .float32))
      return Tensor(
        name: "w", shape: shape,
        stored: [
          StoredArray(
            name: "w", elementType: .uint8, shape: [count],
            storage: MemoryStorage([UInt8](repeating: 7, count: count))),
          StoredArray(
            name: "s", elementType: .float32, shape: [grid.scaleCount],
            storage: MemoryStorage([UInt8](repeating: 0, count: 4 * grid.scaleCount))),
        ],
        decoding: .encoded(
          AffineCodes(codes: .signed(bits: bits), grid: grid, zeros: nil, group: nil)))
    }
    #expect(try codes([6, 4], block: [1, 4], bits: 4).withRuns(in: [1, 0, 2]) != nil)
    // Two rows of three codes of four bits are three bytes; one is half of one.
    #expect(try codes([3, 3], block: [1, 3], bits: 4).withRuns(in: [1, 0, 2]) == nil)
    #expect(try codes([6, 4], block: [4, 4], bits: 4).withRuns(in: [1, 0, 2]) == nil)
    #expect(try codes([6, 4], block: [6, 4], bits: 4).withRuns(in: [1, 0, 2]) != nil)
  }

  /// Codes move with what they stand for; scales stay where they are, or nothing moves.
  @Test func codesMoveWhereTheirScalesNeedNot() throws {
    let filters = try TFLiteFixture.open("convolutions_full").tensors.filter {
      $0.shape.count == 4
    }
    #expect(filters.count == 3)
    for filter in filters {
      let isByChannel = filter.axisOrder == .outputLastByChannel
      let axes = isByChannel ? [2, 3, 0, 1] : [0, 3, 1, 2]
      let moved = try #require(filter.rearranged(axes, shape: axes.map { filter.shape[$0] }))
      let (old, new) = (try filter.inOrder(), try moved.inOrder())
      let extents = filter.shape
      var expected: [Float] = []
      for place in 0..<filter.elementCount {
        var (rest, stored) = (place, [0, 0, 0, 0])
        for axis in axes.reversed() {
          stored[axis] = rest % extents[axis]
          rest /= extents[axis]
        }
        expected.append(old[zip(stored, extents).reduce(0) { $0 * $1.1 + $1.0 }])
      }
      #expect(new == expected, "\(filter.name)")
      #expect(moved.storedPrecision == filter.storedPrecision)
      if isByChannel {
        #expect(filter.rearranged([3, 2, 0, 1], shape: [extents[3], extents[2], 3, 3]) == nil)
      }
    }
  }

  @Test func runsComeInTheOrderAskedFor() throws {
    for tensor in try tensors([6, 2]) {
      let turned = try #require(tensor.withRuns(in: [1, 0, 2]))
      #expect(try floats(turned) == [4, 5, 6, 7, 0, 1, 2, 3, 8, 9, 10, 11])
      #expect(try floats(turned, 3..<9) == [7, 0, 1, 2, 3, 8])
      #expect(tensor.withRuns(in: [0, 1, 2, 3]) == nil)
    }
  }

  @Test func whatIsNoOrderOfTheAxesIsRefused() throws {
    let tensor = try tensors([2, 3])[0]
    #expect(tensor.rearranged([0, 0], shape: [2, 3]) == nil)
    #expect(tensor.rearranged([0], shape: [6]) == nil)
    #expect(tensor.rearranged([1, 0], shape: [3, 3]) == nil)
  }
}
