import Canonicalise
import Crypto
package import Fingerprint
import Foundation
import Load

/// Fingerprints of checkpoints, kept between runs in the user's cache folder.
///
/// An entry's name is made of the model's path and of all that its fingerprint depends on: the stamps
/// of every file that is read for it, the borrowed anchors, the versions of the methods and the tool
/// itself. So an entry is either right or not found. Entries are replaced in one step; runs that share
/// a cache do not disturb one another. Nothing is removed, as another build of the tool may still ask
/// for it; the user may delete the folder at any time. A cache that cannot be written costs time,
/// nothing else.
package struct FingerprintCache: Sendable {
  package let folder: String
  /// What tells one build of the tool from another: a rebuilt tool may see more in the same weights.
  private let tool: String

  package init(folder: String) {
    self.folder = folder
    tool = FileStamp("/proc/self/exe")?.text ?? ""
  }

  /// Names one state of one model.
  package struct Key: Sendable, Equatable {
    /// Of the model, whatever its state.
    let model: String
    let state: String

    func name(_ suffix: String) -> String { "\(model)-\(state)\(suffix)" }
  }

  /// The key of a model as it is now, or nil if its files cannot be told.
  package func key(ofModelAt path: String, borrowing frame: FrameSummary? = nil) -> Key? {
    guard let files = try? ModelFiles.files(ofModelAt: path) else { return nil }
    return key(path: path, files: files, borrowing: frame)
  }

  func key(path: String, files: [String], borrowing frame: FrameSummary? = nil) -> Key? {
    guard let own = FileStamp(path) else { return nil }
    let stamps = files.map(FileStamp.init)
    var state = "\(ModelFingerprint.formatVersion)\n\(FingerprintMethods.current.text)\n\(tool)"
    for stamp in stamps {
      guard let stamp else { return nil }
      state += stamp.text
    }
    return key(of: "\(own.path)\0\(ModelFiles.name(of: path))", state, borrowing: frame)
  }

  /// The key of a model on a hub.
  ///
  /// - Parameter stamp: says which model, and all of its files.
  func key(ofModelOnHub path: String, stamp: String, borrowing frame: FrameSummary? = nil) -> Key {
    let methods = "\(ModelFingerprint.formatVersion)\n\(FingerprintMethods.current.text)\n\(tool)"
    return key(of: path, "\(methods)\n\(stamp)\n", borrowing: frame)
  }

  /// - Parameter model: what carries its name, whatever its state.
  private func key(of model: String, _ state: String, borrowing frame: FrameSummary?) -> Key {
    var state = state
    if let frame {
      let ids = frame.anchorIDs.sorted { $0.key < $1.key }.map { "\($0.key):\($0.value)" }
      state += "\(frame.vocabularySize) \(ids.joined(separator: " "))\n"
    }
    // The fingerprint carries the name that the model was opened by.
    return Key(model: String(Self.digest(model).prefix(24)), state: Self.digest(state))
  }

  /// The stored fingerprint, or nil; a damaged one counts as none.
  package func fingerprint(for key: Key) -> ModelFingerprint? {
    try? FingerprintFile.read(path: path(key.name(FingerprintFile.suffix)))
  }

  func hasFingerprint(for key: Key) -> Bool {
    FileManager.default.fileExists(atPath: path(key.name(FingerprintFile.suffix)))
  }

  /// Stores a fingerprint if the folder lets it.
  package func store(_ fingerprint: ModelFingerprint, for key: Key) {
    store(key, suffix: FingerprintFile.suffix) { path in
      try FingerprintFile.write(fingerprint, to: path)
    }
  }

  // MARK: Sizes of vocabularies

  /// The stored number of tokens that a model has embeddings but no strings of, or nil.
  ///
  /// It says which anchors the model borrows, and so which of its fingerprints is wanted, without
  /// opening the model.
  func unnamedTokens(for key: Key) -> Int? {
    text(key.name(Self.tokensSuffix)).flatMap { Int($0) }
  }

  func store(unnamedTokens: Int, for key: Key) {
    store(key, suffix: Self.tokensSuffix) { path in
      try AtomicFile.write("\(unnamedTokens)".utf8, to: path)
    }
  }

  // MARK: Packed indices

  /// The file of a corpus's packed index.
  func indexPath(of corpus: ReferenceCorpus) -> String {
    path(Self.digest(corpus.places.joined(separator: "\0")).prefix(24) + ".index")
  }

  // MARK: SHA-256 of whole files

  /// The stored SHA-256 of a file, or nil.
  func fileDigest(for key: Key) -> String? {
    text(key.name(Self.digestSuffix)).flatMap { $0.utf8.count == 64 ? $0 : nil }
  }

  func store(fileDigest: String, for key: Key) {
    store(key, suffix: Self.digestSuffix) { path in
      try AtomicFile.write(fileDigest.utf8, to: path)
    }
  }

  // MARK: Files

  private static let digestSuffix = ".sha256"
  private static let tokensSuffix = ".tokens"

  private func path(_ name: String) -> String { folder + "/" + name }

  private func text(_ name: String) -> String? {
    FileManager.default.contents(atPath: path(name)).flatMap { String(data: $0, encoding: .utf8) }
  }

  private func store(_ key: Key, suffix: String, write: (String) throws -> Void) {
    do {
      try FileManager.default.createDirectory(
        atPath: folder, withIntermediateDirectories: true,
        attributes: [.posixPermissions: 0o700])
      try write(path(key.name(suffix)))
    } catch {
      // The next run computes it again.
    }
  }

  private static func digest(_ text: String) -> String {
    SHA256.hash(data: Data(text.utf8)).hexadecimal
  }
}
