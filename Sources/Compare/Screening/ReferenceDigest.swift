import Canonicalise
import Fingerprint

/// What screening knows of a model: some 40 KB of a 7B-class model's fingerprint of 3 MB.
struct ReferenceDigest: Sendable {
  /// Matrices of one class kept at most; those whose places have the smallest hashes, so that two
  /// models with many experts keep the same ones.
  static let matricesPerClass = 256
  /// Rows of circuits kept at most.
  static let circuitRows = 256
  /// Matrices with fewer rows or columns are lists of vectors, which compare by chance.
  static let minimumExtent = 8

  /// SHA-256 of the model in hexadecimal digits, as in its identity.
  var root: String
  var frame: Frame?
  /// First eight bytes of the digest of each tensor that could be evidence.
  var tensors: [UInt64]
  var matrices: [MatrixClass: [Matrix]]
  var circuits: [CircuitRow]

  /// Which frames it can be compared with, and which anchors it lends.
  struct Frame: Sendable, Equatable {
    var kind: FrameSummary.Kind
    var vocabularySize: Int
    /// Equal for equal anchors.
    var anchors: UInt64
  }

  /// A matrix's sketch, projected.
  struct Matrix: Sendable {
    /// Equal for matrices at the same place in the network.
    var place: UInt64
    var isGeneric: Bool
    var values: [Int8]
  }

  /// A layer's circuits, projected one behind the other; zeros for those it has not.
  struct CircuitRow: Sendable {
    var place: UInt64
    /// Bit i: has `CircuitKind.allCases[i]`.
    var kinds: UInt32
    var values: [Int8]

    static let width = CircuitKind.allCases.count * ScreeningProjection.dimensions
  }
}

/// Matrices that can be compared entry by entry: of equal extents in the orientation that has the
/// residual stream as columns, or of equal width where rows are tokens.
struct MatrixClass: Hashable, Sendable {
  var rows: Int
  var columns: Int

  /// Rows stand for tokens: 0 for embeddings, −1 for heads.
  var isPerToken: Bool { rows <= 0 }

  var turned: MatrixClass { MatrixClass(rows: columns, columns: rows) }
}

extension ReferenceDigest {
  init(_ model: ModelFingerprint) {
    root = model.identity.digest
    frame = model.frame.map(Frame.init)
    tensors = model.tensors.filter(\.isEvidence).map { Self.prefix(of: $0.digest) }
    matrices = Self.screened(model.tensors).mapValues { members in
      let values = ScreeningProjection.sketches(members.flatMap { $0.sketch.values })
      return members.enumerated().map { index, member in
        let start = index * ScreeningProjection.dimensions
        return Matrix(
          place: member.place, isGeneric: member.tensor.role.isGeneric,
          values: Array(values[start..<start + ScreeningProjection.dimensions]))
      }
    }
    circuits = Self.circuits(of: model)
  }

  /// A tensor that takes part, in the orientation in which it is compared.
  struct Member {
    var tensor: TensorFingerprint
    var sketch: UnitSketch
    var place: UInt64
  }

  /// The matrices that screening looks at, by class and in the order of their places.
  static func screened(_ tensors: [TensorFingerprint]) -> [MatrixClass: [Member]] {
    var members: [MatrixClass: [Member]] = [:]
    for tensor in tensors {
      guard let matrix = tensor.matrix, min(matrix.rows, matrix.columns) >= minimumExtent,
        tensor.parameter == .weight, tensor.role.takesPartInScreening,
        let sketch = UnitSketch(tensor, orientation: tensor.orientation)
      else { continue }
      let rows =
        switch tensor.role {
        case .tokenEmbedding: 0
        case .languageModelHead: -1
        default: sketch.rows
        }
      members[MatrixClass(rows: rows, columns: sketch.columns), default: []].append(
        Member(tensor: tensor, sketch: sketch, place: place(of: tensor)))
    }
    return members.mapValues { Array($0.sorted { $0.place < $1.place }.prefix(matricesPerClass)) }
  }

  private static func circuits(of model: ModelFingerprint) -> [CircuitRow] {
    let zeros = [Int8](repeating: 0, count: ScreeningProjection.dimensions)
    var result: [CircuitRow] = []
    for component in Set(model.circuits.map(\.component)).sorted() {
      guard let table = CircuitTable(component: component, of: model) else { continue }
      let projected = table.rows.mapValues { ScreeningProjection.circuits($0) }
      for (row, layer) in table.layers.enumerated() {
        var (kinds, values) = (UInt32(0), [Int8]())
        for (bit, kind) in CircuitKind.allCases.enumerated() {
          guard let rows = projected[kind] else {
            values += zeros
            continue
          }
          kinds |= 1 << UInt32(bit)
          let start = row * ScreeningProjection.dimensions
          values += rows[start..<start + ScreeningProjection.dimensions]
        }
        result.append(
          CircuitRow(
            place: StableHash.of("\(component)\0\(layer)"), kinds: kinds, values: values))
      }
    }
    return result.count <= circuitRows
      ? result : Array(result.sorted { $0.place < $1.place }.prefix(circuitRows))
  }

  private static func place(of tensor: TensorFingerprint) -> UInt64 {
    let unique = tensor.role.isGeneric ? tensor.name : ""
    let (layer, expert) = (tensor.layer ?? -1, tensor.expert ?? -1)
    return StableHash.of("\(tensor.component)\0\(tensor.role)\0\(layer)\0\(expert)\0\(unique)")
  }

  static func prefix(of digest: TensorDigest) -> UInt64 {
    digest.bytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
  }
}

extension ReferenceDigest.Frame {
  init(_ frame: FrameSummary) {
    let anchors = frame.anchorIDs.sorted { $0.key < $1.key }.map { "\($0.key):\($0.value)" }
    self.init(
      kind: frame.kind, vocabularySize: frame.vocabularySize,
      anchors: StableHash.of(anchors.joined(separator: " ")))
  }
}

extension TensorRole {
  /// Whether rows and columns are coordinates that a random initialisation chose: independent models
  /// share positions and the like.
  fileprivate var takesPartInScreening: Bool {
    switch self {
    case .positionEmbedding, .tokenTypeEmbedding, .relativePositionBias, .router, .constant: false
    default: true
    }
  }
}

extension StableHash {
  /// A checksum against accidents, eight bytes at a time; `bytes` is a multiple of eight long.
  static func checksum(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
    var (a, b) = (0x9E37_79B9_7F4A_7C15 as UInt64, 0xC2B2_AE3D_27D4_EB4F as UInt64)
    for offset in stride(from: 0, to: bytes.count - 7, by: 8) {
      let word = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
      (a, b) = (b, (a ^ word) &* 0x9FB2_1C65_1E98_DF25)
      b ^= b >> 29
    }
    return a &+ b &* 3 &+ UInt64(bytes.count)
  }
}
