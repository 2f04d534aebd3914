internal import Fingerprint
internal import Foundation
internal import Load
internal import Report

/// `manifest.json` of an evidence pack: what it holds, each file by its SHA-256, and the choices that
/// the judgements rest on beside fingerprints, policy and texts.
struct EvidenceManifest: Sendable, Codable {
  static let fileName = "manifest.json"
  static let currentSchema = "shellcheck-model/evidence/1"
  /// Folder of the references' fingerprints, which is a corpus by itself.
  static let references = "references"
  static let report = "report.json"
  static let policy = "policy.yml"
  static let results = "results.json"

  var schema: String
  var tool: Tool
  /// Version of the method.
  var method: Int
  /// Parents that the caller vouched for.
  var declared: [String]
  /// What a model does of which nothing can be said.
  var inconclusive: String
  /// Whether two models were held against each other.
  var isComparison: Bool
  /// In the order of the report's.
  var subjects: [Subject]
  /// All files of the pack but this one, in the order of their paths.
  var files: [File]

  struct Subject: Sendable, Codable {
    /// The model's name in the report.
    var name: String
    /// Path of the fingerprint that was judged.
    var fingerprint: String
    /// Folder of the texts beside the weights that were looked at; nil where nothing says which are
    /// the model's.
    var documents: String?
    var grounds: GroundsRecord
  }

  struct File: Sendable, Codable, Equatable {
    var path: String
    var bytes: Int
    var sha256: String
  }

  /// Equal manifests are equal bytes.
  func encoded() throws(InputFailure) -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    do {
      return Array(try encoder.encode(self)) + [0x0A]
    } catch {
      throw InputFailure(
        input: Self.fileName, message: "cannot be put in words: \(error)", kind: .output)
    }
  }
}

// MARK: - Reading

extension EvidenceManifest {
  private static let byteLimit = 256 << 20
  private static let fileLimit = 100_000
  /// All of them together can still be counted.
  private static let largestFile = 1 << 40

  /// - Throws: for anything but a manifest whose paths stay inside the pack.
  static func read(_ path: String) throws(LoadError) -> (EvidenceManifest, bytes: Data) {
    let data = try WholeFile.data(of: path, limit: byteLimit)
    let malformed = { LoadError(.metadataMalformed, $0, file: path) }
    struct Head: Decodable {
      var schema: String
    }
    let decoder = JSONDecoder()
    guard let head = try? decoder.decode(Head.self, from: data) else {
      throw malformed("is no manifest of evidence")
    }
    guard head.schema == currentSchema else {
      throw malformed(
        "has the schema \(LoadError.quote(head.schema)); \(currentSchema) is needed")
    }
    let manifest: EvidenceManifest
    do {
      manifest = try decoder.decode(EvidenceManifest.self, from: data)
    } catch {
      throw malformed("is no manifest of evidence that this version can read")
    }
    if let problem = manifest.problem { throw malformed("has \(problem)") }
    return (manifest, data)
  }

  private var problem: String? {
    guard files.count <= Self.fileLimit else { return "more files than are read" }
    let paths = Set(files.map(\.path))
    guard paths.count == files.count else { return "a file twice" }
    for file in files where !Self.isInside(file.path) {
      return "the path \(LoadError.quote(file.path)), which is none of the pack"
    }
    guard files.allSatisfy({ (0...Self.largestFile).contains($0.bytes) }) else {
      return "an impossible size"
    }
    guard !subjects.isEmpty else { return "no subject" }
    guard Set(subjects.map(\.fingerprint)).count == subjects.count else {
      return "a fingerprint of two subjects"
    }
    guard paths.contains(Self.report) else { return "no \(Self.report)" }
    for subject in subjects {
      guard paths.contains(subject.fingerprint) else {
        return "no fingerprint of \(LoadError.quote(subject.name))"
      }
      if let folder = subject.documents, !Self.isInside(folder) {
        return "the path \(LoadError.quote(folder)), which is none of the pack"
      }
      if let problem = subject.grounds.problem { return problem }
    }
    return nil
  }

  /// Whether a path cannot lead out of the folder that it is in.
  private static func isInside(_ path: String) -> Bool {
    path != fileName && path.split(separator: "/").count <= 4 && ModelFiles.isInside(path)
  }
}
