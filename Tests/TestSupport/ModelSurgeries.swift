import Foundation

/// Changes of basis that leave a model's function alone, and with it every circuit.
package enum ModelSymmetry: String, Sendable, CaseIterable {
  case neurons
  case heads
  case residualPermutation
  case residualRotation
  case upAndDownScale
  case valueAndOutputScale
  case valueAndOutputBasis
  case queryAndKeyRotation

  /// Whether a layout has the symmetry: rotation needs RMS norms and scaling neurons a gate, since
  /// without one it changes what the block reads.
  package func applies(to layout: ModelWeights.Layout) -> Bool {
    switch self {
    case .residualRotation, .upAndDownScale: layout.isGated
    case .queryAndKeyRotation: true
    default: true
    }
  }
}

extension ModelWeights {
  package func applying(_ symmetry: ModelSymmetry, seed: UInt64) -> ModelWeights {
    var random = ModelRandom(seed: seed)
    var result = self
    switch symmetry {
    case .residualPermutation:
      let order = random.permutation(sizes.hidden)
      result.permuteResidual(order)
    case .residualRotation:
      result.foldGains()
      result.rotateResidual(random.orthogonal(sizes.hidden))
    default:
      for index in result.layers.indices {
        result.layers[index].apply(symmetry, sizes: sizes, using: &random)
      }
    }
    return result
  }

  /// Tokens in another order, with their rows.
  package func permutingVocabulary(seed: UInt64) -> ModelWeights {
    var random = ModelRandom(seed: seed)
    return keepingTokens(random.permutation(tokens.count))
  }

  /// Some tokens, with their rows, in this order.
  package func keepingTokens(_ order: [Int]) -> ModelWeights {
    var result = self
    result.tokens = order.map { tokens[$0] }
    result.embedding = embedding.rows(order)
    result.head = head?.rows(order)
    return result
  }

  /// Gains go into the matrices that read them and become one.
  package mutating func foldGains() {
    let ones = [Double](repeating: 1, count: sizes.hidden)
    for i in layers.indices {
      let (attention, mlp) = (layers[i].attentionNorm, layers[i].mlpNorm)
      layers[i].query = layers[i].query.scalingColumns(attention)
      layers[i].key = layers[i].key.scalingColumns(attention)
      layers[i].value = layers[i].value.scalingColumns(attention)
      layers[i].gate = layers[i].gate?.scalingColumns(mlp)
      layers[i].up = layers[i].up.scalingColumns(mlp)
      (layers[i].attentionNorm, layers[i].mlpNorm) = (ones, ones)
    }
    head = head?.scalingColumns(finalNorm)
    finalNorm = ones
  }

  private mutating func rotateResidual(_ rotation: ModelMatrix) {
    let back = rotation.transposed
    embedding = embedding * rotation
    head = head.map { $0 * rotation }
    for i in layers.indices {
      layers[i].query = layers[i].query * rotation
      layers[i].key = layers[i].key * rotation
      layers[i].value = layers[i].value * rotation
      layers[i].gate = layers[i].gate.map { $0 * rotation }
      layers[i].up = layers[i].up * rotation
      layers[i].output = back * layers[i].output
      layers[i].down = back * layers[i].down
    }
  }

  private mutating func permuteResidual(_ order: [Int]) {
    func permuted(_ values: [Double]) -> [Double] { order.map { values[$0] } }
    embedding = embedding.columns(order)
    head = head?.columns(order)
    finalNorm = permuted(finalNorm)
    for i in layers.indices {
      layers[i].query = layers[i].query.columns(order)
      layers[i].key = layers[i].key.columns(order)
      layers[i].value = layers[i].value.columns(order)
      layers[i].gate = layers[i].gate?.columns(order)
      layers[i].up = layers[i].up.columns(order)
      layers[i].output = layers[i].output.rows(order)
      layers[i].down = layers[i].down.rows(order)
      layers[i].outputBias = permuted(layers[i].outputBias)
      layers[i].downBias = permuted(layers[i].downBias)
      layers[i].attentionNorm = permuted(layers[i].attentionNorm)
      layers[i].mlpNorm = permuted(layers[i].mlpNorm)
      layers[i].attentionNormBias = permuted(layers[i].attentionNormBias)
      layers[i].mlpNormBias = permuted(layers[i].mlpNormBias)
    }
  }
}

