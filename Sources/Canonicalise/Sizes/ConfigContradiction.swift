internal import Load

/// Something that config.json says and the tensors belie.
package struct ConfigContradiction: Sendable, Equatable, Codable {
  /// What it is about: `architecture`, or the name of a size.
  package var subject: String
  /// The component whose size it is.
  package var component: String?
  package var stated: String
  package var shown: String

  package init(subject: String, component: String? = nil, stated: String, shown: String) {
    self.subject = subject
    self.component = component
    self.stated = stated
    self.shown = shown
  }

  package static let architecture = "architecture"

  /// What it is about, such as `hidden of the decoder`.
  package var place: String { component.map { "\(subject) of the \($0)" } ?? subject }

  /// Both sides, behind "config.json says".
  package var words: String {
    "\(place) is \(LoadError.quote(stated)) there and \(LoadError.quote(shown)) here"
  }
}

extension ConfigContradiction {
  /// Layers that the configuration counts, where it is about those.
  package var statedLayers: Int? {
    subject == DimensionName.layers.rawValue ? Int(stated) : nil
  }

  init(_ name: DimensionName, _ stated: Int, _ shown: Int, _ component: String) {
    self.init(
      subject: name.rawValue, component: component, stated: String(stated), shown: String(shown))
  }

  /// The architecture that config.json names, where the tensors are another's.
  ///
  /// Nil as well where no definition is known by that name, and where the one that describes the
  /// tensors goes by no name itself (adapters, networks of plain layers).
  init?(
    selection: DefinitionSelection, matches: [DefinitionMatches], catalogue: ArchitectureCatalogue,
    config: JSONValue?
  ) {
    guard let first = selection.chosen.first, let config else { return nil }
    let chosen = catalogue.definitions[first.definition]
    guard !chosen.anyPrefix, chosen.configurations != .init() else { return nil }
    // What GGUF calls tensors is no other architecture than what a network's own code does, and some go by
    // one name in both.
    let named = catalogue.definitions.indices.filter {
      catalogue.definitions[$0].isNamed(by: config)
        && catalogue.definitions[$0].isOfGGUF == chosen.isOfGGUF
    }
    let kept = Set(selection.chosen.map(\.definition))
    // What describes half of the tensors too is a sibling whose names differ little.
    let close = matches.filter { $0.parameters >= first.parameters / 2 }.map(\.definition)
    guard !named.isEmpty, kept.isDisjoint(with: named), Set(close).isDisjoint(with: named) else {
      return nil
    }
    let kinds = config.modelKinds
    let stated = (kinds.architectures.sorted() + kinds.modelTypes.sorted()).first
    self.init(
      subject: Self.architecture, stated: stated ?? catalogue.definitions[named[0]].family,
      shown: chosen.family)
  }
}
