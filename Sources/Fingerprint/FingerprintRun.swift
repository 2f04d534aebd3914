import Canonicalise
import Load
import Synchronization

/// The shared state of one fingerprinting run: a queue of runs of leaves and the tensors they
/// fold into.
///
/// A run covers some of a model's tensors: first those that no circuit needs, then those that are
/// projected, then those whose probes are products of earlier projections.
final class FingerprintRun: Sendable {
  private let passes: [Int: TensorPass]
  /// Layer by layer, so that few projections are alive at once.
  private let queue: [Item]
  /// How far ahead of the workers the system is asked to fetch.
  private let lookahead: Int
  private let next = Atomic<Int>(0)
  private let stopped = Atomic<Bool>(false)
  private let folds: [Int: LockedFold]
  private let assembly: CircuitUnits

  private struct Item {
    var tensor: Int
    /// The position of the run in the tensor.
    var run: Int
    var leaves: Range<Int>
  }

  /// Runs that each worker is ahead of itself: some tens of megabytes, so that a disk always has
  /// something to do.
  private static let fetchedRuns = 4

  /// A tensor's fold, shared by the workers.
  private final class LockedFold: Sendable {
    let state = Mutex(Fold())
  }

  private struct Fold {
    var folded = FoldedTensor()
    var nextRun = 0
    /// Runs that finished before an earlier one.
    var pending: [Int: LeafRun] = [:]
    var finished: TensorFingerprint?
  }

  /// - Parameters:
  ///   - tensors: indices into the model's tensors.
  ///   - workers: how many will call `work` at once.
  init(
    model: CanonicalModel, tensors: [Int], projections: [Int: Projection] = [:],
    assembly: CircuitUnits = CircuitUnits(units: [], isotropic: []), workers: Int
  ) {
    lookahead = workers * Self.fetchedRuns
    let passes = Dictionary(
      uniqueKeysWithValues: tensors.map { index in
        (index, TensorPass(model.tensors[index], projection: projections[index]))
      })
    self.passes = passes
    self.assembly = assembly
    folds = passes.mapValues { _ in LockedFold() }
    let order = tensors.sorted { left, right in
      let (a, b) = (model.tensors[left], model.tensors[right])
      return (a.component, a.layer ?? -1, left) < (b.component, b.layer ?? -1, right)
    }
    queue = order.flatMap { tensor in
      (passes[tensor]?.plan.runs ?? []).enumerated().map {
        Item(tensor: tensor, run: $0.offset, leaves: $0.element)
      }
    }
    for item in queue.prefix(lookahead) { prefetch(item) }
  }

  private func prefetch(_ item: Item) {
    guard let pass = passes[item.tensor] else { return }
    pass.prefetch(run: item.leaves)
  }

  /// Takes runs until none is left or one failed.
  func work(progress: (Int) -> Void) -> LoadError? {
    let buffers = PassBuffers()
    while !stopped.load(ordering: .relaxed) {
      let position = next.add(1, ordering: .relaxed).oldValue
      guard position < queue.count else { return nil }
      if position + lookahead < queue.count { prefetch(queue[position + lookahead]) }
      let item = queue[position]
      guard let pass = passes[item.tensor] else { continue }
      do throws(LoadError) {
        fold(try pass.run(item.leaves, buffers: buffers), of: item, pass: pass)
      } catch {
        stopped.store(true, ordering: .relaxed)
        var named = error
        named.tensor = named.tensor ?? pass.tensor.name
        return named
      }
      progress(pass.byteCount(ofRun: item.leaves))
    }
    return nil
  }

  private func fold(_ run: LeafRun, of item: Item, pass: TensorPass) {
    let projection: [Float]? = folds[item.tensor]?.state.withLock { state in
      state.pending[item.run] = run
      while let ready = state.pending.removeValue(forKey: state.nextRun) {
        state.folded.append(ready, projection: pass.projection)
        state.nextRun += 1
      }
      guard state.folded.digests.count == pass.plan.count else { return nil }
      state.finished = pass.finish(state.folded)
      defer { state.folded = FoldedTensor() }
      return state.folded.projection
    }
    if pass.projection != nil, let projection {
      assembly.supply(projection, role: pass.tensor.role, tensor: item.tensor)
    }
  }

  /// The fingerprints by index, after all workers ended without failure.
  func results() -> [Int: TensorFingerprint] {
    folds.compactMapValues { $0.state.withLock { $0.finished } }
  }
}
