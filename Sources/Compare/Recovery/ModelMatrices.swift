import Canonicalise
import Fingerprint
import Load

/// A model's matrices by place, read with the residual stream along the columns and with norm gains
/// folded into what reads them.
struct ModelMatrices: Sendable {
  struct Place: Hashable, Sendable {
    var role: TensorRole
    var component: String
    var layer: Int?
    var expert: Int?
  }

  /// A layer of a component.
  private struct Block: Hashable {
    var component: String
    var layer: Int?
  }

  let model: CanonicalModel
  /// Weights of two dimensions or more, but for constants: what shares are shares of.
  let matrices: [CanonicalTensor]
  private let places: [Place: CanonicalTensor]
  /// The first of each role in each layer, whatever its expert.
  private let firsts: [Place: CanonicalTensor]
  private let expertsOfBlock: [Block: [Int?]]
  /// Where there is a bias.
  private let biased: Set<Place>
  /// Numbers of units that put out what nothing takes, by tensor.
  private let dead: [String: Int]

  init(_ model: CanonicalModel, dead: [String: Int] = [:]) {
    self.model = model
    self.dead = dead
    matrices = model.tensors.filter {
      $0.parameter == .weight && $0.role != .constant
        && min($0.view.rowCount, $0.view.columnCount) > 1
    }
    let weights = model.tensors.lazy.filter { $0.parameter == .weight }
    biased = Set(
      model.tensors.lazy.filter { $0.parameter == .bias }.map {
        Place(role: $0.role, component: $0.component, layer: $0.layer, expert: $0.expert)
      })
    places = Dictionary(
      weights.filter { $0.view.elementCount > 0 }.map {
        (
          Place(role: $0.role, component: $0.component, layer: $0.layer, expert: $0.expert), $0
        )
      }, uniquingKeysWith: { first, _ in first })
    firsts = Dictionary(
      weights.map {
        (Place(role: $0.role, component: $0.component, layer: $0.layer, expert: nil), $0)
      }, uniquingKeysWith: { first, _ in first })
    let downs = places.keys.lazy.filter { $0.role == .mlpDown }
    expertsOfBlock = Dictionary(grouping: downs) { Block(component: $0.component, layer: $0.layer) }
      .mapValues { $0.map(\.expert).sorted { ($0 ?? -1) < ($1 ?? -1) } }
  }

  /// Numbers of all matrices, without those of units that put out what nothing takes.
  var matrixParameters: Int { matrices.reduce(0) { $0 + liveCount(of: $1) } }

  /// Numbers of one of them.
  func liveCount(of tensor: CanonicalTensor) -> Int {
    max(0, tensor.view.elementCount - (dead[tensor.name] ?? 0))
  }

  /// Neurons whose output something takes, of a matrix that reads them; nil for all.
  ///
  /// Of two rows that are multiplied with each other none may be of zeros (`DeadUnits`).
  func liveNeurons(_ place: Place) throws(LoadError) -> [Int]? {
    guard let name = tensor(place)?.name, dead[name] != nil, let matrix = try matrix(place) else {
      return nil
    }
    var isLive = matrix.rowEnergies.map { $0 > 0 }
    let makers = [TensorRole.mlpGate, .mlpUp].map { role in
      Place(role: role, component: place.component, layer: place.layer, expert: place.expert)
    }
    if makers.allSatisfy({ tensor($0) != nil }) {
      for maker in makers where !biased.contains(maker) {
        guard let energies = try self.matrix(maker)?.rowEnergies, energies.count == isLive.count
        else { continue }
        for neuron in isLive.indices where energies[neuron] == 0 { isLive[neuron] = false }
      }
    }
    return isLive.indices.filter { isLive[$0] }
  }

  func tensor(_ place: Place) -> CanonicalTensor? { places[place] }

  /// The model's only token embedding, or its first.
  var embedding: CanonicalTensor? { model.anchorEmbedding }

  /// Experts of a layer's feed-forward block, in order; nil stands for a dense one.
  func experts(component: String, layer: Int) -> [Int?] {
    expertsOfBlock[Block(component: component, layer: layer)] ?? []
  }

  /// A layer's weight of a role: that of its first expert, if it has several.
  func first(_ role: TensorRole, component: String, layer: Int) -> CanonicalTensor? {
    firsts[Place(role: role, component: component, layer: layer, expert: nil)]
  }

  /// Length of a tensor's residual axis, which `matrix` lays along the columns.
  func width(_ place: Place) -> Int? {
    tensor(place).map {
      $0.role.residualAxis == .output ? $0.view.rowCount : $0.view.columnCount
    }
  }

