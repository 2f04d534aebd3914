import Load
import TestSupport
import Testing

@testable import Fingerprint

/// The theorems behind the circuits: what leaves a model's function alone leaves them alone.
@Suite struct CircuitInvarianceTests {
  static let cases: [(ModelWeights.Layout, ModelSymmetry)] = ModelWeights.Layout.allCases.flatMap {
    layout in
    ModelSymmetry.allCases.filter { $0.applies(to: layout) }.map { (layout, $0) }
  }

  static func model(_ layout: ModelWeights.Layout, seed: UInt64 = 81) -> ModelWeights {
    ModelWeights(layout, .init(), tokens: Models.tokens(160), seed: seed)
  }

  @Test(arguments: cases)
  func circuitsSurvive(layout: ModelWeights.Layout, symmetry: ModelSymmetry) async throws {
    let original = Self.model(layout)
    try await expectEqual(original, original.applying(symmetry, seed: 82))
  }

  @Test(arguments: ModelWeights.Layout.allCases)
  func circuitsSurviveEverythingAtOnce(layout: ModelWeights.Layout) async throws {
    let original = Self.model(layout)
    var disguised = original
    for (index, symmetry) in ModelSymmetry.allCases.enumerated() where symmetry.applies(to: layout)
    {
      disguised = disguised.applying(symmetry, seed: 90 + UInt64(index))
    }
    try await expectEqual(original, disguised.permutingVocabulary(seed: 99))
  }

  @Test(arguments: ModelWeights.Layout.allCases)
  func circuitsDoNotDependOnTheOrderOfTokens(layout: ModelWeights.Layout) async throws {
    let original = Self.model(layout)
    try await expectEqual(original, original.permutingVocabulary(seed: 83))
  }

  /// Grouped queries: as many key heads as query heads, and one for all.
  @Test(arguments: [1, 2, 4])
  func circuitsSurviveWithAnyGrouping(keyValueHeads: Int) async throws {
    let original = ModelWeights(
      .llama, .init(keyValueHeads: keyValueHeads), tokens: Models.tokens(160), seed: 84)
    for symmetry in [ModelSymmetry.heads, .valueAndOutputBasis, .queryAndKeyRotation] {
      try await expectEqual(original, original.applying(symmetry, seed: 85))
    }
  }

  /// Wrongly grouped heads would be invariant too: here the circuit is composed head by head.
  @Test func circuitsAreSumsOverHeads() async throws {
    let weights = Self.model(.llama)
    let print = try await Models.fingerprint(weights)
    let frame = try CircuitReference(weights)
    for (index, layer) in print.circuits.enumerated() {
      for kind in CircuitKind.allCases {
        let circuit = try #require(layer.circuits[kind])
        let expected = frame.circuit(kind, of: weights.layers[index], sizes: weights.sizes)
        let cosine = zip(circuit, expected).reduce(0.0) { $0 + Double($1.0) * $1.1 }
        #expect(cosine > 0.9999, "\(kind) of layer \(index)")
      }
    }
  }

  @Test(arguments: ModelWeights.Layout.allCases)
  func strangersShareNothing(layout: ModelWeights.Layout) async throws {
    let (a, b) = (
      try await Models.fingerprint(Self.model(layout)),
      try await Models.fingerprint(Self.model(layout, seed: 86))
    )
    let cosines = Models.cosines(a, b)
    #expect(cosines.count == 8)
    #expect(cosines.allSatisfy { abs($0.cosine) < 0.11 })
  }

  /// Without any tokenizer the first ids anchor the circuits, and nothing else is lost.
  @Test func circuitsSurviveWithoutATokenizer() async throws {
    let original = Self.model(.llama)
    func bare(_ weights: ModelWeights) async throws -> ModelFingerprint {
      var checkpoint = weights.checkpoint("bare")
      checkpoint.metadata.vocabulary = nil
      return try await Models.fingerprint(checkpoint)
    }
    let (mine, theirs) = (
      try await bare(original), try await bare(original.applying(.residualRotation, seed: 88))
    )
    #expect(mine.frame?.kind == .tokenIDs)
    #expect(mine.notes.contains { $0.contains("anchored by token ids") })
    let cosines = Models.cosines(mine, theirs)
    #expect(cosines.count == 8)
    #expect(cosines.allSatisfy { $0.cosine > 0.9999 })
    #expect(!FrameSummary.Kind.tokenIDs.isComparable(with: .tokenStrings))
    #expect(FrameSummary.Kind.borrowedTokenStrings.isComparable(with: .tokenStrings))
  }

