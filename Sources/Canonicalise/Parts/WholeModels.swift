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
    let candidates = matches.filter { candidate in
      let definition = catalogue.definitions[candidate.definition]
      return candidate.isWhole && definition.requires.isSubset(of: candidate.roles)
        && (!definition.needsConfiguration || definition.isNamed(by: config))
    }
    .map { (elements: $0.elements(of: tensors), matches: $0) }
    .sorted { Self.comesFirst($0, $1) }
    var parts: [Part] = []
    var prefixes: Set<[String]> = []
    var owners: [Int: Int] = [:]
    for (elements, candidate) in candidates where !prefixes.contains(candidate.prefix) {
      var rest = candidate
      rest.members.removeAll { owners[$0.tensor] != nil }
      // What others describe mostly is no model beside them.
      guard rest.isWhole, rest.elements(of: tensors) > elements / 2 else { continue }
      for member in rest.members { owners[member.tensor] = parts.count }
      parts.append(Part(prefix: rest.prefix, members: [], parameters: elements))
      prefixes.insert(rest.prefix)
      if parts.count == Self.mostParts { break }
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

  /// The largest comes first, of equals that with the shortest prefix.
  private static func comesFirst(
    _ left: (elements: Int, matches: PrefixedMatches),
    _ right: (elements: Int, matches: PrefixedMatches)
  ) -> Bool {
    if left.elements != right.elements { return left.elements > right.elements }
    let (one, other) = (left.matches.prefix, right.matches.prefix)
    if one.count != other.count { return one.count < other.count }
    return one.lexicographicallyPrecedes(other)
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
