internal import Canonicalise
internal import Compare
internal import Fingerprint
internal import Foundation
internal import Judge
internal import Load
internal import Report

/// One run of the tool: what its steps share.
struct Run: Sendable {
  let threads: Int
  private let meter: ProgressMeter

  init(models: [String], options: InspectionOptions, progress: @escaping ProgressHandler) {
    threads = max(1, options.threads ?? ProcessInfo.processInfo.activeProcessorCount)
    meter = ProgressMeter(report: progress)
  }

  // MARK: Models

  /// Load and Canonicalise.
  static func open(_ path: String) throws(InputFailure) -> CanonicalModel {
    do throws(LoadError) {
      let checkpoint = try CheckpointReader.open(path: path)
      return try catalogue(for: path).canonicalise(checkpoint)
    } catch {
      throw InputFailure(path: path, error)
    }
  }

  private static func catalogue(for path: String) throws(LoadError) -> ArchitectureCatalogue {
    do throws(CanonicaliseError) {
      return try ArchitectureCatalogue.bundled()
    } catch {
      throw LoadError(.metadataMalformed, error.description, file: path)
    }
  }

  /// A model's fingerprint: read, if it is one, else made from all of its bytes.
  ///
  /// A subject's is never taken from the cache, because the report vouches for the bytes.
  func fingerprint(
    of path: String, borrowing anchors: AnchorPool = .empty
  ) async throws(InputFailure) -> ModelFingerprint {
    let (source, meter) = (try source(of: path), meter)
    meter.begin(path, byteCount: Self.byteCount(path))
    do throws(FingerprintError) {
      return try await source.fingerprint(path: path, borrowing: anchors) { meter.add($0) }
    } catch {
      throw InputFailure(path: path, error)
    }
  }

  /// A quick look at a model.
  private func look(
    at path: String, borrowing anchors: AnchorPool
  ) async throws(InputFailure) -> QuickLook {
    let (source, meter) = (try source(of: path), meter)
    meter.begin(path)
    do throws(FingerprintError) {
      return try await source.look(path: path, borrowing: anchors) { meter.add($0) }
    } catch {
      throw InputFailure(path: path, error)
    }
  }

  /// Where a subject's fingerprint comes from.
  private func source(of path: String) throws(InputFailure) -> FingerprintSource {
    do throws(LoadError) {
      return FingerprintSource(
        catalogue: try Self.catalogue(for: path), threads: threads, cache: nil)
    } catch {
      throw InputFailure(path: path, error)
    }
  }

  /// Size of a model's files, for progress; nil if they cannot be listed, which the reading says.
  private static func byteCount(_ path: String) -> UInt64? {
    guard let files = try? ModelFiles.files(ofModelAt: path) else { return nil }
    return files.reduce(0) { sum, file in
      let resolved = URL(filePath: file).resolvingSymlinksInPath().path(percentEncoded: false)
      let attributes = try? FileManager.default.attributesOfItem(atPath: resolved)
      return sum + ((attributes?[.size] as? NSNumber)?.uint64Value ?? 0)
    }
  }

  static func write(
    _ fingerprint: ModelFingerprint, of model: String, to file: String
  ) throws(InputFailure) -> FingerprintRecord {
    do throws(FingerprintError) {
      try FingerprintFile.write(fingerprint, to: file)
    } catch {
      throw InputFailure(path: file, error)
    }
    let attributes = try? FileManager.default.attributesOfItem(atPath: file)
    let size = (attributes?[.size] as? NSNumber)?.uint64Value ?? 0
    return FingerprintRecord(model: model, file: file, byteCount: size)
  }

  // MARK: Corpus

  /// The references to compare with, and where they are.
  struct Corpus: Sendable {
    var content: any ComparableCorpus
    var path: String
  }

  /// Finds and loads the references.
  func corpus(
    _ paths: [String], options: InspectionOptions
  ) async -> Result<Corpus, InputFailure> {
    let executable = Bundle.main.executablePath
    let standard = StandardFolders.corpus(environment: options.environment, executable: executable)
    let chosen = paths.isEmpty ? [standard].compactMap(\.self) : paths
    let name = chosen.joined(separator: ", ")
    guard !chosen.isEmpty else {
      return .failure(
        InputFailure(
          input: "--ref",
          message:
            "no corpus of references: name one with --ref or SHELLCHECK_MODEL_CORPUS, or make "
            + "one with `shellcheck-model fingerprint MODEL --into FOLDER`"))
    }
    do throws(LoadError) {
      let corpus = try ReferenceCorpus(paths: chosen)
      let source = FingerprintSource(
        catalogue: try Self.catalogue(for: name), threads: threads,
        cache: options.usesCache
          ? StandardFolders.cache(environment: options.environment).map {
            FingerprintCache(folder: $0)
          } : nil)
      let meter = meter
      meter.begin(name)
      let content = await corpus.comparable(from: source) { meter.add($0) }
      guard content.count > 0 else {
        let first = content.problems.first.map { "; \($0.path): \($0.message)" } ?? ""
        return .failure(
          InputFailure(
            input: name,
            message: "no reference in the corpus could be read\(first); add some with "
              + "`shellcheck-model fingerprint MODEL --into FOLDER`"))
      }
      return .success(Corpus(content: content, path: name))
    } catch {
      return .failure(InputFailure(path: name, error))
    }
  }

