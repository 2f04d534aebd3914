internal import Judge

/// What became of the weights of one part of a network.
struct WeightsByPart {
  var name: String
  var parameters: Int
  /// Of its parameters, in the order of `TensorStatus`.
  var shares: [Double]

  /// The parts in the order of the model; none where the record does not say what belongs to which.
  static func rows(_ tensors: [TensorDetail]) -> [WeightsByPart] {
    var names: [String] = []
    var counts: [String: [Double]] = [:]
    for tensor in tensors {
      guard let name = tensor.component,
        let status = TensorStatus.allCases.firstIndex(of: tensor.status)
      else { continue }
      if counts[name] == nil { names.append(name) }
      let size = tensor.shape.reduce(1.0) { $0 * Double(max($1, 0)) }
      counts[name, default: Array(repeating: 0, count: TensorStatus.allCases.count)][status] += size
    }
    return names.compactMap { name in
      let sizes = counts[name] ?? []
      let total = sizes.reduce(0, +)
      guard total > 0, total < 1e18 else { return nil }
      return WeightsByPart(
        name: name, parameters: Int(total), shares: sizes.map { $0 / total })
    }
  }
}
