import Canonicalise
import Foundation
import Load
import TestSupport

@testable import Compare

/// A random model in Llama's layout, in memory, and surgery on it that changes no output.
struct TinyLlama {
  static let (hidden, layers, vocabulary) = (48, 2, 600)
  static let (group, headSize) = (2, 8)

  var groups = 2
  var neurons = 96
  /// Weights by role; matrices `[out, in]`.
  var embedding: RowMatrix
  var head: RowMatrix
  var stack: [[TensorRole: RowMatrix]] = []

  var heads: Int { groups * Self.group }

  init(seed: UInt64) {
    var generator = SplitMix64(seed: seed)
    let d = Self.hidden
    func random(_ rows: Int, _ columns: Int) -> RowMatrix {
      Self.gaussian(rows, columns, using: &generator)
    }
    embedding = random(Self.vocabulary, d)
    head = random(Self.vocabulary, d)
    for _ in 0..<Self.layers {
      stack.append([
        .attentionQuery: random(heads * Self.headSize, d),
        .attentionKey: random(groups * Self.headSize, d),
        .attentionValue: random(groups * Self.headSize, d),
        .attentionOutput: random(d, heads * Self.headSize),
        .mlpGate: random(neurons, d), .mlpUp: random(neurons, d), .mlpDown: random(d, neurons),
        .attentionNorm: RowMatrix(
          rows: 1, columns: d, values: (0..<d).map { 0.5 + Float($0) / Float(d) }),
        .mlpNorm: RowMatrix(
          rows: 1, columns: d, values: (0..<d).map { 1.5 - Float($0) / Float(d) }),
      ])
    }
  }

  static func gaussian(
    _ rows: Int, _ columns: Int, using generator: inout SplitMix64
  ) -> RowMatrix {
    RowMatrix(
      rows: rows, columns: columns,
      values: (0..<rows * columns).map { _ in
        let radius = (-2 * log(Double.random(in: 1e-12...1, using: &generator))).squareRoot()
        return Float(radius * cos(Double.random(in: 0..<2 * Double.pi, using: &generator)))
      })
  }

  /// Gram–Schmidt on a Gaussian matrix.
  static func rotation(side: Int, using generator: inout SplitMix64) -> [Float] {
    var rows: [[Double]] = []
    while rows.count < side {
      var row = gaussian(1, side, using: &generator).values.map(Double.init)
      for _ in 0..<2 {
        for other in rows {
          let overlap = zip(row, other).reduce(0) { $0 + $1.0 * $1.1 }
          for i in row.indices { row[i] -= overlap * other[i] }
        }
      }
      let norm = row.reduce(0) { $0 + $1 * $1 }.squareRoot()
      rows.append(row.map { $0 / norm })
    }
    return rows.flatMap { $0.map(Float.init) }
  }

  // MARK: Training

  /// Every weight moved by noise of the given relative size.
  func tuned(_ size: Float, seed: UInt64) -> TinyLlama {
    var generator = SplitMix64(seed: seed)
    func moved(_ matrix: RowMatrix) -> RowMatrix {
      guard matrix.rows > 1 else { return matrix }
      var result = matrix
      let noise = Self.gaussian(matrix.rows, matrix.columns, using: &generator)
      for i in result.values.indices { result.values[i] += size * noise.values[i] }
      return result
    }
    var result = self
    result.embedding = moved(embedding)
    result.head = moved(head)
    for layer in stack.indices {
      for role in stack[layer].keys.sorted(by: { $0.rawValue < $1.rawValue }) {
        result.stack[layer][role] = stack[layer][role].map(moved)
      }
    }
    return result
  }

  // MARK: Surgery

  mutating func change(_ layer: Int, _ role: TensorRole, _ edit: (RowMatrix) -> RowMatrix) {
    stack[layer][role] = stack[layer][role].map(edit)
  }

  /// Keeps the given neurons, in the given order.
  func keeping(neurons kept: [Int]) -> TinyLlama {
    var result = self
    result.neurons = kept.count
    for layer in stack.indices {
      for role in [TensorRole.mlpGate, .mlpUp] {
        result.change(layer, role) { $0.selecting(rows: kept) }
      }
      result.change(layer, .mlpDown) { $0.transposed.selecting(rows: kept).transposed }
    }
    return result
  }

  /// Swaps the key–value heads with their query heads, and the query heads of each group.
  func withPermutedHeads() -> TinyLlama {
    let size = Self.headSize
    func rows(_ heads: [Int]) -> [Int] { heads.flatMap { $0 * size..<($0 + 1) * size } }
    let shared = Array((0..<groups).reversed())
    let order = shared.flatMap { head in
      (0..<Self.group).reversed().map { head * Self.group + $0 }
    }
    var result = self
    for layer in stack.indices {
      result.change(layer, .attentionQuery) { $0.selecting(rows: rows(order)) }
      result.change(layer, .attentionOutput) {
        $0.transposed.selecting(rows: rows(order)).transposed
      }
      for role in [TensorRole.attentionKey, .attentionValue] {
        result.change(layer, role) { $0.selecting(rows: rows(shared)) }
      }
    }
    return result
  }

  /// Turns the residual stream; norm gains are folded first.
  func rebased(_ q: RowMatrix) -> TinyLlama {
    var result = self
    for layer in stack.indices {
      for (role, norm) in Self.readers {
        guard let gains = stack[layer][norm] else { continue }
        result.change(layer, role) { $0.scaled(columns: gains.values).times(q) }
      }
      for role in [TensorRole.attentionOutput, .mlpDown] {
        result.change(layer, role) { q.transposedTimes($0) }
      }
      for norm in [TensorRole.attentionNorm, .mlpNorm] {
        result.change(layer, norm) {
          RowMatrix(
            rows: 1, columns: q.columns, values: [Float](repeating: 1, count: $0.columns))
        }
      }
    }
    result.embedding = embedding.times(q)
    result.head = head.times(q)
    return result
  }

