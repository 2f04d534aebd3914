package import Canonicalise
package import Load

/// Units of one block that put out what nothing takes: the matrix that reads them has columns of zeros, or
/// they are those of an expert that the router never asks.
///
/// Anybody can add such neurons and values of heads, as loud as they like, and no output changes.
package struct DeadUnits: Sendable, Equatable, Codable {
  /// Name of the matrix that reads them.
  package var tensor: String
  package var count: Int
  /// Those of its columns, and of the rows that make the units.
  package var parameters: Int

  package init(tensor: String, count: Int, parameters: Int) {
    (self.tensor, self.count, self.parameters) = (tensor, count, parameters)
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
  /// - Complexity: a matrix is read again only if it has as many zeros as one of its columns (of a router,
  ///   rows) has numbers, and then until every column was seen to have another number.
  package static func all(
    in model: CanonicalModel, _ fingerprint: ModelFingerprint
  ) throws(LoadError) -> [DeadUnits] {
    let sparse = fingerprint.tensors.filter(mayTakeNothing)
    let unasked = try UnaskedExperts.all(in: model, fingerprint)
    guard !sparse.isEmpty || !unasked.isEmpty else { return [] }
    let stored = Dictionary(
      model.tensors.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    let blocks = blocks(of: fingerprint)
    var counts: [(tensor: TensorFingerprint, count: Int)] = unasked.compactMap { expert in
      expert.matrix.map { (expert, $0.columns) }
    }
    let done = Set(unasked.map(\.name))
    for tensor in sparse where !done.contains(tensor.name) {
      guard let source = stored[tensor.name] else { continue }
      let count = try zeroColumns(of: source)
      if count > 0 { counts.append((tensor, count)) }
    }
    return counts.map { tensor, count in
      DeadUnits(
        tensor: tensor.name, count: count,
        parameters: parameters(ofUnits: count, in: tensor, blocks).reduce(0) { $0 + $1.count })
    }
  }

  /// Numbers that units have in each matrix: their columns of the one that reads them, and the rows that make
  /// them.
  fileprivate static func parameters(
    ofUnits count: Int, in tensor: TensorFingerprint, _ blocks: [Block: [TensorFingerprint]]
  ) -> [(tensor: String, count: Int)] {
    guard let matrix = tensor.matrix else { return [] }
    let count = min(count, matrix.columns)
    let isWhole = count == matrix.columns
    let others = (blocks[Block(tensor)] ?? []).compactMap { other -> (String, Int)? in
      guard let made = other.matrix else { return nil }
      if makers[tensor.role]?.contains(other.role) ?? false {
        if isWhole { return (other.name, other.elementCount) }
        return made.rows == matrix.columns ? (other.name, count * made.columns) : nil
      }
      guard isWhole, choosers[tensor.role]?.contains(other.role) ?? false else { return nil }
      return (other.name, other.elementCount)
    }
    return [(tensor.name, count * matrix.rows)] + others
  }

  fileprivate static func blocks(
    of fingerprint: ModelFingerprint
  ) -> [Block: [TensorFingerprint]] {
    Dictionary(
      grouping: fingerprint.tensors.filter { $0.layer != nil && $0.parameter == .weight },
      by: Block.init)
  }

  /// Whether a model has zeros enough for any: else its weights need not be opened.
  package static func arePossible(in fingerprint: ModelFingerprint) -> Bool {
    fingerprint.tensors.contains { mayTakeNothing($0) || UnaskedExperts.mayAskNone($0) }
  }

  /// Whether a matrix that reads units has the zeros for one of its columns.
  private static func mayTakeNothing(_ tensor: TensorFingerprint) -> Bool {
    guard let matrix = tensor.matrix, makers[tensor.role] != nil, tensor.parameter == .weight
    else { return false }
    return tensor.layer != nil && tensor.moments.zeros >= matrix.rows
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

  /// How many columns of a canonical matrix have zeros only.
  private static func zeroColumns(of tensor: CanonicalTensor) throws(LoadError) -> Int {
    let view = tensor.view
    guard let reader = MatrixReader(tensor.source, view: view) else { return 0 }
    let (rows, columns) = (view.rows.count, view.columns.count)
    guard rows > 0, columns > 0 else { return 0 }
    var isZero = [Bool](repeating: true, count: view.columnCount)
    let (scratch, step) = (ByteScratch(), max(1, blockValues / columns))
    for first in stride(from: 0, to: rows, by: step) where isZero.contains(true) {
      let part = first..<min(first + step, rows)
      let values = try reader.values(rows: part, columns: 0..<columns, scratch: scratch)
      for (index, value) in values.enumerated() where value != 0 {
        isZero[view.transposed ? first + index / columns : index % columns] = false
      }
    }
    return isZero.count { $0 }
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
      for (name, count) in DeadUnits.parameters(ofUnits: units.count, in: tensor, blocks) {
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
