import Canonicalise
import Load

/// Experts that a router can never choose.
///
/// Of two rows that point in opposite directions one is never below zero, whatever the router reads. So of rows of
/// zeros none is among the first k where there are k such pairs.
enum UnaskedExperts {
  /// The matrices that write what those experts put out.
  ///
  /// - Complexity: routers without a row of zeros are not read again.
  static func all(
    in model: CanonicalModel, _ fingerprint: ModelFingerprint
  ) throws(LoadError) -> [TensorFingerprint] {
    let routers = fingerprint.tensors.filter(mayAskNone)
    guard !routers.isEmpty, let chosen = chosenExperts(model) else { return [] }
    var result: [TensorFingerprint] = []
    for router in routers {
      // A bias of its own may choose whatever the rows are.
      let isBiased = fingerprint.tensors.contains {
        $0.role == .router && $0.layer == router.layer && $0.component == router.component
          && $0.name != router.name
      }
      guard !isBiased, let stored = model.tensors.first(where: { $0.name == router.name }) else {
        continue
      }
      let experts = try unasked(stored, of: chosen)
      guard !experts.isEmpty else { continue }
      result += fingerprint.tensors.filter { tensor in
        tensor.role == .mlpDown && tensor.layer == router.layer && tensor.parameter == .weight
          && tensor.component == router.component
          && tensor.expert.map(experts.contains) ?? false
      }
    }
    return result
  }

  /// Whether a router has zeros enough for a row of them.
  static func mayAskNone(_ tensor: TensorFingerprint) -> Bool {
    guard let matrix = tensor.matrix, tensor.role == .router, tensor.parameter == .weight
    else { return false }
    return tensor.layer != nil && tensor.moments.zeros >= matrix.columns
      && matrix.rows <= mostExperts && tensor.elementCount <= mostNumbers
  }

  private static let mostExperts = 1024
  private static let mostNumbers = 1 << 24
  /// Cosine of rows that are opposed but for rounding.
  private static let opposed: Float = -0.999

  /// How many experts a token is given to.
  private static func chosenExperts(_ model: CanonicalModel) -> Int? {
    let config = model.checkpoint.metadata.config
    let count = keys.lazy.compactMap { config?[$0]?.integer }.first
    return count.flatMap { $0 > 0 ? $0 : nil }
  }

  private static let keys = ["num_experts_per_tok", "num_experts_per_token", "moe_topk", "top_k"]

  /// Experts whose rows are zero, where enough others are opposed to each other.
  private static func unasked(
    _ router: CanonicalTensor, of chosen: Int
  ) throws(LoadError) -> Set<Int> {
    guard let reader = MatrixReader(router.source, view: router.view) else { return [] }
    let width = router.view.columnCount
    let values = try reader.canonicalRows(
      Array(0..<router.view.rowCount), scratch: ByteScratch())
    let count = router.view.rowCount
    let products = DenseMatrix.product(
      values, values, rows: count, columns: count, inner: width, transposeRight: true)
    func product(_ a: Int, _ b: Int) -> Float { products[a * count + b] }
    let norms = (0..<count).map { product($0, $0).squareRoot() }
    let silent = norms.indices.filter { row in
      values[row * width..<(row + 1) * width].allSatisfy { $0 == 0 }
    }
    var (rest, pairs) = (norms.indices.filter { norms[$0] > 0 }, 0)
    while pairs < chosen, let first = rest.popLast() {
      let place = rest.firstIndex { product(first, $0) <= opposed * norms[first] * norms[$0] }
      guard let place else { continue }
      rest.remove(at: place)
      pairs += 1
    }
    return pairs >= chosen ? Set(silent) : []
  }
}
