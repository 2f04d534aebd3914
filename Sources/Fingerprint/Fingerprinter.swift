package import Canonicalise
import Load
import Synchronization

/// Makes a fingerprint in one streaming pass over a model's weights.
///
/// Work is cut into leaves of about a million elements, taken from a shared counter by a bounded
/// number of workers; each tensor folds its leaves in order, so the result does not depend on the
/// number of threads. Memory is bounded by the leaves in flight and by the projections of the layers
/// in flight.
package struct Fingerprinter: Sendable {
  /// Worker count; at least 1.
  package var threads: Int
  /// Anchor ids to use when the model has no tokenizer of its own (`FrameSummary`).
  package var borrowedAnchors: FrameSummary?
  /// Whether the model's own vocabulary is put aside, because it may not be that of the weights.
  package var ignoresVocabulary: Bool
  /// The reference whose tokens the borrowed anchors are, told by the embeddings alone.
  package var matchedReference: String?
  /// Anchors that are made do with: models are comparable only where it is the same for both.
  package var mostAnchors = AnchorList.limit
  /// Whether what lines up units is kept, for those who will not have the weights.
  package var keepsUnits = false

  package init(
    threads: Int, borrowedAnchors: FrameSummary? = nil, ignoresVocabulary: Bool = false
  ) {
    self.threads = max(1, threads)
    self.borrowedAnchors = borrowedAnchors
    self.ignoresVocabulary = ignoresVocabulary
  }

  /// - Parameter progress: called from any thread with the number of bytes just processed.
  package func fingerprint(
    _ model: CanonicalModel, progress: @escaping @Sendable (Int) -> Void = { _ in }
  ) throws(FingerprintError) -> ModelFingerprint {
    try fingerprint(model, reading: { _ in true }, isWhole: true, progress: progress)
  }

  /// - Parameters:
  ///   - reading: which tensors are read; the embedding's anchor rows are in any case.
  ///   - isWhole: whether all are.
  func fingerprint(
    _ model: CanonicalModel, reading: (CanonicalTensor) -> Bool, isWhole: Bool = false,
    progress: @escaping @Sendable (Int) -> Void
  ) throws(FingerprintError) -> ModelFingerprint {
    let builder = FrameBuilder(
      model: model, borrowed: borrowedAnchors, ignoresVocabulary: ignoresVocabulary,
      matchedReference: matchedReference, readsAll: isWhole, mostAnchors: mostAnchors)
    let read = model.tensors.indices.filter { reading(model.tensors[$0]) }
    let (waiting, ready) = read.reduce(into: ([Int](), [Int]())) { split, index in
      if CircuitPlan.mayProject(model.tensors[index]) {
        split.0.append(index)
      } else {
        split.1.append(index)
      }
    }
    // Building the frame takes one core as long as reading the embeddings takes the others.
    let frame = Mutex<Result<FrameBuilder.Built, LoadError>?>(nil)
    var found = try run(
      FingerprintRun(model: model, tensors: ready, workers: threads), progress: progress
    ) {
      let built: Result<FrameBuilder.Built, LoadError>
      do throws(LoadError) { built = .success(try builder.build()) } catch {
        built = .failure(error)
      }
      frame.withLock { $0 = built }
    }
    var notes = model.notes + model.checkpoint.metadata.notes
    let built: FrameBuilder.Built?
    do throws(LoadError) {
      built = try frame.withLock { $0 }?.get()
    } catch {
      throw FingerprintError(unreadable: error)
    }
    if let note = built?.note { notes.append(note) }
    let plan = built?.frame.map { CircuitPlan(model, frame: $0, gains: builder.gains) }
    let units = CircuitUnits(units: plan?.units ?? [], isotropic: built?.frame?.gram ?? [])
    let deferred = plan?.deferred ?? []
    for (tensors, projections) in [
      (waiting.filter { !deferred.contains($0) }, { plan?.projections ?? [:] }),
      (waiting.filter(deferred.contains), { units.latentProjections(model) }),
    ] where !tensors.isEmpty {
      let part = try run(
        FingerprintRun(
          model: model, tensors: tensors, projections: projections(), assembly: units,
          workers: threads), progress: progress)
      found.merge(part) { first, _ in first }
    }
    do throws(LoadError) {
      try model.checkpoint.checkUnchanged()
    } catch {
      throw FingerprintError(unreadable: error)
    }
    let tensors = model.tensors.indices.compactMap { found[$0] }
    if let note = Self.tooLarge(tensors) { notes.append(note) }
    var fingerprint = ModelFingerprint(
      identity: Self.identity(of: model, tensors: tensors), tensors: tensors,
      frame: built?.summary, circuits: units.layers(), notes: notes)
    fingerprint.sources = model.checkpoint.files
    if isWhole, !fingerprint.isAdapter, DeadUnits.arePossible(in: fingerprint) {
      do throws(LoadError) {
        fingerprint.dead = try DeadUnits.all(in: model, fingerprint)
      } catch {
        throw FingerprintError(unreadable: error)
      }
    }
    if isWhole, keepsUnits, !fingerprint.isAdapter {
      do throws(LoadError) {
        fingerprint.units = try UnitSignatures(
          model, without: fingerprint.anchoredComponents, threads: threads)
      } catch {
        throw FingerprintError(unreadable: error)
      }
    }
    return fingerprint
  }

  /// Works a run off with all threads.
  ///
  /// - Parameter first: what one of them does before.
  private func run(
    _ run: FingerprintRun, progress: @escaping @Sendable (Int) -> Void,
    first: @escaping @Sendable () -> Void = {}
  ) throws(FingerprintError) -> [Int: TensorFingerprint] {
    let failures = Concurrent.map(threads, threads: threads) { worker in
      if worker == 0 { first() }
      return run.work(progress: progress)
    }
    if let failure = failures.compactMap(\.self).first {
      throw FingerprintError(unreadable: failure)
    }
    return run.results()
  }

  /// What is said of tensors whose sums are beyond what a sketch holds.
  private static func tooLarge(_ tensors: [TensorFingerprint]) -> String? {
    let names = tensors.filter {
      $0.elementCount > 0 && $0.sketch == .none && $0.elementType.isDecoded && !$0.isUndecoded
    }.map(\.name)
    guard let first = names.first else { return nil }
    return names.count == 1
      ? "\(first): its values are too large to be compared"
      : "\(first) and \(names.count - 1) more: their values are too large to be compared"
  }

  private static func identity(
    of model: CanonicalModel, tensors: [TensorFingerprint]
  ) -> ModelFingerprint.Identity {
    let checkpoint = model.checkpoint
    return ModelFingerprint.Identity(
      name: checkpoint.name, digest: ModelFingerprint.rootDigest(of: tensors),
      format: checkpoint.format.rawValue, files: checkpoint.files.count,
      parameters: tensors.reduce(0) { $0 + $1.elementCount }, family: model.family,
      dimensions: model.dimensions, disclosure: checkpoint.metadata.disclosure,
      contradictions: model.contradictions,
      problems: checkpoint.problems.isEmpty ? nil : checkpoint.problems)
  }
}
