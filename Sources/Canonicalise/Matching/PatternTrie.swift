/// All patterns of all definitions, so that a name costs its own length rather than the number of
/// patterns.
struct PatternTrie: Sendable {
  /// Where a pattern ends: the entry it belongs to.
  struct Leaf: Sendable, Hashable {
    var definition: Int
    var entry: Int
    var parameter: ParameterKind
  }

  /// A pattern that a name ends with.
  struct Match: Sendable {
    var leaf: Leaf
    /// Components of the name before the pattern.
    var prefixLength: Int
    var layer: Int?
    var expert: Int?
  }

  private struct Node: Sendable {
    var words: [Substring: Int] = [:]
    var copies: [Substring: Int] = [:]
    var layer: Int?
    var expert: Int?
    var leaves: [Leaf] = []
  }

  private var nodes = [Node()]
  /// Components of the longest pattern.
  private var depth = 0

  mutating func insert(_ pattern: NamePattern, _ leaf: Leaf) {
    var node = 0
    for component in pattern.components {
      node = child(of: node, component)
    }
    nodes[node].leaves.append(leaf)
    depth = max(depth, pattern.components.count)
  }

  private mutating func child(of node: Int, _ component: NamePattern.Component) -> Int {
    let next = nodes.count
    let found: Int? =
      switch component {
      case .word(let word): nodes[node].words[word[...]]
      case .copies(let stem): nodes[node].copies[stem[...]]
      case .layer: nodes[node].layer
      case .expert: nodes[node].expert
      }
    if let found { return found }
    switch component {
    case .word(let word): nodes[node].words[word[...]] = next
    case .copies(let stem): nodes[node].copies[stem[...]] = next
    case .layer: nodes[node].layer = next
    case .expert: nodes[node].expert = next
    }
    nodes.append(Node())
    return next
  }

  /// Every pattern that `name` ends with, the longest first.
  ///
  /// - Complexity: O(d²) for patterns of at most d components, however long the name; `steps`
  ///   counts the nodes visited.
  func matches(of name: TensorName, steps: inout Int) -> [Match] {
    var found: [Match] = []
    let components = name.components
    for start in max(0, components.count - depth)..<max(components.count, 1) {
      walk(components, from: start, node: 0, Match(start: start), &found, &steps)
    }
    return found
  }

  private func walk(
    _ components: [Substring], from position: Int, node: Int, _ match: Match,
    _ found: inout [Match], _ steps: inout Int
  ) {
    steps += 1
    guard position < components.count else {
      for leaf in nodes[node].leaves {
        var match = match
        match.leaf = leaf
        found.append(match)
      }
      return
    }
    let component = components[position]
    if let next = nodes[node].words[component] {
      walk(components, from: position + 1, node: next, match, &found, &steps)
    }
    if !nodes[node].copies.isEmpty, let next = nodes[node].copies[TensorName.stem(component)] {
      walk(components, from: position + 1, node: next, match, &found, &steps)
    }
    guard nodes[node].layer != nil || nodes[node].expert != nil,
      let index = TensorName.index(component)
    else { return }
    if let next = nodes[node].layer {
      var match = match
      match.layer = index
      walk(components, from: position + 1, node: next, match, &found, &steps)
    }
    if let next = nodes[node].expert {
      var match = match
      match.expert = index
      walk(components, from: position + 1, node: next, match, &found, &steps)
    }
  }
}

extension PatternTrie.Match {
  fileprivate init(start: Int) {
    leaf = PatternTrie.Leaf(definition: 0, entry: 0, parameter: .weight)
    prefixLength = start
  }
}
