import Yams

/// The names of models in a value of a card or a recipe, in all the forms that people and tools give
/// them: a text, a list, a mapping that says which part is the name, and these in one another.
struct ModelNames {
  private(set) var names: [String] = []
  /// Whether some names stood in mappings, which hubs do not accept.
  private(set) var hasMapping = false
  /// Whether something stood where a name should, and is none.
  private(set) var hasNameless = false
  /// Whether there were more names than the limit.
  private(set) var isCut = false

  private let limit: Int

  /// - Parameter limit: most names taken.
  init(_ node: Node?, limit: Int) {
    self.limit = limit
    if let node { take(node) }
  }

  /// The members of a mapping that hold a model's name, the most telling first.
  private static let keys = [
    "name", "id", "model", "model_id", "repo", "repo_id", "hf_repo", "path", "model_name",
    "model_name_or_path", "base_model", "source_model", "url", "source",
  ]

  private mutating func take(_ node: Node) {
    switch node {
    case .scalar:
      guard !node.isNothing, let text = node.scalar?.string else { return }
      let parts = Self.split(text)
      // No text at all names nobody, and is a way to say so.
      for part in parts { add(part) }
    case .sequence(let sequence):
      for element in sequence { take(element) }
    case .mapping(let members):
      hasMapping = true
      if let value = Self.keys.lazy.compactMap({ node[$0] }).first(where: { !$0.isNothing }) {
        take(value)
        return
      }
      // `lab/base: main`
      let keys = members.keys.compactMap(\.name).filter { $0.contains("/") }
      keys.forEach { add($0) }
      hasNameless = hasNameless || keys.isEmpty
    case .alias: hasNameless = true
    }
  }

  private mutating func add(_ name: String) {
    guard !names.contains(name) else { return }
    guard names.count < limit else {
      isCut = true
      return
    }
    names.append(name)
  }

  /// Names of hubs have no commas: a text with some is a list.
  private static func split(_ text: String) -> [String] {
    text.split(separator: ",").map { String($0).trimmed }.filter { !$0.isEmpty }
  }
}
