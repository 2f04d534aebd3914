import Canonicalise
import Load
import TestSupport

@testable import Compare
@testable import Fingerprint

/// Fingerprints of models built in memory.
enum Models {
  /// The first tokens of the anchor list and as many that are no anchors.
  static func tokens(_ anchors: Int) -> [[UInt8]] {
    let list = AnchorList.standard.tokens.prefix(anchors)
    return list.flatMap { [$0, Array("\u{7}other ".utf8) + $0] }
  }

  static func fingerprint(_ weights: ModelWeights) async throws -> ModelFingerprint {
    try await fingerprint(weights.checkpoint("model"))
  }

  static func fingerprint(_ checkpoint: Checkpoint) async throws -> ModelFingerprint {
    let model = try ArchitectureCatalogue.bundled().canonicalise(checkpoint)
    return try Fingerprinter(threads: 2).fingerprint(model)
  }

  /// A checkpoint of float32 tensors that no definition describes.
  static func anonymous(_ matrices: [ModelMatrix]) -> Checkpoint {
    Checkpoint(
      "anonymous",
      tensors: matrices.enumerated().map { index, matrix in
        Tensor("blob_\(index)", [matrix.rows, matrix.columns], matrix.floats)
      })
  }

  /// The same tensors under names that tell nothing.
  static func renamed(_ checkpoint: Checkpoint) -> Checkpoint {
    Checkpoint(
      "renamed",
      tensors: checkpoint.tensors.enumerated().map { index, tensor in
        Tensor(
          name: "blob_\(index)", elementType: tensor.elementType, shape: tensor.shape,
          storage: tensor.stored[0].storage)
      })
  }
}

extension ModelWeights {
  /// All matrices of the layers and the embedding moved by noise of a share of their own size.
  func trained(_ share: Double, seed: UInt64) -> ModelWeights {
    let other = ModelWeights(layout, sizes, tokens: tokens, seed: seed)
    func moved(_ mine: ModelMatrix, _ noise: ModelMatrix) -> ModelMatrix {
      mine.combined(1, noise, share)
    }
    var result = self
    result.embedding = moved(embedding, other.embedding)
    if let head, let noise = other.head { result.head = moved(head, noise) }
    for (i, noise) in other.layers.enumerated() {
      result.layers[i].query = moved(layers[i].query, noise.query)
      result.layers[i].key = moved(layers[i].key, noise.key)
      result.layers[i].value = moved(layers[i].value, noise.value)
      result.layers[i].output = moved(layers[i].output, noise.output)
      if let gate = layers[i].gate, let change = noise.gate {
        result.layers[i].gate = moved(gate, change)
      }
      result.layers[i].up = moved(layers[i].up, noise.up)
      result.layers[i].down = moved(layers[i].down, noise.down)
    }
    return result
  }
}

/// Mean, spread and extremes of standardised values.
struct Spread: CustomStringConvertible {
  let count: Int
  let mean: Double
  let deviation: Double
  let largest: Double

  init(_ values: [Double]) {
    let moments = SampleMoments(values)
    count = values.count
    mean = moments.mean
    deviation = moments.deviation
    largest = values.map { abs($0) }.max() ?? 0
  }

  var description: String {
    "\(count) values: mean \(mean), deviation \(deviation), largest \(largest)"
  }
}

/// All unordered pairs of distinct elements.
func pairs<Element>(_ elements: [Element]) -> [(Element, Element)] {
  elements.indices.flatMap { i in
    elements[(i + 1)...].map { (elements[i], $0) }
  }
}

/// Standardised cosines of all layers against all layers.
func circuitScores(
  _ a: ModelFingerprint, _ b: ModelFingerprint, side: Int = LayerCircuits.side
) -> [CircuitKind: [Double]] {
  guard let mine = a.frame, let theirs = b.frame else { return [:] }
  let inflation = CircuitComparison.inflation(mine, theirs, side: side)
  var result: [CircuitKind: [Double]] = [:]
  for mine in a.circuits {
    for theirs in b.circuits {
      for kind in CircuitKind.allCases {
        guard let x = mine.circuits[kind], let y = theirs.circuits[kind] else { continue }
        let deviation = inflation / Double(side) * (kind.isSymmetric ? 2.0.squareRoot() : 1)
        let cosine = Kernel.dot(corner(x, side), corner(y, side))
        result[kind, default: []].append(cosine / deviation)
      }
    }
  }
  return result
}

/// The circuit of the first directions only, of unit norm.
private func corner(_ circuit: [Float], _ side: Int) -> [Float] {
  guard side < LayerCircuits.side else { return circuit }
  let values = (0..<side * side).map { circuit[$0 / side * LayerCircuits.side + $0 % side] }
  let norm = Kernel.dot(values, values).squareRoot()
  return values.map { $0 / Float(norm) }
}
