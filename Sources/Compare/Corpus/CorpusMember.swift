/// One reference of a corpus, so that a report can say which weights bore a name.
package struct CorpusMember: Sendable, Equatable, Codable {
  package var id: String
  /// Its root digest, as 64 hexadecimal digits; empty where it was only looked at.
  package var digest: String
  /// Of the source that it was taken from, as the manifest or a hub's cache has it.
  package var revision: String?

  package init(id: String, digest: String, revision: String? = nil) {
    self.id = id
    self.digest = digest
    self.revision = revision
  }
}
