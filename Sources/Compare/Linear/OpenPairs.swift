import Canonicalise
import Fingerprint

/// Counterparts of what neither place, bytes nor likeness told: small tensors, and those of another
/// framework's names.
///
/// Only where most of the model has its counterpart already, and only what is the one of its kind on both
/// sides: nothing is accused by it, and nothing that was matched is matched otherwise.
extension Correspondence {
  /// Pairs with those that are left matched by what frameworks call the same, and then by shape.
  func completed(_ pairs: [TensorPair?]) -> [TensorPair?] {
    guard isEvident(pairs) else { return pairs }
    var result = pairs
    let keys: [(TensorFingerprint) -> OpenKey?] = [
      { OpenKey($0, name: NeutralName.whole($0.name)) },
      { OpenKey($0, name: NeutralName.ending($0.name)) },
      { OpenKey($0, name: "") },
    ]
    for key in keys {
      let taken = Set(result.compactMap { $0?.reference })
      let mine = Self.single(subject.indices.filter { result[$0] == nil }, of: subject, by: key)
      let theirs = Self.single(
        reference.indices.filter { !taken.contains($0) }, of: reference, by: key)
      for (key, index) in mine {
        guard let other = theirs[key] else { continue }
        result[index] = pair(index, other, match: .place)
      }
    }
    return result
  }

  /// Whether most of the matrices are the same beyond doubt.
  private func isEvident(_ pairs: [TensorPair?]) -> Bool {
    var (known, total) = (0, 0)
    for index in subject.indices where subject[index].matrix != nil && !subject[index].isBuffer {
      total += subject[index].elementCount
      guard let pair = pairs[index], pair.match == .equal || pair.z >= Self.likenessZ else {
        continue
      }
      known += subject[index].elementCount
    }
    return 2 * known > total
  }

  /// Of tensors, those that are the only one of their key.
  private static func single(
    _ indices: [Int], of tensors: [TensorFingerprint], by key: (TensorFingerprint) -> OpenKey?
  ) -> [OpenKey: Int] {
    var found: [OpenKey: Int?] = [:]
    for index in indices {
      guard let key = key(tensors[index]) else { continue }
      found[key] = .some(found[key] == nil ? index : nil)
    }
    return found.compactMapValues(\.self)
  }
}

/// What two tensors have in common that could be one another's counterparts.
private struct OpenKey: Hashable {
  var name: String
  var extents: [Int]
  var isChange: Bool

  init?(_ tensor: TensorFingerprint, name: String?) {
    guard let name, !tensor.isBuffer, tensor.elementCount > 0 else { return nil }
    self.name = name
    extents =
      tensor.matrix.map { [min($0.rows, $0.columns), max($0.rows, $0.columns)] }
      ?? [tensor.elementCount]
    isChange = tensor.isChange
  }
}

/// Names of tensors in words that frameworks have in common.
enum NeutralName {
  /// What the last word of a name is in PyTorch.
  private static let parameters = [
    "kernel": "weight", "depthwise_kernel": "weight", "pointwise_kernel": "weight",
    "embeddings": "weight", "gamma": "weight", "scale": "weight", "beta": "bias", "offset": "bias",
    "moving_mean": "running_mean", "moving_variance": "running_var",
  ]
  /// The same of the cells of recurrent layers.
  private static let ofCells = [
    "kernel": "weight_ih_l0", "recurrent_kernel": "weight_hh_l0", "bias": "bias_ih_l0",
  ]

  /// All words: `lower.weight_ih_l0` of `lower/lstm_cell/kernel:0`.
  static func whole(_ name: String) -> String? {
    let words = words(name)
    return words.count > 1 ? words.joined(separator: ".") : nil
  }

  /// The last two, without what was counted up: `dense.weight` of `sequential_1/dense_1/kernel`.
  static func ending(_ name: String) -> String? {
    let words = words(name)
    guard words.count > 1 else { return nil }
    let layer = words[words.count - 2]
    let counter = layer.reversed().prefix(while: \.isNumber).count
    let stem = layer.dropLast(counter)
    let plain = counter > 0 && stem.last == "_" ? String(stem.dropLast()) : layer
    return "\(plain).\(words[words.count - 1])"
  }

  private static func words(_ name: String) -> [String] {
    var words = name.split { $0 == "." || $0 == "/" }.map(String.init)
    guard var last = words.popLast() else { return [] }
    if last.hasSuffix(":0") { last.removeLast(2) }
    // The converters of TensorFlow Lite count cells, too.
    let isCell = words.last.map { $0.hasSuffix("cell") || $0.contains("_cell_") } ?? false
    if isCell { words.removeLast() }
    return words + [(isCell ? ofCells : parameters)[last] ?? last]
  }
}
