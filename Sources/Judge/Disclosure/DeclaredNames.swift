package import Compare
import Fingerprint
import Load

/// The names of declared parents, for choosing the references to compare with.
package struct DeclaredNames: Sendable {
  private let names: [HubName]

  /// Names of parents, whoever declares them.
  package init(_ names: [String]) {
    self.names = names.compactMap { HubName($0) }
  }

  /// Whether a reference that was found goes by one of the names.
  package func include(_ entry: ReferenceCorpus.Entry) -> Bool {
    // Taking a thousand names apart takes as long as comparing two models.
    guard !names.isEmpty else { return false }
    return include(ReferenceNames(id: entry.id, manifest: entry.manifest, identity: entry.identity))
  }

  /// Whether a reference that was opened goes by one of the names.
  package func include(_ reference: Reference) -> Bool {
    guard !names.isEmpty else { return false }
    return include(
      ReferenceNames(
        id: reference.id, manifest: reference.manifest,
        fingerprint: reference.fingerprint.identity.name))
  }

  private func include(_ reference: ReferenceNames) -> Bool {
    names.contains(where: reference.contains)
  }
}
