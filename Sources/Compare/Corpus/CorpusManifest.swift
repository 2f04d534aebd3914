package import Load

/// `manifest.json` of a corpus: what is known of its references beyond their bytes.
///
/// Strict: an unknown key is an error, because a misspelt one would silently switch a check off.
package struct CorpusManifest: Sendable, Equatable {
  package static let fileName = "manifest.json"
  package static let schema = 1
  static let byteLimit = 16 << 20

  package var references: [Entry]
  /// SHA-256 of the corpus's calibration, as 64 hexadecimal digits; nil if it has none, or nobody recorded it.
  package var calibration: String?

  package init(references: [Entry]) {
    self.references = references
  }

  /// What is known of one reference.
  package struct Entry: Sendable, Equatable {
    /// What reports call it.
    package var id: String
    package var name: String?
    package var family: String?
    package var license: String?
    package var sourceRevision: String?
    /// Path inside the corpus of the file of weights, the shard index, the fingerprint or the
    /// model's folder.
    package var file: String
    /// As `FileDigests.digest(ofModelAt:)` has it, in hexadecimal digits.
    package var sha256: String?
    /// SHA-256 of each file of weights that its fingerprint was made from, in order; empty: not known.
    package var sourceDigests: [String] = []
    /// Other names under which models declare it as their parent.
    package var aliases: [String]
    /// Whether the corpus's owner vouches for its being the original of all copies.
    package var isOriginal: Bool
    /// What the corpus's owner says that it was made from.
    package var parents: [String] = []
    /// The day on which it was published, as `2025-01-31`.
    package var released: String?

    package init(
      id: String, name: String? = nil, family: String? = nil, license: String? = nil,
      sourceRevision: String? = nil, file: String, sha256: String? = nil, aliases: [String] = [],
      isOriginal: Bool = false
    ) {
      self.id = id
      self.name = name
      self.family = family
      self.license = license
      self.sourceRevision = sourceRevision
      self.file = file
      self.sha256 = sha256
      self.aliases = aliases
      self.isOriginal = isOriginal
    }
  }
}

// MARK: - Reading

extension CorpusManifest {
  /// - Throws: `.notFound` if there is none; `.metadataMalformed` for anything but a manifest.
  package init(path: String) throws(LoadError) {
    try self.init(
      StrictObject.document(at: path, "the manifest", upTo: Self.byteLimit), path: path)
  }

  /// A manifest that somebody publishes.
  ///
  /// - Parameter path: what errors call it.
  package init(_ bytes: [UInt8], path: String) throws(LoadError) {
    guard bytes.count <= Self.byteLimit else {
      throw LoadError(.limitExceeded, "the manifest has \(bytes.count) bytes", file: path)
    }
    try self.init(JSONReader.parse(bytes, source: JSONSource(file: path)), path: path)
  }

  /// - Parameter path: what errors call it.
  init(_ root: JSONValue, path: String) throws(LoadError) {
    let (object, elements) = try StrictObject.list(
      "references", of: root, "the manifest", schema: Self.schema, others: ["calibration"], path)
    references = try elements.map { (element) throws(LoadError) in
      try Entry(element, manifest: path)
    }
    calibration = try object.string("calibration")?.lowercased()
    guard calibration.map(Entry.isDigest) ?? true else {
      throw object.malformed("has a calibration that is not 64 hexadecimal digits")
    }
    var (ids, files): (Set<String>, Set<String>) = ([], [])
    for entry in references {
      guard ids.insert(entry.id).inserted, files.insert(entry.file).inserted else {
        throw object.malformed("names \(LoadError.quote(entry.id)) or its file twice")
      }
    }
  }
}

extension CorpusManifest.Entry {
  private static let keys: Set<String> = [
    "id", "name", "family", "license", "licence", "sourceRevision", "sourceDigests", "file",
    "sha256",
    "aliases", "original", "parents", "released",
  ]

  fileprivate init(_ value: JSONValue, manifest path: String) throws(LoadError) {
    let object = try StrictObject(value, "a reference", known: Self.keys, path)
    guard let id = try object.string("id"), !id.isEmpty else {
      throw object.malformed("has no id")
    }
    guard let file = try object.string("file") else { throw object.malformed("has no file") }
    guard ModelFiles.isInside(file) else {
      throw object.malformed("has the file \(LoadError.quote(file)), not one of the corpus")
    }
    let sha256 = try object.string("sha256")
    guard sha256.map(Self.isDigest) ?? true else {
      throw object.malformed("has an sha256 that is not 64 hexadecimal digits")
    }
    let aliases = try object.names("aliases")
    let isOriginal = try object.flag("original") ?? false
    let licences = (us: try object.string("license"), british: try object.string("licence"))
    if licences.us != nil, licences.british != nil {
      throw object.malformed("has both license and licence")
    }
    self.init(
      id: id, name: try object.string("name"), family: try object.string("family"),
      license: licences.us ?? licences.british, sourceRevision: try object.string("sourceRevision"),
      file: file, sha256: sha256?.lowercased(), aliases: aliases, isOriginal: isOriginal)
    let digests = try object.names("sourceDigests")
    guard digests.allSatisfy(Self.isDigest) else {
      throw object.malformed("has sourceDigests that are not 64 hexadecimal digits each")
    }
    sourceDigests = digests.map { $0.lowercased() }.sorted()
    parents = try object.names("parents")
    if isOriginal, !parents.isEmpty { throw object.malformed("is original and has parents") }
    released = try object.string("released")
    if let released, released.wholeMatch(of: /[0-9]{4}-[0-9]{2}-[0-9]{2}/) == nil {
      throw object.malformed("has a released that is no day such as 2025-01-31")
    }
  }

  fileprivate static func isDigest(_ text: String) -> Bool {
    text.utf8.count == 64
      && text.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
          UInt8(ascii: "A")...UInt8(ascii: "F"):
          true
        default: false
        }
      }
  }
}
