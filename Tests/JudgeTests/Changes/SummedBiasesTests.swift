import Judge
import Load
import TestSupport
import Testing

/// Recurrent layers with two biases, and with their sum.
@Suite struct SummedBiasesTests {
  /// Two LSTM layers of more gates than fingerprints keep number by number, and of fewer.
  private struct Network {
    private static let layers = [(inputs: 40, units: 80), (inputs: 80, units: 24)]
    private var kernels: [[[Float]]] = []
    private var biases: [[[Float]]] = []
    private var output: [Float] = []

    init(seed: UInt64) {
      var random = ModelRandom(seed: seed)
      func draw(_ count: Int) -> [Float] {
        (0..<count).map { _ in Float(0.1 * random.gaussian()) }
      }
      for (inputs, units) in Self.layers {
        kernels.append([draw(4 * units * inputs), draw(4 * units * units)])
        biases.append([draw(4 * units), draw(4 * units)])
      }
      output = draw(10 * 24)
    }

    /// - Parameter summed: whether there is one bias, under other words.
    func checkpoint(_ name: String, summed: Bool, of other: Network? = nil) -> Checkpoint {
      var tensors = [Tensor("out.weight", [10, 24], output)]
      for (index, (inputs, units)) in Self.layers.enumerated() {
        let words = summed ? ["kernel", "state"] : ["weight_ih_l0", "weight_hh_l0"]
        for (word, (width, values)) in zip(words, zip([inputs, units], kernels[index])) {
          tensors.append(Tensor("lstm\(index).\(word)", [4 * units, width], values))
        }
        let both = (other ?? self).biases[index]
        if summed {
          let sum = zip(both[0], both[1]).map(+)
          tensors.append(Tensor("lstm\(index).bias", [4 * units], sum))
        } else {
          tensors.append(Tensor("lstm\(index).bias_ih_l0", [4 * units], both[0]))
          tensors.append(Tensor("lstm\(index).bias_hh_l0", [4 * units], both[1]))
        }
      }
      return Checkpoint(name, tensors: tensors)
    }
  }

  private let base = Network(seed: 5)

  @Test(arguments: [true, false])
  func sumsAreTheSameNumbers(isSubjectSummed: Bool) async throws {
    let judgement = try await Models.judge(
      base.checkpoint("child", summed: isSubjectSummed),
      against: [base.checkpoint("base", summed: !isSubjectSummed)])
    let modification = try #require(judgement.parents.first?.modification)
    #expect(modification.derivedShare > 0.9999)
    #expect(modification.new == 0)
    #expect(modification.modified == 0)
  }

  @Test func biasesOfAnotherNetworkAreNew() async throws {
    let judgement = try await Models.judge(
      base.checkpoint("child", summed: true, of: Network(seed: 6)),
      against: [base.checkpoint("base", summed: false)])
    let modification = try #require(judgement.parents.first?.modification)
    #expect(modification.derivedShare < 0.9995)
  }
}
