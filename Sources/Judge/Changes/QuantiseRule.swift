import Fingerprint
import Load

/// Values were moved onto an integer grid, or became codes with scales.
enum QuantiseRule: ChangeRule {
  static let minimumShare = 0.3
  static let minimumCosine = 0.8

  static func change(_ context: ParentContext) -> Change? {
    let quantised = context.matched.filter { Self.quantised($0.tensor, $0.other) }
    let indices = Set(quantised.map(\.index))
    guard context.share(where: indices.contains) >= minimumShare else { return nil }
    var detail: Details = [.matrices: .integer(quantised.count)]
    let grids = quantised.compactMap { Self.grid($0.tensor) }
    if let bits = grids.map(\.bits).max() { detail[.bits] = .integer(bits) }
    let groups = Set(grids.map(\.group))
    if groups.count == 1, let group = groups.first ?? nil { detail[.group] = .integer(group) }
    let encodings = Set(quantised.compactMap(\.tensor.encoding?.name)).sorted()
    if !encodings.isEmpty { detail[.encodings] = .texts(encodings) }
    return Change(.quantise, detail)
  }

  /// The grid that values lie on: found among them, or that of their codes.
  private static func grid(_ tensor: TensorFingerprint) -> (bits: Int, group: Int?)? {
    if let grid = tensor.grid { return (grid.bits, grid.group) }
    guard let precision = tensor.encoding?.precision else { return nil }
    switch precision {
    case .grid(let bits, let group): return (bits, group)
    case .significand: return (tensor.elementType.bitWidth, nil)
    }
  }

  /// Whether a tensor lies on a grid that its counterpart did not lie on, or consists of codes with
  /// scales that keep less than its counterpart has.
  static func quantised(_ tensor: TensorFingerprint, _ other: TensorFingerprint) -> Bool {
    if let precision = tensor.encoding?.precision {
      // Biases in whole numbers of 32 bits keep all that floats do; what an adapter was merged into is
      // not rounded at all.
      if case .significand(bits: 24...) = precision { return false }
      return other.encoding == nil || Rounding.unit(tensor) > Rounding.unit(other)
    }
    guard let grid = tensor.grid else { return false }
    return other.grid.map { $0.bits > grid.bits } ?? true
  }
}