  /// Length of the other axis.
  func height(_ place: Place) -> Int? {
    tensor(place).map {
      $0.role.residualAxis == .output ? $0.view.columnCount : $0.view.rowCount
    }
  }

  /// Elements of a matrix that is held in memory: a 405B model has 0.9 × 10⁹.
  static let maximumElements = 1 << 30
  /// Widest residual stream that is lined up.
  static let maximumWidth = 1 << 14

  /// A whole matrix; nil when there is none, it is too large to hold or its type cannot be decoded.
  func matrix(_ place: Place) throws(LoadError) -> RowMatrix? {
    guard let tensor = tensor(place) else { return nil }
    return try matrix(tensor)
  }

  func matrix(_ tensor: CanonicalTensor) throws(LoadError) -> RowMatrix? {
    let view = tensor.view
    guard view.elementCount <= Self.maximumElements,
      let reader = MatrixReader(tensor.source, view: view)
    else { return nil }
    var stored = RowMatrix(rows: view.rows.count, columns: view.columns.count)
    var failure: LoadError?
    stored.values.withUnsafeMutableBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return }
      do throws(LoadError) {
        try reader.read(
          rows: 0..<view.rows.count, columns: 0..<view.columns.count, into: base,
          scratch: ByteScratch())
      } catch {
        failure = error
      }
      for i in buffer.indices where !buffer[i].isFinite { buffer[i] = 0 }
    }
    if let failure { throw failure }
    let residualIsRows = (tensor.role.residualAxis == .output) != view.transposed
    if residualIsRows { stored = stored.transposed }
    if let gains = try gains(readBy: tensor), gains.count == stored.columns {
      stored.scale(columns: gains)
    }
    return stored
  }

  /// Rows of a matrix that has one per token.
  func rows(_ tensor: CanonicalTensor, ids: [Int]) throws(LoadError) -> RowMatrix? {
    guard tensor.view.columnCount <= Self.maximumWidth,
      let reader = MatrixReader(tensor.source, view: tensor.view)
    else { return nil }
    var values = try reader.canonicalRows(ids, scratch: ByteScratch())
    for i in values.indices where !values[i].isFinite { values[i] = 0 }
    var result = RowMatrix(rows: ids.count, columns: tensor.view.columnCount, values: values)
    if let gains = try gains(readBy: tensor), gains.count == result.columns {
      result.scale(columns: gains)
    }
    return result
  }

  /// Gains of the query or key norm, which act on the rows of a head.
  func headGains(_ role: TensorRole, component: String, layer: Int) throws(LoadError) -> [Float]? {
    try gains(tensor(Place(role: role, component: component, layer: layer, expert: nil)))
  }

  /// Gains of the norm whose output a matrix reads.
  private func gains(readBy tensor: CanonicalTensor) throws(LoadError) -> [Float]? {
    let norms: [TensorRole]
    var layer = tensor.layer
    switch tensor.role {
    case .attentionQuery, .attentionKey, .attentionValue, .latentQueryDown, .latentKeyValueDown:
      norms = [.attentionNorm, .sharedNorm]
    case .crossAttentionQuery: norms = [.crossAttentionNorm]
    case .mlpGate, .mlpUp, .router: norms = [.mlpNorm, .sharedNorm]
    case .languageModelHead:
      norms = [.finalNorm]
      layer = nil
    default: return nil
    }
    for role in norms {
      let place = Place(role: role, component: tensor.component, layer: layer, expert: nil)
      if let found = self.tensor(place) { return try gains(found) }
    }
    // A head often belongs to the model while the norm before it belongs to a stack of layers.
    guard tensor.role == .languageModelHead else { return nil }
    let finals = model.tensors.filter { $0.role == .finalNorm && $0.parameter == .weight }
    return finals.count == 1 ? try gains(finals[0]) : nil
  }

  private func gains(_ norm: CanonicalTensor?) throws(LoadError) -> [Float]? {
    guard let norm, let reader = MatrixReader(norm.source, view: norm.view),
      min(norm.view.rows.count, norm.view.columns.count) == 1,
      norm.view.elementCount <= Self.maximumWidth
    else { return nil }
    let scratch = ByteScratch()
    var values: [Float] = []
    if norm.view.rows.count == 1 {
      values = try reader.readRow(0, scratch: scratch)
    } else {
      for row in 0..<norm.view.rows.count { values += try reader.readRow(row, scratch: scratch) }
    }
    let offset = Float(model.normalisation.gainOffset)
    return values.map { $0.isFinite ? $0 + offset : 0 }
  }
}
