import TestSupport
import Testing

@testable import Load

@Suite struct TensorParallelShardsTests {
  /// A matrix of numbers that all differ, and how it is cut.
  private struct Matrix {
    var name: String
    var rows: Int
    var columns: Int
    var isCutAlongColumns: Bool

    func value(_ row: Int, _ column: Int) -> Float { Float(row * columns + column + 1) }

    func slice(_ number: Int, of count: Int) -> (shape: [Int], values: [Float]) {
      let (height, width) =
        isCutAlongColumns ? (rows, columns / count) : (rows / count, columns)
      let (top, left) = isCutAlongColumns ? (0, number * width) : (number * height, 0)
      let values = (0..<height).flatMap { row in
        (0..<width).map { value(top + row, left + $0) }
      }
      return ([height, width], values)
    }
  }

  /// Llama with a hidden size of 8; `w2`'s slices are square, so that only its name tells.
  private static let matrices = [
    Matrix(name: "tok_embeddings.weight", rows: 20, columns: 8, isCutAlongColumns: true),
    Matrix(name: "layers.0.attention.wq.weight", rows: 8, columns: 8, isCutAlongColumns: false),
    Matrix(name: "layers.0.attention.wk.weight", rows: 4, columns: 8, isCutAlongColumns: false),
    Matrix(name: "layers.0.attention.wo.weight", rows: 8, columns: 8, isCutAlongColumns: true),
    Matrix(name: "layers.0.feed_forward.w1.weight", rows: 16, columns: 8, isCutAlongColumns: false),
    Matrix(name: "layers.0.feed_forward.w2.weight", rows: 8, columns: 16, isCutAlongColumns: true),
    Matrix(name: "output.weight", rows: 20, columns: 8, isCutAlongColumns: false),
  ]

  private static func slice(_ number: Int, of count: Int) -> [UInt8] {
    var file = SafetensorsBuilder()
    for matrix in matrices {
      let (shape, values) = matrix.slice(number, of: count)
      file.add(matrix.name, shape, values)
    }
    for name in ["layers.0.attention_norm.weight", "layers.0.ffn_norm.weight", "norm.weight"] {
      file.add(name, [8], (0..<8).map { Float($0) + 0.5 })
    }
    return file.bytes
  }

  private static func floats(_ tensor: Tensor, _ elements: Range<Int>) throws -> [Float] {
    try tensor.withBytes(of: elements, scratch: ByteScratch()) { (bytes) throws(LoadError) in
      Array(bytes.bindMemory(to: Float.self))
    }
  }

  @Test(arguments: [2, 4])
  func slicesOfEveryTensorAreJoinedAlongTheAxisTheyWereCutAt(count: Int) throws {
    let folder = try TemporaryFolder()
    for number in 0..<count {
      try folder.write(
        "consolidated.0\(number).safetensors", Self.slice(number, of: count))
    }
    let checkpoint = try CheckpointReader.open(path: folder.path)
    #expect(checkpoint.files.count == count)
    #expect(checkpoint.problems.isEmpty)
    let tensors = Dictionary(uniqueKeysWithValues: checkpoint.tensors.map { ($0.name, $0) })
    #expect(tensors["norm.weight"]?.shape == [8])
    for matrix in Self.matrices {
      let tensor = try #require(tensors[matrix.name], "\(matrix.name)")
      #expect(tensor.shape == [matrix.rows, matrix.columns], "\(matrix.name)")
      let all = (0..<matrix.rows).flatMap { row in
        (0..<matrix.columns).map { matrix.value(row, $0) }
      }
      // Every range, wherever it begins and ends.
      for start in stride(from: 0, to: all.count, by: 5) {
        for end in stride(from: start, through: all.count, by: 7) {
          #expect(try Self.floats(tensor, start..<end) == Array(all[start..<end]))
        }
      }
    }
  }

  @Test func aSliceByItselfIsAPart() throws {
    let folder = try TemporaryFolder()
    for number in 0..<2 {
      try folder.write("consolidated.0\(number).safetensors", Self.slice(number, of: 2))
    }
    #expect(try CheckpointReader.open(path: folder.path("consolidated.01.safetensors")).isPart)
  }

  @Test func filesOfOtherTensorsAreNoSlices() throws {
    let folder = try TemporaryFolder()
    for number in 0..<2 {
      var file = SafetensorsBuilder()
      file.add("layers.\(number).w", [2, 2], [1, 2, 3, 4])
      try folder.write("consolidated.0\(number).safetensors", file.bytes)
    }
    let checkpoint = try CheckpointReader.open(path: folder.path)
    #expect(checkpoint.tensors.map(\.name) == ["layers.0.w", "layers.1.w"])
  }

  /// Checkpoints of a run have the same tensors too, each of them whole.
  @Test func numberedCheckpointsAreNotJoined() throws {
    let folder = try TemporaryFolder()
    for number in 0..<2 {
      try folder.write("epoch.0\(number).safetensors", Self.slice(number, of: 2))
    }
    let error = #expect(throws: LoadError.self) { try CheckpointReader.open(path: folder.path) }
    #expect(error?.code == .duplicateKey)
  }

  /// Codes and scales are joined first, and then are one tensor.
  @Test func slicesOfPackedTensorsAreDecoded() throws {
    let folder = try TemporaryFolder()
    for number in 0..<2 {
      var file = SafetensorsBuilder()
      file.add("a.weight", "I8", [4, 4], [UInt8](repeating: UInt8(number + 1), count: 16))
      file.add("a.weight_scale", [4, 1], [Float](repeating: Float(number + 1), count: 4))
      try folder.write("consolidated.0\(number).safetensors", file.bytes)
    }
    let checkpoint = try CheckpointReader.open(path: folder.path)
    #expect(checkpoint.tensors.map(\.name) == ["a.weight"])
    #expect(checkpoint.tensors.first?.shape == [8, 4])
    #expect(checkpoint.tensors.first?.isDecodable == true)
  }

  @Test func slicesOfUnlikeShapesAreRefused() throws {
    let folder = try TemporaryFolder()
    for number in 0..<2 {
      var file = SafetensorsBuilder()
      file.add("w", [2 + number, 2], [Float](repeating: 1, count: 4 + 2 * number))
      try folder.write("consolidated.0\(number).safetensors", file.bytes)
    }
    let error = #expect(throws: LoadError.self) { try CheckpointReader.open(path: folder.path) }
    #expect(error?.code == .unsupportedLayout)
    #expect(error?.tensor == "w")
  }
}
