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

  /// Whether a reference goes by one of the names.
  package func mean(_ reference: ReferenceCorpus.Entry) -> Bool {
    let own = ReferenceNames(id: reference.id, manifest: reference.manifest)
    return names.contains(where: own.contains)
  }
}
