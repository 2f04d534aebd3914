import Canonicalise
import Fingerprint

/// Layers and experts of one model that are near copies of each other: what up-scaling and up-cycling leave.
struct ModelCopies: Sendable {
  struct Part: Sendable {
    var count: Int
    /// Of the layers that could be copies, 0…1.
    var share: Double
  }

  /// Layers that have an earlier one as their near copy.
  let layers: Part
  /// Layers in which experts are near copies of the first.
  let experts: Part

  /// Cosine of two layers, or experts, of one model that were copies of each other: independent ones
  /// stay below 0.1, copies fine-tuned since keep 0.99.
  private static let copyCosine = 0.8

  init(_ model: ModelFingerprint) {
    layers = Self.layers(model)
    experts = Self.experts(model)
  }

  /// Layers that have an earlier layer as their near copy.
  private static func layers(_ model: ModelFingerprint) -> Part {
    var layers: [String: [Int: [TensorRole: UnitSketch]]] = [:]
    for tensor in model.tensors {
      guard let layer = tensor.layer, tensor.expert == nil, tensor.matrix != nil,
        let sketch = UnitSketch(tensor, orientation: tensor.orientation)
      else { continue }
      layers[tensor.component, default: [:]][layer, default: [:]][tensor.role] = sketch
    }
    var (copies, total) = (0, 0)
    for (_, stack) in layers.sorted(by: { $0.key < $1.key }) where stack.count <= mostLayers {
      let ordered = stack.sorted { $0.key < $1.key }.map(\.value)
      total += ordered.count
      for (position, layer) in ordered.enumerated()
      where ordered.prefix(position).contains(where: { isCopy(layer, of: $0) }) {
        copies += 1
      }
    }
    return Part(count: copies, share: Double(copies) / Double(max(total, 1)))
  }

  /// Stacks of more layers than this are not looked through: every pair is compared.
  private static let mostLayers = 1 << 10

  private static func isCopy(
    _ layer: [TensorRole: UnitSketch], of other: [TensorRole: UnitSketch]
  ) -> Bool {
    let shared = layer.keys.filter { role in
      other[role].map { $0.rows == layer[role]?.rows && $0.columns == layer[role]?.columns }
        ?? false
    }
    guard shared.count >= 2 else { return false }
    return shared.allSatisfy { role in
      guard let a = layer[role], let b = other[role] else { return false }
      return a.cosine(b) >= copyCosine
    }
  }

  /// Layers in which an expert's matrices are near copies of the first expert's.
  private static func experts(_ model: ModelFingerprint) -> Part {
    struct Place: Hashable {
      var component: String
      var layer: Int?
      var role: TensorRole
    }
    var first: [Place: UnitSketch] = [:]
    var layers: Set<Int?> = []
    var copied: Set<Int?> = []
    for tensor in model.tensors where tensor.expert != nil && tensor.matrix != nil {
      guard let sketch = UnitSketch(tensor, orientation: tensor.orientation) else { continue }
      let place = Place(component: tensor.component, layer: tensor.layer, role: tensor.role)
      layers.insert(tensor.layer)
      if let known = first[place] {
        if known.rows == sketch.rows, known.columns == sketch.columns,
          known.cosine(sketch) >= copyCosine
        {
          copied.insert(tensor.layer)
        }
      } else {
        first[place] = sketch
      }
    }
    return Part(count: copied.count, share: Double(copied.count) / Double(max(layers.count, 1)))
  }
}
