import Foundation
package import Load

/// The references that --ref names: checkpoints, hub snapshots and fingerprints, found but not yet
/// read.
///
///     let corpus = try ReferenceCorpus(paths: ["Corpus/Demo/references"])
///     let loaded = corpus.load(from: source)
package struct ReferenceCorpus: Sendable {
  /// In the order of their ids, which are unique.
  package let entries: [Entry]
  /// The paths it was found at, absolute and in order: they name the corpus.
  let places: [String]
  /// What is in the way of using the corpus as a whole.
  package let problems: [CorpusProblem]

  /// A reference to be.
  package struct Entry: Sendable, Equatable {
    package enum Kind: String, Sendable {
      case fingerprint
      case checkpoint
    }

    /// The manifest's id, else the name of the file or folder in the corpus.
    package var id: String
    package var path: String
    package var kind: Kind
    /// Whose model it is, where it lies in a hub's cache.
    package var identity: ModelIdentity?
    package var manifest: CorpusManifest.Entry?
    /// What the manifest's SHA-256 is of.
    var checkedPath: String?

    /// Of the source that it was taken from.
    var revision: String? { manifest?.sourceRevision ?? identity?.revision }
  }

  /// Finds references.
  ///
  /// - Parameter paths: corpora, models or fingerprints; what is named twice counts once.
  /// - Throws: if one of the paths is not there.
  package init(paths: [String]) throws(LoadError) {
    try self.init(paths: paths, scan: CorpusScan())
  }

  /// Finds references in a folder that this thread has locked.
  init(lockedFolder path: String) throws(LoadError) {
    try self.init(paths: [path], scan: CorpusScan(locks: false))
  }

  private init(paths: [String], scan: CorpusScan) throws(LoadError) {
    var scan = scan
    for path in paths { try scan.add(path) }
    places = paths.map(Self.place).sorted()
    entries = scan.entries.sorted { $0.id < $1.id }
    problems = scan.problems
  }

  /// Where something is, whatever folder the tool is run in.
  static func place(_ path: String) -> String {
    HubAddress.isMeant(by: path)
      ? path : URL(filePath: path).standardizedFileURL.path(percentEncoded: false)
  }
}

/// Something in a corpus that could not be used; the rest still is.
package struct CorpusProblem: Error, Sendable, Equatable {
  package var path: String
  package var message: String

  package init(path: String, message: String) {
    self.path = path
    self.message = message
  }

  init(_ error: LoadError, path: String) {
    self.init(path: error.file ?? path, message: error.withoutFile)
  }
}

extension LoadError {
  /// The description without the file, which is named apart.
  var withoutFile: String {
    var error = self
    error.file = nil
    return error.description
  }
}
