/// A transformer's weights apart from any file layout: what symmetries act on.
package struct ModelWeights: Sendable {
  /// Which family's checkpoint it becomes (`checkpoint(_:)`).
  package enum Layout: String, Sendable, CaseIterable {
    /// RMS norms, gated feed-forward block, grouped queries, own output head.
    case llama
    /// As Llama, with query, key and value biases and a tied head.
    case qwen2
    /// Layer norms, one fused attention kernel stored transposed, tied head.
    case gpt2
    /// Norms behind the blocks.
    case bert

    package var isGated: Bool { self == .llama || self == .qwen2 }
    /// Whether a rotation of the residual stream leaves the function alone.
    package var allowsRotation: Bool { isGated }
  }

  package struct Sizes: Sendable {
    package var hidden: Int
    package var layers: Int
    package var heads: Int
    package var keyValueHeads: Int
    package var headSize: Int
    package var feedForward: Int

    package init(
      hidden: Int = 64, layers: Int = 2, heads: Int = 4, keyValueHeads: Int = 2,
      headSize: Int = 16, feedForward: Int = 96
    ) {
      self.hidden = hidden
      self.layers = layers
      self.heads = heads
      self.keyValueHeads = keyValueHeads
      self.headSize = headSize
      self.feedForward = feedForward
    }
  }

  /// One layer; matrices are `[out, in]`.
  package struct Layer: Sendable {
    package var query, key, value, output: ModelMatrix
    package var gate: ModelMatrix?
    package var up, down: ModelMatrix
    package var queryBias, keyBias, valueBias, outputBias, upBias, downBias: [Double]
    package var attentionNorm, mlpNorm: [Double]
    package var attentionNormBias, mlpNormBias: [Double]
  }

  package var layout: Layout
  package var sizes: Sizes
  /// Bytes of each token, by id.
  package var tokens: [[UInt8]]
  /// `[vocabulary, hidden]`.
  package var embedding: ModelMatrix
  /// `[vocabulary, hidden]`; nil where it is tied.
  package var head: ModelMatrix?
  package var layers: [Layer]
  package var finalNorm: [Double]

  /// A freshly initialised model; equal seeds give equal weights.
  package init(_ layout: Layout, _ sizes: Sizes, tokens: [[UInt8]], seed: UInt64) {
    var sizes = sizes
    if !layout.isGated { sizes.keyValueHeads = sizes.heads }
    var random = ModelRandom(seed: seed)
    let (d, spread) = (sizes.hidden, 1 / Double(sizes.hidden).squareRoot())
    let (q, kv) = (sizes.heads * sizes.headSize, sizes.keyValueHeads * sizes.headSize)
    self.layout = layout
    self.sizes = sizes
    self.tokens = tokens
    embedding = random.matrix(tokens.count, d, deviation: 1)
    head = layout == .llama ? random.matrix(tokens.count, d, deviation: spread) : nil
    layers = (0..<sizes.layers).map { _ in
      Layer(
        query: random.matrix(q, d, deviation: spread), key: random.matrix(kv, d, deviation: spread),
        value: random.matrix(kv, d, deviation: spread),
        output: random.matrix(d, q, deviation: spread),
        gate: layout.isGated ? random.matrix(sizes.feedForward, d, deviation: spread) : nil,
        up: random.matrix(sizes.feedForward, d, deviation: spread),
        down: random.matrix(d, sizes.feedForward, deviation: spread),
        queryBias: random.vector(q, deviation: 0.1), keyBias: random.vector(kv, deviation: 0.1),
        valueBias: random.vector(kv, deviation: 0.1), outputBias: random.vector(d, deviation: 0.1),
        upBias: random.vector(sizes.feedForward, deviation: 0.1),
        downBias: random.vector(d, deviation: 0.1),
        attentionNorm: random.vector(d, mean: 1, deviation: 0.2),
        mlpNorm: random.vector(d, mean: 1, deviation: 0.2),
        attentionNormBias: random.vector(d, deviation: 0.1),
        mlpNormBias: random.vector(d, deviation: 0.1))
    }
    finalNorm = random.vector(d, mean: 1, deviation: 0.2)
  }
}
