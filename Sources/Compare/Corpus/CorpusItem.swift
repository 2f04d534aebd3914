package import Fingerprint
import Foundation
import Load

/// A reference as a list of the corpus has it.
package struct CorpusItem: Sendable, Equatable {
  package var id: String
  /// As seen from the corpus's folder.
  package var file: String
  package var kind: ReferenceCorpus.Entry.Kind
  /// Size of the fingerprint, or of the model if it is one file.
  package var byteCount: Int?
  /// What the manifest says of it; nil where it is not in it.
  package var facts: CorpusManifest.Entry?
  /// What was done with it; nil: nothing.
  package var state: CorpusStore.State?
  /// What the fingerprint says; nil where it was not opened.
  package var content: Content?

  /// What a fingerprint says of its model.
  package struct Content: Sendable, Equatable {
    let identity: ModelFingerprint.Identity
    package var tensors: Int
    package var components: [String]
    /// Layers whose circuits can be compared.
    package var circuitLayers: Int
    package var notes: [String]

    /// SHA-256 over names, types, shapes and digests of all tensors, as hexadecimal digits.
    package var digest: String { identity.digest }
    package var name: String { identity.name }
    package var format: String { identity.format }
    package var family: String? { identity.family }
    package var parameters: Int { identity.parameters }
    package var declaredParents: [String] { identity.disclosure.parents.map(\.name) }
    /// What its card says.
    package var license: String? { identity.disclosure.license }
  }
}

extension CorpusItem.Content {
  package init(_ fingerprint: ModelFingerprint) {
    self.init(
      identity: fingerprint.identity, tensors: fingerprint.tensors.count,
      components: fingerprint.components, circuitLayers: fingerprint.circuits.count,
      notes: fingerprint.notes)
  }
}

extension CorpusItem {
  init(_ entry: ReferenceCorpus.Entry, in folder: String) {
    self.init(
      id: entry.id, path: entry.path, kind: entry.kind, facts: entry.manifest, in: folder)
  }

  /// What became of one reference of a store.
  package init(_ place: CorpusStore.Place, facts: CorpusManifest.Entry? = nil, in folder: String) {
    self.init(
      id: place.id, path: place.path, kind: .fingerprint, facts: facts, in: folder)
    state = place.state
  }

  private init(
    id: String, path: String, kind: ReferenceCorpus.Entry.Kind, facts: CorpusManifest.Entry?,
    in folder: String
  ) {
    let below = folder.hasSuffix("/") ? folder : folder + "/"
    let size = try? FileManager.default.attributesOfItem(
      atPath: URL(filePath: path).resolvingSymlinksInPath().path(percentEncoded: false))
    self.init(
      id: id, file: path.hasPrefix(below) ? String(path.dropFirst(below.count)) : path, kind: kind,
      byteCount: ModelFiles.isFolder(path) ? nil : (size?[.size] as? NSNumber)?.intValue,
      facts: facts)
  }
}

extension ReferenceCorpus {
  /// The references as a list has them, unopened.
  package func items(in folder: String) -> [CorpusItem] {
    entries.map { CorpusItem($0, in: folder) }
  }
}

/// Something that a corpus's owner should know of it.
package struct CorpusIssue: Sendable, Equatable {
  package enum Kind: String, Sendable, CaseIterable {
    /// Cannot be used: damaged, missing, or of another version.
    case damaged
    /// What the corpus says of its references cannot all be right.
    case contradiction
    /// The same weights under several ids, which take one place among those compared.
    case duplicate
  }

  package var kind: Kind
  /// Ids of the references, or the path of what is none.
  package var references: [String]
  package var message: String

  package init(_ kind: Kind, _ references: [String], _ message: String) {
    (self.kind, self.references, self.message) = (kind, references, message)
  }
}
