import Canonicalise
import Compare
import Fingerprint
import Judge
import Load
import TestSupport

/// Models built in memory, and what the tool says of them.
enum Models {
  /// A freshly initialised network of four layers without anchor tokens, so that linear evidence
  /// alone decides.
  static func base(seed: UInt64 = 1, layers: Int = 4, hidden: Int = 64) -> ModelWeights {
    let tokens = (0..<128).map { Array("\u{7}token \($0)".utf8) }
    return ModelWeights(
      .llama, ModelWeights.Sizes(hidden: hidden, layers: layers), tokens: tokens, seed: seed)
  }

  /// A network whose tokens anchor its circuits.
  static func anchored(seed: UInt64) -> ModelWeights {
    let tokens = AnchorList.standard.tokens.prefix(160)
    return ModelWeights(
      .llama, ModelWeights.Sizes(), tokens: Array(tokens), seed: seed)
  }

  /// A network of dense layers as Keras stores it: nothing but names and shapes are known.
  static func dense(
    _ name: String, widths: [Int], seed: UInt64, replacing: [Int: ModelMatrix] = [:]
  ) -> Checkpoint {
    var random = ModelRandom(seed: seed)
    let tensors = zip(widths, widths.dropFirst()).enumerated().map { index, sides in
      let matrix = random.matrix(sides.0, sides.1, deviation: 0.1)
      return Tensor(
        "dense_\(index)/kernel", [sides.0, sides.1], (replacing[index] ?? matrix).floats,
        axisOrder: .outputLast)
    }
    return Checkpoint(name, tensors: tensors)
  }

  /// Read once: it is as much work as a hundred of these models.
  private static let catalogue = Result { try ArchitectureCatalogue.bundled() }

  static func canonical(_ checkpoint: Checkpoint) throws -> CanonicalModel {
    try catalogue.get().canonicalise(checkpoint)
  }

  static func fingerprint(_ checkpoint: Checkpoint) async throws -> ModelFingerprint {
    let model = try canonical(checkpoint)
    return try Fingerprinter(threads: 1).fingerprint(model)
  }

  static func compare(
    _ subject: Checkpoint, with references: [Checkpoint]
  ) async throws -> Comparison {
    let subject = try await fingerprint(subject)
    var comparisons: [ReferenceComparison] = []
    for reference in references {
      comparisons.append(
        Comparer.compare(subject, with: try await fingerprint(reference), id: reference.name))
    }
    return Comparison(subject: subject, references: comparisons)
  }

  static func judge(
    _ subject: Checkpoint, against references: [Checkpoint], declared: [String] = [],
    damaged: [String] = []
  ) async throws -> Judgement {
    Judge(declared: declared, damagedReferences: damaged)
      .judge(try await compare(subject, with: references))
  }

  /// What changed between a model and its only reference, by kind.
  static func changes(
    of subject: Checkpoint, from reference: Checkpoint
  ) async throws -> [ChangeKind: Details] {
    try await judge(subject, against: [reference]).changes
  }
}

extension Judgement {
  /// What changed from the strongest parent, by kind.
  var changes: [ChangeKind: Details] {
    let changes = parents.first?.changes ?? []
    return Dictionary(changes.map { ($0.kind, $0.detail) }) { first, _ in first }
  }

  func finding(_ code: FindingCode) -> Finding? { findings.first { $0.code == code } }
}

extension DetailValue {
  var number: Double? { if case .number(let value) = self { value } else { nil } }
}
