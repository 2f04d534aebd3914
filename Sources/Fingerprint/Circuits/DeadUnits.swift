package import Canonicalise
package import Load

/// Units of one block that put out what nothing takes: the matrix that reads them has columns of zeros, or what
/// makes them has rows of zeros, or they are those of an expert that the router never asks.
///
/// Anybody can add such neurons and values of heads, as loud as they like, and no output changes.
package struct DeadUnits: Sendable, Equatable, Codable {
  /// Name of the matrix that reads them.
  package var tensor: String
  package var count: Int
  /// Those of its columns, and of the rows that make the units.
  package var parameters: Int
  /// Of attention: rows of the queries, keys and values that have no part; nil where the heads are not known.
  package var rows: AttentionRows?

  /// Rows of an attention's matrices: queries of heads of which nothing is taken, keys of those that none of their
  /// queries is taken of, and values.
  package struct AttentionRows: Sendable, Equatable, Codable {
    package var queries: Int
    package var keys: Int
    package var values: Int

    package init(queries: Int, keys: Int, values: Int) {
      (self.queries, self.keys, self.values) = (queries, keys, values)
    }

    fileprivate func count(_ role: TensorRole) -> Int? {
      switch role {
      case .attentionQuery: queries
      case .attentionKey: keys
      case .attentionValue: values
      default: nil
      }
    }
  }

  package init(tensor: String, count: Int, parameters: Int, rows: AttentionRows? = nil) {
    (self.tensor, self.count, self.parameters, self.rows) = (tensor, count, parameters, rows)
  }

  /// Roles of the matrices that make what a role reads.
  private static let makers: [TensorRole: Set<TensorRole>] = [
    .mlpDown: [.mlpGate, .mlpUp], .attentionOutput: [.attentionValue],
  ]
  /// Roles of matrices that have no part where nothing of what a role reads is taken.
  private static let choosers: [TensorRole: Set<TensorRole>] = [
    .attentionOutput: [.attentionQuery, .attentionKey]
  ]

  /// Those of a model, block by block.
  ///
  /// - Complexity: a matrix is read again only if it has as many zeros as one of its columns (of what makes
  ///   units and of a router, rows) has numbers, and then until every column was seen to have another number.
  package static func all(
    in model: CanonicalModel, _ fingerprint: ModelFingerprint
  ) throws(LoadError) -> [DeadUnits] {
    let unasked = try UnaskedExperts.all(in: model, fingerprint)
    let blocks = blocks(of: fingerprint)
    let sparse = fingerprint.tensors.filter { mayBeDead($0, blocks) }
    guard !sparse.isEmpty || !unasked.isEmpty else { return [] }
    let stored = Dictionary(
      model.tensors.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    var found: [DeadUnits] = unasked.compactMap { expert in
      expert.matrix.map { DeadUnits(tensor: expert.name, count: $0.columns, parameters: 0) }
    }
    let done = Set(unasked.map(\.name))
    for tensor in sparse where !done.contains(tensor.name) {
      guard let units = try units(readBy: tensor, model: model, stored, blocks), units.count > 0
      else { continue }
      found.append(units)
    }
    let byName = Dictionary(
      fingerprint.tensors.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    return found.map { units in
      var units = units
      units.parameters =
        byName[units.tensor].map {
          parameters(of: units, in: $0, blocks).reduce(0) { $0 + $1.count }
        } ?? 0
      return units
    }
  }

  /// Those that one matrix reads.
  private static func units(
    readBy tensor: TensorFingerprint, model: CanonicalModel, _ stored: [String: CanonicalTensor],
    _ blocks: [Block: [TensorFingerprint]]
  ) throws(LoadError) -> DeadUnits? {
    guard let source = stored[tensor.name] else { return nil }
    let block = blocks[Block(tensor)] ?? []
    var dead = try zeroLines(of: source, .columns)
    guard !dead.isEmpty else { return nil }
    let heads = Heads(tensor, among: block, model.dimensions[tensor.component])
    for maker in block where mayMakeNothing(maker, for: tensor, in: block) {
      guard let source = stored[maker.name] else { continue }
      let silent = try zeroLines(of: source, .rows)
      for unit in dead.indices {
        let row = maker.role == .attentionValue ? heads?.value(of: unit) : unit
        if let row, row < silent.count, silent[row] { dead[unit] = true }
      }
    }
    return DeadUnits(
      tensor: tensor.name, count: dead.count { $0 }, parameters: 0, rows: heads?.rows(dead: dead))
  }

  /// Numbers that units have in each matrix: their columns of the one that reads them, and the rows that make
  /// them.
  fileprivate static func parameters(
    of units: DeadUnits, in tensor: TensorFingerprint, _ blocks: [Block: [TensorFingerprint]]
  ) -> [(tensor: String, count: Int)] {
    guard let matrix = tensor.matrix else { return [] }
    let count = min(units.count, matrix.columns)
    let isWhole = count == matrix.columns
    let others = (blocks[Block(tensor)] ?? []).compactMap { other -> (String, Int)? in
      guard other.parameter == .weight, let made = other.matrix else { return nil }
      let isMaker = makers[tensor.role]?.contains(other.role) ?? false
      guard isMaker || choosers[tensor.role]?.contains(other.role) ?? false else { return nil }
      if isWhole { return (other.name, other.elementCount) }
      if let rows = units.rows?.count(other.role) {
        return rows > 0 ? (other.name, min(rows, made.rows) * made.columns) : nil
      }
      return isMaker && made.rows == matrix.columns ? (other.name, count * made.columns) : nil
    }
    return [(tensor.name, count * matrix.rows)] + others
  }

  fileprivate static func blocks(
    of fingerprint: ModelFingerprint
  ) -> [Block: [TensorFingerprint]] {
    Dictionary(grouping: fingerprint.tensors.filter { $0.layer != nil }, by: Block.init)
      .filter { $0.value.count <= mostInBlock }
  }

  /// A block of more tensors is none of a network.
  private static let mostInBlock = 256

  /// Whether a model has zeros enough for any: else its weights need not be opened.
  package static func arePossible(in fingerprint: ModelFingerprint) -> Bool {
    guard
      fingerprint.tensors.contains(where: {
        hasColumnOfZeros($0) || hasRowOfZeros($0) || UnaskedExperts.mayAskNone($0)
      })
    else { return false }
    let blocks = blocks(of: fingerprint)
    return fingerprint.tensors.contains {
      mayBeDead($0, blocks) || UnaskedExperts.mayAskNone($0)
    }
  }

  /// Whether a matrix reads units, and it or what makes them has the zeros for one.
  private static func mayBeDead(
    _ tensor: TensorFingerprint, _ blocks: [Block: [TensorFingerprint]]
  ) -> Bool {
    guard makers[tensor.role] != nil, tensor.layer != nil, tensor.parameter == .weight,
      tensor.matrix != nil
    else { return false }
    if hasColumnOfZeros(tensor) { return true }
    let block = blocks[Block(tensor)] ?? []
    return block.contains { mayMakeNothing($0, for: tensor, in: block) }
  }

  /// Whether a matrix that reads units has the zeros for one of its columns.
  private static func hasColumnOfZeros(_ tensor: TensorFingerprint) -> Bool {
    guard let matrix = tensor.matrix, makers[tensor.role] != nil, tensor.layer != nil else {
      return false
    }
    return tensor.parameter == .weight && tensor.moments.zeros >= matrix.rows
  }

  /// Whether a matrix has the zeros for one of its rows.
  private static func hasRowOfZeros(_ tensor: TensorFingerprint) -> Bool {
    guard let matrix = tensor.matrix else { return false }
    return tensor.parameter == .weight && tensor.moments.zeros >= matrix.columns
  }

  /// Whether a matrix makes what another reads, and a row of zeros would make nothing: it has no bias and, of
  /// neurons, is one of two that are multiplied with each other.
  private static func mayMakeNothing(
    _ maker: TensorFingerprint, for tensor: TensorFingerprint, in block: [TensorFingerprint]
  ) -> Bool {
    guard makers[tensor.role]?.contains(maker.role) ?? false, hasRowOfZeros(maker) else {
      return false
    }
    let isBiased = block.contains { $0.role == maker.role && $0.parameter == .bias }
    let other: TensorRole = maker.role == .mlpGate ? .mlpUp : .mlpGate
    let isGated = block.contains { $0.role == other && $0.parameter == .weight }
    return !isBiased && (tensor.role == .attentionOutput || isGated)
  }

  /// A feed-forward or attention block.
  fileprivate struct Block: Hashable {
    var component: String
    var layer: Int?
    var expert: Int?

    init(_ tensor: TensorFingerprint) {
      (component, layer, expert) = (tensor.component, tensor.layer, tensor.expert)
    }
  }

  /// Numbers that are read at once.
  private static let blockValues = 1 << 18

  private enum Lines {
    case rows, columns
  }

  /// Which rows or columns of a canonical matrix have zeros only.
  private static func zeroLines(
    of tensor: CanonicalTensor, _ lines: Lines
  ) throws(LoadError) -> [Bool] {
    let view = tensor.view
    guard let reader = MatrixReader(tensor.source, view: view) else { return [] }
    let (rows, columns) = (view.rows.count, view.columns.count)
    guard rows > 0, columns > 0 else { return [] }
    // Whether a line is a row of what is stored.
    let areStoredRows = (lines == .rows) != view.transposed
    var isZero = [Bool](repeating: true, count: areStoredRows ? rows : columns)
    let (scratch, step) = (ByteScratch(), max(1, blockValues / columns))
    for first in stride(from: 0, to: rows, by: step)
    where areStoredRows || isZero.contains(true) {
      let part = first..<min(first + step, rows)
      let values = try reader.values(rows: part, columns: 0..<columns, scratch: scratch)
      for (index, value) in values.enumerated() where value != 0 {
        isZero[areStoredRows ? first + index / columns : index % columns] = false
      }
    }
    return isZero
  }
}

/// How the columns of an attention's output matrix are dealt to heads, and these to keys and values.
private struct Heads {
  /// Query heads, and of these so many to each key and value head.
  let count: Int
  let perGroup: Int
  /// Columns of a head: values.
  let values: Int
  /// Rows of one query head.
  let queries: Int
  let keys: Int

  init?(_ output: TensorFingerprint, among block: [TensorFingerprint], _ sizes: Dimensions?) {
    func rows(_ role: TensorRole) -> Int? {
      let all = block.filter { $0.role == role && $0.parameter == .weight }
      return all.count == 1 ? all[0].matrix?.rows : nil
    }
    guard output.role == .attentionOutput, let columns = output.matrix?.columns,
      let query = rows(.attentionQuery), let key = rows(.attentionKey),
      let value = rows(.attentionValue), value > 0, key > 0, query > 0,
      let size = sizes?.headSize ?? sizes?.heads.flatMap({ $0 > 0 ? query / $0 : nil }), size > 0,
      query % size == 0, key % size == 0
    else { return nil }
    let groups = key / size
    count = query / size
    guard count % groups == 0, columns % count == 0, value % groups == 0,
      columns / count == value / groups
    else { return nil }
    (perGroup, values, queries, keys) = (count / groups, columns / count, size, size)
  }

  /// The row of the values that a column reads.
  func value(of column: Int) -> Int? {
    column / values / perGroup * values + column % values
  }

  func rows(dead: [Bool]) -> DeadUnits.AttentionRows? {
    guard dead.count == count * values else { return nil }
    let heads = (0..<count).map { head in
      dead[head * values..<(head + 1) * values].allSatisfy(\.self)
    }
    let groups = (0..<count / perGroup).map { group in
      heads[group * perGroup..<(group + 1) * perGroup].allSatisfy(\.self)
    }
    var live = [Bool](repeating: false, count: count / perGroup * values)
    for column in dead.indices where !dead[column] {
      if let row = value(of: column) { live[row] = true }
    }
    return DeadUnits.AttentionRows(
      queries: heads.count { $0 } * queries, keys: groups.count { $0 } * keys,
      values: live.count { !$0 })
  }
}

extension ModelFingerprint {
  /// Numbers of units that put out what nothing takes, by the names of the tensors that have them.
  package var deadParameters: [String: Int] {
    guard !dead.isEmpty else { return [:] }
    let byName = Dictionary(
      tensors.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    let blocks = DeadUnits.blocks(of: self)
    var result: [String: Int] = [:]
    for units in dead {
      guard let tensor = byName[units.tensor] else { continue }
      for (name, count) in DeadUnits.parameters(of: units, in: tensor, blocks) {
        result[name, default: 0] += count
      }
    }
    return result
  }

  /// Numbers of each tensor, without those.
  package var liveCounts: [Int] {
    let dead = deadParameters
    return tensors.map { max(0, $0.elementCount - (dead[$0.name] ?? 0)) }
  }
}