  private static let readers: [(TensorRole, TensorRole)] = [
    (.attentionQuery, .attentionNorm), (.attentionKey, .attentionNorm),
    (.attentionValue, .attentionNorm), (.mlpGate, .mlpNorm), (.mlpUp, .mlpNorm),
  ]

  func rotated(seed: UInt64) -> TinyLlama {
    var generator = SplitMix64(seed: seed)
    return rebased(
      RowMatrix(
        rows: Self.hidden, columns: Self.hidden,
        values: Self.rotation(side: Self.hidden, using: &generator)))
  }

  func withPermutedResidual() -> TinyLlama {
    var q = RowMatrix(rows: Self.hidden, columns: Self.hidden)
    for row in 0..<q.rows { q.values[row * q.columns + (row * 7 + 3) % q.columns] = 1 }
    return rebased(q)
  }

  func rescaled(seed: UInt64) -> TinyLlama {
    var generator = SplitMix64(seed: seed)
    func factors(_ count: Int) -> [Float] {
      (0..<count).map { _ in exp(Float.random(in: -1...1, using: &generator)) }
    }
    var result = self
    for layer in stack.indices {
      let a = factors(neurons)
      result.change(layer, .mlpUp) { $0.scaled(rows: a) }
      result.change(layer, .mlpDown) { $0.scaled(columns: a.map { 1 / $0 }) }
      let b = factors(groups * Self.headSize)
      result.change(layer, .attentionValue) { $0.scaled(rows: b) }
      result.change(layer, .attentionOutput) {
        $0.scaled(
          columns: (0..<heads * Self.headSize).map {
            1 / b[$0 / Self.headSize / Self.group * Self.headSize + $0 % Self.headSize]
          })
      }
    }
    return result
  }

  /// Another orthonormal basis between value and output, and between query and key.
  func withRebasedHeads(seed: UInt64) -> TinyLlama {
    var generator = SplitMix64(seed: seed)
    let size = Self.headSize
    var result = self
    func turn(_ matrix: RowMatrix, _ bases: [RowMatrix], group: Int) -> RowMatrix {
      let turned = (0..<matrix.rows / size).flatMap { head in
        bases[head / group].times(matrix.selecting(rows: head * size..<(head + 1) * size)).values
      }
      return RowMatrix(rows: matrix.rows, columns: matrix.columns, values: turned)
    }
    for layer in stack.indices {
      func bases() -> [RowMatrix] {
        (0..<groups).map { _ in
          RowMatrix(
            rows: size, columns: size, values: Self.rotation(side: size, using: &generator))
        }
      }
      let (inner, planes) = (bases(), bases())
      result.change(layer, .attentionValue) { turn($0, inner, group: 1) }
      result.change(layer, .attentionOutput) {
        turn($0.transposed, inner, group: Self.group).transposed
      }
      result.change(layer, .attentionKey) { turn($0, planes, group: 1) }
      result.change(layer, .attentionQuery) { turn($0, planes, group: Self.group) }
    }
    return result
  }

  // MARK: Model

  var model: CanonicalModel {
    var tensors = [
      Self.tensor("embed", embedding, .tokenEmbedding, layer: nil),
      Self.tensor("head", head, .languageModelHead, layer: nil),
    ]
    for (layer, weights) in stack.enumerated() {
      for (role, matrix) in weights.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
        tensors.append(Self.tensor("\(layer).\(role.rawValue)", matrix, role, layer: layer))
      }
    }
    return CanonicalModel(
      checkpoint: Checkpoint(
        name: "tiny", path: "tiny", format: .safetensors, tensors: tensors.map(\.source),
        metadata: ModelMetadata(), files: []),
      family: "llama",
      dimensions: [
        "model": Dimensions(
          hidden: embedding.columns, layers: Self.layers, heads: heads, keyValueHeads: groups,
          headSize: Self.headSize, feedForward: neurons, vocabulary: Self.vocabulary)
      ], tensors: tensors)
  }

  private static func tensor(
    _ name: String, _ matrix: RowMatrix, _ role: TensorRole, layer: Int?
  ) -> CanonicalTensor {
    let isVector = matrix.rows == 1
    let shape = isVector ? [matrix.columns] : [matrix.rows, matrix.columns]
    return CanonicalTensor(
      name: name,
      source: Tensor(
        name: name, elementType: .float32, shape: shape,
        storage: FloatStorage(values: matrix.values)),
      component: "model", role: role, layer: layer,
      view: TensorView(
        offset: 0, storedColumns: matrix.columns, rows: .init(0..<matrix.rows),
        columns: .init(0..<matrix.columns), transposed: false, shape: shape))
  }
}

/// Tensor bytes that are an array in memory.
struct FloatStorage: TensorStorage {
  let values: [Float]

  func withBytes<Result>(
    of range: Range<Int>, scratch: ByteScratch,
    _ body: (UnsafeRawBufferPointer) throws(LoadError) -> Result
  ) throws(LoadError) -> Result {
    let bytes = scratch.reserve(range.count)
    values.withUnsafeBytes { bytes.copyMemory(from: .init(rebasing: $0[range])) }
    return try body(UnsafeRawBufferPointer(bytes))
  }
}
