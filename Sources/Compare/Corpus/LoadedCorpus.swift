import Crypto
package import Fingerprint
import Foundation
import Load

/// A reference, ready to be compared with.
package struct Reference: Sendable {
  package var id: String
  package var fingerprint: ModelFingerprint
  /// Where its weights are, unless it is only a fingerprint.
  package var checkpointPath: String?
  /// What the corpus's manifest says about it.
  package var manifest: CorpusManifest.Entry?
  /// Of the source that it was taken from.
  package var revision: String?
  /// The other names that the corpus has its weights by, in the order of their ids.
  package var twins: [ReferenceTwin] = []

  package init(
    id: String, fingerprint: ModelFingerprint, checkpointPath: String? = nil,
    manifest: CorpusManifest.Entry? = nil
  ) {
    self.id = id
    self.fingerprint = fingerprint
    self.checkpointPath = checkpointPath
    self.manifest = manifest
  }

  init(_ entry: ReferenceCorpus.Entry, _ fingerprint: ModelFingerprint) {
    self.init(
      id: entry.id, fingerprint: fingerprint,
      checkpointPath: entry.kind == .checkpoint ? entry.path : nil, manifest: entry.manifest)
    revision = entry.revision
  }
}

/// The references of a corpus that could be used.
package struct LoadedCorpus: ComparableCorpus {
  /// In the order of their ids.
  package var references: [Reference]
  /// What could not be used, and why; that of finding the references included.
  package var problems: [CorpusProblem]

  package init(references: [Reference], problems: [CorpusProblem]) {
    self.references = references
    self.problems = problems
  }

  package var count: Int { references.count }

  package var digest: String {
    Self.digest(of: references.map { ($0.id, $0.fingerprint.identity.digest) })
  }

  package var listing: [CorpusMember] {
    references.map {
      CorpusMember(
        id: $0.id, digest: $0.fingerprint.identity.digest, revision: $0.revision)
    }
  }

  /// How the digest of a corpus is made, for those who want to make it themselves.
  package static let digestRecipe =
    "SHA-256 over `id NUL digest LF` of every reference, in the order of their ids, in UTF-8"

  /// SHA-256 over ids and root digests.
  static func digest(of references: [(id: String, root: String)]) -> String {
    var hash = SHA256()
    for reference in references.sorted(by: { $0.id < $1.id }) {
      hash.update(data: Data("\(reference.id)\0\(reference.root)\n".utf8))
    }
    return hash.finalize().hexadecimal
  }

  package func holder(ofFiles digests: [String]) -> Reference? {
    references.first {
      $0.manifest?.sourceDigests == digests && !$0.fingerprint.isOfQuickLook
    }
  }

  /// All of them.
  package func selection(
    for subject: ModelFingerprint, declared: @Sendable (ReferenceCorpus.Entry) -> Bool
  ) -> CorpusSelection {
    CorpusSelection(references: references)
  }

  /// The frames that a model without a tokenizer may borrow.
  package var anchors: AnchorPool { AnchorPool(references.map { ($0.id, $0.fingerprint) }) }
}

extension ReferenceCorpus {
  /// Loads all references, those without a tokenizer last, so that they can borrow anchors.
  ///
  /// - Parameters:
  ///   - source: where fingerprints come from.
  ///   - progress: called from any thread with the number of bytes just processed.
  /// - Returns: what could be used, and what is wrong with the rest.
  package func load(
    from source: FingerprintSource, progress: @escaping @Sendable (Int) -> Void = { _ in }
  ) -> LoadedCorpus {
    var loaded = LoadedCorpus(references: [], problems: problems)
    var borrowers = entries.filter { $0.kind == .checkpoint && !$0.hasVocabulary }
    let lenders = entries.filter { !borrowers.contains($0) }
    for isLending in [true, false] {
      let anchors = loaded.anchors
      for entry in isLending ? lenders : borrowers {
        do throws(FingerprintError) {
          let fingerprint = try entry.fingerprint(
            from: source, borrowing: anchors, progress: progress)
          if isLending, entry.kind == .checkpoint, fingerprint.frame?.kind == .tokenIDs {
            // Its vocabulary could not be read, or has none of the anchors.
            borrowers.append(entry)
          } else {
            loaded.references.append(Reference(entry, fingerprint))
          }
        } catch {
          loaded.problems.append(CorpusProblem(error, path: entry.path))
        }
      }
    }
    loaded.references.sort { $0.id < $1.id }
    return loaded
  }
}

extension ReferenceCorpus {
  /// Whether all references would only be looked at.
  package func isOnlyLookedAt(from source: FingerprintSource) -> Bool {
    source.isQuick && entries.count <= Self.screenedCount
      && !entries.contains { source.mayKnow($0.path) }
  }
}

extension ReferenceCorpus.Entry {
  /// Loads one reference.
  ///
  /// - Throws: also if the manifest's SHA-256 is not that of the file.
  package func fingerprint(
    from source: FingerprintSource, borrowing anchors: AnchorPool = .empty,
    progress: @escaping @Sendable (Int) -> Void = { _ in }
  ) throws(FingerprintError) -> ModelFingerprint {
    try checkDigest(FileDigests(cache: source.cache))
    return try source.fingerprint(path: self.path, borrowing: anchors, progress: progress)
  }

  /// - Throws: if the manifest's SHA-256 is not that of the file.
  func checkDigest(_ digests: FileDigests) throws(FingerprintError) {
    guard let expected = manifest?.sha256, let path = checkedPath else { return }
    let actual: String
    do {
      actual = try digests.digest(ofModelAt: path)
    } catch {
      throw FingerprintError(.damaged, error.message, file: path, cause: error)
    }
    guard actual == expected else {
      throw FingerprintError(
        .damaged, "its SHA-256 is \(actual), the manifest has \(expected)", file: path)
    }
  }

  var hasVocabulary: Bool {
    // Nothing is asked of a hub for it; most models there have one.
    if HubAddress.isMeant(by: path) { return true }
    guard let files = try? ModelFiles.files(ofModelAt: path) else { return true }
    return ModelFiles.hasVocabulary(files)
  }
}

extension CorpusProblem {
  init(_ error: FingerprintError, path: String) {
    if let cause = error.cause {
      self.init(cause, path: path)
    } else {
      self.init(path: error.file ?? path, message: "\(error.message) [\(error.code.rawValue)]")
    }
  }
}
