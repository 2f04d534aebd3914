internal import Compare
internal import Crypto
internal import Fingerprint
internal import Foundation
internal import Judge
internal import Load
internal import Report

/// Recomputes the judgements of an evidence pack.
struct EvidenceVerifier {
  let folder: String
  let threads: Int
  let source: FingerprintSource
  /// Of the manifest, if somebody stated it.
  let expected: String?

  /// - Throws: for a pack whose digests do not match, or of which something cannot be read.
  func verify() throws(InputFailure) -> Verification {
    let path = folder + "/" + EvidenceManifest.fileName
    let (manifest, bytes): (EvidenceManifest, Data)
    do throws(LoadError) {
      (manifest, bytes) = try EvidenceManifest.read(path)
    } catch {
      throw InputFailure(path: path, error)
    }
    let digest = SHA256.hash(data: bytes).hexadecimal
    if let expected, expected != digest {
      throw InputFailure(input: path, message: "its SHA-256 is \(digest), not \(expected)")
    }
    try checkFiles(manifest)
    let saved = try report()
    let record = saved.record
    guard record.report.judgements.count == manifest.subjects.count else {
      throw InputFailure(
        input: path,
        message: "has \(manifest.subjects.count) subjects, the report "
          + "\(record.report.judgements.count)")
    }
    let references = try references()
    let judge = try judge(manifest)
    var verification = Verification(
      tool: manifest.tool, method: manifest.method, own: ToolVersion.tool,
      manifestSHA256: digest, files: manifest.files.count,
      byteCount: manifest.files.reduce(0) { $0 + $1.bytes },
      command: record.report.invocation?.command ?? [])
    verification.unread = record.report.inputErrors.map(\.input)
    verification.isVouchedFor = expected != nil
    if record.report.tool != manifest.tool { verification.differences.append(.toolDisagrees) }
    if !saved.isVerbatim {
      // Another build may say the same in other words.
      if record.report.tool == ToolVersion.tool {
        verification.differences.append(.reportDisagreesWithRecord)
      } else {
        verification.isReportUnchecked = true
      }
    }
    verification.differences += corpusDifferences(record.report.corpus, references)
    for (subject, judgement) in zip(manifest.subjects, record.report.judgements) {
      verification.subjects.append(
        try verify(subject, judgement, references: references, by: judge))
    }
    return verification
  }

  private func verify(
    _ subject: EvidenceManifest.Subject, _ reported: Judgement, references: [String: Reference],
    by judge: Judge
  ) throws(InputFailure) -> Verification.Subject {
    var chosen: [Reference] = []
    for id in subject.grounds.references {
      guard let reference = references[id] else {
        throw InputFailure(
          input: folder, message: "has no fingerprint of the reference \(LoadError.quote(id))")
      }
      chosen.append(reference)
    }
    let fingerprint: ModelFingerprint
    do throws(FingerprintError) {
      fingerprint = try FingerprintFile.read(path: folder + "/" + subject.fingerprint)
    } catch {
      throw InputFailure(path: folder + "/" + subject.fingerprint, error)
    }
    let documents = subject.documents.map { place in
      ModelDocuments.read(modelAt: folder + "/" + place) ?? ModelDocuments()
    }
    let grounds = Grounds(
      subject: fingerprint, references: chosen, record: subject.grounds, documents: documents)
    var judgement = grounds.judgement(by: judge, threads: threads)
    judgement.rename(reported.subject.name)
    judgement.subject.path = reported.subject.path
    var result = Verification.Subject(
      reported: reported, comparison: JudgementComparison(reported, judgement))
    if let recovery = subject.grounds.recovery {
      result.takenFromPack.append(.recovery(reference: recovery.reference))
    }
    result.takenFromPack += subject.grounds.roundings.map { .rounding(reference: $0.reference) }
    if let values = subject.grounds.kinValues {
      result.takenFromPack.append(.kin(references: values.members.count))
    }
    if let units = subject.grounds.units {
      result.takenFromPack.append(.units(reference: units.matching?.reference))
    }
    result.takenFromPack += subject.grounds.addedLimits.compactMap { limit in
      switch limit {
      case .mergedInto, .mergeFailed: .merge
      case .listed: .listing
      case .judgedPart: .part
      default: nil
      }
    }
    if !subject.grounds.damagedReferences.isEmpty {
      result.takenFromPack.append(
        .damagedReferences(count: subject.grounds.damagedReferences.count))
    }
    if !subject.grounds.screened.isEmpty {
      result.takenFromPack.append(.screening(references: subject.grounds.screened.count))
    }
    return result
  }