  /// Folding gains changes no circuit; moving them without folding does.
  @Test func gainsAreFolded() async throws {
    let original = Self.model(.llama)
    var folded = original
    folded.foldGains()
    try await expectEqual(original, folded)
    var stripped = original
    stripped.layers[0].attentionNorm = ModelRandom.gains(64)
    let cosines = Models.cosines(
      try await Models.fingerprint(original), try await Models.fingerprint(stripped))
    #expect(cosines.filter { $0.layer == 0 && $0.kind == .qk }.allSatisfy { $0.cosine < 0.99 })
    #expect(cosines.filter { $0.layer == 1 }.allSatisfy { $0.cosine > 0.9999 })
  }

  private func expectEqual(_ original: ModelWeights, _ changed: ModelWeights) async throws {
    let cosines = Models.cosines(
      try await Models.fingerprint(original), try await Models.fingerprint(changed))
    #expect(cosines.count == 4 * original.sizes.layers)
    for (layer, kind, cosine) in cosines {
      #expect(cosine > 0.9999, "\(kind) of layer \(layer)")
    }
  }
}

extension ModelRandom {
  /// Gains far from one.
  fileprivate static func gains(_ count: Int) -> [Double] {
    var random = ModelRandom(seed: 87)
    return random.vector(count, mean: 1, deviation: 0.7)
  }
}

/// Circuits by their definition, one head after the other, in double.
private struct CircuitReference {
  let probes: ModelMatrix
  let isotropic: ModelMatrix

  init(_ weights: ModelWeights) throws {
    let anchors = AnchorList.standard.tokens.enumerated().compactMap { position, token in
      weights.tokens.firstIndex(of: token).map { (position, token, $0) }
    }
    let rows = weights.embedding.rows(anchors.map(\.2))
    let frame = try #require(
      AnchorFrame(
        embeddings: rows.values, anchors: anchors.map(\.1), hidden: weights.sizes.hidden))
    probes = ModelMatrix(
      rows: 64, columns: weights.sizes.hidden, values: frame.probes.map(Double.init))
    isotropic = probes * probes.transposed
  }

  func circuit(
    _ kind: CircuitKind, of layer: ModelWeights.Layer, sizes: ModelWeights.Sizes
  ) -> [Double] {
    let (attention, mlp) = (
      probes.scalingColumns(layer.attentionNorm), probes.scalingColumns(layer.mlpNorm)
    )
    var sum = ModelMatrix(rows: 64, columns: 64) { _, _ in 0 }
    switch kind {
    case .qk, .ov:
      for head in 0..<sizes.heads {
        let mine = Array(head * sizes.headSize..<(head + 1) * sizes.headSize)
        let group = head / (sizes.heads / sizes.keyValueHeads)
        let theirs = Array(group * sizes.headSize..<(group + 1) * sizes.headSize)
        let product =
          kind == .qk
          ? attention * layer.query.rows(mine).transposed * layer.key.rows(theirs)
          : probes * layer.output.columns(mine) * layer.value.rows(theirs)
        sum = sum.combined(1, product * attention.transposed, 1)
      }
    case .ud: sum = probes * layer.down * layer.up * mlp.transposed
    case .gg:
      let gate = layer.gate ?? layer.up
      sum = mlp * gate.transposed * gate * mlp.transposed
    }
    return Self.normalised(sum.values, isotropic: isotropic.values)
  }

  /// What is left after the constant and the isotropic part, of unit norm.
  private static func normalised(_ values: [Double], isotropic: [Double]) -> [Double] {
    func centred(_ v: [Double]) -> [Double] {
      let mean = v.reduce(0, +) / Double(v.count)
      return v.map { $0 - mean }
    }
    func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
    let (x, y) = (centred(values), centred(isotropic))
    let slope = dot(x, y) / dot(y, y)
    let rest = zip(x, y).map { $0 - slope * $1 }
    let norm = dot(rest, rest).squareRoot()
    return rest.map { $0 / norm }
  }
}
