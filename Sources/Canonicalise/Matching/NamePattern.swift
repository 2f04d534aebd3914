internal import Load

/// A tensor name with places left open: `h.{layer}.attn.c_attn.weight`.
///
/// A component is a word, `{layer}`, `{expert}`, or a word followed by `{copy}`, which stands for
/// nothing or for the `_1`, `_2`… that Keras appends to the names of further layers of one kind.
struct NamePattern: Sendable, Hashable {
  enum Component: Sendable, Hashable {
    case word(String)
    case layer
    case expert
    case copies(of: String)
  }

  var components: [Component]

  init?(_ text: String) {
    components = []
    for part in text.split(separator: ".", omittingEmptySubsequences: false) {
      switch part {
      case "": return nil
      case "{layer}": components.append(.layer)
      case "{expert}": components.append(.expert)
      default:
        let isCopies = part.hasSuffix("{copy}")
        let word = isCopies ? part.dropLast("{copy}".count) : part
        guard !word.isEmpty, !word.contains(where: { "{}/:".contains($0) }) else { return nil }
        components.append(isCopies ? .copies(of: String(word)) : .word(String(word)))
      }
    }
  }
}

/// A tensor's name as a path, whatever the separator.
struct TensorName: Sendable {
  var components: [Substring]

  /// Splits at `.` and `/`, drops TensorFlow's `:0` and the components in `transparent`; names that
  /// Transformers gives in TensorFlow become those that it gives in PyTorch.
  init(_ name: String, transparent: Set<String>) {
    var path = name[...]
    if path.hasSuffix(":0") { path = path.dropLast(2) }
    if let translated = TensorFlowNames.translated(name) { path = translated[...] }
    components = path.split { $0 == "." || $0 == "/" }
      .filter { !transparent.contains(String($0)) }
  }

  /// The name without a prefix, where it has it.
  func dropping(_ prefix: [String]) -> TensorName {
    guard !prefix.isEmpty, components.starts(with: prefix, by: { $0 == $1 }) else { return self }
    var name = self
    name.components.removeFirst(prefix.count)
    return name
  }

  /// A component that is an index: digits only, and few of them.
  static func index(_ component: Substring) -> Int? {
    guard (1...9).contains(component.utf8.count),
      component.utf8.allSatisfy({ (48...57).contains($0) })
    else { return nil }
    return Int(component)
  }

  /// `lstm_cell_3` without `_3`.
  static func stem(_ component: Substring) -> Substring {
    guard let underscore = component.lastIndex(of: "_"),
      index(component[component.index(after: underscore)...]) != nil
    else { return component }
    return component[..<underscore]
  }
}
