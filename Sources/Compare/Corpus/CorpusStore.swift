package import Fingerprint
import Foundation
import Glibc
package import Load

/// A folder of references that several processes may change at once: none loses what another wrote.
package struct CorpusStore: Sendable {
  package let folder: String

  package init(folder: String) {
    self.folder = folder
  }

  /// Where a fingerprint is now.
  package struct Place: Sendable, Equatable {
    package var id: String
    package var path: String
    package var state: State

    /// Whether it was put there just now, rather than found there.
    package var isNew: Bool { state == .new }
  }

  /// What a change came to for one reference.
  package enum State: String, Sendable {
    case new
    /// The fingerprint was there; something else is said of it now.
    case changed
    case present
    case removed
  }

  /// Adds a fingerprint under an id, unless it is there.
  ///
  /// What the fingerprint itself does not tell goes into the manifest.
  ///
  /// - Parameters:
  ///   - identity: what the corpus calls it.
  ///   - facts: what else is to be known of it.
  /// - Throws: `.notWritten` if another model has the id, the facts contradict each other, or the
  ///   folder or its manifest cannot be used.
  package func add(
    _ fingerprint: ModelFingerprint, as identity: ModelIdentity, facts: CorpusFacts
  ) throws(FingerprintError) -> Place {
    let id = identity.id
    guard Self.isPortable(id) else {
      throw FingerprintError(
        .notWritten,
        "the id \(LoadError.quote(id)) cannot be the name of a file: choose another with `--id`",
        file: folder)
    }
    let name = Self.stem(of: id) + FingerprintFile.suffix
    return try CorpusLock.writing(folder) { () throws(FingerprintError) in
      var manifest = try manifest()
      let before = manifest
      let place = manifest.references.firstIndex { $0.id == id }
      let file = place.map { manifest.references[$0].file } ?? name
      let path = folder + "/" + file
      if let other = manifest.references.first(where: { $0.file == file && $0.id != id }) {
        throw FingerprintError(
          .notWritten,
          "the corpus calls the model in this file \(LoadError.quote(other.id)); nothing was "
            + "written: choose another name with `--id`", file: path)
      }
      if place == nil {
        try refuseOther(than: path, called: id, among: try Self.holders(in: folder))
      }
      var entry = place.map { manifest.references[$0] } ?? .init(id: id, file: file)
      entry.add(facts, revision: identity.revision)
      guard !entry.isOriginal || entry.parents.isEmpty else {
        throw FingerprintError(
          .notWritten, "\(LoadError.quote(id)) cannot be an original and have parents",
          file: folder)
      }
      let isNew = try !isThere(fingerprint, at: path, as: id)
      if isNew { try FingerprintFile.write(fingerprint, to: path) }
      do throws(FingerprintError) {
        if facts.isRecorded { entry.fill(from: fingerprint.identity) }
        // A file that was missing may be another than the one that was listed.
        if isNew ? facts.isRecorded || entry.sha256 != nil : facts.isRecorded && entry.sha256 == nil
        {
          entry.sha256 = try Self.digest(of: path)
        }
        if let place {
          manifest.references[place] = entry
        } else if facts.isRecorded || identity.owner != nil || identity.revision != nil
          || !entry.aliases.isEmpty
        {
          manifest.references.append(entry)
        }
        if manifest != before { try manifest.write(to: manifestPath) }
      } catch {
        // Without its names it would be another reference.
        if isNew { unlink(path) }
        throw error
      }
      return Place(
        id: id, path: path, state: isNew ? .new : manifest != before ? .changed : .present)
    }
  }

  /// Removes fingerprints, and what the manifest says of them.
  ///
  /// - Throws: if there is no such reference, or it is a model: weights are not deleted. Then nothing
  ///   was removed.
  package func remove(_ ids: [String]) throws(FingerprintError) -> [Place] {
    guard ModelFiles.isFolder(folder) else {
      throw FingerprintError(
        unreadable: LoadError(.notFound, "there is no such corpus", file: folder))
    }
    return try CorpusLock.writing(folder) { () throws(FingerprintError) in
      var manifest = try manifest()
      let entries = try CorpusStore.entries(in: folder)
      var removed: [Place] = []
      for id in ids where !removed.contains(where: { $0.id == id }) {
        let entry = entries.first { $0.id == id }
        let listed = manifest.references.first { $0.id == id }
        guard let path = entry?.path ?? listed.map({ folder + "/" + $0.file }) else {
          throw FingerprintError(
            unreadable: LoadError(
              .notFound, "there is no reference called \(LoadError.quote(id))", file: folder))
        }
        let isModel =
          entry.map { $0.kind == .checkpoint }
          ?? (FileManager.default.fileExists(atPath: path)
            && !FingerprintFile.isFingerprint(path: path))
        guard !isModel else {
          throw FingerprintError(
            unreadable: LoadError(
              .notPermitted,
              "is a model, whose weights are not deleted: move it out of the corpus, then remove "
                + LoadError.quote(id), file: path))
        }
        removed.append(Place(id: id, path: path, state: .removed))
      }
      let gone = Set(removed.map(\.id))
      let before = manifest
      manifest.references.removeAll { gone.contains($0.id) }
      // Files first: what is listed and not there can be removed once more.
      for place in removed where unlink(place.path) != 0 && errno != ENOENT {
        throw FingerprintError(
          .notWritten, "cannot be removed: \(String(cString: strerror(errno)))", file: place.path)
      }
      if manifest != before { try manifest.write(to: manifestPath) }
      return removed
    }
  }

  /// Where the references are, by their ids.
  static func holders(in folder: String) throws(FingerprintError) -> [String: String] {
    Dictionary(try entries(in: folder).map { ($0.id, $0.path) }) { first, _ in first }
  }

  /// - Throws: if another reference goes by the id, though the manifest does not say so.
  func refuseOther(
    than path: String, called id: String, among holders: [String: String]
  ) throws(FingerprintError) {
    guard let other = holders[id], ReferenceCorpus.place(other) != ReferenceCorpus.place(path)
    else { return }
    throw FingerprintError(
      .notWritten,
      "the corpus has another reference called \(LoadError.quote(id)); nothing was written: tell "
        + "them apart with `--id OWNER/NAME`", file: other)
  }

  private static func entries(
    in folder: String
  ) throws(FingerprintError) -> [ReferenceCorpus.Entry] {
    do throws(LoadError) {
      return try ReferenceCorpus(lockedFolder: folder).entries
    } catch {
      throw FingerprintError(unreadable: error)
    }
  }

  var manifestPath: String { folder + "/" + CorpusManifest.fileName }

  func manifest() throws(FingerprintError) -> CorpusManifest {
    guard FileManager.default.fileExists(atPath: manifestPath) else {
      return CorpusManifest(references: [])
    }
    do throws(LoadError) {
      return try CorpusManifest(path: manifestPath)
    } catch {
      throw FingerprintError(.notWritten, error.message, file: manifestPath, cause: error)
    }
  }

  static func digest(of path: String) throws(FingerprintError) -> String {
    do throws(LoadError) {
      return try FileDigests().digest(ofFile: path)
    } catch {
      throw FingerprintError(unreadable: error)
    }
  }

  /// - Returns: false where there is no file of that name.
  /// - Throws: if there is, and it is anything but this fingerprint.
  func isThere(
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
}
