import Compare
import Fingerprint

/// Two networks without circuits of which one has more units in its layers, so that the other, or a copy of it whose
/// units stand in another order, may be part of it.
///
/// Units that nothing takes, and units in halves, change nothing that a network computes; nor does it compute another
/// thing without units that nothing took. What such networks have in place says nothing.
enum UnequalWidths {
  /// The shape of a weight matrix or kernel.
  private struct Shape: Hashable, Comparable {
    /// Outputs, inputs, and taps.
    var extents: [Int]

    init?(_ tensor: TensorFingerprint) {
      guard tensor.isEvidence, tensor.shape.count > 1 else { return nil }
      extents = tensor.shape
    }

    /// As a fraction can hold any number that a fingerprint states.
    var elements: Double { extents.reduce(1) { $0 * Double($1) } }

    static func < (one: Self, other: Self) -> Bool {
      one.elements == other.elements
        ? one.extents.lexicographicallyPrecedes(other.extents) : one.elements < other.elements
    }

    func holds(_ other: Shape) -> Bool {
      func holds(_ extent: Int, _ other: Int) -> Bool {
        extent >= other && Double(extent) <= Double(Calibration.widenedExtent) * Double(other)
      }
      return extents.dropFirst(2) == other.extents.dropFirst(2)
        && holds(extents[0], other.extents[0]) && holds(extents[1], other.extents[1])
    }

    /// Whether inputs or classes may be those of another.
    func sharesEnd(with other: Shape) -> Bool {
      extents[0] == other.extents[0] || extents[1] == other.extents[1]
    }
  }

  /// Pairs of shapes that are looked at: no network that is in use has as many.
  private static let mostPairs = 1 << 22

  /// Whether either of two models has room for the other, layer by layer, and an end in common from which units can be
  /// told.
  static func mayHide(_ one: ModelFingerprint, _ other: ModelFingerprint) -> Bool {
    let (mine, theirs) = (sizes(one), sizes(other))
    guard mine.count * theirs.count <= mostPairs else { return true }
    return hasRoom(mine, for: theirs) || hasRoom(theirs, for: mine)
  }

  /// Numbers of all matrices of a shape, the smallest shapes first.
  private static func sizes(_ model: ModelFingerprint) -> [(shape: Shape, numbers: Double)] {
    let shapes = model.tensors.compactMap(Shape.init)
    return Dictionary(grouping: shapes) { $0 }.map {
      ($0.key, $0.key.elements * Double($0.value.count))
    }
    .sorted { $0.0 < $1.0 }
  }

  /// Several may be fused in one: what is counted is numbers.
  private static func hasRoom(
    _ sizes: [(shape: Shape, numbers: Double)], for others: [(shape: Shape, numbers: Double)]
  ) -> Bool {
    var (free, alone, isAnchored) = (sizes, 0.0, false)
    for (shape, numbers) in others {
      var missing = numbers
      for index in free.indices where free[index].shape.holds(shape) {
        isAnchored = isAnchored || free[index].shape.sharesEnd(with: shape)
        let taken = min(
          missing, (free[index].numbers / shape.elements).rounded(.down) * shape.elements)
        (missing, free[index].numbers) = (missing - taken, free[index].numbers - taken)
      }
      alone += missing
    }
    let total = others.reduce(0.0) { $0 + $1.numbers }
    return isAnchored && alone <= UnitEngine.mostAlone * total
  }
}
