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
    var changed: Set<String> = []
    var problems: [LoadProblem] = []
    for (index, tensor) in tensors.enumerated() where tensor.isPlain {
      guard let found = Factors(of: tensor.name, in: names) else { continue }
      let name = found.weight
      // A network that runs with its adapter inside is read as it is.
      guard places[name] == nil, places[found.stem + ".base_layer.weight"] == nil else { continue }
      let own = names[found.stem + ".alpha"]
      let alpha =
        own?.firstNumber ?? metadata.headerStrings["adapter.lora.alpha"].flatMap(Double.init)
      guard own == nil || own?.firstNumber != nil, changed.insert(name).inserted,
        let change = found.change(name, settings: settings, alpha: alpha, names: names)
      else {
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
  let isOfMLX: Bool

  /// - Parameter name: of the factor that stands for its group: `down`, or LoHa's first.
  init?(of name: String, in names: StoredNames) {
    if let ending = AdapterNames.pairs.first(where: { name.hasSuffix($0.down) }) {
      stem = String(name.dropLast(ending.down.count))
      guard let down = names[name], let up = names[stem + ending.up],
        names[stem + ".lora_mid.weight"] == nil
      else { return nil }
      // llama.cpp's second factor ends so, too; magnitudes (`m`) and experts are not read.
      guard
        !ending.isOfMLX
          || !stem.hasSuffix(".weight") && names[stem + ".m"] == nil
            && up.shape.count == 2 && down.shape.count == 2
      else { return nil }
      pairs = [(up, down)]
      (swapsAxes, isOfMLX) = (ending.swapsAxes, ending.isOfMLX)
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
    (swapsAxes, isOfMLX) = (false, false)
  }

  var weight: String { AdapterNames.module(stem) + ".weight" }

  /// Nil where shapes, types or the scale do not fit.
  func change(
    _ name: String, settings: AdapterSettings, alpha: Double?, names: StoredNames
  ) -> Tensor? {
    let swaps = swapsAxes || settings.swapsAxes
    let products = pairs.compactMap { LowRankFactors(up: $0.up, down: $0.down) }
    guard products.count == pairs.count, !settings.hasExpressions,
      !isOfMLX || settings.scaleOfMLX != nil,
      let first = products.first,
      products.allSatisfy({ $0.rows == first.rows && $0.columns == first.columns }),
      let scale = settings.scale(
        module: AdapterNames.module(stem), rank: first.rank, alpha: alpha)
    else { return nil }
    // Magnitudes of columns, as other trainers keep them, are not read: without them it is another change.
    let magnitude = names.found(AdapterNames.magnitudes.map { stem + $0 }).first
    if let magnitude {
      guard magnitude.elementCount == first.rows, magnitude.shape.first == first.rows,
        magnitude.elementType.isFloatOfScales
      else { return nil }
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
  /// The number of an array of one; nil of others.
  fileprivate var firstNumber: Double? {
    guard elementCount == 1, let bytes = smallBytes else { return nil }
    return bytes.withUnsafeBytes { bytes in
      switch elementType {
      case .int64: Double(Int64(littleEndian: bytes.loadUnaligned(as: Int64.self)))
      case .int32: Double(Int32(littleEndian: bytes.loadUnaligned(as: Int32.self)))
      case _ where elementType.isFloatOfScales: Double(elementType.float(at: 0, of: bytes))
      default: nil
      }
    }
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
