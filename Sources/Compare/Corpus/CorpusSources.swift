package import Load

/// Models of a hub that are worth having as references: `Corpus/sources.json`, or a list of the same
/// form (`docs/schema/sources-1.schema.json`).
///
/// Strict: an unknown key is an error, because a misspelt one would silently be no fact.
package struct CorpusSources: Sendable, Equatable {
  package static let schema = 1
  private static let byteLimit = 16 << 20

  /// In the order of the list.
  package var sources: [Source]

  /// One model, and what is known of it without reading it; nil and empty: nothing is.
  package struct Source: Sendable, Equatable {
    /// `OWNER/NAME` on the hub.
    package var id: String
    /// By which it is chosen.
    package var family: String
    /// Of this model: several families changed theirs.
    package var license: String?
    /// Whether the licence was read on a card; else it is general knowledge, to be checked.
    package var isLicenseSeen = false
    /// The class that its configuration names.
    package var architecture: String?
    package var components: [String] = []
    package var isOriginal = false
    package var parents: [String] = []
    /// Month of its release, `2024-07`.
    package var released: String?
    /// The commit to take.
    package var revision: String?
  }

  /// The list that the tool is built with.
  package static func bundled() throws(LoadError) -> CorpusSources {
    try CorpusSources(Array(embeddedSources.utf8), path: "Corpus/sources.json")
  }

  /// - Throws: for anything but such a list.
  package init(path: String) throws(LoadError) {
    try self.init(StrictObject.document(at: path, "the list", upTo: Self.byteLimit), path: path)
  }

  /// - Parameter path: what errors call it.
  init(_ bytes: [UInt8], path: String) throws(LoadError) {
    try self.init(JSONReader.parse(bytes, source: JSONSource(file: path)), path: path)
  }

  private init(_ root: JSONValue, path: String) throws(LoadError) {
    let (object, elements) = try StrictObject.list(
      "sources", of: root, "the list", schema: Self.schema, path)
    sources = try elements.map { (element) throws(LoadError) in try Source(element, list: path) }
    var ids: Set<String> = []
    for source in sources where !ids.insert(source.id).inserted {
      throw object.malformed("names \(LoadError.quote(source.id)) twice")
    }
  }

  /// The sources of some families; of all, where none is named.
  package func chosen(families: [String]) -> [Source] {
    families.isEmpty ? sources : sources.filter { families.contains($0.family) }
  }

  /// In the order of their names, each once.
  package var families: [String] { Set(sources.map(\.family)).sorted() }
}

extension CorpusSources.Source {
  /// What a source can be made of.
  package static let componentNames = ["text", "vision", "audio", "mtp"]
  private static let keys: Set<String> = [
    "id", "family", "license", "licenseSeen", "architecture", "components", "original", "parents",
    "released", "revision",
  ]

  fileprivate init(_ value: JSONValue, list path: String) throws(LoadError) {
    let object = try StrictObject(value, "a source", known: Self.keys, path)
    guard let id = try object.string("id"), Self.isID(id) else {
      throw object.malformed("has no id such as OWNER/NAME")
    }
    guard let family = try object.string("family"), !family.isEmpty else {
      throw object.malformed("\(LoadError.quote(id)) has no family")
    }
    self.init(id: id, family: family)
    license = try object.string("license")
    let seen = try object.flag("licenseSeen")
    guard (license == nil) == (seen == nil), license != "" else {
      throw object.malformed("\(LoadError.quote(id)) needs license and licenseSeen, or neither")
    }
    isLicenseSeen = seen ?? false
    architecture = try object.string("architecture")
    components = try object.names("components")
    guard Set(components).count == components.count,
      components.allSatisfy(Self.componentNames.contains)
    else {
      throw object.malformed(
        "\(LoadError.quote(id)) has components other than "
          + Self.componentNames.joined(separator: ", "))
    }
    isOriginal = try object.flag("original") ?? false
    parents = try object.names("parents")
    if isOriginal, !parents.isEmpty {
      throw object.malformed("\(LoadError.quote(id)) is original and has parents")
    }
    released = try object.string("released")
    if let released, released.wholeMatch(of: /[0-9]{4}-(0[1-9]|1[0-2])/) == nil {
      throw object.malformed("\(LoadError.quote(id)) has a released that is no month")
    }
    revision = try object.string("revision")
    if let revision, revision.wholeMatch(of: /[0-9a-f]{40}/) == nil {
      throw object.malformed("\(LoadError.quote(id)) has a revision that is no commit")
    }
  }

  private static func isID(_ text: String) -> Bool {
    text.wholeMatch(of: /[A-Za-z0-9_][A-Za-z0-9._\-]{0,95}\/[A-Za-z0-9_][A-Za-z0-9._\-]{0,95}/)
      != nil
  }
}
