import TestSupport
import Testing

@testable import Load

@Suite struct EncodingTests {
  @Test func noTwoEncodingsShareAName() {
    let names = TensorEncodings.all.map { $0.name } + UndecodedScheme.all.map(\.name)
    // MLX once stored eight bits in bytes, which is not decoded.
    let twice = Dictionary(grouping: names) { $0 }.filter { $1.count > 1 }.keys
    #expect(twice.sorted() == ["MLX"])
  }

  /// Scales of every element by the definition: the product of all axes' blocks.
  private func naive(_ codes: [Float], shape: [Int], block: [Int], scales: [Float]) -> [Float] {
    let counts = zip(shape, block).map { ($0 + $1 - 1) / $1 }
    return codes.indices.map { element in
      var (rest, index, step) = (element, 0, 1)
      for axis in shape.indices.reversed() {
        index += rest % shape[axis] / block[axis] * step
        step *= counts[axis]
        rest /= shape[axis]
      }
      return codes[element] * scales[index]
    }
  }

  @Test(arguments: [
    ([300, 200], [128, 128]), ([5, 7], [1, 7]), ([5, 7], [5, 7]), ([5, 7], [5, 1]),
    ([33, 65], [32, 32]), ([9], [4]), ([3, 5, 7], [1, 5, 7]), ([3, 5, 7], [1, 2, 3]),
    ([3, 5, 7], [3, 1, 7]), ([3, 5, 7], [3, 1, 1]), ([4, 5, 7], [2, 1, 3]),
    ([2, 3, 5, 7], [2, 1, 2, 7]),
  ])
  func everyElementHasTheScaleOfItsBlock(shape: [Int], block: [Int]) throws {
    var random = ModelRandom(seed: 3)
    let count = shape.reduce(1, *)
    let codes = (0..<count).map { _ in UInt8(truncatingIfNeeded: random.next()) & 0xf7 }
    let scaleCount = zip(shape, block).reduce(1) { $0 * (($1.0 + $1.1 - 1) / $1.1) }
    for type in [ElementType.float32, .bfloat16, .float16, .float64] {
      let scales = random.floats(scaleCount).map { type.rounded($0) }
      let grid = try #require(ScaleGrid(shape: shape, block: block, scaleType: type))
      for (codeType, table) in [
        (ElementType.float8E4M3, Float8.e4m3), (.float8E5M2, Float8.e5m2),
      ] {
        let decoding = try #require(ScaledFloat8(codes: codeType, grid: grid))
        let tensor = Tensor(
          name: "w", shape: shape,
          stored: [
            stored("w", codeType, shape, codes),
            stored("s", type, [scaleCount], type.bytes(of: scales)),
          ], decoding: .encoded(decoding))
        let expected = naive(
          codes.map { table[Int($0)] }, shape: shape, block: block, scales: scales)
        #expect(same(try tensor.decoded(0..<count), expected))
        for _ in 0..<20 {
          let start = Int(random.next() % UInt64(count))
          let end = start + 1 + Int(random.next() % UInt64(count - start))
          #expect(same(try tensor.decoded(start..<end), Array(expected[start..<end])))
        }
      }
    }
  }

  @Test func wholeNumbersAreScaledByTheLargestOfTheirRow() throws {
    let grid = try #require(ScaleGrid(shape: [2, 3], block: [1, 3], scaleType: .float32))
    let codes: [Int8] = [127, -127, 0, 64, -1, 1]
    let tensor = Tensor(
      name: "w", shape: [2, 3],
      stored: [
        stored("w", .int8, [2, 3], codes.map { UInt8(bitPattern: $0) }),
        stored("s", .float32, [2], ElementType.float32.bytes(of: [2, 0.5])),
      ], decoding: .encoded(ScaledInt8(grid: grid, factor: 1.0 / 127)))
    let step: (Float, Float) = (2 * Float(1.0 / 127), 0.5 * Float(1.0 / 127))
    #expect(
      try tensor.decoded(0..<6) == [
        127 * step.0, -127 * step.0, 0, 64 * step.1, -1 * step.1, step.1,
      ])
  }

  @Test(
    arguments: [
      ([576, 192], [5, 2], nil, [128, 128]), ([576, 192], [18, 6], nil, [32, 32]),
      ([576, 192], [18, 6], [32, 32], [32, 32]), ([192, 192], [2, 2], [96, 96], [96, 96]),
      ([192, 192], [2, 2], [7, 7], [128, 128]), ([100, 60], [100, 1], nil, [1, 60]),
      ([100, 60], [100], nil, [1, 60]), ([100, 60], [1], nil, [100, 60]),
      ([100, 60], [], nil, [100, 60]), ([100, 60], [1, 60], nil, [100, 1]),
      ([8, 100, 60], [8, 1, 60], nil, [1, 100, 1]), ([8, 100, 60], [8], nil, [1, 100, 60]),
    ] as [([Int], [Int], [Int]?, [Int])])
  func blocksFollowFromTheShapes(shape: [Int], scales: [Int], stated: [Int]?, blocks: [Int]) {
    #expect(ScaleGrid.blocks(of: shape, scales: scales, size: stated) == blocks)
  }

  @Test(arguments: [[101], [7, 7, 7], [100, 61], [0, 1]])
  func scalesThatFitNothingAreRefused(scales: [Int]) {
    #expect(ScaleGrid.blocks(of: [100, 60], scales: scales, size: nil) == nil)
  }

  private func stored(
    _ name: String, _ type: ElementType, _ shape: [Int], _ bytes: [UInt8]
  ) -> StoredArray {
    StoredArray(name: name, elementType: type, shape: shape, storage: MemoryStorage(bytes))
  }

  private func same(_ a: [Float], _ b: [Float]) -> Bool {
    a.count == b.count && zip(a, b).allSatisfy { $0 == $1 || $0.isNaN && $1.isNaN }
  }
}

extension Tensor {
  func decoded(_ elements: Range<Int>) throws -> [Float] {
    guard case .encoded(let decoding) = decoding else { return [] }
    var result = [Float](repeating: .nan, count: elements.count)
    var failure: LoadError?
    result.withUnsafeMutableBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return }
      do throws(LoadError) {
        try decode(elements, by: decoding, scratch: ByteScratch(), into: base) { _ in }
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
    return result
  }
}
