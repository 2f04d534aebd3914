package import Canonicalise

/// Parts of a model that claim the same places in the network: two embeddings, or two stacks of layers
/// under prefixes of their own (`actor.`, `student.`).
///
/// Software that loads the model reads one of them. Whoever takes the first for the model is led
/// astray by one tensor more, so each is read by itself.
package struct RivalParts: Sendable, Equatable {
  /// The prefixes of the parts, as names have them; empty for none.
  package let prefixes: [String]
  /// The ways of reading the model, each with one embedding and one stack of layers.
  package let readings: [ModelReading]
  /// Whether these are all ways.
  package let isComplete: Bool

  /// More ways than this are not tried.
  package static let limit = 8

  /// Nil for a model in which every place is taken once.
  package init?(_ model: ModelFingerprint) {
    let tensors = model.tensors.indices.filter { Self.mayClaim(model.tensors[$0]) }
    let contested = Dictionary(grouping: tensors) { Place(model.tensors[$0]) }
      .filter { Set($0.value.map { model.tensors[$0].digest }).count > 1 }
    guard !contested.isEmpty else { return nil }
    let names = contested.mapValues { $0.map { Path(model.tensors[$0].name) } }
    prefixes = Set(names.flatMap { Self.prefixes(of: $0.value, at: $0.key) }).sorted()
    let parts = Parts(model, prefixes: prefixes)
    let stacks = parts.stacks(tensors)
    let embeddings = parts.embeddings(tensors)
    var readings: [(rank: Int, reading: ModelReading)] = []
    var isComplete = true
    for (order, stack) in stacks.enumerated() {
      let fitting = embeddings.filter { embedding in
        embedding.width.map(stack.widths.contains) ?? false
      }
      if fitting.isEmpty { isComplete = false }
      for embedding in fitting {
        let isOwn = embedding.prefix == stack.prefix
        readings.append(
          (
            isOwn ? order : stacks.count + order,
            ModelReading(
              prefix: stack.prefix, embedding: embedding.name,
              demoted: parts.demoted(tensors, keeping: stack, embedding: embedding.name))
          ))
      }
    }
    let ordered = readings.enumerated().sorted {
      ($0.element.rank, $0.offset) < ($1.element.rank, $1.offset)
    }.map(\.element.reading)
    self.readings = Array(ordered.prefix(Self.limit))
    self.isComplete = isComplete && ordered.count <= Self.limit
  }

  /// Whether a tensor has a place that one tensor of a model has.
  private static func mayClaim(_ tensor: TensorFingerprint) -> Bool {
    guard tensor.parameter == .weight, !tensor.isChange, tensor.elementCount > 0 else {
      return false
    }
    return tensor.role == .tokenEmbedding
      || tensor.layer != nil && TensorRole.ofCircuits.contains(tensor.role)
  }

  /// The prefixes of names that end alike: the layer's number, or two components of an embedding's
  /// name, must be behind them.
  private static func prefixes(of names: [Path], at place: Place) -> [String] {
    guard let first = names.first else { return [] }
    var common = 0
    while names.allSatisfy({ $0.ending(common + 1) == first.ending(common + 1) }),
      common < first.components.count
    {
      common += 1
    }
    let ending = first.components.suffix(common)
    let isWhole =
      place.layer.map { layer in ending.contains { Int($0) == layer } } ?? (common > 1)
    return isWhole ? names.map { $0.components.dropLast(common).joined(separator: ".") } : []
  }
}

/// One way of reading a model whose parts claim the same places.
package struct ModelReading: Sendable, Equatable {
  /// Prefix of the layers that are read.
  package var prefix: String
  /// Name of the embedding that anchors the circuits.
  package var embedding: String
  /// Names of the tensors that are no part of what is read.
  package var demoted: Set<String>

  /// The model, with what is not read in components of its own.
  package func applied(to model: CanonicalModel) -> CanonicalModel {
    var result = model
    result.anchorName = embedding
    for index in result.tensors.indices where demoted.contains(result.tensors[index].name) {
      result.tensors[index].component += Self.mark
    }
    return result
  }

  /// What the names of components end with that are not read.
  private static let mark = " (unread)"
}

