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
        storage: MemoryStorage([UInt8](repeating: 0, count: min(count, 1 << 10) * 4)))
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
    ([1, 1 << 26], [1 << 26, 1]), ([1, 1 << 21], [2, 1]), ([1024, 2], [1 << 57, 0]),
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

  private static func zeros(_ name: String, _ shape: [Int]) -> Tensor {
    Tensor(
      name: name, elementType: .float32, shape: shape,
      storage: MemoryStorage([UInt8](repeating: 0, count: 4 * shape.reduce(1, *))))
  }

  @Test func aWeightIsChangedOnce() throws {
    let tensors = [
      Self.zeros("d.lora_A.weight", [2, 6]), Self.zeros("d.lora_B.weight", [4, 2]),
      Self.zeros("d.lora_down.weight", [2, 6]), Self.zeros("d.lora_up.weight", [4, 2]),
    ]
    let result = AdapterWeights.grouped(tensors, metadata: ModelMetadata())
    let changes = result.tensors.filter { $0.name == "d.weight" }
    #expect(changes.count == 1)
    #expect(result.problems.map(\.subject) == ["d.lora_down.weight"])
    // Names that lead to one weight of a base are no second change of it either.
    let apart = AdapterWeights.grouped(
      [
        Self.zeros("model.d.lora_A.weight", [2, 6]), Self.zeros("model.d.lora_B.weight", [4, 2]),
        Self.zeros("d.lora_A.weight", [2, 6]), Self.zeros("d.lora_B.weight", [4, 2]),
      ], metadata: ModelMetadata()
    ).tensors
    let base = Self.checkpoint([Self.zeros("model.d.weight", [4, 6])])
    let adapter = Self.checkpoint(apart)
    let error = try #require(#expect(throws: LoadError.self) { try adapter.merged(into: base) })
    #expect(error.code == .duplicateKey)
  }

  private static func checkpoint(_ tensors: [Tensor]) -> Checkpoint {
    Checkpoint(
      name: "m", path: "m", format: .safetensors, tensors: tensors, metadata: ModelMetadata(),
      files: [])
  }

  /// What changes the product besides the two factors is not left out of it.
  @Test(arguments: [
    ("lora_mid.weight", [2, 2]), ("lora_magnitude_vector", [1, 6]), ("dora_scale", [3]),
    ("alpha", [2]),
  ])
  func partsThatDoNotFitMakeNoOtherChange(part: String, shape: [Int]) {
    let result = AdapterWeights.grouped(
      [
        Self.zeros("d.lora_down.weight", [2, 6]), Self.zeros("d.lora_up.weight", [4, 2]),
        Self.zeros("d.\(part)", shape),
      ], metadata: ModelMetadata())
    let changes = result.tensors.filter { !$0.isPlain }
    #expect(changes.isEmpty)
  }

  @Test func integersAreNoFactors() throws {
    let (tensors, _) = try grouped(down: [2, 6], up: [4, 2], type: .int32)
    #expect(tensors.count == 2)
  }

  @Test func aNetworkThatRunsWithItsAdapterInsideKeepsIt() throws {
    let tensors = [
      Self.zeros("q.base_layer.weight", [4, 6]), Self.zeros("q.lora_A.weight", [2, 6]),
      Self.zeros("q.lora_B.weight", [4, 2]),
    ]
    let result = AdapterWeights.grouped(tensors, metadata: ModelMetadata())
    #expect(result.tensors.map(\.name) == tensors.map(\.name) && result.problems.isEmpty)
  }
}
