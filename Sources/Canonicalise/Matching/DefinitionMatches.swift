internal import Load

/// The tensors that one definition describes.
struct DefinitionMatches: Sendable {
  var definition: Int
  /// Matches by index of the tensor in the checkpoint: several where entries that differ in shape
  /// share a name.
  var byTensor: [Int: [PatternTrie.Match]] = [:]
  var parameters = 0
  var roles: Set<TensorRole> = []
  /// Whether the configuration names the family.
  var isNamed = false

  var hasLayers: Bool { roles.contains(where: \.isLayerMatrix) }

  /// More parameters, then more tensors, then the configuration's word, then the order of names.
  func isBetter(than other: DefinitionMatches) -> Bool {
    if parameters != other.parameters { return parameters > other.parameters }
    if byTensor.count != other.byTensor.count { return byTensor.count > other.byTensor.count }
    if isNamed != other.isNamed { return isNamed }
    return definition < other.definition
  }
}

extension TensorRole {
  /// A matrix that makes a layer of a network, rather than its ends.
  var isLayerMatrix: Bool {
    switch self {
    case .attentionQuery, .attentionKey, .attentionValue, .attentionOutput, .crossAttentionQuery,
      .crossAttentionKey, .crossAttentionValue, .crossAttentionOutput, .latentQueryDown,
      .latentQueryUp, .latentKeyValueDown, .latentKeyValueUp, .latentOutputDown, .mlpGate, .mlpUp,
      .mlpDown,
      .denseKernel, .convolutionKernel, .recurrentInputKernel, .recurrentStateKernel,
      .mixerInput, .mixerOutput, .adapterDown, .adapterUp:
      true
    default: false
    }
  }
}

/// Matches the names of a checkpoint against all definitions at once.
struct NameMatcher {
  let catalogue: ArchitectureCatalogue
  let names: [TensorName]
  /// Trie nodes visited, a measure of cost.
  private(set) var steps = 0
  private var prefixes: [PrefixKey: Bool] = [:]
  private lazy var paths = Set(names.map { Self.path($0.components) })

  /// Components of the longest prefix that wrappers make together; bounds the search among them.
  private static let longestPrefix = 12
  /// Models have a few; a million tensors below a million prefixes must not be kept.
  private static let rememberedPrefixes = 1 << 16

  private struct PrefixKey: Hashable {
    var definition: Int
    var prefix: String
  }

  init(catalogue: ArchitectureCatalogue, names: [TensorName]) {
    self.catalogue = catalogue
    self.names = names
  }

  /// What every definition describes of `tensors`.
  mutating func matches(of tensors: [Tensor]) -> [DefinitionMatches] {
    var all = catalogue.definitions.indices.map { DefinitionMatches(definition: $0) }
    for (index, tensor) in tensors.enumerated() {
      let found = catalogue.trie.matches(of: names[index], steps: &steps)
      for match in found where holds(match, for: tensor, at: index) {
        let definition = match.leaf.definition
        if let first = all[definition].byTensor[index]?.first {
          guard first.prefixLength == match.prefixLength else { continue }
        } else if tensor.isRealNumber {
          all[definition].parameters = all[definition].parameters
            .addingSaturating(tensor.elementCount)
        }
        all[definition].byTensor[index, default: []].append(match)
        all[definition].roles.insert(catalogue.entry(match.leaf).role)
      }
    }
    return all
  }

  private mutating func holds(_ match: PatternTrie.Match, for tensor: Tensor, at index: Int) -> Bool
  {
    let entry = catalogue.entry(match.leaf)
    if let shape = entry.shape, entry.describesShape(of: match.leaf.parameter),
      tensor.hasTellingShape, shape.count != tensor.shape.count,
      !tensor.isPlaceholder(of: shape)
    {
      return false
    }
    let components = names[index].components
    if let neighbour = entry.beside {
      let path = Self.path(components.dropLast() + [neighbour[...]])
      guard paths.contains(path) else { return false }
    }
    let definition = match.leaf.definition
    if catalogue.definitions[definition].anyPrefix { return true }
    guard match.prefixLength <= Self.longestPrefix else { return false }
    let prefix = components[..<match.prefixLength].map { "\($0)." }.joined()
    let key = PrefixKey(definition: definition, prefix: prefix)
    if let known = prefixes[key] { return known }
    let accepted = catalogue.accepts(prefix: prefix[...], definition: definition)
    if prefixes.count < Self.rememberedPrefixes { prefixes[key] = accepted }
    return accepted
  }

  private static func path(_ components: some Sequence<Substring>) -> String {
    components.joined(separator: "/")
  }
}
