internal import Compare
internal import Crypto
internal import Fingerprint
internal import Foundation
internal import Judge
internal import Load
internal import Report

/// A pack of evidence that was written.
package struct EvidenceRecord: Sendable, Equatable {
  /// Without the manifest.
  package var files: Int
  package var byteCount: Int
  /// Of the manifest, which has the SHA-256 of all other files.
  package var manifestSHA256: String
}

/// Writes what a third party needs to recompute judgements without the weights.
///
///     manifest.json                      digests of all files, and the choices that were made
///     report.json                        the report, with layers and tensors in its record
///     references/NN-ID.fingerprint.safetensors, references/manifest.json
///     subjects/NN/NAME.fingerprint.safetensors
///     subjects/NN/beside/…               the card, licences and configurations that were looked at
///     policy.yml, results.json           where there were any
struct EvidenceWriter {
  let folder: String
  let options: InspectionOptions
  private var files: [EvidenceManifest.File] = []

  init(folder: String, options: InspectionOptions) {
    (self.folder, self.options) = (folder, options)
  }

  /// - Parameters:
  ///   - report: with its invocation.
  ///   - grounds: of the report's judgements, in their order.
  mutating func write(
    _ report: ForensicReport, detail: Detail, grounds: [Grounds], isComparison: Bool
  ) throws(InputFailure) -> EvidenceRecord {
    var subjects: [EvidenceManifest.Subject] = []
    for (index, (judgement, grounds)) in zip(report.judgements, grounds).enumerated() {
      subjects.append(try write(judgement.subject, grounds, number: index + 1))
    }
    try write(references: grounds.flatMap(\.references))
    try writeChoices()
    try write(
      Array(JSONWriter(options: WriterOptions(detail: detail)).write(report).utf8),
      EvidenceManifest.report)
    let manifest = EvidenceManifest(
      schema: EvidenceManifest.currentSchema, tool: report.tool, method: MethodConstants.version,
      declared: options.declaredParents, inconclusive: options.policy.inconclusive.rawValue,
      isComparison: isComparison, subjects: subjects, files: files.sorted { $0.path < $1.path })
    let bytes = try manifest.encoded()
    // The last file: a pack without it is none.
    try put(bytes, EvidenceManifest.fileName)
    return EvidenceRecord(
      files: files.count, byteCount: files.reduce(0) { $0 + $1.bytes },
      manifestSHA256: SHA256.hash(data: bytes).hexadecimal)
  }

  // MARK: Parts

  private mutating func write(
    _ subject: Subject, _ grounds: Grounds, number: Int
  ) throws(InputFailure) -> EvidenceManifest.Subject {
    let place = "subjects/" + Self.numbered(number)
    let fingerprint = place + "/" + Self.plain(subject.name) + FingerprintFile.suffix
    try write(grounds.subject, fingerprint)
    let beside = place + "/beside"
    var taken: Set<String> = []
    for document in grounds.documents?.documents ?? [] {
      try write(Array(document.text.utf8), beside + "/" + document.name)
      taken.insert(document.name)
    }
    if let path = subject.path {
      for file in ModelFiles.metadata(ofModelAt: path) {
        let name = ModelFiles.name(of: file)
        guard Self.configurations.contains(name), taken.insert(name).inserted,
          let bytes = try? WholeFile.data(of: file, limit: Self.documentLimit)
        else { continue }
        try write(Array(bytes), beside + "/" + name)
      }
    }
    return EvidenceManifest.Subject(
      name: subject.name, fingerprint: fingerprint,
      documents: grounds.documents == nil ? nil : beside, grounds: GroundsRecord(grounds))
  }

  private static let documentLimit = 1 << 20

  /// What the fingerprint says of these is what was judged; they are there to be read.
  private static let configurations: Set<String> = [
    "config.json", "adapter_config.json", "mergekit_config.yml", "mergekit_config.yaml",
    "model_index.json", "quantize_config.json",
  ]

