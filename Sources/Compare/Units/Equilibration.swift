package import Canonicalise
package import Fingerprint
import Foundation

/// The matrices of a model whose rows or columns differ in scale by more than training leaves, with all of
/// them of equal energy.
///
/// Factors between units that rectify change nothing that a network computes, and whoever loads it by code
/// of his own can undo any; but one loud row is most of a sketch. D₁·W·D₂ has one form of equal
/// energies for all positive D₁ and D₂, which is nearly what a trained matrix is by itself.
///
/// - Source: Sinkhorn, Knopp. "Concerning nonnegative matrices and doubly stochastic matrices." Pacific Journal
///   of Mathematics 21, 1967 (of the squares).
package struct Equilibration: Sendable {
  /// By the index of the canonical tensor.
  private let replaced: [Int: [Float]]
  package let record: EquilibratedMatrices

  /// Standard deviation of the natural logarithm of the factors from which on scales are no work of
  /// training: trained matrices stayed below 0.6.
  static let uneven = 0.7
  /// The same of norms, as they are, below which factors are not looked for.
  private static let remarkable = 0.5
  /// Share of the matrices' numbers that must be so before it is worth another look.
  static let leastShare = 0.2
  /// Numbers for each factor at least: of fewer, factors alone would make any matrix like any other.
  private static let leastNumbers = 4

  /// Nil where scales are those of training.
  ///
  /// - Parameters:
  ///   - learned: names of the tensors that are learned numbers.
  ///   - digest: of the model as it is.
  package init?(_ weights: UnitWeights, learned: Set<String>, digest: String) {
    var (replaced, total, scaled, spread) = ([Int: [Float]](), 0, 0, 0.0)
    for entry in weights.entries {
      let tensor = entry.tensor
      let numbers = tensor.values.count
      guard tensor.isMatrix, learned.contains(tensor.name) else { continue }
      total += numbers
      guard numbers >= Self.leastNumbers * (tensor.extents[0] + tensor.extents[1]),
        tensor.spreadOfNorms > Self.remarkable
      else { continue }
      let factors = tensor.factors.axes
      let own = max(factors[0].spread, factors[1].spread)
      guard own > Self.uneven else { continue }
      replaced[entry.index] = Self.scaled(tensor, factors[0], factors[1])
      scaled += numbers
      spread = max(spread, own)
    }
    guard scaled > 0, Double(scaled) >= Self.leastShare * Double(total) else { return nil }
    self.replaced = replaced
    record = EquilibratedMatrices(
      subjectDigest: digest, matrices: replaced.count, parameters: scaled, spread: spread)
  }

  package func applied(to model: CanonicalModel) -> CanonicalModel {
    var model = model
    for (index, values) in replaced { model.tensors[index].replace(by: values) }
    return model
  }

  /// The numbers times their factors, whose geometric mean is left out: the matrix keeps its scale.
  private static func scaled(_ tensor: UnitTensor, _ first: [Float], _ second: [Float]) -> [Float] {
    let means = [first, second].map { factors in
      let logarithms = factors.logarithms
      return logarithms.reduce(0, +) / Double(max(logarithms.count, 1))
    }
    let common = exp(-means[0] - means[1])
    var values = tensor.values
    for row in 0..<tensor.extents[0] {
      for column in 0..<tensor.extents[1] {
        let factor = Double(first[row]) * Double(second[column]) * common
        let start = (row * tensor.extents[1] + column) * tensor.taps
        for place in start..<start + tensor.taps {
          let value = Float(Double(values[place]) * factor)
          values[place] = value.isFinite ? value : 0
        }
      }
    }
    return values
  }
}

extension UnitTensor {
  /// The larger of the spreads of the norms of rows and columns.
  fileprivate var spreadOfNorms: Double {
    var energies = extents.map { [Double](repeating: 0, count: $0) }
    for row in 0..<extents[0] {
      for column in 0..<extents[1] {
        let start = (row * extents[1] + column) * taps
        var energy = 0.0
        for place in start..<start + taps {
          energy += Double(values[place]) * Double(values[place])
        }
        energies[0][row] += energy
        energies[1][column] += energy
      }
    }
    return energies.map { $0.map { Float($0.squareRoot()) }.spread }.max() ?? 0
  }
}

extension [Float] {
  fileprivate var logarithms: [Double] {
    filter { $0 > 0 && $0.isFinite }.map { log(Double($0)) }
  }

  /// Standard deviation of the natural logarithm of those that are positive.
  fileprivate var spread: Double {
    let logarithms = logarithms
    guard logarithms.count > 1 else { return 0 }
    let mean = logarithms.reduce(0, +) / Double(logarithms.count)
    let squares = logarithms.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return (squares / Double(logarithms.count)).squareRoot()
  }
}
