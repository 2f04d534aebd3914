import Canonicalise
import Fingerprint

/// Tensors of a subject that look as if anybody could compute them (`Formula`), or have the name of such.
///
/// A formula is told from a few windows whose places are public: overwritten there, stolen weights would
/// look like constants and be left out of every test. A tensor is a constant to a comparison only
/// where strangers do share it, that is where a reference has that constant too. Where none has, there
/// is nothing that it could show falsely, and it is compared as all others are: one that has no more than
/// the name of a constant as if it had no name.
extension ModelFingerprint {
  /// Constants look alike from this cosine of sketches on, with what noise and rounding leave.
  private static let likeness = 0.9

  /// With none believed but those that name and formula agree on.
  func doubtingConstants() -> ModelFingerprint {
    var result = self
    for index in tensors.indices where tensors[index].claimsConstancy {
      result.tensors[index].doubtConstancy()
    }
    return result
  }

  /// Whether it depends on references what is believed of it.
  var claimsConstants: Bool { tensors.contains(where: \.claimsConstancy) }

  /// With those believed that some reference confirms: it holds a constant of the same shape with the
  /// same bytes, at the same place or of the same content.
  func believingConstants(of references: [ModelFingerprint]) -> ModelFingerprint {
    guard claimsConstants else { return self }
    var constants: [[Int]: [TensorFingerprint]] = [:]
    for tensor in references.lazy.flatMap(\.tensors) where tensor.isClaimedConstant {
      constants[tensor.shape, default: []].append(tensor)
    }
    let known = constants.mapValues { tensors in
      (
        digests: Set(tensors.map(\.digest)), places: Set(tensors.map(Claim.init)),
        sketches: tensors.compactMap(Direction.init)
      )
    }
    var result = self
    for (index, tensor) in tensors.enumerated() where tensor.claimsConstancy {
      let isConfirmed = known[tensor.shape].map { known in
        known.digests.contains(tensor.digest) || known.places.contains(Claim(tensor))
          || Direction(tensor).map { mine in
            known.sketches.contains { $0.cosine(mine) >= Self.likeness }
          } ?? false
      }
      if isConfirmed != true { result.tensors[index].doubtConstancy() }
    }
    return result
  }
}

extension TensorFingerprint {
  /// Whether its formula or its name says that it is a constant.
  fileprivate var isClaimedConstant: Bool { hasConstantFormula || isConstantByNameAlone }

  /// Whether that takes a reference to be believed: a formula under a constant's name needs none.
  fileprivate var claimsConstancy: Bool {
    isClaimedConstant && (role != .constant || isConstantByNameAlone)
  }

  fileprivate mutating func doubtConstancy() {
    isConstancyDoubted = true
    if role == .constant { role = .unknown }
  }
}

/// A constant's place; a formula there does not confirm a mere name.
private struct Claim: Hashable {
  private let place: TensorPlace
  private let hasFormula: Bool

  init(_ tensor: TensorFingerprint) {
    (place, hasFormula) = (TensorPlace(tensor), tensor.hasConstantFormula)
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
