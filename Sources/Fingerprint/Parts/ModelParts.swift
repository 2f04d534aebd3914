import Canonicalise

/// A model whose parts claim the same places, cut by the prefixes of names.
struct ModelParts {
  /// One stack of layers, every place of which is taken once.
  private struct Stack {
    var prefix: String
    /// Widths of its residual streams.
    var widths: Set<Int>
    /// Names of its matrices.
    var names: Set<String>
  }

  private let claims: PlaceClaims
  /// That of each tensor; empty for those under none.
  private let prefixes: [String]
  private let stacks: [Stack]
  /// Whether every stack that the names may mean is among them.
  private let areAll: Bool

  private var model: ModelFingerprint { claims.model }

  init(_ claims: PlaceClaims, prefixes: [String]) {
    self.claims = claims
    // The longest first.
    let ordered = prefixes.filter { !$0.isEmpty }.sorted { ($1.count, $0) < ($0.count, $1) }
    let own = claims.model.tensors.map { tensor in
      WrappedComponent(tensor.component).prefix
        ?? ordered.first { Self.stands($0, before: tensor.name) } ?? ""
    }
    self.prefixes = own
    let byPrefix = Dictionary(grouping: claims.layers) { own[$0] }
    var (stacks, areAll) = ([Stack](), true)
    for (prefix, members) in byPrefix.sorted(by: { $0.key < $1.key }) {
      let found = Self.stacks(members, prefix: prefix, of: claims.model)
      stacks += found.stacks
      areAll = areAll && found.areAll
    }
    (self.stacks, self.areAll) = (stacks, areAll)
  }

  private static func stands(_ prefix: String, before name: String) -> Bool {
    let (dot, slash) = (UInt8(ascii: "."), UInt8(ascii: "/"))
    let isThere = name.utf8.starts(with: prefix.utf8) { $0 == $1 || $0 == slash && $1 == dot }
    guard isThere else { return false }
    let next = name.utf8.dropFirst(prefix.utf8.count).first
    return next == dot || next == slash
  }

  /// The stacks of layers under one prefix: of tensors that claim one place, each stack takes the next by
  /// name, and the last one where there are no more.
  ///
  /// These are all where the rivals in a block are told apart alike for each matrix: by `self_attn` and
  /// `cross_attn`, say.
  private static func stacks(
    _ members: [Int], prefix: String, of model: ModelFingerprint
  ) -> (stacks: [Stack], areAll: Bool) {
    let widths = Set(members.compactMap { model.tensors[$0].residualWidth })
    var choices: [[String]] = []
    var containers: [String: [String]] = [:]
    var isAlike = true
    for (place, indices) in Dictionary(grouping: members, by: { .init(model.tensors[$0]) })
      as [PlaceClaims.Place: [Int]]
    {
      let names = indices.map { model.tensors[$0].name }.sorted()
      choices.append(names)
      guard names.count > 1 else { continue }
      let paths = names.map(Path.init)
      let common = Path.commonEnding(paths)
      let found = paths.map { $0.without(ending: common) }.sorted()
      let block =
        "\(place.component) \(place.layer ?? -1) \(place.expert ?? -1) "
        + "\(place.role.isOfFeedForward)"
      isAlike = isAlike && containers[block, default: found] == found
      containers[block] = found
    }
    let most = choices.map(\.count).max() ?? 0
    let tried = min(most, RivalParts.limit + 1)
    let stacks = (0..<tried).map { number in
      Stack(
        prefix: prefix, widths: widths,
        names: Set(choices.map { $0[min(number, $0.count - 1)] }))
    }
    return (stacks, isAlike && tried == most)
  }

  /// The ways of reading the model: each stack with the embedding of its prefix, then with each other
  /// one that is as wide.
  func ways(limit: Int) -> (readings: [ModelReading], isComplete: Bool) {
    let standard = AnchorChoice.embedding(of: model)
    var readings: [ModelReading] = []
    for isOwn in [true, false] {
      for stack in stacks {
        for index in claims.embeddings {
          let tensor = model.tensors[index]
          guard (prefixes[index] == stack.prefix) == isOwn,
            tensor.embeddingWidth.map(stack.widths.contains) ?? false
          else { continue }
          let demoted = demoted(keeping: stack, embedding: tensor.name)
          // So the model is read in any case.
          if demoted.isEmpty, tensor.name == standard { continue }
          guard readings.count < limit else { return (readings, false) }
          readings.append(
            ModelReading(prefix: stack.prefix, embedding: tensor.name, demoted: demoted))
        }
      }
    }
    return (readings, areAll)
  }

  /// What a reading leaves out.
  private func demoted(keeping stack: Stack, embedding: String) -> Set<String> {
    func isKept(_ name: String) -> Bool { name == embedding || stack.names.contains(name) }
    let rivals = claims.contested.values.joined().map { model.tensors[$0].name }
    // Norms and heads go with the layers of their prefix.
    let others = model.tensors.indices.filter { prefixes[$0] != stack.prefix }
      .map { model.tensors[$0].name }
    return Set((rivals + others).filter { !isKept($0) })
  }
}
