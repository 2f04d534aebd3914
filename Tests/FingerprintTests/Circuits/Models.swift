import Canonicalise
import Load
import TestSupport

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

  /// Cosine of every circuit of two models, layer by layer; circuits are of unit norm.
  static func cosines(
    _ a: ModelFingerprint, _ b: ModelFingerprint
  ) -> [(layer: Int, kind: CircuitKind, cosine: Double)] {
    zip(a.circuits, b.circuits).flatMap { mine, theirs in
      CircuitKind.allCases.compactMap { kind in
        guard let x = mine.circuits[kind], let y = theirs.circuits[kind] else { return nil }
        return (mine.layer, kind, zip(x, y).reduce(0) { $0 + Double($1.0) * Double($1.1) })
      }
    }
  }
}
