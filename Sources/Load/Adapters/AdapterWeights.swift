/// The tensors of an adapter as the changes of weights that they are: a pair of thin matrices becomes
/// one tensor, under the name of the weight that it changes.
enum AdapterWeights {
  /// - Returns: the tensors in their order, a change in the place of its first factor; and what looks
  ///   like factors and is none.
  static func grouped(
    _ tensors: [Tensor], metadata: ModelMetadata
  ) -> (tensors: [Tensor], problems: [LoadProblem]) {
    let places = Dictionary(
      tensors.indices.map { (tensors[$0].name, $0) }, uniquingKeysWith: { first, _ in first })
    let names = StoredNames(tensors, config: nil)
    let settings = AdapterSettings(metadata.adapterConfig)
    var result: [Int: Tensor] = [:]
    var taken: Set<String> = []
    var problems: [LoadProblem] = []
    for (index, tensor) in tensors.enumerated() where tensor.isPlain {
      guard let found = Factors(of: tensor.name, in: names) else { continue }
      let name = found.weight
      // A network that runs with its adapter inside is read as it is.
      guard places[name] == nil, places[found.stem + ".base_layer.weight"] == nil else { continue }
      let alpha =
        names[found.stem + ".alpha"]?.firstNumber
        ?? metadata.headerStrings["adapter.lora.alpha"].flatMap(Double.init)
      guard let change = found.change(name, settings: settings, alpha: alpha, names: names) else {
        problems.append(
          LoadProblem(
            .unreadTensor, tensor.name,
            "looks like a factor of a low-rank change, and shapes, types or scale do not fit",
            elements: tensor.elementCount))
        continue
      }
      result[index] = change
      taken.formUnion(change.stored.map(\.name))
      taken.insert(found.stem + ".alpha")
    }
    guard !result.isEmpty || tensors.contains(where: \.isUpdate) else { return (tensors, problems) }
    let grouped = tensors.indices.compactMap { index in
      result[index] ?? (taken.contains(tensors[index].name) ? nil : tensors[index].renamed)
    }
    return (grouped, problems)
  }
}

/// The arrays that make up one change.
private struct Factors {
  let stem: String
  /// Up and down of each product.
  let pairs: [(up: StoredArray, down: StoredArray)]
  let swapsAxes: Bool

  /// - Parameter name: of the factor that stands for its group: `down`, or LoHa's first.
  init?(of name: String, in names: StoredNames) {
    if let ending = AdapterNames.pairs.first(where: { name.hasSuffix($0.down) }) {
      stem = String(name.dropLast(ending.down.count))
      guard let down = names[name], let up = names[stem + ending.up] else { return nil }
      pairs = [(up, down)]
      swapsAxes = ending.swapsAxes
      return
    }
    let loha = ".hada_w1_a"
    guard name.hasSuffix(loha) else { return nil }
    let module = String(name.dropLast(loha.count))
    let stored = names.found(
      ["hada_w1_a", "hada_w1_b", "hada_w2_a", "hada_w2_b"].map { "\(module).\($0)" })
    guard stored.count == 4, names[module + ".hada_t1"] == nil else { return nil }
    stem = module
    pairs = [(stored[0], stored[1]), (stored[2], stored[3])]
    swapsAxes = false
  }

  var weight: String { AdapterNames.module(stem) + ".weight" }

  /// Nil where shapes, types or the scale do not fit.
  func change(
    _ name: String, settings: AdapterSettings, alpha: Double?, names: StoredNames
  ) -> Tensor? {
    let swaps = swapsAxes || settings.swapsAxes
    let products = pairs.compactMap { LowRankFactors(up: $0.up, down: $0.down) }
    guard products.count == pairs.count, !settings.hasExpressions,
      let first = products.first,
      products.allSatisfy({ $0.rows == first.rows && $0.columns == first.columns }),
      let scale = settings.scale(
        module: AdapterNames.module(stem), rank: first.rank, alpha: alpha)
    else { return nil }
    let magnitude = names.found(AdapterNames.magnitudes.map { stem + $0 }).first {
      $0.elementCount == first.rows && $0.elementType.isFloatOfScales
    }
    let isKernel = pairs[0].down.shape.count > 2
    let shape =
      isKernel
      ? [first.rows] + pairs[0].down.shape.dropFirst()
      : swaps ? [first.columns, first.rows] : [first.rows, first.columns]
    return Tensor(
      name: name, shape: shape, swapsLastAxes: swaps && !isKernel,
      stored: pairs.flatMap { [$0.up, $0.down] } + (magnitude.map { [$0] } ?? []),
      decoding: .encoded(
        WeightChange(products: products, scale: scale, magnitudeType: magnitude?.elementType)))
  }
}

extension StoredArray {
  /// The number of an array of one float; nil of others.
  fileprivate var firstNumber: Double? {
    guard elementCount == 1, elementType.isFloatOfScales, let bytes = smallBytes else { return nil }
    return bytes.withUnsafeBytes { Double(elementType.float(at: 0, of: $0)) }
  }
}

extension Tensor {
  /// Under the name that its weight has in the base.
  fileprivate var renamed: Tensor {
    var tensor = self
    tensor.name = AdapterNames.module(name)
    return tensor
  }
}