extension TensorRole {
  /// The matrices that circuits are made of.
  static let ofCircuits: Set<TensorRole> = [
    .attentionQuery, .attentionKey, .attentionValue, .attentionOutput, .mlpGate, .mlpUp, .mlpDown,
    .latentQueryDown, .latentQueryUp, .latentKeyValueDown, .latentKeyValueUp,
  ]
}

/// The place that a tensor claims.
private struct Place: Hashable {
  var component: String
  var role: TensorRole
  var layer: Int?
  var expert: Int?

  init(_ tensor: TensorFingerprint) {
    (component, role) = (tensor.component, tensor.role)
    (layer, expert) = (tensor.layer, tensor.expert)
  }
}

/// A tensor's name, cut at its dots.
private struct Path {
  let components: [Substring]

  init(_ name: String) { components = name.split { $0 == "." || $0 == "/" } }

  func ending(_ count: Int) -> ArraySlice<Substring>? {
    count <= components.count ? components.suffix(count) : nil
  }
}

/// A model cut by prefixes.
private struct Parts {
  struct Stack {
    var prefix: String
    /// Widths of its residual streams.
    var widths: Set<Int>
    /// Names of its matrices.
    var names: Set<String>
  }

  struct Embedding {
    var prefix: String
    var name: String
    var width: Int?
  }

  private let model: ModelFingerprint
  /// The longest first.
  private let prefixes: [String]

  init(_ model: ModelFingerprint, prefixes: [String]) {
    self.model = model
    self.prefixes = prefixes.sorted { ($1.count, $0) < ($0.count, $1) }
  }

  private func prefix(of name: String) -> String {
    prefixes.first { $0.isEmpty || name.hasPrefix($0 + ".") || name.hasPrefix($0 + "/") } ?? ""
  }

  /// The stacks of layers; of matrices that claim one place under one prefix, those whose names come
  /// first, and once more those whose names come last.
  func stacks(_ tensors: [Int]) -> [Stack] {
    let layers = tensors.filter { model.tensors[$0].layer != nil }
    let byPrefix = Dictionary(grouping: layers) { prefix(of: model.tensors[$0].name) }
    return byPrefix.sorted { $0.key < $1.key }.flatMap { prefix, members in
      let places = Dictionary(grouping: members) { Place(model.tensors[$0]) }
      let widths = Set(members.compactMap { width(model.tensors[$0]) })
      func stack(_ choose: ([String]) -> String?) -> Stack {
        Stack(
          prefix: prefix, widths: widths,
          names: Set(places.values.compactMap { choose($0.map { model.tensors[$0].name }) }))
      }
      let (first, last) = (stack { $0.min() }, stack { $0.max() })
      return first.names == last.names ? [first] : [first, last]
    }
  }

  /// The embeddings that differ.
  func embeddings(_ tensors: [Int]) -> [Embedding] {
    var seen: Set<TensorDigest> = []
    return tensors.filter {
      model.tensors[$0].role == .tokenEmbedding && seen.insert(model.tensors[$0].digest).inserted
    }.map {
      let tensor = model.tensors[$0]
      return Embedding(
        prefix: prefix(of: tensor.name), name: tensor.name, width: width(tensor))
    }
  }

  /// Extent of the residual axis.
  private func width(_ tensor: TensorFingerprint) -> Int? {
    guard let matrix = tensor.matrix else { return nil }
    if tensor.role == .tokenEmbedding { return matrix.columns }
    return switch tensor.role.residualAxis {
    case .input: matrix.columns
    case .output: matrix.rows
    case nil: nil
    }
  }

  /// What a reading leaves out.
  func demoted(_ tensors: [Int], keeping stack: Stack, embedding: String) -> Set<String> {
    let claimed = tensors.map { model.tensors[$0].name }.filter {
      $0 != embedding && !stack.names.contains($0)
    }
    // Norms and heads go with the layers of their prefix.
    let others = model.tensors.map(\.name).filter {
      prefix(of: $0) != stack.prefix && $0 != embedding
    }
    return Set(claimed + others)
  }
}
