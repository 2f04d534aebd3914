import Canonicalise
import Load
import TestSupport
import Testing

@testable import Fingerprint

/// Integer grids are found behind any float type, and never where there is none.
@Suite struct QuantisationGridTests {
  /// How values were quantised.
  enum Scheme: String, CaseIterable, Sendable {
    case int8PerRow
    case int4PerRow
    case int4Group32
    case int4Group64
    case int4Asymmetric128

    var expected: QuantisationGrid {
      switch self {
      case .int8PerRow: QuantisationGrid(bits: 8, group: nil)
      case .int4PerRow: QuantisationGrid(bits: 4, group: nil)
      case .int4Group32: QuantisationGrid(bits: 4, group: 32)
      case .int4Group64: QuantisationGrid(bits: 4, group: 64)
      case .int4Asymmetric128: QuantisationGrid(bits: 4, group: 128)
      }
    }

    func quantised(_ values: [Float], columns: Int) -> [Float] {
      let group = expected.group ?? columns
      let levels = Float(1 << expected.bits)
      var result = values
      for start in stride(from: 0, to: values.count, by: group) {
        let run = values[start..<start + group]
        if self == .int4Asymmetric128 {
          let (low, high) = (run.min() ?? 0, run.max() ?? 0)
          let step = (high - low) / (levels - 1)
          let zero = (-low / step).rounded()
          for i in run.indices {
            let code = min(max((values[i] / step).rounded() + zero, 0), levels - 1)
            result[i] = (code - zero) * step
          }
        } else {
          let step = (run.map { abs($0) }.max() ?? 0) / (levels / 2 - 1)
          for i in run.indices { result[i] = (values[i] / step).rounded() * step }
        }
      }
      return result
    }
  }

  @Test(arguments: Scheme.allCases, [ElementType.float32, .float16, .bfloat16])
  func isFoundBehindFloats(scheme: Scheme, type: ElementType) async throws {
    var random = ModelRandom(seed: 61)
    let (rows, columns) = (48, 512)
    let values = scheme.quantised(random.floats(rows * columns, deviation: 0.02), columns: columns)
    let print = try await Single.matrix(values, rows: rows, columns: columns, as: type)
    #expect(print.grid == scheme.expected)
  }

  /// A kernel that is stored `[in, out]` shows the grid along its input axis.
  @Test func isFoundInTransposedStorage() async throws {
    var random = ModelRandom(seed: 62)
    let values = Scheme.int8PerRow.quantised(random.floats(64 * 256), columns: 256)
    let turned = ModelMatrix(rows: 64, columns: 256, values: values.map(Double.init)).transposed
    let print = try await Single.fingerprint(
      Tensor("w", [256, 64], turned.floats), .whole(256, 64, transposed: true))
    #expect(print.grid == QuantisationGrid(bits: 8, group: nil))
  }

  @Test(arguments: [ElementType.float32, .float16, .bfloat16])
  func ternaryWeightsHaveTwoBits(type: ElementType) async throws {
    var random = ModelRandom(seed: 63)
    let scales = random.floats(40).map { 0.01 + abs($0) }
    let values = (0..<40 * 128).map { scales[$0 / 128] * Float(Int(random.next() % 3) - 1) }
    let print = try await Single.matrix(values, rows: 40, columns: 128, as: type)
    #expect(print.grid == QuantisationGrid(bits: 2, group: nil))
  }

  @Test(arguments: [ElementType.float32, .bfloat16])
  func binaryWeightsHaveOneBit(type: ElementType) async throws {
    var random = ModelRandom(seed: 64)
    let scales = random.floats(40).map { 0.01 + abs($0) }
    let values = (0..<40 * 128).map { scales[$0 / 128] * (random.next() % 2 == 0 ? 1 : -1) }
    let print = try await Single.matrix(values, rows: 40, columns: 128, as: type)
    #expect(print.grid == QuantisationGrid(bits: 1, group: nil))
  }

