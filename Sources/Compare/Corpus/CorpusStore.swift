package import Fingerprint
import Foundation
import Glibc
package import Load

/// A folder of fingerprints that several processes may add to at once: none loses what another wrote.
package struct CorpusStore: Sendable {
  package let folder: String

  package init(folder: String) {
    self.folder = folder
  }

  /// Where a fingerprint is now.
  package struct Place: Sendable, Equatable {
    package var id: String
    package var path: String
    /// Whether it was put there just now, rather than found there.
    package var isNew: Bool
  }

  /// Adds a fingerprint under an id, unless it is there.
  ///
  /// What the fingerprint itself does not tell goes into the manifest: an id with an owner, a
  /// revision, aliases.
  ///
  /// - Parameters:
  ///   - identity: what the corpus calls it.
  ///   - aliases: other names under which models may declare it as their parent.
  /// - Throws: `.notWritten` if another model has the id, or the folder or its manifest cannot be used.
  package func add(
    _ fingerprint: ModelFingerprint, as identity: ModelIdentity, aliases: [String]
  ) throws(FingerprintError) -> Place {
    let id = identity.id
    let name = id.replacing("/", with: "--") + FingerprintFile.suffix
    return try locked { () throws(FingerprintError) in
      var manifest = try manifest()
      let place = manifest.references.firstIndex { $0.id == id }
      let file = place.map { manifest.references[$0].file } ?? name
      let path = folder + "/" + file
      let isNew = try !isThere(fingerprint, at: path, as: id)
      if isNew { try FingerprintFile.write(fingerprint, to: path) }
      let before = manifest
      if let place {
        manifest.references[place].add(aliases)
      } else if identity.owner != nil || identity.revision != nil || !aliases.isEmpty {
        var entry = CorpusManifest.Entry(
          id: id, sourceRevision: identity.revision, file: file)
        entry.add(aliases)
        manifest.references.append(entry)
      }
      if manifest != before { try manifest.write(to: manifestPath) }
      return Place(id: id, path: path, isNew: isNew)
    }
  }

  private var manifestPath: String { folder + "/" + CorpusManifest.fileName }

  private func manifest() throws(FingerprintError) -> CorpusManifest {
    guard FileManager.default.fileExists(atPath: manifestPath) else {
      return CorpusManifest(references: [])
    }
    do throws(LoadError) {
      return try CorpusManifest(path: manifestPath)
    } catch {
      throw FingerprintError(.notWritten, error.message, file: manifestPath, cause: error)
    }
  }

  /// - Returns: false where there is no file of that name.
  /// - Throws: if there is, and it is anything but this fingerprint.
  private func isThere(
    _ fingerprint: ModelFingerprint, at path: String, as id: String
  ) throws(FingerprintError) -> Bool {
    var status = stat()
    guard lstat(path, &status) == 0 else { return false }
    let there = try? FingerprintFile.read(path: path)
    if there?.identity.digest == fingerprint.identity.digest { return true }
    throw FingerprintError(
      .notWritten,
      there == nil
        ? "the corpus has another file of this name; nothing was written"
        : "the corpus has another model called \(LoadError.quote(id)); nothing was written: tell "
          + "them apart with `--id OWNER/NAME`", file: path)
  }

  /// Runs the body while no other process changes the corpus, which is made if need be.
  private func locked<Value>(
    _ body: () throws(FingerprintError) -> Value
  ) throws(FingerprintError) -> Value {
    try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw FingerprintError(.notWritten, "cannot make this folder", file: folder)
    }
    // Closing gives the lock back.
    defer { close(descriptor) }
    while flock(descriptor, LOCK_EX) != 0 {
      guard errno == EINTR else {
        throw FingerprintError(
          .notWritten, "cannot be locked: \(String(cString: strerror(errno)))", file: folder)
      }
    }
    return try body()
  }
}

extension CorpusManifest.Entry {
  /// Each alias once.
  fileprivate mutating func add(_ names: [String]) {
    for name in names where !aliases.contains(name) { aliases.append(name) }
  }
}
