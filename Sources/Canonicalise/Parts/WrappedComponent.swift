/// The name of a component of a model that stands under a prefix of its own beside the first one of its
/// checkpoint: `reward/decoder`.
package struct WrappedComponent: Sendable, Equatable {
  /// The prefix, its components joined by dots; nil for components of the first model.
  package var prefix: String?
  /// What it is called in a checkpoint of its own.
  package var name: String

  private static let separator: Character = "/"

  package init(_ component: String) {
    if let end = component.lastIndex(of: Self.separator) {
      prefix = String(component[..<end])
      name = String(component[component.index(after: end)...])
    } else {
      name = component
    }
  }

  package init(prefix: String?, name: String) {
    (self.prefix, self.name) = (prefix, name)
  }

  /// Whether it is what definitions call a part that reads pictures or sound.
  package var readsNoTokens: Bool { Self.tokenless.contains(name) }

  private static let tokenless: Set = ["audio", "features", "image", "video", "vision"]

  package var text: String { prefix.map { "\($0)\(Self.separator)\(name)" } ?? name }
}
