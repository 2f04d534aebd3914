import Canonicalise
import Load

/// Signatures of a network's tensors by which units are lined up without its weights.
package struct UnitSignatures: Sendable, Equatable {
  package var entries: [UnitSignature]
  /// Whether all weights have one that may have units.
  package var isWhole: Bool

  /// Bytes that are kept of a model at most, and those up to which many products are.
  static let mostBytes = 1 << 23
  static let bytesOfMany = 1 << 20

  init(entries: [UnitSignature], isWhole: Bool) {
    (self.entries, self.isWhole) = (entries, isWhole)
  }

  /// Nil where all of the model is compared by circuits, or nothing of it can be lined up.
  init?(
    _ model: CanonicalModel, without components: Set<String>, threads: Int
  ) throws(LoadError) {
    let weights = try UnitWeights(model, without: components)
    func bytes(_ most: Int) -> Int {
      weights.entries.reduce(0) {
        $0 + UnitSignature.byteCount(extents: $1.tensor.extents, taps: $1.tensor.taps, most: most)
      }
    }
    let most = bytes(UnitSigns.many) <= Self.bytesOfMany ? UnitSigns.many : UnitSigns.few
    guard weights.entries.contains(where: \.tensor.isMatrix), bytes(most) <= Self.mostBytes
    else { return nil }
    let entries = Concurrent.map(weights.entries.count, threads: threads) {
      UnitSignature(weights.entries[$0].tensor, most: most)
    }
    self.init(entries: entries, isWhole: weights.isWhole)
  }
}
