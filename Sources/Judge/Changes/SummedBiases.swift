import Compare
import Fingerprint
import Foundation

/// Biases of recurrent layers that one framework keeps as two and another as their sum.
///
/// PyTorch and ONNX add one to what multiplies the input and one to what multiplies the state; LSTM layers
/// of Keras and TensorFlow Lite have one. Sketches are linear: that of the sum is the sum of both, so that
/// vectors of any length are held against each other, and nothing is fitted.
struct SummedBiases {
  /// Pairs of the subject's vectors with the reference's whose numbers they are.
  private var counterparts: [(subject: Int, reference: Int)] = []

  /// Error of a sum in single precision, relative to it.
  private static let precision = 1e-5
  /// Vectors that sums are held against, in all.
  private static let mostTests = 1 << 18
  /// Shorter ones may be equal by accident.
  private static let fewest = 16

  init(subject: ModelFingerprint, comparison: ReferenceComparison) {
    let reference = comparison.fingerprint
    let (mine, theirs) = (Self.twos(of: subject), Self.twos(of: reference))
    guard mine.isEmpty != theirs.isEmpty else { return }
    var tests = Self.mostTests
    if mine.isEmpty {
      let open = subject.tensors.indices.filter { comparison.pairs[$0]?.match != .equal }
      for (sum, two) in Self.sums(theirs, of: reference, among: open, of: subject, tests: &tests) {
        counterparts.append((sum, two.input))
      }
    } else {
      let all = Array(reference.tensors.indices)
      for (sum, two) in Self.sums(mine, of: subject, among: all, of: reference, tests: &tests) {
        counterparts += [(two.input, sum), (two.state, sum)]
      }
    }
  }

  /// The comparison as if both sides had summed them.
  func applied(to comparison: ReferenceComparison) -> ReferenceComparison {
    var comparison = comparison
    for (subject, reference) in counterparts {
      comparison.pairs[subject] = .accounted(for: reference)
    }
    return comparison
  }

  /// Both biases of a layer.
  private struct Two {
    var input: Int
    var state: Int
  }

  /// By the names that PyTorch has, and that ONNX's are read by.
  private static func twos(of model: ModelFingerprint) -> [Two] {
    let places = Dictionary(
      model.tensors.indices.lazy.filter { model.tensors[$0].vector != nil }
        .map { (model.tensors[$0].name, $0) }, uniquingKeysWith: { first, _ in first })
    return model.tensors.indices.compactMap { input in
      guard let word = model.tensors[input].name.range(of: "bias_ih", options: .backwards),
        let state = places[
          model.tensors[input].name.replacingCharacters(in: word, with: "bias_hh")],
        model.tensors[input].elementCount == model.tensors[state].elementCount,
        model.tensors[input].elementCount >= fewest
      else { return nil }
      return Two(input: input, state: state)
    }
  }

  /// Vectors of the other model that are the sum of two, each once.
  private static func sums(
    _ twos: [Two], of model: ModelFingerprint, among vectors: [Int], of other: ModelFingerprint,
    tests: inout Int
  ) -> [(sum: Int, of: Two)] {
    var open = Dictionary(
      grouping: vectors.filter { other.tensors[$0].vector != nil },
      by: { other.tensors[$0].elementCount })
    var found: [(sum: Int, of: Two)] = []
    for two in twos where tests > 0 {
      let (input, state) = (model.tensors[two.input], model.tensors[two.state])
      guard let one = input.vector, let second = state.vector else { continue }
      let expected = zip(one, second).map { Double($0) + Double($1) }
      let mean = input.moments.mean + state.moments.mean
      let candidates = open[input.elementCount] ?? []
      tests -= candidates.count
      let place = candidates.firstIndex { index in
        let tensor = other.tensors[index]
        guard tensor.isEvidence, let values = tensor.vector, values.count == expected.count else {
          return false
        }
        let size = values.reduce(0) { $0 + Double($1) * Double($1) }
        let error = zip(values, expected).reduce(0) {
          $0 + (Double($1.0) - $1.1) * (Double($1.0) - $1.1)
        }
        let limit = max(precision, 2 * Rounding.floor(tensor, input))
        return size > 0 && error <= limit * limit * size
          && abs(tensor.moments.mean - mean) <= limit * tensor.moments.absoluteMaximum
      }
      guard let place else { continue }
      found.append((candidates[place], two))
      open[input.elementCount]?.remove(at: place)
    }
    return found
  }
}
