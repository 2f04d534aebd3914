import Foundation
import Load
import TestSupport

/// A matrix of a model: which one it is and what it holds.
struct MatrixPlace: Sendable {
  /// As tensor names have it: `q_proj`, `embed_tokens`.
  var part: String
  var layer: Int?
}

extension ModelWeights {
  /// Every matrix replaced.
  func mapMatrices(
    _ change: (_ place: MatrixPlace, _ matrix: ModelMatrix) -> ModelMatrix
  ) -> ModelWeights {
    var result = self
    func apply(_ part: String, _ layer: Int?, _ matrix: ModelMatrix) -> ModelMatrix {
      change(MatrixPlace(part: part, layer: layer), matrix)
    }
    result.embedding = apply("embed_tokens", nil, embedding)
    if let head { result.head = apply("lm_head", nil, head) }
    for (index, layer) in layers.enumerated() {
      result.layers[index].query = apply("q_proj", index, layer.query)
      result.layers[index].key = apply("k_proj", index, layer.key)
      result.layers[index].value = apply("v_proj", index, layer.value)
      result.layers[index].output = apply("o_proj", index, layer.output)
      if let gate = layer.gate { result.layers[index].gate = apply("gate_proj", index, gate) }
      result.layers[index].up = apply("up_proj", index, layer.up)
      result.layers[index].down = apply("down_proj", index, layer.down)
    }
    return result
  }

  /// All values as a file of this type holds them.
  func stored(as type: ElementType) -> ModelWeights {
    mapMatrices { _, matrix in
      ModelMatrix(
        rows: matrix.rows, columns: matrix.columns,
        values: matrix.values.map { Double(type.rounded(Float($0))) })
    }
  }

  /// Matrices moved by a share of their own size, as training moves them: some inputs far more than others.
  func trained(
    _ share: Double, seed: UInt64, where moves: (MatrixPlace) -> Bool = { _ in true }
  ) -> ModelWeights {
    var random = ModelRandom(seed: seed)
    return mapMatrices { place, matrix in
      let weights = random.vector(matrix.columns, deviation: 0.8).map(exp)
      let noise = random.matrix(matrix.rows, matrix.columns, deviation: 1)
      let change = ModelMatrix(
        rows: matrix.rows, columns: matrix.columns,
        values: noise.values.enumerated().map { $1 * weights[$0 % matrix.columns] })
      return moves(place)
        ? matrix.combined(1, change, share * matrix.deviation / change.deviation) : matrix
    }
  }

  /// Matrices with white noise of one size everywhere, or of a share of their own.
  func noisy(
    _ size: Double, isRelative: Bool, seed: UInt64,
    where changes: (MatrixPlace) -> Bool = { _ in true }
  ) -> ModelWeights {
    var random = ModelRandom(seed: seed)
    return mapMatrices { place, matrix in
      let noise = random.matrix(
        matrix.rows, matrix.columns, deviation: isRelative ? size * matrix.deviation : size)
      return changes(place) ? matrix.combined(1, noise, 1) : matrix
    }
  }

  /// This model with a share of another's steps from it, each times the same number.
  func masked(
    _ donor: ModelWeights, kept: Double, scale: Double, seed: UInt64
  ) -> ModelWeights {
    var random = ModelRandom(seed: seed)
    var others: [ModelMatrix] = []
    _ = donor.mapMatrices { _, matrix in
      others.append(matrix)
      return matrix
    }
    var next = 0
    return mapMatrices { _, matrix in
      let other = others[next]
      next += 1
      return ModelMatrix(
        rows: matrix.rows, columns: matrix.columns,
        values: zip(matrix.values, other.values).map { mine, theirs in
          random.uniform() < kept ? mine + scale * (theirs - mine) : mine
        })
    }
  }

  /// A merged adapter: a change of exact rank in the named parts.
  func adapted(
    rank: Int, share: Double, parts: Set<String>, seed: UInt64
  ) -> ModelWeights {
    var random = ModelRandom(seed: seed)
    return mapMatrices { place, matrix in
      guard parts.contains(place.part) else { return matrix }
      let change =
        random.matrix(matrix.rows, rank, deviation: 1)
        * random.matrix(rank, matrix.columns, deviation: 1)
      return matrix.combined(1, change, share * matrix.deviation / Double(rank).squareRoot())
    }
  }

  /// Layer matrices rounded to integers of a scale that groups along a row share.
  func quantised(bits: Int, group: Int?) -> ModelWeights {
    let limit = Double(1 << (bits - 1) - 1)
    return mapMatrices { place, matrix in
      guard place.layer != nil else { return matrix }
      var result = matrix
      let size = group ?? matrix.columns
      for start in stride(from: 0, to: matrix.values.count, by: size) {
        let values = matrix.values[start..<start + size]
        let step = (values.map { abs($0) }.max() ?? 0) / limit
        for i in values.indices { result.values[i] = (values[i] / step).rounded() * step }
      }
      return result
    }
  }

  /// The smallest values of each layer matrix set to zero.
  func sparsified(_ share: Double) -> ModelWeights {
    mapMatrices { place, matrix in
      guard place.layer != nil else { return matrix }
      let sizes = matrix.values.map { abs($0) }.sorted()
      let threshold = sizes[Int(share * Double(sizes.count))]
      var result = matrix
      for i in matrix.values.indices where abs(matrix.values[i]) < threshold {
        result.values[i] = 0
      }
      return result
    }
  }

