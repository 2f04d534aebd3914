import Canonicalise
import Fingerprint

/// Sketches as the tests see them: without what a recipe gives all models of its kind.
///
/// - The diagonal of a matrix (of each gate of a stacked one, of the centre of a kernel) is left out:
///   identities and their multiples are how recurrent networks and residual ones start.
/// - What the tensors of one role and shape have in common is subtracted, where there are three of
///   them or more, as row and column means are: like layers are then held against unlike ones. Masks,
///   decays, positive weights and structured starts are the same in every layer.
/// - Of tables with a row per token the head of the spectrum is left out and the rest made flat: their
///   energy lies in a few directions, which are those of token frequency and meaning in every model.
struct TestSketches {
  /// Classes of fewer different tensors keep what they have in common.
  static let leastMembers = 3
  /// Share of the norm that must be left.
  static let leastLeft = 1e-3

  let sketches: [UnitSketch?]
  /// As they were.
  let originals: [UnitSketch?]
  /// For each shape that came by.
  let removals: [Shape: DiagonalRemoval]

  /// What the places of a diagonal depend on.
  struct Shape: Hashable {
    var rows: Int
    var columns: Int
    var stored: [Int]
    var isTransposed: Bool

    init(_ sketch: UnitSketch, of tensor: TensorFingerprint) {
      (rows, columns) = (sketch.rows, sketch.columns)
      (stored, isTransposed) = (tensor.shape, tensor.storedTransposed)
    }
  }

  /// Of a whole model, none of whose tensors is left out.
  init(_ model: ModelFingerprint) {
    self.init(
      model.tensors, sketches: model.tensors.map { UnitSketch($0, orientation: $0.orientation) })
  }

  /// - Parameter known: of shapes that other models have, too.
  init(
    _ tensors: [TensorFingerprint], sketches: [UnitSketch?],
    known: [Shape: DiagonalRemoval] = [:]
  ) {
    originals = sketches
    // Those of equal shapes have one in common.
    var removals = known
    var result = tensors.indices.map { index -> UnitSketch? in
      guard let sketch = sketches[index], !sketch.isVector else { return sketches[index] }
      guard !tensors[index].role.isPerToken else { return Self.flat(sketch) }
      let shape = Shape(sketch, of: tensors[index])
      let removal =
        removals[shape]
        ?? DiagonalRemoval(
          rows: sketch.rows, columns: sketch.columns,
          diagonal: Self.diagonal(sketch, of: tensors[index]))
      removals[shape] = removal
      guard !removal.diagonal.isEmpty else { return sketch }
      return sketch.replacing(removal.applied(to: sketch.values), least: Self.leastLeft)
    }
    struct Class: Hashable {
      var role: TensorRole
      var rows: Int
      var columns: Int
    }
    var classes: [Class: [Int]] = [:]
    for (index, tensor) in tensors.enumerated() {
      guard let sketch = result[index], !sketch.isVector, !tensor.role.isPerToken else { continue }
      classes[Class(role: tensor.role, rows: sketch.rows, columns: sketch.columns), default: []]
        .append(index)
    }
    for members in classes.values {
      var seen: Set<TensorDigest> = []
      let different = members.filter { seen.insert(tensors[$0].digest).inserted }
      guard different.count >= Self.leastMembers else { continue }
      var mean = [Double](repeating: 0, count: LinearSketch.side * LinearSketch.side)
      let count = Double(different.count)
      for index in different {
        guard let values = result[index]?.values else { continue }
        for i in mean.indices { mean[i] += Double(values[i]) }
      }
      for i in mean.indices { mean[i] /= count }
      for index in members {
        guard let sketch = result[index] else { continue }
        result[index] = sketch.replacing(
          zip(sketch.values, mean).map { Float(Double($0) - $1) }, least: Self.leastLeft)
      }
    }
    self.sketches = result
    self.removals = removals
  }

  /// Entries of a sketch that hold what an identity would: the diagonals of a matrix, of each of its
  /// gates where it is one to four squares, or of a kernel's centre; in order.
  static func diagonal(_ sketch: UnitSketch, of tensor: TensorFingerprint) -> [Int] {
    var (long, step, offset) = (max(sketch.rows, sketch.columns), 1, 0)
    var short = min(sketch.rows, sketch.columns)
    var isTall = sketch.rows >= sketch.columns
    let shape = tensor.shape
    if shape.count > 2, shape.reduce(1, *) == sketch.rows * sketch.columns {
      // A kernel: [out, in, …], or […, in, out] where the transpose is stored.
      let (outputs, inputs, places) =
        tensor.storedTransposed
        ? (shape[shape.count - 1], shape[shape.count - 2], shape.dropLast(2).reduce(1, *))
        : (shape[0], shape[1], shape.dropFirst(2).reduce(1, *))
      guard sketch.rows == outputs, sketch.columns == inputs * places else { return [] }
      (short, long, isTall) = (min(outputs, inputs), min(outputs, inputs), false)
      (step, offset) = tensor.storedTransposed ? (1, places / 2 * inputs) : (places, places / 2)
    }
    guard short > 1 else { return [] }
    let gates = long % short == 0 && long / short <= 4 ? long / short : 1
    let side = LinearSketch.side
    var entries: Set<Int> = []
    for gate in 0..<gates {
      for i in 0..<min(short, side * side) {
        let (along, across) = ((gate * short + offset + i * step) % side, i % side)
        entries.insert(isTall ? along * side + across : across * side + along)
      }
    }
    return entries.sorted()
  }

  /// Directions of a table's sketch that are left out, of 32.
  ///
  /// Tables that share a geometry of meanings, each put on its principal axes, agreed by 0.09 … 0.23
  /// with all directions and by −0.06 … 0.19 without eight; continued pre-training left 0.35 … 0.53 there,
  /// fine-tuning 0.99.
  static let tableHead = 8

  /// S·(SᵀS + ε)^-½ less the strongest directions: those with as much energy as noise has count alike.
  private static func flat(_ sketch: UnitSketch) -> UnitSketch? {
    let side = LinearSketch.side
    let values = sketch.values.map(Double.init)
    let gram = DenseMatrix.product(
      values, values, rows: side, columns: side, inner: side, transposeLeft: true)
    guard let eigen = SymmetricEigen(gram, side: side), let largest = eigen.values.last else {
      return sketch
    }
    // Of 32 × 32 normal numbers the weakest direction has a thousandth of the energy of the strongest.
    let ridge = 1e-4 * largest
    var scaled = eigen.vectors
    for row in 0..<side {
      let isHead = row >= side - tableHead
      let factor = isHead ? 0 : 1 / (max(eigen.values[row], 0) + ridge).squareRoot()
      for column in 0..<side { scaled[row * side + column] *= factor }
    }
    let root = DenseMatrix.product(
      eigen.vectors, scaled, rows: side, columns: side, inner: side, transposeLeft: true)
    let flat = DenseMatrix.product(values, root, rows: side, columns: side, inner: side)
    return sketch.replacing(flat.map(Float.init))
  }
}