extension ModelWeights.Layer {
  fileprivate mutating func apply(
    _ symmetry: ModelSymmetry, sizes: ModelWeights.Sizes, using random: inout ModelRandom
  ) {
    switch symmetry {
    case .residualPermutation, .residualRotation: break
    case .neurons:
      let order = random.permutation(sizes.feedForward)
      gate = gate?.rows(order)
      (up, upBias) = (up.rows(order), order.map { [upBias] in upBias[$0] })
      down = down.columns(order)
    case .heads: permuteHeads(sizes, using: &random)
    case .upAndDownScale:
      let scales = (0..<sizes.feedForward).map { _ in pow(4, 2 * random.uniform() - 1) }
      up = up.scalingRows(scales)
      down = down.scalingColumns(scales.map { 1 / $0 })
    case .valueAndOutputScale:
      let scales = (0..<sizes.keyValueHeads).map { _ in pow(4, 2 * random.uniform() - 1) }
      rebaseValues(
        scales.map { scale in
          let identity = ModelMatrix.identity(sizes.headSize)
          return (
            identity.combined(scale, identity, 0), identity.combined(1 / scale, identity, 0)
          )
        }, sizes: sizes)
    case .valueAndOutputBasis:
      rebaseValues(
        (0..<sizes.keyValueHeads).map { _ in random.invertible(sizes.headSize) }, sizes: sizes)
    case .queryAndKeyRotation:
      let rotations = (0..<sizes.keyValueHeads).map { _ in random.rotary(sizes.headSize) }
      let group = sizes.heads / sizes.keyValueHeads
      let wide = ModelMatrix.blocks((0..<sizes.heads).map { rotations[$0 / group] })
      let narrow = ModelMatrix.blocks(rotations)
      (query, key) = (wide * query, narrow * key)
      queryBias = (wide * ModelMatrix(rows: wide.rows, columns: 1, values: queryBias)).values
      keyBias = (narrow * ModelMatrix(rows: narrow.rows, columns: 1, values: keyBias)).values
    }
  }

  private mutating func permuteHeads(
    _ sizes: ModelWeights.Sizes, using random: inout ModelRandom
  ) {
    let group = sizes.heads / sizes.keyValueHeads
    let groups = random.permutation(sizes.keyValueHeads)
    let heads = groups.flatMap { head in random.permutation(group).map { head * group + $0 } }
    func rows(_ heads: [Int]) -> [Int] {
      heads.flatMap { head in (0..<sizes.headSize).map { head * sizes.headSize + $0 } }
    }
    let (wide, narrow) = (rows(heads), rows(groups))
    query = query.rows(wide)
    key = key.rows(narrow)
    value = value.rows(narrow)
    output = output.columns(wide)
    queryBias = wide.map { [queryBias] in queryBias[$0] }
    keyBias = narrow.map { [keyBias] in keyBias[$0] }
    valueBias = narrow.map { [valueBias] in valueBias[$0] }
  }

  private mutating func rebaseValues(
    _ maps: [(matrix: ModelMatrix, inverse: ModelMatrix)], sizes: ModelWeights.Sizes
  ) {
    let group = sizes.heads / sizes.keyValueHeads
    let forward = ModelMatrix.blocks(maps.map(\.matrix))
    value = forward * value
    valueBias = (forward * ModelMatrix(rows: forward.rows, columns: 1, values: valueBias)).values
    output = output * ModelMatrix.blocks((0..<sizes.heads).map { maps[$0 / group].inverse })
  }
}
