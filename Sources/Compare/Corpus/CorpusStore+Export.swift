import Crypto
package import Fingerprint
import Foundation
import Load

extension CorpusStore {
  /// What an archive is, once it is written or read.
  package struct Archive: Sendable, Equatable {
    package var path: String
    package var byteCount: Int
    /// As 64 hexadecimal digits.
    package var sha256: String
  }

  /// Writes references into one archive: fingerprints as they are, models as their fingerprints.
  ///
  /// Equal corpora are equal archives, wherever they lie. What was measured of the corpus goes with them.
  ///
  /// - Parameters:
  ///   - ids: the references; all if there are none.
  ///   - source: makes fingerprints of models.
  /// - Throws: also if one of the references cannot be used; then nothing is written.
  package func export(
    _ ids: [String], to path: String, from source: FingerprintSource
  ) throws(FingerprintError) -> (places: [Place], archive: Archive) {
    let entries = try chosen(ids)
    let writer = try CorpusArchiveWriter(path: path)
    var manifest = CorpusManifest(references: [])
    var places: [Place] = []
    for entry in entries {
      guard Self.isPortable(entry.id) else {
        throw FingerprintError(
          .notWritten,
          "the id \(LoadError.quote(entry.id)) cannot be the name of a file: give it "
            + "another in the manifest", file: entry.path)
      }
      let number = String(manifest.references.count + 1)
      let name = String(repeating: "0", count: max(0, 6 - number.count)) + number
      let (bytes, identity) = try content(of: entry, from: source)
      var listed = entry.manifest ?? .init(id: entry.id, file: "")
      listed.id = entry.id
      listed.file = name + FingerprintFile.suffix
      listed.sha256 = SHA256.hash(data: bytes).hexadecimal
      // It was opened once more after it had been held against the manifest.
      if entry.kind == .fingerprint, let said = entry.manifest?.sha256, said != listed.sha256 {
        throw FingerprintError(
          .damaged, "its SHA-256 is \(listed.sha256 ?? ""), the manifest has \(said)",
          file: entry.path)
      }
      listed.add(CorpusFacts(), revision: entry.revision)
      listed.fill(from: identity)
      try writer.append(listed.file, bytes)
      manifest.references.append(listed)
      places.append(Place(id: entry.id, path: entry.path, state: .present))
    }
    if let calibration = try calibrationBytes() {
      try writer.append(CorpusCalibration.fileName, calibration)
      manifest.calibration = SHA256.hash(data: calibration).hexadecimal
    }
    try writer.append(CorpusManifest.fileName, try manifest.bytes(path: path))
    let (byteCount, sha256) = try writer.finish()
    return (places, Archive(path: path, byteCount: byteCount, sha256: sha256))
  }

  /// References by their ids, which must all be there and usable as far as can be told unopened.
  private func chosen(_ ids: [String]) throws(FingerprintError) -> [ReferenceCorpus.Entry] {
    let corpus: ReferenceCorpus
    do throws(LoadError) {
      corpus = try ReferenceCorpus(paths: [folder])
    } catch {
      throw FingerprintError(unreadable: error)
    }
    let known = Set(corpus.entries.map(\.id))
    if let unknown = ids.first(where: { !known.contains($0) }) {
      throw FingerprintError(
        unreadable: LoadError(
          .notFound, "there is no reference called \(LoadError.quote(unknown))", file: folder))
    }
    if ids.isEmpty, let problem = corpus.problems.first {
      throw FingerprintError(
        unreadable: LoadError(.dataCorrupt, problem.message, file: problem.path))
    }
    let wanted = Set(ids)
    let entries = ids.isEmpty ? corpus.entries : corpus.entries.filter { wanted.contains($0.id) }
    guard !entries.isEmpty else {
      throw FingerprintError(
        unreadable: LoadError(.notFound, "there are no references to export", file: folder))
    }
    return entries
  }

  /// The bytes of a reference's fingerprint, which was checked against the manifest.
  private func content(
    of entry: ReferenceCorpus.Entry, from source: FingerprintSource
  ) throws(FingerprintError) -> ([UInt8], ModelFingerprint.Identity) {
    var fingerprint = try entry.fingerprint(from: source)
    guard entry.kind == .fingerprint else {
      fingerprint.identity.name = entry.id
      return (
        try FingerprintFile.bytes(of: fingerprint, path: entry.path), fingerprint.identity
      )
    }
    do throws(LoadError) {
      let file = try MappedFile(path: entry.path)
      let bytes = try file.read(0..<file.byteCount, tensor: nil, scratch: ByteScratch()) {
        (bytes) throws(LoadError) in Array(bytes)
      }
      try file.checkUnchanged()
      return (bytes, fingerprint.identity)
    } catch {
      throw FingerprintError(unreadable: error)
    }
  }

  /// The name that a reference's file begins with.
  ///
  /// By bytes, as the system reads it: beside a combining mark a slash is another character.
  static func stem(of id: String) -> String {
    let bytes = id.utf8.flatMap { $0 == UInt8(ascii: "/") ? Array("--".utf8) : [$0] }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Whether an id can be made the name of a file, on any machine.
  static func isPortable(_ id: String) -> Bool {
    let steps = Array(id.utf8).split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    return (1...200).contains(stem(of: id).utf8.count)
      && steps.allSatisfy { !$0.isEmpty && $0.first != UInt8(ascii: ".") }
      && id.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F && $0 != "\\" }
  }
}
