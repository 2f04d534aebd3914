import Canonicalise
import Load
import Synchronization

/// The shared state of one fingerprinting run: a queue of leaves and the tensors they fold into.
///
/// A run covers some of a model's tensors; those whose probes are products of earlier projections
/// come in a second run.
final class FingerprintRun: Sendable {
  private let passes: [Int: TensorPass]
  /// (tensor, leaf), layer by layer so that few projections are alive at once.
  private let queue: [(tensor: Int, leaf: Int)]
  private let next = Atomic<Int>(0)
  private let stopped = Atomic<Bool>(false)
  private let folds: [Int: LockedFold]
  private let assembly: CircuitUnits

  /// A tensor's fold, shared by the workers.
  private final class LockedFold: Sendable {
    let state = Mutex(Fold())
  }

  private struct Fold {
    var folded = FoldedTensor()
    var nextLeaf = 0
    /// Leaves that finished before an earlier one.
    var pending: [Int: LeafResult] = [:]
    var finished: TensorFingerprint?
  }

  /// - Parameter tensors: indices into the model's tensors.
  init(
    model: CanonicalModel, tensors: [Int], projections: [Int: Projection], assembly: CircuitUnits
  ) {
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
      (0..<(passes[tensor]?.plan.count ?? 0)).map { (tensor, $0) }
    }
  }

  /// Takes leaves until none is left or one failed.
  func work(progress: (Int) -> Void) -> LoadError? {
    let buffers = PassBuffers()
    while !stopped.load(ordering: .relaxed) {
      let item = next.add(1, ordering: .relaxed).oldValue
      guard item < queue.count else { return nil }
      let (tensor, leaf) = queue[item]
      guard let pass = passes[tensor] else { continue }
      do throws(LoadError) {
        let result = try pass.run(leaf: leaf, buffers: buffers)
        fold(result, leaf: leaf, tensor: tensor, pass: pass)
      } catch {
        stopped.store(true, ordering: .relaxed)
        var named = error
        named.tensor = named.tensor ?? pass.tensor.name
        return named
      }
      progress(pass.byteCount(ofLeaf: leaf))
    }
    return nil
  }

  private func fold(_ result: LeafResult, leaf: Int, tensor: Int, pass: TensorPass) {
    let projection: [Float]?? = folds[tensor]?.state.withLock { state in
      state.pending[leaf] = result
      while let ready = state.pending.removeValue(forKey: state.nextLeaf) {
        state.folded.append(ready, projection: pass.projection)
        state.nextLeaf += 1
      }
      guard state.nextLeaf == pass.plan.count else { return nil }
      state.finished = pass.finish(state.folded)
      let projection = pass.projection?.finish(state.folded.projection)
      state.folded = FoldedTensor()
      return projection
    }
    if let projection = projection ?? nil {
      assembly.supply(projection, role: pass.tensor.role, tensor: tensor)
    }
  }

  /// The fingerprints by index, after all workers ended without failure.
  func results() -> [Int: TensorFingerprint] {
    folds.compactMapValues { $0.state.withLock { $0.finished } }
  }
}
