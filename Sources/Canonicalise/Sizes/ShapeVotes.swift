internal import Load

/// Sizes that the shapes of tensors tell.
///
/// Tensors of one model can differ (pruned layers, a dense
/// layer among experts), so each shape has a vote and the most frequent size wins.
struct ShapeVotes: Sendable {
  private var counts: [String: [DimensionName: [Int: Int]]] = [:]
  private var layers: [String: Set<Int>] = [:]
  private var experts: [String: Set<Int>] = [:]
  /// Input width of the attention output, by component and layer.
  private var attentionWidths: [String: [Int?: Int]] = [:]

  mutating func add(_ size: Int, for name: DimensionName, in component: String) {
    counts[component, default: [:]][name, default: [:]][size, default: 0] += 1
  }

  /// Counts what a matched tensor tells.
  ///
  /// - Parameters:
  ///   - described: its extents in the order in which the entry has them.
  ///   - isAmbiguous: whether other entries describe the same name, so that the shape might mean something
  ///     else.
  mutating func add(
    _ tensor: Tensor, _ entry: TensorEntry, shape described: [Int], parameter: ParameterKind,
    layer: Int?, expert: Int?, isAmbiguous: Bool
  ) {
    if let layer { layers[entry.component, default: []].insert(layer) }
    if let expert { experts[entry.component, default: []].insert(expert) }
    guard tensor.hasTellingShape, !isAmbiguous, entry.describesShape(of: parameter),
      let shape = entry.shape, shape.count == tensor.shape.count
    else { return }
    for (extent, size) in zip(shape, described) {
      if let name = extent.name { add(size, for: name, in: entry.component) }
    }
    if entry.role == .attentionOutput, parameter == .weight, tensor.shape.count == 2 {
      attentionWidths[entry.component, default: [:]][layer] =
        described[tensor.isTransposed(in: entry) ? 0 : 1]
    }
  }

  func attentionWidth(component: String, layer: Int?) -> Int? {
    attentionWidths[component]?[layer]
  }

  /// Whether any tensor says so.
  func supports(_ size: Int, for name: DimensionName, in component: String) -> Bool {
    counts[component]?[name]?[size] != nil
  }

  func dimensions(of component: String) -> Dimensions {
    var dimensions = Dimensions()
    for (name, sizes) in counts[component] ?? [:] {
      dimensions[name] = sizes.max { ($0.value, $0.key) < ($1.value, $1.key) }?.key
    }
    if let layers = layers[component] { dimensions.layers = layers.count }
    if let experts = experts[component] { dimensions.experts = experts.count }
    return dimensions
  }
}

extension TensorEntry {
  /// `shape` is about weights, unless the entry has only biases.
  func describesShape(of parameter: ParameterKind) -> Bool {
    parameter == .weight || weights.isEmpty || role.isNorm
  }

  /// Whether a tensor of these extents can be what the entry describes, as far as `dimensions` go.
  func fits(_ shape: [Int], parameter: ParameterKind, in dimensions: Dimensions) -> Bool {
    guard let expected = self.shape, describesShape(of: parameter) else { return true }
    return expected.count == shape.count
      && zip(expected, shape).allSatisfy { extent, size in
        extent.value(in: dimensions).map { $0 == size } ?? true
      }
  }
}

extension TensorRole {
  /// Gains and biases of norms are vectors of the same length.
  var isNorm: Bool {
    switch self {
    case .attentionNorm, .crossAttentionNorm, .mlpNorm, .sharedNorm, .attentionOutputNorm,
      .crossAttentionOutputNorm, .mlpOutputNorm, .queryNorm, .keyNorm, .latentQueryNorm,
      .latentKeyValueNorm, .embeddingNorm, .finalNorm, .languageModelHeadNorm, .layerNorm,
      .mixerNorm:
      true
    default: false
    }
  }
}
