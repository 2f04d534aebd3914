import Fingerprint

/// Tensors of a subject that look as if anybody could compute them (`Formula`).
///
/// A formula is told from a few windows whose places are public: overwritten there, stolen weights would
/// look like constants and be left out of every test. A tensor is a constant to a comparison only
/// where strangers do share it, that is where a reference has that constant too. Where none has, there
/// is nothing that it could show falsely, and it is compared as all others are.
extension ModelFingerprint {
  /// Constants look alike from this cosine of sketches on, with what noise and rounding leave.
  private static let likeness = 0.9

  /// With no formula believed.
  func doubtingConstants() -> ModelFingerprint {
    var result = self
    for index in tensors.indices { result.tensors[index].isFormulaDoubted = true }
    return result
  }

  /// Whether it depends on references what is believed of it.
  var hasConstantFormula: Bool { tensors.contains(where: \.hasConstantFormula) }

  /// With those formulas believed that some reference confirms: it holds a constant of the same shape
  /// with the same bytes, at the same place or of the same content.
  func believingConstants(of references: [ModelFingerprint]) -> ModelFingerprint {
    guard hasConstantFormula else { return self }
    var constants: [[Int]: [TensorFingerprint]] = [:]
    for tensor in references.lazy.flatMap(\.tensors) where tensor.hasConstantFormula {
      constants[tensor.shape, default: []].append(tensor)
    }
    let known = constants.mapValues { tensors in
      (
        digests: Set(tensors.map(\.digest)), places: Set(tensors.map(TensorPlace.init)),
        sketches: tensors.compactMap(Direction.init)
      )
    }
    var result = self
    for (index, tensor) in tensors.enumerated() where tensor.hasConstantFormula {
      let isConfirmed = known[tensor.shape].map { known in
        known.digests.contains(tensor.digest) || known.places.contains(TensorPlace(tensor))
          || Direction(tensor).map { mine in
            known.sketches.contains { $0.cosine(mine) >= Self.likeness }
          } ?? false
      }
      result.tensors[index].isFormulaDoubted = isConfirmed != true
    }
    return result
  }
}

/// A sketch of length one.
private struct Direction {
  private let values: [Float]

  init?(_ tensor: TensorFingerprint) {
    guard let raw = tensor.matrix?.raw ?? tensor.vector else { return nil }
    let length = raw.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
    values = length > 0 ? raw.map { Float(Double($0) / length) } : raw
  }

  func cosine(_ other: Direction) -> Double {
    guard values.count == other.values.count else { return 0 }
    return zip(values, other.values).reduce(0) { $0 + Double($1.0) * Double($1.1) }
  }
}
