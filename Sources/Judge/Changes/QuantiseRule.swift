import Fingerprint

/// Values were moved onto an integer grid.
enum QuantiseRule: ChangeRule {
  static let minimumShare = 0.3
  static let minimumCosine = 0.8

  static func change(_ context: ParentContext) -> Change? {
    let quantised = context.matched.filter { Self.quantised($0.tensor, $0.other) }
    let indices = Set(quantised.map(\.index))
    guard context.share(where: indices.contains) >= minimumShare else { return nil }
    var detail: Details = [.matrices: .integer(quantised.count)]
    let grids = quantised.compactMap(\.tensor.grid)
    if let bits = grids.map(\.bits).max() { detail[.bits] = .integer(bits) }
    let groups = Set(grids.map(\.group))
    if groups.count == 1, let group = groups.first ?? nil { detail[.group] = .integer(group) }
    return Change(.quantise, detail)
  }

  /// Whether a tensor lies on a grid that its counterpart did not lie on.
  static func quantised(_ tensor: TensorFingerprint, _ other: TensorFingerprint) -> Bool {
    guard let grid = tensor.grid else { return false }
    return other.grid.map { $0.bits > grid.bits } ?? true
  }
}
