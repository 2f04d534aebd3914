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
  private static let blocks: [(roles: Set<TensorRole>, circuits: [CircuitKind])] = [
    ([.attentionQuery, .attentionKey, .attentionValue, .attentionOutput], [.qk, .ov]),
    ([.mlpGate, .mlpUp, .mlpDown], [.ud, .gg]),
  ]

  /// Blocks (attention, feed-forward) whose circuits agree and whose weights do not, in most of the
  /// layers that have a counterpart.
  static func isSuspected(_ context: ParentContext) -> Bool {
    guard let circuits = context.comparison.circuits, mostLayersLead(context) else { return false }
    return blocks.contains { block in
      let agreements = block.circuits.compactMap { circuits.means[$0] }
      guard let circuit = agreements.min(), circuit >= Calibration.obfuscatedCircuit,
        let weights = meanCosine(of: block.roles, context)
      else { return false }
      return weights < circuit - Calibration.obfuscationLead
    }
  }

  /// Whether in most mapped layers the circuits agree better than the weights.
  private static func mostLayersLead(_ context: ParentContext) -> Bool {
    var (leading, comparable) = (0, 0)
    for similarity in context.comparison.layers {
      guard let linear = similarity.linear, let circuits = similarity.circuits,
        let mapping = LayerMapping(similarity)
      else { continue }
      for (row, pair) in mapping.pairs.enumerated() {
        guard let layer = pair.reference,
          let column = similarity.referenceLayers.firstIndex(of: layer)
        else { continue }
        let at = row * similarity.referenceLayers.count + column
        comparable += 1
        if circuits[at] >= Calibration.obfuscatedCircuit,
          linear[at] < circuits[at] - Calibration.obfuscationLead
        {
          leading += 1
        }
      }
    }
    return 2 * leading > comparable
  }

  /// Parameter-weighted mean cosine of a block's matrices in place, in layers that have a
  /// counterpart; nil unless most of the block can be compared.
  ///
  /// Matrices that hold no numbers, or nothing to be compared with, count for nothing.
  private static func meanCosine(of roles: Set<TensorRole>, _ context: ParentContext) -> Double? {
    let shapes = Set(
      context.reference.tensors.filter { roles.contains($0.role) }.map { Shape($0) })
    let mapped = Dictionary(
      context.comparison.layers.compactMap { LayerMapping($0) }.map {
        ($0.component, $0.mappedSubjects)
      }, uniquingKeysWith: { $0.union($1) })
    var (sum, comparable, total) = (0.0, 0, 0)
    for (index, tensor) in context.subject.tensors.enumerated()
    where roles.contains(tensor.role) && tensor.matrix != nil && tensor.expert == nil {
      total += tensor.elementCount
      guard shapes.contains(Shape(tensor)), tensor.isEvidence, tensor.moments.isFinite,
        let pair = context.comparison.pairs[index], let layer = tensor.layer,
        mapped[tensor.component]?.contains(layer) ?? false,
        context.reference.tensors[pair.reference].moments.isFinite
      else { continue }
      comparable += tensor.elementCount
      sum += Double(tensor.elementCount) * pair.cosine
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
