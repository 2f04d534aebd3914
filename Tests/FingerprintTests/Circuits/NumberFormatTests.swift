import Load
import TestSupport
import Testing

@testable import Fingerprint

@Suite struct NumberFormatTests {
  /// bfloat16 weights may be multiplied in pairs, floats never are; NaNs count as zeros in both.
  @Test(arguments: ModelWeights.Layout.allCases)
  func circuitsAreThoseOfTheSameNumbersInFloats(layout: ModelWeights.Layout) async throws {
    let weights = CircuitInvarianceTests.model(layout)
    let stored = weights.checkpoint("stored", as: .bfloat16)
    let isBroken = { (name: String) in name.contains(".0.") && name.hasSuffix("weight") }
    func copy(as type: ElementType) throws -> Checkpoint {
      var checkpoint = stored
      checkpoint.tensors = try stored.tensors.map { tensor in
        var values = try Self.floats(tensor)
        if values.count > 1000, isBroken(tensor.name) { values[values.count / 2] = .nan }
        return Tensor(tensor.name, tensor.shape, values, as: type)
      }
      return checkpoint
    }
    let narrow = try await Models.fingerprint(try copy(as: .bfloat16))
    let wide = try await Models.fingerprint(try copy(as: .float32))
    #expect(narrow.tensors.contains { $0.moments.nans > 0 })
    #expect(!narrow.circuits.isEmpty)
    for (layer, other) in zip(narrow.circuits, wide.circuits) {
      #expect(layer.circuits.keys == other.circuits.keys)
      for (kind, circuit) in layer.circuits {
        let expected = try #require(other.circuits[kind])
        #expect(zip(circuit, expected).allSatisfy { abs($0 - $1) < 1e-5 }, "\(kind)")
      }
    }
  }

  private static func floats(_ tensor: Tensor) throws -> [Float] {
    let decoder = try #require(ElementDecoder(tensor.elementType))
    var values = [Float](repeating: 0, count: tensor.elementCount)
    try tensor.withBytes(of: 0..<values.count, scratch: ByteScratch()) { bytes in
      guard let base = bytes.baseAddress else { return }
      decoder.decode(base, into: &values, count: values.count)
    }
    return values
  }
}
