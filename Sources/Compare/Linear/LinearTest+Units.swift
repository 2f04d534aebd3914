import Canonicalise
package import Fingerprint
import Foundation

extension LinearTest {
  /// The test of each unit of known roles: a model may have taken an embedding or a layer only.
  func units(_ scores: [Score?]) -> [LinearEvidence.Unit] {
    var sums: [UnitKey: (z: Double, cosine: Double, count: Int, parameters: Int)] = [:]
    for (index, tensor) in correspondence.subject.enumerated() {
      guard tensor.matrix != nil, tensor.isUnitEvidence, let pair = pairs[index],
        let score = scores[index]
      else { continue }
      // A counterpart that was chosen among many is the best of them.
      let chosen = pair.match == .likeness ? correspondence.subject.count.log10OfChoices : 0
      let z = chosen > 0 ? max(0, score.z - 1.5 * chosen) : score.z
      let sum = sums[UnitKey(tensor)] ?? (0, 0, 0, 0)
      sums[UnitKey(tensor)] = (
        sum.z + z, sum.cosine + score.cosine, sum.count + 1, sum.parameters + tensor.elementCount
      )
    }
    return sums.keys.sorted().compactMap { key in
      sums[key].map {
        LinearEvidence.Unit(
          key: key, z: $0.z / Double($0.count).squareRoot() / LinearEvidence.sumInflation,
          cosine: $0.cosine / Double($0.count), parameters: $0.parameters)
      }
    }
  }
}

extension TensorFingerprint {
  /// Whether a match of this tensor alone says something: its role is known, and its rows or columns
  /// are coordinates that a random initialisation chose.
  package var isUnitEvidence: Bool {
    switch role {
    case .unknown, .constant, .positionEmbedding, .tokenTypeEmbedding, .relativePositionBias,
      .router, .denseKernel, .convolutionKernel, .recurrentInputKernel, .recurrentStateKernel,
      .mixerConvolution, .mixerParameter, .residualMixing, .layerScale, .conditioning, .modulation:
      false
    default: isEvidence
    }
  }
}

extension Int {
  /// log10 of a number of choices, by which log10 p is corrected; 0 where there was none.
  package var log10OfChoices: Double { self > 0 ? Foundation.log10(Double(self)) : 0 }
}
