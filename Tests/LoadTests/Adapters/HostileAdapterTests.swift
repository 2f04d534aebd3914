import TestSupport
import Testing

@testable import Load

/// Factors that are none stay what they are, and the report says so.
@Suite struct HostileAdapterTests {
  private func grouped(
    down: [Int], up: [Int], type: ElementType = .float32, config: String = "{}"
  ) throws -> (tensors: [Tensor], problems: [LoadProblem]) {
    func tensor(_ name: String, _ shape: [Int]) -> Tensor {
      let count = shape.reduce(1) { $0.multipliedReportingOverflow(by: $1).partialValue }
      return Tensor(
        name: name, elementType: type, shape: shape,
        storage: ModelMemoryStorage([UInt8](repeating: 0, count: min(count, 1 << 10) * 4)))
    }
    var metadata = ModelMetadata()
    metadata.adapterConfig = try JSONReader.parse(Array(config.utf8))
    return AdapterWeights.grouped(
      [tensor("a.q.lora_A.weight", down), tensor("a.q.lora_B.weight", up)], metadata: metadata)
  }

  @Test func whatFitsIsOneChange() throws {
    let (tensors, problems) = try grouped(down: [2, 6], up: [4, 2])
    #expect(tensors.map(\.name) == ["a.q.weight"] && problems.isEmpty)
  }

  @Test(arguments: [
    ([2, 6], [4, 3]), ([0, 6], [4, 0]), ([2, 0], [4, 2]), ([2, 6], [0, 2]), ([], [4, 1]),
    ([1, 1 << 26], [1 << 26, 1]), ([1, 1 << 21], [2, 1]),
  ])
  func otherShapesAreNot(down: [Int], up: [Int]) throws {
    let (tensors, problems) = try grouped(down: down, up: up)
    #expect(tensors.count == 2 && tensors.allSatisfy(\.isPlain))
    #expect(problems.map(\.kind) == [.unreadTensor])
  }

  @Test(arguments: [
    #"{"lora_alpha": 1e999}"#, #"{"lora_alpha": 1e300}"#,
    #"{"lora_alpha": 8, "alpha_pattern": {"(a+)+$": 4}}"#,
  ])
  func scalesThatAreNoneOrAreExpressionsAreNotGuessed(config: String) throws {
    guard let (tensors, problems) = try? grouped(down: [2, 6], up: [4, 2], config: config) else {
      return
    }
    #expect(tensors.count == 2 && problems.count == 1)
  }

  @Test func aRankOfMillionsCostsWhatItsBytesDo() throws {
    let (tensors, problems) = try grouped(down: [1 << 22, 2], up: [2, 1 << 22])
    #expect(tensors.map(\.elementCount) == [4] && problems.isEmpty)
  }

  @Test func integersAreNoFactors() throws {
    let (tensors, _) = try grouped(down: [2, 6], up: [4, 2], type: .int32)
    #expect(tensors.count == 2)
  }

  @Test func aNetworkThatRunsWithItsAdapterInsideKeepsIt() throws {
    func tensor(_ name: String, _ shape: [Int]) -> Tensor {
      Tensor(
        name: name, elementType: .float32, shape: shape,
        storage: ModelMemoryStorage([UInt8](repeating: 0, count: 4 * shape.reduce(1, *))))
    }
    let tensors = [
      tensor("q.base_layer.weight", [4, 6]), tensor("q.lora_A.weight", [2, 6]),
      tensor("q.lora_B.weight", [4, 2]),
    ]
    let result = AdapterWeights.grouped(tensors, metadata: ModelMetadata())
    #expect(result.tensors.map(\.name) == tensors.map(\.name) && result.problems.isEmpty)
  }
}
