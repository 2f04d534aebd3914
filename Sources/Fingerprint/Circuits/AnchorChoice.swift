import Canonicalise
import Load

/// Which of a model's token embeddings anchors its circuits: the one whose component has the most layers as
/// wide, else the one as wide as most layers anywhere, else the first.
///
/// The first alone would be whatever somebody laid before the model's own (`encoder.embed_tokens`).
struct AnchorChoice {
  private var own: [Stream: Double] = [:]
  private var all: [Int: Double] = [:]

  /// A residual stream.
  private struct Stream: Hashable {
    var component: String
    var width: Int
  }

  /// Counts a matrix of a layer.
  private mutating func add(_ component: String, width: Int, elements: Int) {
    own[Stream(component: component, width: width), default: 0] += Double(elements)
    all[width, default: 0] += Double(elements)
  }

  /// The place of the best of some embeddings.
  private func best(of embeddings: [(component: String, width: Int)]) -> Int? {
    let ranks = embeddings.map {
      (own[Stream(component: $0.component, width: $0.width)] ?? 0, all[$0.width] ?? 0)
    }
    return ranks.indices.max {
      (ranks[$0].0, ranks[$0].1, $1) < (ranks[$1].0, ranks[$1].1, $0)
    }
  }

  /// Its name; nil for a model without one.
  static func embedding(of model: ModelFingerprint) -> String? {
    let tensors = model.tensors.filter { $0.parameter == .weight && $0.matrix != nil }
    var choice = AnchorChoice()
    for tensor in tensors where tensor.layer != nil && TensorRole.ofCircuits.contains(tensor.role) {
      guard let width = tensor.residualWidth else { continue }
      choice.add(tensor.component, width: width, elements: tensor.elementCount)
    }
    let embeddings = tensors.filter { $0.role == .tokenEmbedding }
    return choice.best(of: embeddings.map { ($0.component, $0.matrix?.columns ?? 0) })
      .map { embeddings[$0].name }
  }

  /// The place of the embedding among a model's tensors.
  static func embedding(of model: CanonicalModel) -> Int? {
    let all = model.tensors.indices.filter {
      let tensor = model.tensors[$0]
      return tensor.role == .tokenEmbedding && tensor.parameter == .weight
        && tensor.view.elementCount > 0
    }
    let decoded = all.filter { model.tensors[$0].source.isDecodable }
    let embeddings = decoded.isEmpty ? all : decoded
    guard embeddings.count > 1 else { return embeddings.first }
    var choice = AnchorChoice()
    for tensor in model.tensors
    where tensor.layer != nil && tensor.parameter == .weight
      && TensorRole.ofCircuits.contains(tensor.role)
    {
      guard let axis = tensor.role.residualAxis else { continue }
      choice.add(
        tensor.component,
        width: axis == .input ? tensor.view.columnCount : tensor.view.rowCount,
        elements: tensor.view.elementCount)
    }
    return choice.best(
      of: embeddings.map { (model.tensors[$0].component, model.tensors[$0].view.columnCount) }
    ).map { embeddings[$0] }
  }
}
