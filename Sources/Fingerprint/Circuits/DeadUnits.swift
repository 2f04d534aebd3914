package import Canonicalise
package import Load

/// Units of one block that put out what nothing takes: the matrix that reads them has columns of zeros.
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

  /// Those of a model, block by block.
  ///
  /// - Complexity: a matrix is read again only if it has as many zeros as one of its columns has numbers, and
  ///   then until every column was seen to have another number.
  package static func all(
    in model: CanonicalModel, _ fingerprint: ModelFingerprint
  ) throws(LoadError) -> [DeadUnits] {
    let sparse = fingerprint.tensors.filter(mayTakeNothing)
    guard !sparse.isEmpty else { return [] }
    let stored = Dictionary(
      model.tensors.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    var blocks: [Block: [TensorFingerprint]] = [:]
    for tensor in fingerprint.tensors where tensor.layer != nil && tensor.parameter == .weight {
      blocks[Block(tensor), default: []].append(tensor)
    }
    var dead: [DeadUnits] = []
    for tensor in sparse {
      guard let matrix = tensor.matrix, let source = stored[tensor.name] else { continue }
      let count = try zeroColumns(of: source)
      guard count > 0 else { continue }
      let makers = makers[tensor.role] ?? []
      let width = (blocks[Block(tensor)] ?? []).reduce(matrix.rows) { sum, other in
        guard makers.contains(other.role), let made = other.matrix, made.rows == matrix.columns
        else { return sum }
        return sum + made.columns
      }
      dead.append(DeadUnits(tensor: tensor.name, count: count, parameters: count * width))
    }
    return dead
  }

  /// Whether a model has zeros enough for any: else its weights need not be opened.
  package static func arePossible(in fingerprint: ModelFingerprint) -> Bool {
    fingerprint.tensors.contains(where: mayTakeNothing)
  }

  /// Whether a matrix that reads units has the zeros for one of its columns.
  private static func mayTakeNothing(_ tensor: TensorFingerprint) -> Bool {
    guard let matrix = tensor.matrix, makers[tensor.role] != nil, tensor.parameter == .weight
    else { return false }
    return tensor.layer != nil && tensor.moments.zeros >= matrix.rows
  }

  /// A feed-forward or attention block.
  private struct Block: Hashable {
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
