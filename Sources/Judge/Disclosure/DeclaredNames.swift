package import Compare
package import Fingerprint
import Load

/// The names of declared parents, for choosing the references to compare with.
package struct DeclaredNames: Sendable {
  private let names: [HubName]

  /// - Parameter user: parents that the user declares on top of what the model says of itself.
  package init(_ identity: ModelFingerprint.Identity, user: [String]) {
    names = (identity.disclosure.parentNames + user).compactMap { HubName($0) }
  }

  /// Whether a reference that was found goes by one of the names.
  package func include(_ entry: ReferenceCorpus.Entry) -> Bool {
    include(ReferenceNames(id: entry.id, manifest: entry.manifest, identity: entry.identity))
  }

  /// Whether a reference that was opened goes by one of the names.
  package func include(_ reference: Reference) -> Bool {
    include(
      ReferenceNames(
        id: reference.id, manifest: reference.manifest,
        fingerprint: reference.fingerprint.identity.name))
  }

  private func include(_ reference: ReferenceNames) -> Bool {
    names.contains(where: reference.contains)
  }
}
