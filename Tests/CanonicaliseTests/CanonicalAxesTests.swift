import Load
import Testing

@testable import Canonicalise

/// Kernels have one order of axes, and gates one order, whatever container they come from.
@Suite struct CanonicalAxesTests {
  private func canonical(_ tensors: [Tensor]) throws -> CanonicalModel {
    try ArchitectureCatalogue.shared.get().canonicalise(Checkpoint(tensors))
  }

  /// Element i of the stored array is i: the places of canonical elements in storage.
  private func numbers(_ tensor: CanonicalTensor) throws -> [Float] {
    try tensor.matrix().flatMap(\.self)
  }

  /// Where the canonical element of an output, an input and a tap is stored.
  private static func place(_ order: AxisOrder, _ output: Int, _ input: Int, _ tap: Int) -> Int {
    switch order {
    case .outputLast, .outputLastByChannel: (tap * 3 + input) * 4 + output
    case .inputLast, .inputLastTransposed: (output * 4 + tap) * 3 + input
    case .outputFirst: (output * 3 + input) * 4 + tap
    }
  }

  private static let stored: [(AxisOrder, [Int])] = [
    (.outputLast, [2, 2, 3, 4]), (.inputLast, [4, 2, 2, 3]), (.outputFirst, [4, 3, 2, 2]),
  ]

  @Test(arguments: stored)
  func filtersAreOutputsInputsTaps(order: AxisOrder, shape: [Int]) throws {
    let filter = try canonical([Tensor("a.filter", shape, axisOrder: order)]).tensors[0]
    #expect(filter.view.shape == [4, 3, 2, 2])
    var expected: [Float] = []
    for output in 0..<4 {
      for input in 0..<3 {
        for tap in 0..<4 { expected.append(Float(Self.place(order, output, input, tap))) }
      }
    }
    #expect(try numbers(filter) == expected)
    #expect(!filter.view.transposed)
  }

  @Test func gatesOfImpossibleExtentsAreLeftAlone() throws {
    let state = Tensor("gru.recurrent_kernel", [0, Int.max], axisOrder: .outputLast)
    #expect(try canonical([state]).tensors.count == 1)
  }

  @Test func filtersOfEachChannelAreOneAfterTheOther() throws {
    // [taps, taps, channels, filters of each]
    let filter = try canonical([Tensor("d.filter", [2, 2, 3, 2], axisOrder: .outputLastByChannel)])
      .tensors[0]
    #expect(filter.view.shape == [6, 1, 2, 2])
    var expected: [Float] = []
    for channel in 0..<3 {
      for number in 0..<2 {
        for tap in 0..<4 { expected.append(Float((tap * 3 + channel) * 2 + number)) }
      }
    }
    #expect(try numbers(filter) == expected)
  }

  /// A filter of one output and as many of one input are the same numbers.
  @Test func oneOutputIsManyChannels() throws {
    for (order, shape) in [
      (AxisOrder.outputLast, [2, 2, 3, 1]), (.inputLast, [1, 2, 2, 3]),
      (.outputFirst, [1, 3, 2, 2]),
    ] {
      let filter = try canonical([Tensor("a.filter", shape, axisOrder: order)]).tensors[0]
      #expect(filter.view.shape == [3, 1, 2, 2])
      #expect(filter.view.rowCount == 3 && filter.view.columnCount == 4)
    }
  }

  @Test func matricesAreOutputsInputs() throws {
    let dense = try canonical([Tensor("x/kernel", [3, 2], axisOrder: .outputLast)]).tensors[0]
    #expect(try dense.matrix() == [[0, 2, 4], [1, 3, 5]])
    #expect(!dense.view.transposed && dense.source.shape == [2, 3])
  }

  @Test func gatesOfKerasAreThoseOfPyTorch() throws {
    let units = 2
    let model = try canonical([
      Tensor("gru/kernel", [1, 3 * units], axisOrder: .outputLast),
      Tensor("gru/recurrent_kernel", [units, 3 * units], axisOrder: .outputLast),
      Tensor("gru/bias", [2, 3 * units], axisOrder: .outputLast),
    ])
    #expect(try model.tensor("gru/kernel").matrix() == [[2], [3], [0], [1], [4], [5]])
    #expect(
      try model.tensor("gru/recurrent_kernel").matrix()
        == [[2, 8], [3, 9], [0, 6], [1, 7], [4, 10], [5, 11]])
    #expect(try model.tensor("gru/bias#input").matrix() == [[2, 3, 0, 1, 4, 5]])
    #expect(try model.tensor("gru/bias#state").matrix() == [[8, 9, 6, 7, 10, 11]])
  }

  @Test func gatesOfPyTorchStayAsTheyAre() throws {
    let model = try canonical([
      Tensor("gru.weight_ih_l0", [6, 1]), Tensor("gru.weight_hh_l0", [6, 2]),
      Tensor("gru.bias_ih_l0", [6]), Tensor("gru.bias_hh_l0", [6]),
    ])
    #expect(try model.tensor("gru.weight_ih_l0").matrix() == (0..<6).map { [Float($0)] })
    #expect(try model.tensor("gru.bias_hh_l0").matrix() == [(0..<6).map(Float.init)])
  }

  @Test func gatesOfLSTMLayersStayAsTheyAre() throws {
    let model = try canonical([
      Tensor("lstm/kernel", [1, 8], axisOrder: .outputLast),
      Tensor("lstm/recurrent_kernel", [2, 8], axisOrder: .outputLast), Tensor("lstm/bias", [8]),
    ])
    #expect(try model.tensor("lstm/kernel").matrix() == (0..<8).map { [Float($0)] })
    #expect(try model.tensor("lstm/bias").matrix() == [(0..<8).map(Float.init)])
  }
}
