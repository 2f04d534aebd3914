import Fingerprint
import Load

/// What the owner of a corpus says of a reference, beside what its fingerprint tells.
package struct CorpusFacts: Sendable, Equatable {
  package var name: String?
  package var family: String?
  package var license: String?
  package var sourceRevision: String?
  /// SHA-256 of each file of weights that the fingerprint was made from; empty: nothing is said.
  package var sourceDigests: [String] = []
  /// Other names under which models may declare it as their parent.
  package var aliases: [String] = []
  /// Whether it is the original of all copies; nil: nothing is said.
  package var isOriginal: Bool?
  package var parents: [String] = []
  /// `2025-01-31`.
  package var released: String?
  /// Whether the manifest gets an entry with what the fingerprint says and its file's SHA-256, even
  /// where the file's name would do.
  package var isRecorded = false

  /// Nothing is said.
  package init() {}
}

extension CorpusManifest.Entry {
  /// Takes over what is said now; of the rest, what was said before stays.
  mutating func add(_ facts: CorpusFacts, revision: String?) {
    name = facts.name ?? name
    family = facts.family ?? family
    license = facts.license ?? license
    sourceRevision = facts.sourceRevision ?? sourceRevision ?? revision
    released = facts.released ?? released
    if !facts.sourceDigests.isEmpty { sourceDigests = facts.sourceDigests.sorted() }
    isOriginal = facts.isOriginal ?? isOriginal
    if !facts.parents.isEmpty { parents = facts.parents }
    for alias in facts.aliases where !aliases.contains(alias) && alias != id {
      aliases.append(alias)
    }
  }

  /// Fills in what the fingerprint says where nobody said it.
  mutating func fill(from identity: ModelFingerprint.Identity) {
    family = family ?? identity.family
    license = license ?? identity.statedLicence
  }
}

extension ModelFingerprint.Identity {
  /// The licence of the card; where that is `other`, its name.
  var statedLicence: String? {
    disclosure.license == "other"
      ? disclosure.licenseName ?? disclosure.license : disclosure.license
  }
}
