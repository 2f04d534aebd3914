import Canonicalise
import Load

/// A row of the table of tensors: what is not numbers enough to be a tensor itself.
struct TensorRow: Codable {
  var name: String
  var component: String
  var role: TensorRole
  var parameter: ParameterKind
  var layer: Int?
  var expert: Int?
  var elementType: ElementType
  var shape: [Int]
  var storedTransposed: Bool
  var grid: QuantisationGrid?
  /// `[rows, columns]` of a matrix that has a sketch.
  var matrix: [Int]?
  /// Entries that a vector has in `vectors`.
  var vector: Int?
  // Absent in fingerprints of earlier versions, and of tensors that are stored plainly.
  var encoding: TensorFingerprint.Encoding?
  /// BLAKE3 of the decoded numbers, as hexadecimal digits.
  var decodedDigest: String?
  var unpredictable: Double?
  var formula: Formula?
  /// How the values are written that the tensor has in `samples`.
  var sample: SampleEncoding?

  init(_ tensor: TensorFingerprint) {
    name = tensor.name
    component = tensor.component
    role = tensor.role
    parameter = tensor.parameter
    layer = tensor.layer
    expert = tensor.expert
    elementType = tensor.elementType
    shape = tensor.shape
    storedTransposed = tensor.storedTransposed
    grid = tensor.grid
    matrix = tensor.matrix.map { [$0.rows, $0.columns] }
    vector = tensor.vector?.count
    encoding = tensor.encoding
    decodedDigest = tensor.decodedDigest?.hexadecimal
    unpredictable = tensor.unpredictable
    formula = tensor.formula
    sample = tensor.sample.map { SampleEncoding.narrowest(of: $0.values) }
  }
}

/// A row of the table of circuits: a layer and which of its circuits follow in `circuits`.
struct CircuitRow: Codable {
  var component: String
  var layer: Int
  var expert: Int?
  var kinds: [CircuitKind]

  init(_ circuits: LayerCircuits) {
    component = circuits.component
    layer = circuits.layer
    expert = circuits.expert
    kinds = CircuitKind.allCases.filter { circuits.circuits[$0] != nil }
  }
}

/// The frame less its anchors.
struct FrameRow: Codable {
  var kind: FrameSummary.Kind
  var vocabularySize: Int
  var rank: Int
  var spectrum: [Float]?
  var contradiction: VocabularyContradiction?

  init(_ frame: FrameSummary) {
    kind = frame.kind
    vocabularySize = frame.vocabularySize
    rank = frame.rank
    spectrum = frame.spectrum
    contradiction = frame.contradiction
  }
}
