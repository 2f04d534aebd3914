import Compare
import Fingerprint
import Load

/// The names under which a model may declare a reference: its id, its aliases in the manifest, the
/// name its fingerprint was made under.
///
/// Who owns a model is part of its name where both sides say it: `acme/base` does not declare
/// `lab/base`. A hub's cache, the manifest and the name that a fingerprint was given say it; a
/// reference that only a file or folder names has no owner, so any is accepted.
struct ReferenceNames {
  private let names: Set<HubName>

  init(
    id: String, manifest: CorpusManifest.Entry? = nil, fingerprint: String? = nil,
    identity: ModelIdentity? = nil
  ) {
    var names: Set<HubName> = []
    // Folders of a corpus are no owners, unless its manifest says so.
    if let name = HubName(manifest == nil ? "./\(id)" : id) { names.insert(name) }
    for alias in manifest?.aliases ?? [] {
      if let name = HubName(alias) { names.insert(name) }
    }
    // Files and folders have no slash in their names: one stands between owner and name.
    if let fingerprint, let name = HubName(fingerprint) { names.insert(name) }
    if let identity, let name = HubName(identity.id) { names.insert(name) }
    self.names = names
  }

  /// Of a reference and of its twins: whoever declares one of them declares them all.
  static func all(_ comparison: ReferenceComparison) -> [ReferenceNames] {
    let own = ReferenceNames(
      id: comparison.id, manifest: comparison.manifest,
      fingerprint: comparison.fingerprint.identity.name)
    return [own]
      + comparison.twins.map {
        ReferenceNames(id: $0.id, manifest: $0.manifest, fingerprint: $0.name)
      }
  }

  /// The names without owners.
  var plainNames: Set<String> { Set(names.map(\.name)) }

  func contains(_ name: HubName) -> Bool {
    let same = names.filter { $0.name == name.name }
    guard let owner = name.owner else { return !same.isEmpty }
    let owners = Set(same.compactMap(\.owner))
    return owners.isEmpty ? !same.isEmpty : owners.contains(owner)
  }
}