  @Test(arguments: [ElementType.float32, .float16, .bfloat16], [0.002, 0.02, 1, 50])
  func gaussianWeightsHaveNone(type: ElementType, deviation: Double) async throws {
    var random = ModelRandom(seed: 65)
    let values = random.floats(64 * 512, deviation: deviation)
    #expect(try await Single.matrix(values, rows: 64, columns: 512, as: type).grid == nil)
  }

  /// Near zero, eight-bit floats are evenly spaced whatever is stored in them.
  @Test func eightBitFloatsHaveNone() async throws {
    var random = ModelRandom(seed: 69)
    // Codes of E4M3 below 2⁻⁵: subnormal numbers and the first binades.
    let codes = (0..<64 * 512).map { _ in UInt8(random.next() % 24) | UInt8(random.next() % 2) << 7
    }
    let tensor = Tensor(
      name: "w", elementType: .float8E4M3, shape: [64, 512], storage: MemoryStorage(codes))
    #expect(try await Single.fingerprint(tensor, .whole(64, 512)).grid == nil)
  }

  /// A tool that takes GPT-2's `[in, out]` matrices as they lie shares scales along the output axis.
  @Test(arguments: [false, true])
  func isFoundAlongEitherAxis(isTransposed: Bool) async throws {
    var random = ModelRandom(seed: 70)
    var values = random.floats(128 * 96)
    for start in stride(from: 0, to: values.count, by: 32) {
      let step = (values[start..<start + 32].map { abs($0) }.max() ?? 0) / 7
      for index in start..<start + 32 { values[index] = (values[index] / step).rounded() * step }
    }
    var view = TensorView.whole(128, 96)
    if isTransposed { (view.transposed, view.shape) = (true, [96, 128]) }
    let found = try await Single.fingerprint(Tensor("w", [128, 96], values), view).grid
    #expect(found == QuantisationGrid(bits: 4, group: 32))
  }

  /// Magnitude pruning leaves two kinds of values, not two levels.
  @Test(arguments: [0.5, 0.9, 0.99])
  func prunedWeightsHaveNone(share: Double) async throws {
    var random = ModelRandom(seed: 66)
    let values = random.floats(64 * 512).map { random.uniform() < share ? 0 : $0 }
    #expect(
      try await Single.matrix(values, rows: 64, columns: 512, as: .bfloat16).grid == nil)
  }

  @Test(arguments: [(3, 3), (8, 8), (2, 64), (64, 15)])
  func tensorsTooSmallToTellHaveNone(rows: Int, columns: Int) async throws {
    var random = ModelRandom(seed: 67)
    let values = random.floats(rows * columns)
    #expect(try await Single.matrix(values, rows: rows, columns: columns).grid == nil)
    let zeros = [Float](repeating: 0, count: rows * columns)
    #expect(try await Single.matrix(zeros, rows: rows, columns: columns).grid == nil)
  }

  /// A thousand tensors of several sizes, types and distributions.
  @Test func isNeverSeenInUnquantisedTensors() {
    var random = ModelRandom(seed: 68)
    let types: [ElementType] = [.float32, .float16, .bfloat16]
    var seen: [String] = []
    for trial in 0..<1000 {
      let type = types[trial % 3]
      let length = [16, 24, 32, 48, 64, 96, 128][Int(random.next() % 7)]
      let count = Int(random.next() % 13) + 4
      let rows = (0..<count).map { _ in
        (0..<length).map { _ in
          let value =
            switch trial % 4 {
            case 0: Float(random.uniform() - 0.5)
            case 1: Float(random.gaussian() * random.gaussian())
            default: Float(random.gaussian() * 0.02)
            }
          return type.rounded(value)
        }
      }
      if let grid = QuantisationGrid(rows: rows, significandBits: type.significandBits) {
        seen.append("\(type) \(count) x \(length): \(grid)")
      }
    }
    #expect(seen.isEmpty)
  }
}
