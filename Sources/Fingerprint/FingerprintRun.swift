import Canonicalise
import Load
import Synchronization

/// The shared state of one fingerprinting run: a queue of leaves and the tensors they fold into.
final class FingerprintRun: Sendable {
  private let passes: [TensorPass]
  /// (tensor, leaf), layer by layer so that few projections are alive at once.
  private let queue: [(tensor: Int, leaf: Int)]
  private let next = Atomic<Int>(0)
  private let stopped = Atomic<Bool>(false)
  private let folds: [LockedFold]
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

  init(model: CanonicalModel, plan: CircuitPlan?, isotropic: [Double]) {
    passes = model.tensors.enumerated().map { index, tensor in
      TensorPass(tensor, projection: plan?.projections[index])
    }
    assembly = CircuitUnits(units: plan?.units ?? [], isotropic: isotropic)
    folds = model.tensors.map { _ in LockedFold() }
    let order = model.tensors.indices.sorted { left, right in
      let (a, b) = (model.tensors[left], model.tensors[right])
      return (a.component, a.layer ?? -1, left) < (b.component, b.layer ?? -1, right)
    }
    var queue: [(Int, Int)] = []
    for tensor in order {
      for leaf in 0..<passes[tensor].plan.count { queue.append((tensor, leaf)) }
    }
    self.queue = queue
  }

  /// Takes leaves until none is left or one failed.
  func work(progress: (Int) -> Void) -> LoadError? {
    let buffers = PassBuffers()
    while !stopped.load(ordering: .relaxed) {
      let item = next.add(1, ordering: .relaxed).oldValue
      guard item < queue.count else { return nil }
      let (tensor, leaf) = queue[item]
      do throws(LoadError) {
        let result = try passes[tensor].run(leaf: leaf, buffers: buffers)
        fold(result, leaf: leaf, tensor: tensor)
      } catch {
        stopped.store(true, ordering: .relaxed)
        var named = error
        named.tensor = named.tensor ?? passes[tensor].tensor.name
        return named
      }
      progress(passes[tensor].byteCount(ofLeaf: leaf))
    }
    return nil
  }

  private func fold(_ result: LeafResult, leaf: Int, tensor: Int) {
    let pass = passes[tensor]
    let projection: [Float]? = folds[tensor].state.withLock { state in
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
    if let projection {
      assembly.supply(projection, role: pass.tensor.role, tensor: tensor)
    }
  }

  /// After all workers ended without failure.
  func results() -> ([TensorFingerprint], [LayerCircuits]) {
    (folds.compactMap { $0.state.withLock { $0.finished } }, assembly.layers())
  }
}

/// Circuits under construction: a unit is composed as soon as its last member is projected, and the
/// projections are freed.
private final class CircuitUnits: Sendable {
  private let units: [CircuitPlan.Unit]
  private let isotropic: [Double]
  private let unitsOfTensor: [Int: [Int]]
  private let state: Mutex<State>

  private struct State {
    var waiting: [Int: [TensorRole: [Float]]] = [:]
    var composed: [Int: [CircuitKind: [Float]]] = [:]
  }

  init(units: [CircuitPlan.Unit], isotropic: [Double]) {
    self.units = units
    self.isotropic = isotropic
    var owners: [Int: [Int]] = [:]
    for (index, unit) in units.enumerated() {
      for tensor in unit.members.values { owners[tensor, default: []].append(index) }
    }
    unitsOfTensor = owners
    state = Mutex(State())
  }

  func supply(_ projection: [Float], role: TensorRole, tensor: Int) {
    for index in unitsOfTensor[tensor] ?? [] {
      let complete: [TensorRole: [Float]]? = state.withLock { state in
        state.waiting[index, default: [:]][role] = projection
        guard state.waiting[index]?.count == units[index].members.count else { return nil }
        return state.waiting.removeValue(forKey: index)
      }
      guard let complete else { continue }
      let circuits = CircuitAssembly.circuits(
        of: units[index], projected: complete, isotropic: isotropic)
      state.withLock { $0.composed[index] = circuits }
    }
  }

  /// Attention and feed-forward circuits of a layer joined; experts apart.
  func layers() -> [LayerCircuits] {
    let composed = state.withLock { $0.composed }
    var layers: [LayerCircuits] = []
    for (index, unit) in units.enumerated() {
      guard let circuits = composed[index], !circuits.isEmpty else { continue }
      if let last = layers.indices.last, layers[last].component == unit.component,
        layers[last].layer == unit.layer, layers[last].expert == unit.expert
      {
        layers[last].circuits.merge(circuits) { first, _ in first }
      } else {
        layers.append(
          LayerCircuits(
            component: unit.component, layer: unit.layer, expert: unit.expert, circuits: circuits))
      }
    }
    return layers
  }
}
