import Canonicalise
import Load

/// Which tensors make up a layer's circuits, and how each is projected.
struct CircuitPlan: Sendable {
  /// The attention of one layer, or one feed-forward block.
  struct Unit: Sendable {
    enum Block: Sendable {
      case attention(HeadLayout)
      case latentAttention(LatentLayout)
      case feedForward
    }

    var component: String
    var layer: Int
    var expert: Int?
    var block: Block
    /// Index of each role's tensor in the model.
    var members: [TensorRole: Int]
    /// Gains of the query and key norms, applied to the projected rows.
    var headGains: [TensorRole: [Float]]
  }

  /// The roles of attention that are projected.
  private static let attention: [TensorRole] = [
    .attentionQuery, .attentionKey, .attentionValue, .attentionOutput, .latentQueryDown,
    .latentKeyValueDown,
  ]
  private static let feedForward: [TensorRole] = [.mlpGate, .mlpUp, .mlpDown]

  /// Whether a tensor's part in circuits, if any, is known only once there is a frame.
  static func mayProject(_ tensor: CanonicalTensor) -> Bool {
    let secondFactors = LatentLayout.factors.map(\.second)
    return tensor.layer != nil && tensor.parameter == .weight && tensor.source.change == nil
      && (attention + feedForward + secondFactors).contains(tensor.role)
  }

  var units: [Unit] = []
  /// How to project each tensor that takes part, by its index in the model.
  var projections: [Int: Projection] = [:]
  /// Tensors whose probes follow from the projections of others (`CircuitUnits.latentProjections`).
  var deferred: Set<Int> = []

  /// Plans the circuits of all layers whose residual stream is as wide as the frame.
  ///
  /// - Parameter gains: reads a norm's stored gains.
  init(
    _ model: CanonicalModel, frame: AnchorFrame, gains: (CanonicalTensor) -> [Float]?
  ) {
    var layers: [LayerKey: [TensorRole: Int]] = [:]
    for (index, tensor) in model.tensors.enumerated() {
      guard let layer = tensor.layer, tensor.parameter == .weight, tensor.view.elementCount > 0,
        tensor.source.isDecodable, tensor.source.change == nil,
        !ModelReading.leavesOut(tensor.component)
      else { continue }
      let key = LayerKey(component: tensor.component, layer: layer, expert: tensor.expert)
      if layers[key]?[tensor.role] == nil { layers[key, default: [:]][tensor.role] = index }
    }
    let offset = Float(model.normalisation.gainOffset)
    func values(_ index: Int?) -> [Float]? {
      index.flatMap { gains(model.tensors[$0]) }.map { $0.map { $0 + offset } }
    }
    let columns = frame.columns
    for key in layers.keys.sorted() {
      guard let roles = layers[key] else { continue }
      // An expert's block reads the norm of its layer.
      let shared = layers[LayerKey(component: key.component, layer: key.layer, expert: nil)] ?? [:]
      let attentionGains = values(shared[.attentionNorm] ?? shared[.sharedNorm])
      let mlpGains = values(shared[.mlpNorm] ?? shared[.sharedNorm])
      plan(
        key, roles: roles, model: model, frame: frame, columns: columns,
        attentionGains: attentionGains, mlpGains: mlpGains, values: values)
    }
  }

