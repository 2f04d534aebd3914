import Canonicalise
import Compare
import Fingerprint

/// Whether circuits agree where the numbers in place do not.
///
/// Training moves weights and circuits together, and circuits further: continued pre-training that
/// left a mean cosine of 0.79 in the weights left 0.43 in the circuits. Circuits that agree better
/// than the weights they are made of show a change of basis (a permutation, a rotation, a rescaling),
/// which changes no output and which training never makes.
enum Obfuscation {
  /// Circuits below this are too weak to be held against the weights.
  static let minimumCircuit = 0.15
  /// How much better than the weights they must agree.
  static let minimumLead = 0.1

  private static let blocks: [(roles: Set<TensorRole>, circuits: [CircuitKind])] = [
    ([.attentionQuery, .attentionKey, .attentionValue, .attentionOutput], [.qk, .ov]),
    ([.mlpGate, .mlpUp, .mlpDown], [.ud, .gg]),
  ]

  /// Blocks (attention, feed-forward) whose circuits agree and whose weights do not.
  static func isSuspected(_ context: ParentContext) -> Bool {
    guard let circuits = context.comparison.circuits else { return false }
    return blocks.contains { block in
      let agreements = block.circuits.compactMap { circuits.means[$0] }
      guard let circuit = agreements.min(), circuit >= minimumCircuit,
        let weights = meanCosine(of: block.roles, context)
      else { return false }
      return weights < circuit - minimumLead
    }
  }

  /// Parameter-weighted mean cosine of a block's matrices in place; nil unless most of them have a
  /// counterpart of the same shape.
  private static func meanCosine(of roles: Set<TensorRole>, _ context: ParentContext) -> Double? {
    let shapes = Set(
      context.reference.tensors.filter { roles.contains($0.role) }.map { Shape($0) })
    var (sum, comparable, total) = (0.0, 0, 0)
    for (index, tensor) in context.subject.tensors.enumerated()
    where roles.contains(tensor.role) && tensor.matrix != nil && tensor.expert == nil {
      total += tensor.elementCount
      guard shapes.contains(Shape(tensor)) else { continue }
      comparable += tensor.elementCount
      sum += Double(tensor.elementCount) * (context.comparison.pairs[index]?.cosine ?? 0)
    }
    return 2 * comparable > total ? sum / Double(comparable) : nil
  }

  private struct Shape: Hashable {
    var role: TensorRole
    var rows: Int?
    var columns: Int?

    init(_ tensor: TensorFingerprint) {
      (role, rows, columns) = (tensor.role, tensor.matrix?.rows, tensor.matrix?.columns)
    }
  }
}