  // MARK: Checking

  func check(
    _ models: [String], against corpus: Corpus, options: InspectionOptions
  ) async -> CheckOutcome {
    var judgements: [Judgement] = []
    var sources: [SubjectSource] = []
    var failures = corpus.content.problems.map { InputFailure(input: $0.path, message: $0.message) }
    var inputErrors: [InputError] = []
    for model in models {
      do throws(InputFailure) {
        let judgement = try await judge(model, against: corpus, options: options)
        sources.append(try Self.source(model, hashing: options.hashesFiles))
        judgements.append(judgement)
      } catch {
        failures.append(error)
        inputErrors.append(InputError(input: error.input, message: error.message))
      }
    }
    let report = ForensicReport(
      tool: ToolVersion.tool,
      corpus: CorpusSummary(
        digest: corpus.content.digest, references: corpus.content.count,
        path: corpus.path),
      judgements: judgements, sources: sources, inputErrors: inputErrors)
    return CheckOutcome(report: report, failures: failures)
  }

  private static func source(
    _ model: String, hashing: Bool
  ) throws(InputFailure) -> SubjectSource {
    do throws(LoadError) {
      return try SubjectSource(model: model, hashing: hashing)
    } catch {
      throw InputFailure(path: model, error)
    }
  }

  /// Fingerprint, Compare and Judge.
  private func judge(
    _ model: String, against corpus: Corpus, options: InspectionOptions
  ) async throws(InputFailure) -> Judgement {
    let anchors = corpus.content.anchors
    if !anchors.isEmpty { Task.detached { Comparer.prepare() } }
    // A fingerprint is read as a whole in no time.
    var look: QuickLook?
    if options.isQuick, !FingerprintFile.isFingerprint(path: model) {
      look = try await self.look(at: model, borrowing: anchors)
    }
    let subject: ModelFingerprint
    if let look {
      subject = look.fingerprint
    } else {
      subject = try await fingerprint(of: model, borrowing: anchors)
    }
    let declared = DeclaredNames(
      subject.identity, user: options.declaredParents + options.policy.declared)
    let selection = await corpus.content.selection(for: subject, declared: declared.mean)
    var comparison = Comparison(
      subject: subject, references: compare(subject, with: selection),
      screened: selection.screened, controls: selection.controls)
    let judge = try judge(
      of: model, problems: corpus.content.problems + selection.problems, options: options)
    if let look { return judge.judge(comparison, look: look) }
    if let candidate = judge.recoveryCandidate(comparison),
      let index = comparison.references.firstIndex(where: { $0.id == candidate.reference }),
      let path = selection.references.first(where: { $0.id == candidate.reference })?
        .checkpointPath
    {
      comparison.references[index].recovery = try await recover(
        model, from: path, layers: candidate.layers)
    }
    return judge.judge(comparison)
  }

  /// What a model is judged by beside its weights.
  private func judge(
    of model: String, problems: [CorpusProblem], options: InspectionOptions
  ) throws(InputFailure) -> Judge {
    let licences: LicenceCatalogue
    let innovation: InnovationModel
    do throws(LicenceError) {
      licences = try LicenceCatalogue.bundled()
    } catch {
      throw InputFailure(input: model, message: error.description)
    }
    do throws(InnovationError) {
      innovation = try InnovationModel.standard()
    } catch {
      throw InputFailure(input: model, message: error.description)
    }
    return Judge(
      declared: options.declaredParents,
      damagedReferences: problems.map { "\($0.path): \($0.message)" },
      policy: options.policy,
      documents: FingerprintFile.isFingerprint(path: model)
        ? nil : ModelDocuments.read(modelAt: model),
      licences: licences, innovation: innovation, benchmarks: options.benchmarks)
  }

  /// Undoes a disguise with the weights of both; nil where the subject has none (a fingerprint), or
  /// nothing can be lined up.
  private func recover(
    _ model: String, from reference: String, layers: [LayerCorrespondence]
  ) async throws(InputFailure) -> Recovery? {
    guard !FingerprintFile.isFingerprint(path: model) else { return nil }
    let engine = RecoveryEngine(
      subject: try Self.open(model), reference: try Self.open(reference), layerMap: layers,
      threads: threads)
    do throws(LoadError) {
      return try await engine.recover()
    } catch {
      throw InputFailure(path: error.file ?? model, error)
    }
  }

  /// All references, in the order of the corpus.
  private func compare(
    _ subject: ModelFingerprint, with selection: CorpusSelection
  ) -> [ReferenceComparison] {
    var comparisons = Comparer.compare(
      subject, with: selection.references.map { ($0.id, $0.fingerprint) },
      settlesEarly: !selection.screened.isEmpty, threads: threads)
    for (index, reference) in selection.references.enumerated() {
      comparisons[index].manifest = reference.manifest
    }
    return comparisons
  }
}

extension InputFailure {
  init(path: String, _ error: LoadError) {
    var inner = error
    inner.file = error.file == path ? nil : error.file
    self.init(input: path, message: inner.description)
  }

  init(path: String, _ error: FingerprintError) {
    if let cause = error.cause {
      self.init(path: path, cause)
    } else {
      self.init(input: path, message: "\(error.message) [\(error.code.rawValue)]")
    }
  }
}
