import Crypto
package import Fingerprint
import Foundation
import Glibc
import Load

extension CorpusStore {
  /// Takes the references of an archive into the corpus, which is made if need be.
  ///
  /// All of it is verified before any of it is a reference: the archive against the digest that its
  /// receiver was told, each fingerprint against the manifest, and the references against those that
  /// the corpus has. Names of files follow from ids, never from the archive.
  ///
  /// - Parameters:
  ///   - path: an archive that `export` wrote.
  ///   - expected: its SHA-256; nil if nobody told it.
  /// - Throws: if anything does not verify, or another model of the corpus has an id; nothing has
  ///   changed then.
  package func take(
    archiveAt path: String, expecting expected: String?
  ) throws(FingerprintError) -> (places: [Place], archive: Archive) {
    let source: MappedFile
    let digest: String
    do throws(LoadError) {
      source = try MappedFile(path: path)
      digest = try FileDigests().digest(of: source)
    } catch {
      throw FingerprintError(unreadable: error)
    }
    guard expected.map({ $0.lowercased() == digest }) ?? true else {
      throw FingerprintError(
        .damaged, "its SHA-256 is \(digest), not \(expected?.lowercased() ?? "")", file: path)
    }
    let manifest = try Self.manifest(of: source)
    // The folder must be there for its unfinished files.
    try CorpusLock.writing(folder) {}
    let staged = try StagedFingerprints(of: manifest.archive, manifest.content, in: folder)
    do throws(LoadError) { try source.checkUnchanged() } catch {
      throw FingerprintError(unreadable: error)
    }
    let places = try CorpusLock.writing(folder) { () throws(FingerprintError) in
      try take(staged, from: path)
    }
    return (places, Archive(path: path, byteCount: source.byteCount, sha256: digest))
  }

  private static func manifest(
    of source: any ByteSource
  ) throws(FingerprintError) -> (archive: CorpusArchive, content: CorpusManifest) {
    do throws(LoadError) {
      let archive = try CorpusArchive(source)
      guard let bytes = try archive.bytes(of: CorpusManifest.fileName),
        bytes.count <= CorpusManifest.byteLimit
      else {
        throw LoadError(.dataCorrupt, "holds no manifest that could be read", file: source.path)
      }
      let content = try CorpusManifest(
        JSONReader.parse(bytes, source: JSONSource(file: source.path)), path: source.path)
      guard content.references.count + 1 == archive.count else {
        throw LoadError(
          .dataCorrupt,
          "holds \(archive.count - 1) fingerprints, and its manifest names "
            + "\(content.references.count)", file: source.path)
      }
      return (archive, content)
    } catch {
      throw FingerprintError(unreadable: error)
    }
  }

  /// Moves verified fingerprints into place; the corpus is locked.
  private func take(
    _ staged: StagedFingerprints, from archive: String
  ) throws(FingerprintError) -> [Place] {
    var manifest = try manifest()
    let before = manifest
    var places: [Place] = []
    var moves: [(from: String, to: String)] = []
    var taken = Set(manifest.references.map(\.file))
    for reference in staged.references {
      let id = reference.entry.id
      let known = manifest.references.firstIndex { $0.id == id }
      let file = known.map { manifest.references[$0].file } ?? freeName(for: id, besides: taken)
      let path = folder + "/" + file
      var entry = reference.entry
      entry.file = file
      var state = State.new
      if try isThere(reference.fingerprint, at: path, as: id) {
        // What the corpus's owner says of it stays.
        let said = known.map { manifest.references[$0] }
        entry = said ?? entry
        entry.add(aliases(of: reference.entry), revision: nil)
        if said == nil { entry.sha256 = try Self.digest(of: path) }
        state = entry == said ? .present : .changed
      } else {
        moves.append((reference.path, path))
      }
      places.append(Place(id: id, path: path, state: state))
      taken.insert(file)
      if let known { manifest.references[known] = entry } else { manifest.references.append(entry) }
    }
    var moved: [String] = []
    do throws(FingerprintError) {
      for move in moves {
        guard rename(move.from, move.to) == 0 else {
          throw FingerprintError(
            .notWritten, "could not be written: \(String(cString: strerror(errno)))",
            file: move.to)
        }
        moved.append(move.to)
      }
      if manifest != before { try manifest.write(to: manifestPath) }
    } catch {
      for path in moved { unlink(path) }
      throw error
    }
    return places
  }

  /// Aliases contradict nothing that the corpus says.
  private func aliases(of entry: CorpusManifest.Entry) -> CorpusFacts {
    var facts = CorpusFacts()
    facts.aliases = entry.aliases
    return facts
  }

  /// The file that a reference gets: named after its id, and numbered where another id's has that name.
  private func freeName(for id: String, besides taken: Set<String>) -> String {
    let stem = id.replacing("/", with: "--")
    let names = [stem + FingerprintFile.suffix]
    let numbered = (2...).lazy.map { "\(stem).\($0)" + FingerprintFile.suffix }
    return names.first { !taken.contains($0) } ?? numbered.first { !taken.contains($0) } ?? stem
  }
}

/// The fingerprints of an archive, verified, in hidden files of the corpus's folder.
private final class StagedFingerprints {
  struct Reference {
    var entry: CorpusManifest.Entry
    var fingerprint: ModelFingerprint
    var path: String
  }

  private(set) var references: [Reference] = []

  init(
    of archive: CorpusArchive, _ manifest: CorpusManifest, in folder: String
  ) throws(FingerprintError) {
    for entry in manifest.references {
      let path = folder + "/" + ReplacingFile.temporaryName()
      TemporaryFiles.hold(path)
      do throws(FingerprintError) {
        var fingerprint = try Self.fingerprint(entry, of: archive, at: path)
        // Only what tells it from another model is needed later.
        (fingerprint.tensors, fingerprint.circuits) = ([], [])
        references.append(Reference(entry: entry, fingerprint: fingerprint, path: path))
      } catch {
        unlink(path)
        TemporaryFiles.release(path)
        throw error
      }
    }
  }

  deinit {
    for reference in references {
      unlink(reference.path)
      TemporaryFiles.release(reference.path)
    }
  }

  private static func fingerprint(
    _ entry: CorpusManifest.Entry, of archive: CorpusArchive, at path: String
  ) throws(FingerprintError) -> ModelFingerprint {
    func refused(_ problem: String) -> FingerprintError {
      FingerprintError(
        .damaged, "\(LoadError.quote(entry.id)) \(problem)", file: archive.source.path)
    }
    guard CorpusStore.isPortable(entry.id) else { throw refused("cannot be the name of a file") }
    let bytes: [UInt8]?
    do throws(LoadError) {
      bytes = try archive.bytes(of: entry.file)
    } catch {
      throw FingerprintError(unreadable: error)
    }
    guard let bytes else { throw refused("is in the manifest, and its file is not there") }
    let digest = SHA256.hash(data: bytes).hexadecimal
    guard let expected = entry.sha256 else { throw refused("has no SHA-256 in the manifest") }
    guard digest == expected else {
      throw refused("has the SHA-256 \(digest), and the manifest has \(expected)")
    }
    try AtomicFile.write(bytes, to: path)
    do throws(FingerprintError) {
      return try FingerprintFile.read(path: path)
    } catch {
      throw refused("is no fingerprint: \(error.message)")
    }
  }
}
