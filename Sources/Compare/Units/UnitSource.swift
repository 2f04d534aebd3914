package import Fingerprint
import Synchronization

/// What is at hand of a reference to line units up with: its weights, or what its fingerprint keeps.
package enum UnitSource: Sendable {
  /// With what its fingerprint keeps, where it does.
  case weights(UnitWeights, UnitSignatures? = nil)
  case signatures(UnitSignatures)

  var parts: [UnitPart] {
    switch self {
    case .weights(let weights, let signatures):
      Self.parts(weights, signatures)
    case .signatures(let signatures):
      signatures.entries.map { entry in entry.tensor.map { .weights($0) } ?? .signature(entry) }
    }
  }

  var isWhole: Bool {
    switch self {
    case .weights(let weights, _): weights.isWhole
    case .signatures(let signatures): signatures.isWhole
    }
  }
}

extension UnitSource {
  private static func parts(_ weights: UnitWeights, _ signatures: UnitSignatures?) -> [UnitPart] {
    let known = Dictionary(
      (signatures?.entries ?? []).map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    return weights.entries.map { entry in
      let signature = known[entry.tensor.name].flatMap {
        $0.shape == entry.tensor.shape ? $0 : nil
      }
      return .weights(entry.tensor, signature)
    }
  }
}

/// The same of one tensor.
enum UnitPart: Sendable {
  case weights(UnitTensor, UnitSignature? = nil)
  case signature(UnitSignature)

  var name: String {
    switch self {
    case .weights(let tensor, _): tensor.name
    case .signature(let signature): signature.name
    }
  }

  var shape: [Int] {
    switch self {
    case .weights(let tensor, _): tensor.shape
    case .signature(let signature): signature.shape
    }
  }

  var extents: [Int] {
    switch self {
    case .weights(let tensor, _): tensor.extents
    case .signature(let signature): signature.extents
    }
  }

  var isMatrix: Bool {
    switch self {
    case .weights(let tensor, _): tensor.isMatrix
    case .signature(let signature): signature.isMatrix
    }
  }

  var taps: Int {
    switch self {
    case .weights(let tensor, _): tensor.taps
    case .signature(let signature): signature.taps
    }
  }

  /// Numbers of the tensor.
  var count: Int { shape.reduce(1, *) }

  /// The numbers themselves, where they are at hand.
  var values: [Float]? {
    if case .weights(let tensor, _) = self { tensor.values } else { nil }
  }
}

/// What makes the entries of both axes of a subject's tensors equal, worked out once for all references.
package final class UnitFactorMemo: Sendable {
  private let known = Mutex<[Int: UnitFactors]>([:])

  package init() {}

  /// Of a canonical tensor.
  subscript(_ tensor: Int) -> UnitFactors? {
    get { known.withLock { $0[tensor] } }
    set { known.withLock { $0[tensor] = newValue } }
  }
}
