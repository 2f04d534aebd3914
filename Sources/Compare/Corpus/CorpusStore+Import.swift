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
  ) throws(FingerprintError) -> (
    places: [Place], calibration: CalibrationState?, archive: Archive
  ) {
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
    let calibration = try manifest.content.calibration.map { (digest) throws(FingerprintError) in
      try Self.calibration(manifest.calibration, expecting: digest, from: path)
    }
    // The folder must be there for its unfinished files.
    try CorpusLock.writing(folder) {}
    let staged = try StagedFingerprints(manifest.content.references, from: path, in: folder) {
      (file) throws(LoadError) in try manifest.archive.bytes(of: file)
    }
    do throws(LoadError) { try source.checkUnchanged() } catch {
      throw FingerprintError(unreadable: error)
    }
    let taken = try CorpusLock.writing(folder) { () throws(FingerprintError) in
      (
        places: try take(staged, from: path),
        calibration: try calibration.map { (new) throws(FingerprintError) in try takeLocked(new) }
      )
    }
    return (
      taken.places, taken.calibration,
      Archive(path: path, byteCount: source.byteCount, sha256: digest)
    )
  }

  /// Takes one reference that somebody publishes.
  ///
  /// - Parameters:
  ///   - entry: what the publisher's manifest says of it.
  ///   - origin: what errors call the place that it comes from.
  ///   - bytes: the fingerprint file.
  /// - Throws: as for an archive of this one.
  package func take(
    published entry: CorpusManifest.Entry, from origin: String, _ bytes: [UInt8]
  ) throws(FingerprintError) -> Place? {
    try CorpusLock.writing(folder) {}
    let staged = try StagedFingerprints([entry], from: origin, in: folder) { _ in bytes }
    return try CorpusLock.writing(folder) { () throws(FingerprintError) in
      try take(staged, from: origin)
    }.first
  }

  /// The reference that the corpus has under an id, if its file is there and has the SHA-256.
  package func held(_ entry: CorpusManifest.Entry) throws(FingerprintError) -> Place? {
    guard let digest = entry.sha256,
      let known = try manifest().references.first(where: { $0.id == entry.id })
    else { return nil }
    let path = folder + "/" + known.file
    guard known.sha256 == digest, (try? FileDigests().digest(ofFile: path)) == digest else {
      return nil
    }
    return Place(id: known.id, path: path, state: .present)
  }

  /// The reference that the corpus has under an id, if it was made at a commit of its source.
  package func held(_ id: String, revision: String?) throws(FingerprintError) -> Place? {
    guard let revision, let known = try manifest().references.first(where: { $0.id == id }),
      known.sourceRevision == revision,
      FileManager.default.fileExists(atPath: folder + "/" + known.file)
    else { return nil }
    return Place(id: id, path: folder + "/" + known.file, state: .present)
  }

  private static func manifest(
    of source: any ByteSource
  ) throws(FingerprintError) -> (
    archive: CorpusArchive, content: CorpusManifest, calibration: [UInt8]
  ) {
    do throws(LoadError) {
      let archive = try CorpusArchive(source)
      guard let bytes = try archive.bytes(of: CorpusManifest.fileName),
        bytes.count <= CorpusManifest.byteLimit
      else {
        throw LoadError(.dataCorrupt, "holds no manifest that could be read", file: source.path)
      }
      let content = try CorpusManifest(
        JSONReader.parse(bytes, source: JSONSource(file: source.path)), path: source.path)
      let others = content.calibration == nil ? 1 : 2
      guard content.references.count + others == archive.count else {
        throw LoadError(
          .dataCorrupt,
          "holds \(archive.count - others) fingerprints, and its manifest names "
            + "\(content.references.count)", file: source.path)
      }
      guard content.calibration != nil else { return (archive, content, []) }
      guard let calibration = try archive.bytes(of: CorpusCalibration.fileName) else {
        throw LoadError(
          .dataCorrupt, "holds no calibration, and its manifest names one", file: source.path)
      }
      return (archive, content, calibration)
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
    var names = FreeNames(taken: Set(manifest.references.map(\.file)))
    let holders = try Self.holders(in: folder)
    let listed = Dictionary(
      manifest.references.enumerated().map { ($0.element.id, $0.offset) }
    ) { first, _ in first }
    for reference in staged.references {
      let id = reference.entry.id
      let known = listed[id]
      let file = known.map { manifest.references[$0].file } ?? names.next(for: id)
      let path = folder + "/" + file
      if known == nil { try refuseOther(than: path, called: id, among: holders) }
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
        if let said = known.map({ manifest.references[$0] }) {
          guard said.sha256 == nil || said.sha256 == entry.sha256 else {
            throw FingerprintError(
              .notWritten,
              "the file of \(LoadError.quote(id)) is missing, and the archive's is another: remove "
                + "\(LoadError.quote(id)) first", file: path)
          }
          let digest = entry.sha256
          entry = said
          entry.sha256 = digest
          entry.add(aliases(of: reference.entry), revision: nil)
        }
        moves.append((reference.path, path))
      }
      places.append(Place(id: id, path: path, state: state))
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
}

/// The files that references get: named after their ids, and numbered where another id's has that name.
private struct FreeNames {
  private var taken: Set<String>
  /// The number to try next, by the beginning of the name.
  private var numbers: [String: Int] = [:]

  init(taken: Set<String>) { self.taken = taken }

  mutating func next(for id: String) -> String {
    let stem = CorpusStore.stem(of: id)
    var name = stem + FingerprintFile.suffix
    var number = numbers[stem] ?? 2
    while taken.contains(name) {
      name = "\(stem).\(number)" + FingerprintFile.suffix
      number += 1
    }
    numbers[stem] = number
    taken.insert(name)
    return name
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

  /// - Parameters:
  ///   - origin: what errors call the place that they come from.
  ///   - bytes: of a file that an entry names; nil if it is not there.
  init(
    _ entries: [CorpusManifest.Entry], from origin: String, in folder: String,
    _ bytes: (String) throws(LoadError) -> [UInt8]?
  ) throws(FingerprintError) {
    for entry in entries {
      let path = folder + "/" + ReplacingFile.temporaryName()
      TemporaryFiles.hold(path)
      do throws(FingerprintError) {
        var fingerprint = try Self.fingerprint(entry, from: origin, at: path, bytes)
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
    _ entry: CorpusManifest.Entry, from origin: String, at path: String,
    _ content: (String) throws(LoadError) -> [UInt8]?
  ) throws(FingerprintError) -> ModelFingerprint {
    func refused(_ problem: String) -> FingerprintError {
      FingerprintError(
        .damaged, "\(LoadError.quote(entry.id)) \(problem)", file: origin)
    }
    guard CorpusStore.isPortable(entry.id) else { throw refused("cannot be the name of a file") }
    let bytes: [UInt8]?
    do throws(LoadError) {
      bytes = try content(entry.file)
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
