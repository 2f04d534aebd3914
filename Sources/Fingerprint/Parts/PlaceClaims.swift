import Canonicalise

/// The tensors that circuits are made of, with the place in the network that each claims.
///
/// Layers count where an embedding is as wide as their residual stream: of others no circuits are made,
/// and towers for pictures have two stacks in one component without harm.
struct PlaceClaims {
  let model: ModelFingerprint
  /// Indices of the embeddings that differ, and of the tables of no known role that may be one.
  let embeddings: [Int]
  /// Indices of the layers' matrices, and the widths of their residual streams.
  let layers: [Int]
  /// Whether a table of no known role is among the embeddings.
  private let hasNameless: Bool
  /// Places that tensors of different bytes claim, with these.
  let contested: [Place: [Int]]

  /// The place that a tensor claims.
  struct Place: Hashable {
    var component: String
    var role: TensorRole
    var layer: Int?
    var expert: Int?

    init(_ tensor: TensorFingerprint) {
      (component, role) = (WrappedComponent(tensor.component).name, tensor.role)
      (layer, expert) = (tensor.layer, tensor.expert)
    }
  }

  init(_ model: ModelFingerprint) {
    self.model = model
    let claiming = model.tensors.indices.filter { Self.mayClaim(model.tensors[$0]) }
    let tables = claiming.filter { model.tensors[$0].role == .tokenEmbedding }
    var seen: Set<TensorDigest> = []
    let named = tables.filter { seen.insert(model.tensors[$0].digest).inserted }
    let nameless = Self.namelessTables(of: model)
    let widths = Set((named + nameless).compactMap { model.tensors[$0].embeddingWidth })
    layers = claiming.filter { index in
      let tensor = model.tensors[index]
      return tensor.layer != nil && TensorRole.ofCircuits.contains(tensor.role)
        && tensor.residualWidth.map(widths.contains) ?? false
    }
    let read = Set(layers.compactMap { model.tensors[$0].residualWidth })
    embeddings =
      named
      + nameless.filter { index in model.tensors[index].embeddingWidth.map(read.contains) ?? false }
    hasNameless = embeddings.count > named.count
    contested = Dictionary(grouping: tables + layers) { Place(model.tensors[$0]) }
      .filter { Set($0.value.map { model.tensors[$0].digest }).count > 1 }
  }

  /// Whether there is more than one way of making circuits of them.
  var areRivals: Bool {
    !layers.isEmpty
      && (embeddings.count > 1 || hasNameless || !contested.isEmpty || !wrappers.isEmpty)
  }

  /// The tables whose names tell nothing, or nothing that their numbers confirm, and that have the shape of an embedding of tokens, the largest
  /// first; a part whose embedding was renamed has no other.
  static func namelessTables(of model: ModelFingerprint) -> [Int] {
    largestTables(of: model) {
      $0.layer == nil
        && ($0.role == .unknown && $0.isSubstantial || $0.isConstantByNameAlone && !$0.isUnlearned)
    }
  }

  /// The tables of that shape in parts of a language model of which no circuits are made, whatever their names
  /// call them, the largest first.
  static func tablesInOtherParts(of model: ModelFingerprint) -> [Int] {
    let anchored = model.anchoredComponents
    guard !anchored.isEmpty else { return [] }
    return largestTables(of: model) {
      $0.role != .unknown && $0.isSubstantial && !TensorRole.ofCircuits.contains($0.role)
        && !anchored.contains($0.component)
        && !ModelReading.leavesOut($0.component)
    }
  }

  private static func largestTables(
    of model: ModelFingerprint, where counts: (TensorFingerprint) -> Bool
  ) -> [Int] {
    let all = model.tensors.indices.filter { index in
      let tensor = model.tensors[index]
      guard tensor.parameter == .weight, !tensor.isChange,
        tensor.shape.count == 2, let matrix = tensor.matrix, counts(tensor)
      else { return false }
      return matrix.rows >= leastVocabulary && matrix.rows > matrix.columns
    }
    let ordered = all.sorted {
      (-model.tensors[$0].elementCount, $0) < (-model.tensors[$1].elementCount, $1)
    }
    return Array(ordered.prefix(mostNameless))
  }

  /// Rows of the least table that is taken for an embedding by its shape.
  static let leastVocabulary = 1024
  /// More tables than these are not tried.
  private static let mostNameless = 4

  /// Whether a tensor has a place that one tensor of a model has.
  private static func mayClaim(_ tensor: TensorFingerprint) -> Bool {
    tensor.parameter == .weight && !tensor.isChange && tensor.elementCount > 0
      && tensor.matrix != nil && !ModelReading.leavesOut(tensor.component)
      && (tensor.role == .tokenEmbedding || tensor.layer != nil)
  }

  /// The prefixes of whole models that stand beside the first.
  private var wrappers: Set<String> {
    Set(layers.compactMap { WrappedComponent(model.tensors[$0].component).prefix })
  }

  /// Those, and the prefixes of names in contested places that end alike: the layer's number, or two
  /// components of an embedding's name, must be behind them; that of the first model is empty if nothing
  /// tells it.
  var prefixes: [String] {
    let wrappers = wrappers
    var result = wrappers
    for (place, indices) in contested {
      let paths = indices.map { Path(model.tensors[$0].name) }
      let common = Path.commonEnding(paths)
      let ending = paths[0].components.suffix(common)
      let isWhole =
        place.layer.map { layer in ending.contains { Int($0) == layer } } ?? (common > 1)
      if isWhole { result.formUnion(paths.map { $0.without(ending: common) }) }
    }
    if !wrappers.isEmpty, result == wrappers { result.insert("") }
    return result.sorted()
  }
}

/// A tensor's name, cut at its dots.
struct Path {
  let components: [Substring]

  init(_ name: String) { components = name.split { $0 == "." || $0 == "/" } }

  func without(ending count: Int) -> String {
    components.dropLast(count).joined(separator: ".")
  }

  /// Components that all of some paths end with.
  static func commonEnding(_ paths: [Path]) -> Int {
    guard let first = paths.first?.components else { return 0 }
    return paths.dropFirst().reduce(first.count) { common, path in
      zip(first.reversed(), path.components.reversed()).prefix(common).prefix { $0 == $1 }.count
    }
  }
}

extension TensorFingerprint {
  /// Numbers that an embedding, known as such or not, has for each token.
  var embeddingWidth: Int? { residualWidth ?? matrix?.columns }

  /// Extent of the axis that is the residual stream.
  var residualWidth: Int? {
    guard let matrix, let axis = role.residualAxis else { return nil }
    return axis == .input ? matrix.columns : matrix.rows
  }
}

extension TensorRole {
  /// The matrices that circuits are made of.
  static let ofCircuits: Set<TensorRole> = [
    .attentionQuery, .attentionKey, .attentionValue, .attentionOutput, .mlpGate, .mlpUp, .mlpDown,
    .latentQueryDown, .latentQueryUp, .latentKeyValueDown, .latentKeyValueUp,
  ]

  /// Whether it is one of a feed-forward block's.
  fileprivate static let ofFeedForward: Set<TensorRole> = [.mlpGate, .mlpUp, .mlpDown]

  var isOfFeedForward: Bool { Self.ofFeedForward.contains(self) }
}