  private mutating func write(references: [Reference]) throws(InputFailure) {
    var manifest = CorpusManifest(references: [])
    var seen: Set<String> = []
    let distinct = references.sorted { $0.id < $1.id }.filter { seen.insert($0.id).inserted }
    for (index, reference) in distinct.enumerated() {
      let file =
        Self.numbered(index + 1) + "-" + Self.plain(reference.id) + FingerprintFile.suffix
      try write(reference.fingerprint, EvidenceManifest.references + "/" + file)
      var entry =
        reference.manifest ?? CorpusManifest.Entry(id: reference.id, file: file)
      (entry.id, entry.file, entry.sha256) = (reference.id, file, nil)
      entry.sourceRevision = entry.sourceRevision ?? reference.revision
      manifest.references.append(entry)
    }
    let path = EvidenceManifest.references + "/" + CorpusManifest.fileName
    try makeFolder(of: path)
    do throws(FingerprintError) {
      try manifest.write(to: folder + "/" + path)
    } catch {
      throw Self.failure(folder + "/" + path, error.description)
    }
    try note(path)
  }

  /// The policy and the scores, as they were read.
  private mutating func writeChoices() throws(InputFailure) {
    if let source = options.policyFile {
      guard let content = FileManager.default.contents(atPath: source.place),
        SHA256.hash(data: content).hexadecimal == source.sha256
      else { throw Self.failure(source.path, "is no longer the policy that was read") }
      try write(Array(content), EvidenceManifest.policy)
    }
    if let path = options.benchmarksFile {
      guard let content = FileManager.default.contents(atPath: path) else {
        throw Self.failure(path, "cannot be read once more")
      }
      try write(Array(content), EvidenceManifest.results)
    }
  }

  // MARK: Files

  private mutating func write(_ bytes: [UInt8], _ path: String) throws(InputFailure) {
    try put(bytes, path)
    try note(path)
  }

  private func put(_ bytes: [UInt8], _ path: String) throws(InputFailure) {
    try makeFolder(of: path)
    do throws(ReplacingFile.Failure) {
      try ReplacingFile.write(bytes, to: folder + "/" + path)
    } catch {
      throw Self.failure(folder + "/" + path, "cannot write: \(error.reason)")
    }
  }

  private mutating func write(
    _ fingerprint: ModelFingerprint, _ path: String
  ) throws(InputFailure) {
    try makeFolder(of: path)
    do throws(FingerprintError) {
      try FingerprintFile.write(fingerprint, to: folder + "/" + path)
    } catch {
      throw Self.failure(folder + "/" + path, error.message)
    }
    try note(path)
  }

  private func makeFolder(of path: String) throws(InputFailure) {
    let steps = (folder + "/" + path).split(separator: "/", omittingEmptySubsequences: false)
    let above = steps.dropLast().joined(separator: "/")
    do {
      try FileManager.default.createDirectory(atPath: above, withIntermediateDirectories: true)
    } catch {
      throw Self.failure(above, "cannot make this folder")
    }
  }

  /// Puts a file that was written into the manifest, as it is on the disk.
  private mutating func note(_ path: String) throws(InputFailure) {
    do throws(LoadError) {
      let (bytes, sha256) = try EvidenceFolder.measure(folder + "/" + path)
      files.append(EvidenceManifest.File(path: path, bytes: bytes, sha256: sha256))
    } catch {
      throw Self.failure(folder + "/" + path, error.description)
    }
  }

  private static func failure(_ path: String, _ message: String) -> InputFailure {
    InputFailure(input: path, message: message, kind: .output)
  }

  private static func numbered(_ number: Int) -> String {
    (number < 10 ? "0" : "") + String(number)
  }

  /// A name in letters that every system lets files have.
  private static func plain(_ name: String) -> String {
    let letters = name.unicodeScalars.prefix(80).map { scalar in
      scalar.isASCII
        && (scalar.properties.isAlphabetic || "0123456789._-".unicodeScalars.contains(scalar))
        ? Character(scalar) : "-"
    }
    let text = String(letters)
    return text.hasPrefix(".") || text.isEmpty ? "model" + text : text
  }
}
