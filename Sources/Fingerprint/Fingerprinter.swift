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

  package init(threads: Int, borrowedAnchors: FrameSummary? = nil) {
    self.threads = max(1, threads)
    self.borrowedAnchors = borrowedAnchors
  }

  /// - Parameter progress: called from any thread with the number of bytes just processed.
  package func fingerprint(
    _ model: CanonicalModel, progress: @escaping @Sendable (Int) -> Void = { _ in }
  ) async throws(FingerprintError) -> ModelFingerprint {
    DenseMatrix.useOneThread()
    let builder = FrameBuilder(model: model, borrowed: borrowedAnchors)
    var notes = model.notes
    let frame: FrameBuilder.Built?
    do throws(LoadError) {
      frame = try builder.build()
    } catch {
      throw FingerprintError(unreadable: error)
    }
    if let note = frame?.note { notes.append(note) }
    let plan = frame?.frame.map { CircuitPlan(model, frame: $0, gains: builder.gains) }
    let units = CircuitUnits(units: plan?.units ?? [], isotropic: frame?.frame?.gram ?? [])
    let deferred = plan?.deferred ?? []
    var found = try await run(
      FingerprintRun(
        model: model, tensors: model.tensors.indices.filter { !deferred.contains($0) },
        projections: plan?.projections ?? [:], assembly: units), progress: progress)
    if !deferred.isEmpty {
      let rest = try await run(
        FingerprintRun(
          model: model, tensors: deferred.sorted(),
          projections: units.latentProjections(model), assembly: units), progress: progress)
      found.merge(rest) { first, _ in first }
    }
    do throws(LoadError) {
      try model.checkpoint.checkUnchanged()
    } catch {
      throw FingerprintError(unreadable: error)
    }
    let tensors = model.tensors.indices.compactMap { found[$0] }
    return ModelFingerprint(
      identity: Self.identity(of: model, tensors: tensors), tensors: tensors,
      frame: frame?.summary, circuits: units.layers(), notes: notes)
  }

  /// Works a run off with all threads.
  private func run(
    _ run: FingerprintRun, progress: @escaping @Sendable (Int) -> Void
  ) async throws(FingerprintError) -> [Int: TensorFingerprint] {
    let workers = threads
    let failure = await withTaskGroup(of: LoadError?.self) { group in
      for _ in 0..<workers { group.addTask { run.work(progress: progress) } }
      var first: LoadError?
      for await failure in group { first = first ?? failure }
      return first
    }
    if let failure {
      throw FingerprintError(unreadable: failure)
    }
    return run.results()
  }

  private static func identity(
    of model: CanonicalModel, tensors: [TensorFingerprint]
  ) -> ModelFingerprint.Identity {
    let checkpoint = model.checkpoint
    let card = checkpoint.metadata.card
    let adapterBase = checkpoint.metadata.adapterConfig?["base_model_name_or_path"]?.string
    let declared = (card?.baseModels ?? []) + [adapterBase].compactMap(\.self)
    return ModelFingerprint.Identity(
      name: checkpoint.name, digest: ModelFingerprint.rootDigest(of: tensors),
      format: checkpoint.format.rawValue, files: checkpoint.files.count,
      parameters: tensors.reduce(0) { $0 + $1.elementCount }, family: model.family,
      dimensions: model.dimensions,
      declaredBaseModels: declared.reduce(into: []) { if !$0.contains($1) { $0.append($1) } },
      declaredRelation: card?.relation, license: card?.license)
  }
}
