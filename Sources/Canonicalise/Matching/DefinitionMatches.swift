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
  private var places: [PrefixKey: PrefixPlace] = [:]
  private var groups: [PrefixKey: Int] = [:]
  private lazy var paths = Set(names.map { Self.path($0.components) })

  /// Components of the longest prefix that wrappers make together; bounds the search among them.
  private static let longestPrefix = 12
  /// Models have a few; a million tensors below a million prefixes must not be kept.
  private static let rememberedPrefixes = 1 << 16

  private struct PrefixKey: Hashable {
    var definition: Int
    var prefix: String
  }

  /// What stands before a definition's pattern.
  private struct PrefixPlace {
    /// Whether it is one of the definition's prefixes, behind any wrappers.
    var isAccepted: Bool
    /// Which of the prefixed matches it belongs to: those with what is before the longest end that is one of
    /// the definition's prefixes; nil if none is.
    var group: Int?
  }

  /// What definitions describe.
  struct Matches {
    /// By definition, behind its prefixes and known wrappers.
    var accepted: [DefinitionMatches]
    /// Behind any prefix.
    var prefixed: [PrefixedMatches] = []
  }

  init(catalogue: ArchitectureCatalogue, names: [TensorName]) {
    self.catalogue = catalogue
    self.names = names
  }

  /// What every definition describes of `tensors`.
  mutating func matches(of tensors: [Tensor]) -> Matches {
    var result = Matches(
      accepted: catalogue.definitions.indices.map { DefinitionMatches(definition: $0) })
    for (index, tensor) in tensors.enumerated() {
      let found = catalogue.trie.matches(of: names[index], steps: &steps)
      for match in found where fits(match, tensor, at: index) {
        let place = place(of: match, at: index, in: &result.prefixed)
        if let group = place.group, tensor.isRealNumber {
          result.prefixed[group].add(index, catalogue.entry(match.leaf).role)
        }
        guard place.isAccepted else { continue }
        let definition = match.leaf.definition
        if let first = result.accepted[definition].byTensor[index]?.first {
          guard first.prefixLength == match.prefixLength else { continue }
        } else if tensor.isRealNumber {
          result.accepted[definition].parameters = result.accepted[definition].parameters
            .addingSaturating(tensor.elementCount)
        }
        result.accepted[definition].byTensor[index, default: []].append(match)
        result.accepted[definition].roles.insert(catalogue.entry(match.leaf).role)
      }
    }
    return result
  }

  private mutating func group(_ key: PrefixKey, in prefixed: inout [PrefixedMatches]) -> Int {
    if let known = groups[key] { return known }
    groups[key] = prefixed.count
    prefixed.append(
      PrefixedMatches(
        definition: key.definition, prefix: key.prefix.split(separator: ".").map(String.init)))
    return prefixed.count - 1
  }

  private mutating func fits(_ match: PatternTrie.Match, _ tensor: Tensor, at index: Int) -> Bool {
    let entry = catalogue.entry(match.leaf)
    if let shape = entry.shape, entry.describesShape(of: match.leaf.parameter),
      tensor.hasTellingShape, shape.count != tensor.shape.count,
      !tensor.isPlaceholder(of: shape)
    {
      return false
    }
    if let neighbour = entry.beside {
      let path = Self.path(names[index].components.dropLast() + [neighbour[...]])
      return paths.contains(path)
    }
    return true
  }

  private mutating func place(
    of match: PatternTrie.Match, at index: Int, in prefixed: inout [PrefixedMatches]
  ) -> PrefixPlace {
    let definition = match.leaf.definition
    if catalogue.definitions[definition].anyPrefix { return PrefixPlace(isAccepted: true) }
    guard match.prefixLength <= Self.longestPrefix else { return PrefixPlace(isAccepted: false) }
    let before = names[index].components[..<match.prefixLength]
    let key = PrefixKey(definition: definition, prefix: Self.prefix(before))
    if let known = places[key] { return known }
    var place = PrefixPlace(
      isAccepted: catalogue.accepts(prefix: key.prefix[...], definition: definition))
    guard places.count < Self.rememberedPrefixes else { return place }
    let end = catalogue.definitions[definition].prefixes
      .filter { $0.isEmpty || key.prefix == $0 || key.prefix.hasSuffix("." + $0) }
      .max { $0.count < $1.count }
    if let end {
      place.group = group(
        PrefixKey(definition: definition, prefix: String(key.prefix.dropLast(end.count))),
        in: &prefixed)
    }
    places[key] = place
    return place
  }

  private static func prefix(_ components: some Sequence<Substring>) -> String {
    components.map { "\($0)." }.joined()
  }

  private static func path(_ components: some Sequence<Substring>) -> String {
    components.joined(separator: "/")
  }
}