  // MARK: Parts

  /// Every file there is must be in the manifest, and as the manifest says.
  private func checkFiles(_ manifest: EvidenceManifest) throws(InputFailure) {
    let found: [String]
    do throws(LoadError) {
      found = try EvidenceFolder.files(in: folder)
    } catch {
      throw InputFailure(path: folder, error)
    }
    let named = Set(manifest.files.map(\.path) + [EvidenceManifest.fileName])
    if let extra = found.first(where: { !named.contains($0) }) {
      throw InputFailure(
        input: folder, message: "holds \(LoadError.quote(extra)), which its manifest does not name")
    }
    let present = Set(found)
    for file in manifest.files {
      let path = folder + "/" + file.path
      guard present.contains(file.path) else {
        throw InputFailure(input: path, message: "is missing: the manifest names it")
      }
      let (bytes, digest): (Int, String)
      do throws(LoadError) {
        (bytes, digest) = try EvidenceFolder.measure(path)
      } catch {
        throw InputFailure(path: path, error)
      }
      guard bytes == file.bytes else {
        throw InputFailure(
          input: path,
          message: "was changed: it has \(bytes) bytes, the manifest says \(file.bytes)")
      }
      guard digest == file.sha256 else {
        throw InputFailure(
          input: path,
          message:
            "was changed: its SHA-256 is \(digest), the manifest has \(file.sha256.prefix(64))")
      }
    }
  }

  private func report() throws(InputFailure) -> SavedReport {
    let path = folder + "/" + EvidenceManifest.report
    do throws(LoadError) {
      return try SavedReport(path: path)
    } catch {
      throw InputFailure(path: path, error)
    }
  }

  private func references() throws(InputFailure) -> [String: Reference] {
    let path = folder + "/" + EvidenceManifest.references
    let loaded: LoadedCorpus
    do throws(LoadError) {
      loaded = try ReferenceCorpus(paths: [path]).load(from: source)
    } catch {
      throw InputFailure(path: path, error)
    }
    if let problem = loaded.problems.first {
      throw InputFailure(input: problem.path, message: problem.message)
    }
    return Dictionary(
      loaded.references.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// Whether the references' fingerprints are those that the report names, and its digest is theirs.
  private func corpusDifferences(
    _ corpus: CorpusSummary, _ references: [String: Reference]
  ) -> [Verification.Difference] {
    var differences: [Verification.Difference] = []
    let listed = Dictionary(
      corpus.listing.map { ($0.id, $0.digest) }, uniquingKeysWith: { first, _ in first })
    for (id, reference) in references.sorted(by: { $0.key < $1.key })
    where listed[id] != reference.fingerprint.identity.digest {
      differences.append(.referenceNotListed(id: id))
    }
    var hash = SHA256()
    for member in corpus.listing.sorted(by: { $0.id < $1.id }) {
      hash.update(data: Data("\(member.id)\0\(member.digest)\n".utf8))
    }
    if hash.finalize().hexadecimal != corpus.digest { differences.append(.corpusDigest) }
    return differences
  }

  /// What holds for all subjects, from the pack's policy and scores and what the tool ships.
  private func judge(_ manifest: EvidenceManifest) throws(InputFailure) -> Judge {
    var policy = Policy()
    let paths = Set(manifest.files.map(\.path))
    var benchmarks: BenchmarkResults?
    do {
      if paths.contains(EvidenceManifest.policy) {
        policy = try PolicyFile.read(path: folder + "/" + EvidenceManifest.policy).policy
      }
      if paths.contains(EvidenceManifest.results) {
        benchmarks = try BenchmarkResults.read(path: folder + "/" + EvidenceManifest.results)
      }
      policy.inconclusive = Policy.Inconclusive(rawValue: manifest.inconclusive) ?? .stop
      var judge = Judge(
        declared: manifest.declared, policy: policy, licences: try LicenceCatalogue.bundled(),
        innovation: try InnovationModel.standard(), benchmarks: benchmarks)
      judge.isComparison = manifest.isComparison
      return judge
    } catch {
      throw InputFailure(input: folder, message: "\(error)")
    }
  }
}
