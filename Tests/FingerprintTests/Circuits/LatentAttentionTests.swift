import Load
import TestSupport
import Testing

@testable import Fingerprint

/// Multi-head latent attention: circuits composed through the latents.
@Suite struct LatentAttentionTests {
  @Test(arguments: [true, false])
  func circuitsSurviveRotationHeadOrderAndRescaledLatents(queryIsFactored: Bool) async throws {
    let original = LatentModel(queryIsFactored: queryIsFactored, seed: 71)
    var disguised = original
    disguised.disguise(seed: 72)
    let cosines = Models.cosines(
      try await Models.fingerprint(original.checkpoint),
      try await Models.fingerprint(disguised.checkpoint))
    // Query–key and output–value: there is no feed-forward block in this model.
    #expect(cosines.map(\.kind) == [.qk, .ov])
    for (_, kind, cosine) in cosines { #expect(cosine > 0.9999, "\(kind)") }
  }

  @Test func circuitsOfStrangersShareNothing() async throws {
    let cosines = Models.cosines(
      try await Models.fingerprint(LatentModel(queryIsFactored: true, seed: 73).checkpoint),
      try await Models.fingerprint(LatentModel(queryIsFactored: true, seed: 74).checkpoint))
    #expect(cosines.count == 2)
    for (_, kind, cosine) in cosines { #expect(abs(cosine) < 0.15, "\(kind)") }
  }

  @Test func sizesThatDoNotFitGiveNoLayout() {
    func layout(heads: Int?, queryRows: Int) -> LatentLayout? {
      LatentLayout(
        heads: heads, queryRows: queryRows, keyValueDown: 28, keyValueUp: (4 * 28, 24),
        outputColumns: 4 * 16)
    }
    #expect(layout(heads: 4, queryRows: 4 * 16)?.plain == 12)
    #expect(layout(heads: 4, queryRows: 4 * 16)?.rotary == 4)
    #expect(layout(heads: 4, queryRows: 4 * 17) == nil)
    #expect(layout(heads: 5, queryRows: 4 * 16) == nil)
    #expect(layout(heads: 0, queryRows: 4 * 16) == nil)
    #expect(layout(heads: nil, queryRows: 4 * 16) == nil)
  }
}

/// One layer of DeepSeek's attention.
private struct LatentModel {
  private static let (hidden, heads, plain, rotary, value) = (48, 4, 12, 4, 16)
  private static let (queryRank, keyValueRank) = (20, 24)

  let tokens: [[UInt8]]
  var embedding: ModelMatrix
  /// Nil where the query is one matrix.
  var queryDown: ModelMatrix?
  var query: ModelMatrix
  var queryNorm: [Double]
  var keyValueDown: ModelMatrix
  var keyValueUp: ModelMatrix
  var keyValueNorm: [Double]
  var output: ModelMatrix
  var norm: [Double]

  init(queryIsFactored: Bool, seed: UInt64) {
    var random = ModelRandom(seed: seed)
    tokens = Models.tokens(160)
    let (hidden, heads) = (Self.hidden, Self.heads)
    embedding = random.matrix(tokens.count, hidden, deviation: 1)
    queryDown = queryIsFactored ? random.matrix(Self.queryRank, hidden, deviation: 0.1) : nil
    query = random.matrix(
      heads * (Self.plain + Self.rotary), queryIsFactored ? Self.queryRank : hidden, deviation: 0.1)
    queryNorm = random.vector(Self.queryRank, mean: 1, deviation: 0.3)
    keyValueDown = random.matrix(Self.keyValueRank + Self.rotary, hidden, deviation: 0.1)
    keyValueUp = random.matrix(
      heads * (Self.plain + Self.value), Self.keyValueRank, deviation: 0.1)
    keyValueNorm = random.vector(Self.keyValueRank, mean: 1, deviation: 0.3)
    output = random.matrix(hidden, heads * Self.value, deviation: 0.1)
    norm = random.vector(hidden, mean: 1, deviation: 0.3)
  }

  /// Rotates the residual stream, reorders the heads and moves factors between the latent norms and
  /// the matrices behind them.
  mutating func disguise(seed: UInt64) {
    var random = ModelRandom(seed: seed)
    let rotation = random.orthogonal(Self.hidden)
    embedding = embedding * rotation
    if let factor = queryDown {
      queryDown = factor.scalingColumns(norm) * rotation
    } else {
      query = query.scalingColumns(norm) * rotation
    }
    keyValueDown = keyValueDown.scalingColumns(norm) * rotation
    output = rotation.transposed * output
    norm = [Double](repeating: 1, count: Self.hidden)
    let order = random.permutation(Self.heads)
    func rows(_ size: Int) -> [Int] { order.flatMap { head in head * size..<(head + 1) * size } }
    query = query.rows(rows(Self.plain + Self.rotary))
    keyValueUp = keyValueUp.rows(rows(Self.plain + Self.value))
    output = output.columns(rows(Self.value))
    let scales = random.vector(Self.keyValueRank, mean: 2, deviation: 0.3)
    keyValueNorm = zip(keyValueNorm, scales).map { $0 * $1 }
    keyValueUp = keyValueUp.scalingColumns(scales.map { 1 / $0 })
  }

  var checkpoint: Checkpoint {
    let attention = "model.layers.0.self_attn"
    var matrices = [
      ("model.embed_tokens.weight", embedding),
      ("\(attention).kv_a_proj_with_mqa.weight", keyValueDown),
      ("\(attention).kv_b_proj.weight", keyValueUp), ("\(attention).o_proj.weight", output),
    ]
    var vectors = [
      ("model.layers.0.input_layernorm.weight", norm),
      ("\(attention).kv_a_layernorm.weight", keyValueNorm),
    ]
    if let queryDown {
      matrices += [
        ("\(attention).q_a_proj.weight", queryDown), ("\(attention).q_b_proj.weight", query),
      ]
      vectors.append(("\(attention).q_a_layernorm.weight", queryNorm))
    } else {
      matrices.append(("\(attention).q_proj.weight", query))
    }
    let config = JSONValue.object([
      ("model_type", .string("deepseek_v2")), ("hidden_size", .integer(Int64(Self.hidden))),
      ("num_hidden_layers", .integer(1)), ("num_attention_heads", .integer(Int64(Self.heads))),
    ])
    let tensors =
      matrices.map { Tensor($0.0, [$0.1.rows, $0.1.columns], $0.1.floats, as: .float32) }
      + vectors.map { Tensor($0.0, [$0.1.count], $0.1.map { Float($0) }, as: .float32) }
    return Checkpoint("latent", tensors: tensors, config: config, tokens: tokens)
  }
}
