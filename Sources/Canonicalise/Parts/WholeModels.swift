internal import Load

/// The whole models in one checkpoint: each has an embedding of tokens and layers that a definition describes
/// behind one prefix, whatever that is.
///
/// What trains a policy beside its reward model stores such checkpoints, and so does whoever hides a model
/// behind another one.
struct WholeModels {
  /// A model: the tensors that its definition describes, and those whose names begin with its prefix and
  /// with no longer one of another.
  struct Part: Equatable {
    /// Components of names; empty for the model that has the usual names.
    var prefix: [String]
    var members: [Int]
    /// Elements of the tensors that its definition describes.
    fileprivate var parameters: Int
  }

  /// The one that stands for the checkpoint, with all tensors under no prefix of another; nil where
  /// there is none whole.
  private(set) var first: Part?
  /// The others, by prefix.
  private(set) var others: [Part] = []

  /// More models than this are not told apart.
  private static let mostParts = 32

  /// - Parameter matches: those behind any prefix.
  init(
    _ matches: [PrefixedMatches], catalogue: ArchitectureCatalogue, names: [TensorName],
    tensors: [Tensor], config: JSONValue?
  ) {
    var candidates = matches.filter { candidate in
      let definition = catalogue.definitions[candidate.definition]
      return candidate.isWhole && definition.requires.isSubset(of: candidate.roles)
        && (!definition.needsConfiguration || definition.isNamed(by: config))
    }
    var parts: [Part] = []
    var owners: [Int: Int] = [:]
    while !candidates.isEmpty, parts.count < Self.mostParts {
      let sized = candidates.map { ($0.elements(of: tensors), $0) }
      guard let (parameters, best) = sized.max(by: { Self.isLess($0, $1) }) else { break }
      for member in best.members { owners[member.tensor] = parts.count }
      parts.append(Part(prefix: best.prefix, members: [], parameters: parameters))
      let taken = Set(best.members.map(\.tensor))
      for index in candidates.indices {
        candidates[index].members.removeAll { taken.contains($0.tensor) }
      }
      candidates.removeAll { !$0.isWhole || $0.prefix == best.prefix }
    }
    guard !parts.isEmpty else { return }
    Self.deal(names, among: &parts, owners: owners)
    let main = parts.indices.min {
      Self.rank(parts[$0], catalogue) < Self.rank(parts[$1], catalogue)
    }
    first = main.map { parts.remove(at: $0) }
    others = parts.sorted { $0.prefix.lexicographicallyPrecedes($1.prefix) }
  }

  /// Whether the checkpoint is one model whose prefix, if any, wrappers are known to make.
  func isOrdinary(_ catalogue: ArchitectureCatalogue) -> Bool {
    others.isEmpty && first.map { catalogue.isWrapper($0.prefix) } ?? true
  }

  /// Fewer elements come first, then longer prefixes.
  private static func isLess(
    _ left: (Int, PrefixedMatches), _ right: (Int, PrefixedMatches)
  ) -> Bool {
    if left.0 != right.0 { return left.0 < right.0 }
    if left.1.prefix.count != right.1.prefix.count {
      return left.1.prefix.count > right.1.prefix.count
    }
    return right.1.prefix.lexicographicallyPrecedes(left.1.prefix)
  }

  /// That of the usual names comes first, then those behind known wrappers, then the largest.
  private static func rank(_ part: Part, _ catalogue: ArchitectureCatalogue) -> (Int, Int, String) {
    let kind = part.prefix.isEmpty ? 0 : catalogue.isWrapper(part.prefix) ? 1 : 2
    return (kind, -part.parameters, part.prefix.joined(separator: "."))
  }

  /// Gives each tensor to the model that describes it, else to that with the longest prefix that its name
  /// has.
  private static func deal(_ names: [TensorName], among parts: inout [Part], owners: [Int: Int]) {
    let places = Dictionary(uniqueKeysWithValues: parts.indices.map { (parts[$0].prefix, $0) })
    let longest = parts.map(\.prefix.count).max() ?? 0
    for (index, name) in names.enumerated() {
      let components = name.components.prefix(longest).map(String.init)
      let place =
        owners[index]
        ?? (0...components.count).reversed().lazy
        .compactMap { places[Array(components.prefix($0))] }.first
      if let place { parts[place].members.append(index) }
    }
  }
}

/// What one definition describes behind one prefix.
struct PrefixedMatches: Sendable {
  var definition: Int
  /// Components of names before those that the definition knows.
  var prefix: [String]
  var roles: Set<TensorRole> = []
  var members: [(tensor: Int, role: TensorRole)] = []

  mutating func add(_ tensor: Int, _ role: TensorRole) {
    roles.insert(role)
    if members.last?.tensor != tensor { members.append((tensor, role)) }
  }

  /// Whether it is a model: an embedding of tokens, and layers.
  var isWhole: Bool {
    members.contains { $0.role == .tokenEmbedding } && members.contains { $0.role.isLayerMatrix }
  }

  fileprivate func elements(of tensors: [Tensor]) -> Int {
    members.reduce(0) { $0.addingSaturating(tensors[$1.tensor].elementCount) }
  }
}

extension ArchitectureCatalogue {
  /// Whether a prefix is one that wrappers make, or several of them.
  func isWrapper(_ prefix: [String]) -> Bool {
    isWrapper(prefix.map { "\($0)." }.joined()[...])
  }

  private func isWrapper(_ prefix: Substring) -> Bool {
    prefix.isEmpty
      || conventions.wrappers.contains {
        prefix.hasPrefix($0) && isWrapper(prefix.dropFirst($0.count))
      }
  }
}
