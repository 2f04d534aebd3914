import Canonicalise
import Load
import TestSupport

@testable import Fingerprint

/// A model of which only sketches and circuits were ever made: random ones, so that strangers are
/// strangers, and combinations of them, so that descent is known.
struct SketchedModel {
  static let layers = 4
  private static let roles: [TensorRole] = [
    .attentionQuery, .attentionKey, .attentionValue, .attentionOutput, .mlpGate, .mlpUp, .mlpDown,
  ]
  static let matricesPerLayer = roles.count

  /// `[layer][role]`, 1024 numbers each; then embedding and head.
  var sketches: [[[Float]]]
  var tokens: [[Float]]
  /// `[layer][circuit]`, 4096 numbers each.
  var circuits: [[[Float]]]
  var frame = FrameSummary.Kind.tokenStrings
  var hasRoles = true
  private let seed: UInt64

  init(seed: UInt64) {
    var random = ModelRandom(seed: seed)
    func numbers(_ count: Int) -> [Float] {
      random.vector(count, deviation: 1).map { Float($0) }
    }
    sketches = (0..<Self.layers).map { _ in Self.roles.map { _ in numbers(1024) } }
    tokens = (0..<2).map { _ in numbers(1024) }
    circuits = (0..<Self.layers).map { _ in CircuitKind.allCases.map { _ in numbers(4096) } }
    self.seed = seed
  }

  /// This model plus a share of another's numbers, circuits included.
  func plus(_ share: Float, of other: SketchedModel) -> SketchedModel {
    func sum(_ a: [[[Float]]], _ b: [[[Float]]]) -> [[[Float]]] {
      zip(a, b).map { zip($0, $1).map { zip($0, $1).map { $0 + share * $1 } } }
    }
    var result = SketchedModel(seed: seed ^ other.seed &* 31)
    result.sketches = sum(sketches, other.sketches)
    result.tokens = sum([tokens], [other.tokens])[0]
    result.circuits = sum(circuits, other.circuits)
    return result
  }

  var fingerprint: ModelFingerprint {
    var tensors = Self.roles.indices.flatMap { role in
      sketches.indices.map { layer in
        tensor(Self.roles[role], layer: layer, sketches[layer][role])
      }
    }
    tensors += zip([TensorRole.tokenEmbedding, .languageModelHead], tokens).map {
      tensor($0, layer: nil, $1)
    }
    let identity = ModelFingerprint.Identity(
      name: "model \(seed)", digest: ModelFingerprint.rootDigest(of: tensors),
      format: "safetensors", files: 1, parameters: tensors.reduce(0) { $0 + $1.elementCount },
      family: nil, dimensions: [:])
    return ModelFingerprint(
      identity: identity, tensors: tensors,
      frame: FrameSummary(
        kind: frame, anchorIDs: Dictionary(uniqueKeysWithValues: (0..<400).map { ($0, $0) }),
        vocabularySize: 2000, rank: 90),
      circuits: circuits.enumerated().map { layer, values in
        LayerCircuits(
          component: "decoder", layer: layer, expert: nil,
          circuits: Dictionary(
            uniqueKeysWithValues: zip(CircuitKind.allCases, values.map(Self.unit))))
      }, notes: [])
  }

  private func tensor(_ role: TensorRole, layer: Int?, _ values: [Float]) -> TensorFingerprint {
    let shape =
      switch role {
      case .tokenEmbedding, .languageModelHead: [2000, 256]
      case .mlpGate, .mlpUp: [512, 256]
      case .mlpDown: [256, 512]
      default: [256, 256]
      }
    // The residual stream is the columns of what is compared.
    let turned = role.residualAxis == .output
    let raw = turned ? (0..<1024).map { values[$0 % 32 * 32 + $0 / 32] } : values
    let name = hasRoles ? "\(role) \(layer ?? -1)" : "tensor \(values[0])"
    var bytes = [UInt8](repeating: 0, count: 32)
    for (index, value) in values.prefix(8).enumerated() {
      withUnsafeBytes(of: value.bitPattern) {
        bytes.replaceSubrange(index * 4..<index * 4 + 4, with: $0)
      }
    }
    return TensorFingerprint(
      name: name, component: "decoder", role: hasRoles ? role : .unknown, parameter: .weight,
      layer: hasRoles ? layer : nil, expert: nil, elementType: .float32, shape: shape,
      storedTransposed: false, digest: TensorDigest(bytes: bytes) ?? TensorDigest(leaves: []),
      moments: Moments(
        count: shape.reduce(1, *), mean: 0, standardDeviation: 1, excessKurtosis: 0,
        absoluteMaximum: 4, zeros: 0, nans: 0, infinities: 0), grid: nil,
      sketch: .matrix(
        LinearSketch(
          rows: shape[0], columns: shape[1], raw: raw,
          columnMeans: [Float](repeating: 0, count: 32), rowMeans: [Float](repeating: 0, count: 32))
      ))
  }

  private static func unit(_ values: [Float]) -> [Float] {
    let norm = values.reduce(0) { $0 + $1 * $1 }.squareRoot()
    return values.map { $0 / norm }
  }
}
