import Compare
import Fingerprint

/// Two networks without circuits of which one has more units in its layers, so that the other, or a copy of it whose
/// units stand in another order, may be part of it.
///
/// Units that nothing takes, and units in halves, change nothing that a network computes; nor does it compute another
/// thing without units that nothing took. What such networks have in place says nothing.
enum UnequalWidths {
  /// A weight matrix or kernel as a layer has it.
  private struct Layer {
    var extents: (Int, Int)
    var taps: [Int]
    var elements: Int
    /// Those that no other is taken to be in: several may be fused.
    var left: Int

    init?(_ tensor: TensorFingerprint) {
      guard tensor.isEvidence, tensor.shape.count > 1 else { return nil }
      (extents, taps) = ((tensor.shape[0], tensor.shape[1]), Array(tensor.shape.dropFirst(2)))
      elements = tensor.shape.reduce(1, *)
      left = elements
    }

    func holds(_ other: Layer) -> Bool {
      func holds(_ extent: Int, _ other: Int) -> Bool {
        extent >= other && extent <= Calibration.widenedExtent * other
      }
      return taps == other.taps && holds(extents.0, other.extents.0)
        && holds(extents.1, other.extents.1)
    }

    /// Whether inputs or classes may be those of another.
    func sharesEnd(with other: Layer) -> Bool {
      extents.0 == other.extents.0 || extents.1 == other.extents.1
    }
  }

  /// Whether either of two models has room for the other, layer by layer, and an end in common from which units can be
  /// told.
  static func mayHide(_ one: ModelFingerprint, _ other: ModelFingerprint) -> Bool {
    let (mine, theirs) = (one.tensors.compactMap(Layer.init), other.tensors.compactMap(Layer.init))
    return hasRoom(mine, for: theirs) || hasRoom(theirs, for: mine)
  }

  private static func hasRoom(_ layers: [Layer], for others: [Layer]) -> Bool {
    var free = layers.sorted { $0.elements < $1.elements }
    var (alone, total, isAnchored) = (0, 0, false)
    for layer in others.sorted(by: { $0.elements < $1.elements }) {
      total += layer.elements
      guard let found = free.firstIndex(where: { $0.holds(layer) && $0.left >= layer.elements })
      else {
        alone += layer.elements
        continue
      }
      isAnchored = isAnchored || free[found].sharesEnd(with: layer)
      free[found].left -= layer.elements
    }
    return isAnchored && Double(alone) <= UnitEngine.mostAlone * Double(total)
  }
}
