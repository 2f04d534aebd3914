import Canonicalise
import Fingerprint

/// Matrices of a model in parts of which no circuits are made, by their shapes: of a language model, towers for
/// pictures and sound, projectors, and what nothing tells the part of; of another network, all.
///
/// Such parts are compared in place only. A network whose units stand in another order, or a language model in
/// another basis, computes what it did, and would not be seen among them.
struct UnanchoredParts {
  /// The shorter extent, then the longer: names may call a matrix transposed.
  fileprivate struct Shape: Hashable {
    var short: Int
    var long: Int

    init?(_ tensor: TensorFingerprint) {
      guard tensor.parameter == .weight, tensor.isEvidence, let matrix = tensor.matrix else {
        return nil
      }
      (short, long) = (min(matrix.rows, matrix.columns), max(matrix.rows, matrix.columns))
    }

    var elements: Int { short * long }

    /// Whether a matrix of another shape can be part of this one.
    func holds(_ other: Shape) -> Bool {
      Self.holds(short, other.short) && Self.holds(long, other.long)
    }

    private static func holds(_ extent: Int, _ other: Int) -> Bool {
      extent >= other
        && Double(extent) <= (1 + Calibration.paddedExtent) * Double(other)
    }
  }

  private let counts: [Shape: Int]

  /// - Parameter counts: which tensors, by their index, may count as such.
  init(_ model: ModelFingerprint, where counts: (Int) -> Bool = { _ in true }) {
    let anchored = model.anchoredComponents
    self.counts = Self.count(
      model.tensors.indices.filter { index in
        let tensor = model.tensors[index]
        return !Self.isAnchored(tensor, in: anchored)
          && !ModelReading.leavesOut(tensor.component) && counts(index)
      }.map { model.tensors[$0] })
  }

  /// Whether circuits can be made of a tensor: its name tells its part.
  private static func isAnchored(_ tensor: TensorFingerprint, in components: Set<String>) -> Bool {
    tensor.role != .unknown && components.contains(tensor.component)
  }

  private static func count(_ tensors: some Sequence<TensorFingerprint>) -> [Shape: Int] {
    tensors.reduce(into: [:]) { counts, tensor in
      if let shape = Shape(tensor) { counts[shape, default: 0] += 1 }
    }
  }

  /// Share of the parameters of a reference's matrices that these would hold, each one; of a language model's,
  /// those of its layers.
  ///
  /// As many as a language model has in such parts itself are taken for these.
  func share(of reference: ModelFingerprint) -> Double {
    guard !counts.isEmpty else { return 0 }
    let anchored = reference.anchoredComponents
    var free = counts
    let sought: [Shape: Int]
    if anchored.isEmpty {
      sought = Self.count(reference.tensors)
    } else {
      let others = reference.tensors.filter { !Self.isAnchored($0, in: anchored) }
      for (shape, count) in Self.count(others) {
        free[shape].map { free[shape] = max(0, $0 - count) }
      }
      sought = Self.count(
        reference.tensors.filter { $0.layer != nil && Self.isAnchored($0, in: anchored) })
    }
    var (held, total) = (0.0, 0.0)
    for (shape, count) in sought.sorted(by: { $0.key < $1.key }) {
      total += Double(count) * Double(shape.elements)
      var missing = count
      for (other, _) in free.filter({ $0.key.holds(shape) }).sorted(by: { $0.key < $1.key }) {
        let taken = min(missing, free[other] ?? 0)
        free[other]? -= taken
        missing -= taken
      }
      held += Double(count - missing) * Double(shape.elements)
    }
    return total > 0 ? held / total : 0
  }

  /// Whether a copy of a reference in another basis or order would not be seen there.
  func hide(_ reference: ModelFingerprint) -> Bool {
    share(of: reference) >= Calibration.roomForCopy
  }
}

extension UnanchoredParts.Shape: Comparable {
  static func < (one: Self, other: Self) -> Bool {
    (one.elements, one.short) < (other.elements, other.short)
  }
}
