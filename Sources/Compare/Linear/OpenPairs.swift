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
    var result = followed(pairs)
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

  /// With vectors that belong to a matrix matched by the vector that belongs to its counterpart.
  private func followed(_ pairs: [TensorPair?]) -> [TensorPair?] {
    var result = pairs
    let taken = Set(pairs.compactMap { $0?.reference })
    var followers: [Int: Int?] = [:]
    for (index, matrix) in Self.followed(reference) where !taken.contains(index) {
      followers[matrix] = .some(followers[matrix] == nil ? index : nil)
    }
    var used: Set<Int> = []
    for (index, matrix) in Self.followed(subject) where pairs[index] == nil {
      guard let other = pairs[matrix].flatMap({ followers[$0.reference] ?? nil }),
        OpenKey(subject[index], name: "") == OpenKey(reference[other], name: ""),
        used.insert(other).inserted
      else { continue }
      result[index] = pair(index, other, match: .place)
    }
    return result
  }

  /// Vectors, each with the matrix of its layer that it belongs to.
  private static func followed(
    _ tensors: [TensorFingerprint]
  ) -> [(vector: Int, matrix: Int)] {
    let matrices = Dictionary(
      tensors.indices.lazy.filter { tensors[$0].matrix != nil }.map { (tensors[$0].name, $0) },
      uniquingKeysWith: { first, _ in first })
    return tensors.indices.compactMap { index in
      guard tensors[index].matrix == nil, OpenKey(tensors[index], name: "") != nil else {
        return nil
      }
      let matrix = NeutralName.matrices(of: tensors[index].name).lazy.compactMap { matrices[$0] }
      return matrix.first.map { (index, $0) }
    }
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
    "recurrent_bias": "bias_hh_l0",
  ]

  /// What the matrix may be called that a vector belongs to: `dense/kernel` of `dense/bias`.
  static func matrices(of name: String) -> [String] {
    guard let cut = name.lastIndex(where: { $0 == "." || $0 == "/" }) else { return [] }
    let (path, last) = (name[...cut], name[name.index(after: cut)...])
    // Both biases of a GRU layer may be one array, whose parts are told by what they are added to.
    let words = last.split(separator: "#", maxSplits: 1)
    let parameter = words.first.map { $0.hasSuffix(":0") ? $0.dropLast(2) : $0 } ?? ""
    let isOfState = words.count > 1 && words[1] == "state"
    let found: [String] =
      switch parameter {
      case "bias" where isOfState: ["recurrent_kernel"]
      case "bias": ["weight", "kernel", "depthwise_kernel", "pointwise_kernel"]
      case "recurrent_bias": ["recurrent_kernel"]
      case "1" where path.hasSuffix("vars/"): ["0"]
      case "2" where path.hasSuffix("cell/vars/"): [isOfState ? "1" : "0"]
      default:
        parameter.hasPrefix("bias_ih_") || parameter.hasPrefix("bias_hh_")
          ? ["weight" + parameter.dropFirst("bias".count)] : []
      }
    let ending = last.hasSuffix(":0") ? ":0" : ""
    return found.map { path + $0 + ending }
  }

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