  private mutating func plan(
    _ key: LayerKey, roles: [TensorRole: Int], model: CanonicalModel, frame: AnchorFrame,
    columns: [Float], attentionGains: [Float]?, mlpGains: [Float]?, values: (Int?) -> [Float]?
  ) {
    var planned: Set<TensorRole> = []
    for role in Self.attention + Self.feedForward {
      guard let index = roles[role], let axis = role.residualAxis else { continue }
      let view = model.tensors[index].view
      let residual = axis == .input ? view.columnCount : view.rowCount
      guard residual == frame.hidden, view.columns.count <= LeafPlan.leafElements else { continue }
      let gains: [Float]? =
        switch role {
        case .attentionQuery, .attentionKey, .attentionValue, .latentQueryDown,
          .latentKeyValueDown:
          attentionGains
        case .mlpGate, .mlpUp: mlpGains
        default: nil
        }
      projections[index] = Projection(
        axis: (axis == .input) == view.transposed ? .rows : .columns,
        other: view.elementCount / residual, columns: columns, gains: gains)
      planned.insert(role)
    }
    func members(_ wanted: [TensorRole]) -> [TensorRole: Int] {
      roles.filter { wanted.contains($0.key) && planned.contains($0.key) }
    }
    let unit = { (block: Unit.Block, wanted: [TensorRole]) in
      Unit(
        component: key.component, layer: key.layer, expert: key.expert, block: block,
        members: members(wanted), headGains: [:])
    }
    if planned.isSuperset(of: [.attentionQuery, .attentionKey])
      || planned.isSuperset(of: [.attentionValue, .attentionOutput])
    {
      let layout = HeadLayout(
        dimensions: model.dimensions[key.component],
        queryRows: roles[.attentionQuery].map { model.tensors[$0].view.rowCount },
        keyRows: roles[.attentionKey].map { model.tensors[$0].view.rowCount },
        headNorm: values(roles[.queryNorm])?.count)
      var attentionUnit = unit(.attention(layout), Self.attention)
      attentionUnit.headGains[.attentionQuery] = values(roles[.queryNorm])
      attentionUnit.headGains[.attentionKey] = values(roles[.keyNorm])
      units.append(attentionUnit)
    }
    if let layout = latentLayout(key, roles: roles, planned: planned, model: model) {
      var latent = unit(.latentAttention(layout), Self.attention)
      for (first, second, norm) in LatentLayout.factors where planned.contains(first) {
        latent.members[second] = roles[second]
        latent.headGains[norm] = values(roles[norm])
        deferred.formUnion([roles[second]].compactMap(\.self))
      }
      units.append(latent)
    }
    if planned.contains(.mlpUp) || planned.contains(.mlpGate) {
      units.append(unit(.feedForward, Self.feedForward))
    }
  }
}

extension CircuitPlan {
  /// The sizes of a layer's latent attention, if it has one and the shapes fit.
  private func latentLayout(
    _ key: LayerKey, roles: [TensorRole: Int], planned: Set<TensorRole>, model: CanonicalModel
  ) -> LatentLayout? {
    func view(_ role: TensorRole) -> TensorView? { roles[role].map { model.tensors[$0].view } }
    guard planned.isSuperset(of: [.latentKeyValueDown, .attentionOutput]),
      planned.contains(.latentQueryDown) || planned.contains(.attentionQuery),
      let query = view(planned.contains(.latentQueryDown) ? .latentQueryUp : .attentionQuery),
      let down = view(.latentKeyValueDown), let up = view(.latentKeyValueUp),
      let output = view(.attentionOutput), up.columns.count <= LeafPlan.leafElements
    else { return nil }
    return LatentLayout(
      heads: model.dimensions[key.component]?.heads, queryRows: query.rowCount,
      keyValueDown: down.rowCount, keyValueUp: (up.rowCount, up.columnCount),
      outputColumns: output.columnCount)
  }
}

/// Orders units by component, layer and expert.
private struct LayerKey: Hashable, Comparable {
  var component: String
  var layer: Int
  var expert: Int?

  static func < (left: LayerKey, right: LayerKey) -> Bool {
    (left.component, left.layer, left.expert ?? -1)
      < (right.component, right.layer, right.expert ?? -1)
  }
}

/// How query heads share key and value heads (grouped-query attention).
struct HeadLayout: Sendable, Equatable {
  /// Query heads per key–value head; nil when the sizes do not tell.
  var group: Int?

  /// - Parameters:
  ///   - dimensions: what the configuration says, used only where it fits the shapes.
  ///   - queryRows, keyRows: output sizes of the query and key projections.
  ///   - headNorm: length of the query norm's gain, which is the head size in most families.
  init(dimensions: Dimensions?, queryRows: Int?, keyRows: Int?, headNorm: Int?) {
    guard let queryRows, let keyRows, keyRows > 0, queryRows % keyRows == 0 else {
      group = nil
      return
    }
    // The group is queryRows / keyRows whatever the head size; the head size only says which rows
    // belong together.
    group = queryRows / keyRows
    let candidates = [dimensions?.headSize, headNorm, 128, 64, 96, 80, 256, 32, 48, 16, 8]
    headSize =
      group == 1
      ? keyRows
      : candidates.compactMap(\.self).first { $0 > 0 && keyRows % $0 == 0 } ?? keyRows
  }

  /// Rows of one head; for one query head per key head the sum over heads needs no boundaries, and
  /// all rows count as one head.
  var headSize = 0
}