  /// Only some layers, in an order, some perhaps twice.
  func keeping(layers order: [Int]) -> ModelWeights {
    var result = self
    result.layers = order.map { layers[$0] }
    result.sizes.layers = order.count
    return result
  }

  /// Only some neurons of each feed-forward block.
  func keeping(neurons: [Int]) -> ModelWeights {
    var result = self
    for (index, layer) in layers.enumerated() {
      result.layers[index].gate = layer.gate?.rows(neurons)
      result.layers[index].up = layer.up.rows(neurons)
      result.layers[index].down = layer.down.columns(neurons)
    }
    result.sizes.feedForward = neurons.count
    return result
  }

  /// Rows appended to the embedding and the head, for new tokens.
  func extended(by count: Int, seed: UInt64) -> ModelWeights {
    var random = ModelRandom(seed: seed)
    var result = self
    result.tokens += (0..<count).map { Array("\u{7}new token \($0)".utf8) }
    result.embedding = .stacked([
      embedding, random.matrix(count, sizes.hidden, deviation: embedding.deviation),
    ])
    result.head = head.map {
      .stacked([$0, random.matrix(count, sizes.hidden, deviation: $0.deviation)])
    }
    return result
  }

  /// Rows of zeros behind the embedding and the head.
  func padded(by count: Int) -> ModelWeights {
    var result = self
    result.tokens += (0..<count).map { Array("\u{7}padding \($0)".utf8) }
    let zeros = ModelMatrix(rows: count, columns: sizes.hidden) { _, _ in 0 }
    result.embedding = .stacked([embedding, zeros])
    result.head = head.map { .stacked([$0, zeros]) }
    return result
  }

  /// α·self + β·other, matrix by matrix; norms are left alone.
  func combined(_ alpha: Double, _ other: ModelWeights, _ beta: Double) -> ModelWeights {
    var others: [ModelMatrix] = []
    _ = other.mapMatrices { _, matrix in
      others.append(matrix)
      return matrix
    }
    var index = -1
    return mapMatrices { _, matrix in
      index += 1
      return matrix.combined(alpha, others[index], beta)
    }
  }

  /// The same with some layers of another model.
  func grafting(_ other: ModelWeights, layers chosen: Range<Int>) -> ModelWeights {
    var result = self
    for layer in chosen { result.layers[layer] = other.layers[layer] }
    return result
  }

  /// A Mixtral checkpoint whose experts are copies of the dense blocks.
  func upcycled(_ name: String, experts: Int, seed: UInt64) -> Checkpoint {
    var random = ModelRandom(seed: seed)
    var checkpoint = checkpoint(name)
    let parts = ["gate_proj": "w1", "up_proj": "w3", "down_proj": "w2"]
    checkpoint.tensors = checkpoint.tensors.flatMap { tensor -> [Tensor] in
      guard let part = parts.first(where: { tensor.name.contains(".mlp.\($0.key)") }) else {
        return [tensor]
      }
      return (0..<experts).map { expert in
        tensor.named(
          tensor.name.replacingOccurrences(
            of: "mlp.\(part.key)", with: "block_sparse_moe.experts.\(expert).\(part.value)"))
      }
    }
    checkpoint.tensors += layers.indices.map { layer in
      Tensor(
        "model.layers.\(layer).block_sparse_moe.gate.weight", [experts, sizes.hidden],
        random.floats(experts * sizes.hidden))
    }
    checkpoint.metadata.config = .object([
      ("model_type", .string("mixtral")), ("hidden_size", .integer(Int64(sizes.hidden))),
      ("num_hidden_layers", .integer(Int64(layers.count))),
      ("num_attention_heads", .integer(Int64(sizes.heads))),
      ("num_key_value_heads", .integer(Int64(sizes.keyValueHeads))),
      ("intermediate_size", .integer(Int64(sizes.feedForward))),
      ("num_local_experts", .integer(Int64(experts))),
      ("vocab_size", .integer(Int64(tokens.count))),
    ])
    return checkpoint
  }
}

extension ModelMatrix {
  var deviation: Double {
    (values.reduce(0) { $0 + $1 * $1 } / Double(values.count)).squareRoot()
  }
}

extension Tensor {
  func named(_ name: String) -> Tensor {
    Tensor(name: name, elementType: elementType, shape: shape, storage: stored[0].storage)
  }
}

extension Checkpoint {
  /// The same tensors under names that tell nothing.
  func renamed(_ name: String) -> Checkpoint {
    var result = self
    result.name = name
    result.metadata = ModelMetadata()
    result.tensors = tensors.enumerated().map { $1.named("blob_\($0)") }
    return result
  }

  func inFiles(_ count: Int) -> Checkpoint {
    var result = self
    result.files = (0..<count).map { SourceFile(path: "memory/\($0)", byteCount: 1) }
    return result
  }

  func declaring(_ baseModels: [String]) -> Checkpoint {
    var result = self
    result.metadata.card = ModelCard(baseModels: baseModels)
    return result
  }
}
