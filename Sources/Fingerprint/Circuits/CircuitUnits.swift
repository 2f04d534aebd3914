import Canonicalise
import Synchronization

/// Circuits under construction: a unit is composed as soon as its last member is projected, and the
/// projections are freed.
final class CircuitUnits: Sendable {
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

  /// How to project the second factors of latent attention, once the first are projected: the
  /// latent's probes are the first factor's product with those of the residual stream.
  func latentProjections(_ model: CanonicalModel) -> [Int: Projection] {
    var result: [Int: Projection] = [:]
    for (index, unit) in units.enumerated() {
      guard case .latentAttention(let layout) = unit.block else { continue }
      let waiting = state.withLock { $0.waiting[index] ?? [:] }
      for (first, second, norm) in LatentLayout.factors {
        guard let projected = waiting[first], let tensor = unit.members[second] else { continue }
        let view = model.tensors[tensor].view
        let rank = second == .latentKeyValueUp ? layout.keyValueRank : view.columnCount
        result[tensor] = Projection(
          axis: view.transposed ? .rows : .columns, other: view.rowCount,
          columns: Array(projected.prefix(rank * Projection.directions)),
          gains: unit.headGains[norm])
      }
    }
    return result
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
