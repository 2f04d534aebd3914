import Canonicalise
import Load
import TestSupport
import Testing

@testable import Compare
@testable import Fingerprint

/// A network of dense layers, each `[outputs, inputs]`, for tests of its units.
struct DenseNetwork {
  /// By name, in order.
  var layers: [(name: String, matrix: RowMatrix)]

  init(_ layers: [(name: String, matrix: RowMatrix)]) { self.layers = layers }

  /// A layer between each two widths, of normal numbers.
  init(widths: [Int], seed: UInt64) {
    var generator = TestSupport.SplitMix64(seed: seed)
    layers = zip(widths, widths.dropFirst()).enumerated().map { index, sides in
      ("net.\(index).weight", TinyLlama.gaussian(sides.1, sides.0, using: &generator))
    }
  }

  /// The hidden units of every space in another order, and with other factors: the same function where
  /// activations are ReLU.
  ///
  /// - Parameter kept: spaces (1 is behind the first layer) that stay as they are.
  func reordered(seed: UInt64, keeping kept: Set<Int> = []) -> DenseNetwork {
    var generator = TestSupport.SplitMix64(seed: seed)
    var result = self
    for space in 1..<layers.count where !kept.contains(space) {
      let units = layers[space].matrix.columns
      let order = Array(0..<units).shuffled(using: &generator)
      let factors = order.map { _ in Float.random(in: 0.3...3, using: &generator) }
      result.layers[space - 1].matrix = result.layers[space - 1].matrix
        .selecting(rows: order).scaled(rows: factors)
      result.layers[space].matrix =
        result.layers[space].matrix.transposed
        .selecting(rows: order).scaled(rows: factors.map { 1 / $0 }).transposed
    }
    return result
  }

  /// Every hidden space with half as many units more, one in two of which nothing takes, the others halves of units
  /// that it has: the same function.
  func widened(seed: UInt64) -> DenseNetwork {
    var generator = TestSupport.SplitMix64(seed: seed)
    var result = self
    for space in 1..<layers.count {
      let (writer, reader) = (result.layers[space - 1].matrix, result.layers[space].matrix)
      let units = reader.columns
      var rows = writer.values
      var columns = (0..<units).map { unit in (0..<reader.rows).map { reader[$0, unit] } }
      for unit in 0..<units / 2 {
        let isDead = unit.isMultiple(of: 2)
        rows +=
          isDead
          ? TinyLlama.gaussian(1, writer.columns, using: &generator).values
          : (0..<writer.columns).map { writer[unit, $0] }
        let share = isDead ? 0 : Float.random(in: 0.3...0.7, using: &generator)
        columns.append(columns[unit].map { $0 * share })
        columns[unit] = columns[unit].map { $0 * (1 - share) }
      }
      result.layers[space - 1].matrix = RowMatrix(
        rows: columns.count, columns: writer.columns, values: rows)
      result.layers[space].matrix =
        RowMatrix(
          rows: columns.count, columns: reader.rows, values: columns.flatMap(\.self)
        ).transposed
    }
    return result
  }

  /// All numbers moved by noise of a share of their size.
  func trained(_ share: Float, seed: UInt64) -> DenseNetwork {
    var generator = TestSupport.SplitMix64(seed: seed)
    var result = self
    for index in layers.indices {
      let matrix = layers[index].matrix
      let noise = TinyLlama.gaussian(matrix.rows, matrix.columns, using: &generator)
      for place in matrix.values.indices {
        result.layers[index].matrix.values[place] += share * noise.values[place]
      }
    }
    return result
  }

  var names: Set<String> { Set(layers.map(\.name)) }

  var model: CanonicalModel {
    Self.model(
      layers.map { name, matrix in
        Self.tensor(
          Tensor(
            name: name, elementType: .float32, shape: [matrix.rows, matrix.columns],
            storage: FloatStorage(values: matrix.values)))
      })
  }

  static func model(_ tensors: [CanonicalTensor]) -> CanonicalModel {
    CanonicalModel(
      checkpoint: Checkpoint(
        name: "dense", path: "dense", format: .safetensors, tensors: tensors.map(\.source),
        metadata: ModelMetadata(), files: []),
      family: nil, dimensions: [:], tensors: tensors)
  }

  /// - Parameter source: of two axes.
  static func tensor(_ source: Tensor) -> CanonicalTensor {
    CanonicalTensor(
      name: source.name, source: source, component: "model", role: .unknown, layer: nil,
      view: TensorView(
        offset: 0, storedColumns: source.shape[1], rows: .init(0..<source.shape[0]),
        columns: .init(0..<source.shape[1]), transposed: false, shape: source.shape))
  }

  func weights() throws -> UnitWeights { try UnitWeights(model) }

  /// What is at hand of a reference.
  enum Source: CaseIterable {
    case weights
    case signatures
  }

  func source(_ source: Source) throws -> UnitSource {
    switch source {
    case .weights: .weights(try weights())
    case .signatures:
      .signatures(try #require(try UnitSignatures(model, without: [], threads: 1)))
    }
  }

  /// What lining this network up with a reference comes to.
  func outcome(
    with reference: DenseNetwork, by source: Source = .weights
  ) throws -> UnitEngine.Outcome {
    var work = UnitWork()
    return try outcome(with: reference, by: source, work: &work)
  }

  func outcome(
    with reference: DenseNetwork, by source: Source = .weights, work: inout UnitWork
  ) throws -> UnitEngine.Outcome {
    try UnitEngine(
      subject: weights(), reference: reference.source(source), learned: names,
      memo: UnitFactorMemo()
    ).outcome("reference", work: &work)
  }
}
