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
    var experts: Set<Int> = []
    for (index, tensor) in tensors.enumerated() where tensor.isPlain {
      guard let found = Factors(of: tensor.name, in: names) else {
        if AdapterNames.isOfExperts(tensor) { experts.insert(index) }
        continue
      }
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
    let isAdapter = !result.isEmpty || !experts.isEmpty || tensors.contains(where: \.isUpdate)
    // A kind that nobody here reads, by its own word and by its names.
    let isOfUnknownKind =
      !isAdapter && problems.isEmpty && !tensors.isEmpty && settings.isOfUnknownKind
      && tensors.allSatisfy { AdapterNames.isMarked($0.name) }
    guard isAdapter || isOfUnknownKind else { return (tensors, problems) }
    let grouped = tensors.indices.compactMap { index -> Tensor? in
      if let change = result[index] { return change }
      let tensor = tensors[index]
      guard !taken.contains(tensor.name) else { return nil }
      if experts.contains(index) { return tensor.undecoded(as: "MLX adapter of experts") }
      return isOfUnknownKind ? tensor.undecoded(as: settings.kind ?? "adapter") : tensor.renamed
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
  var isOfBlocks = false

  /// - Parameter name: of the factor that stands for its group: `down`, or LoHa's or LoKr's first.
  init?(of name: String, in names: StoredNames) {
    if let ending = AdapterNames.pairs.first(where: { name.hasSuffix($0.down) }) {
      stem = String(name.dropLast(ending.down.count))
      guard let down = names[name], let up = names[stem + ending.up],
        names[stem + ".lora_mid.weight"] == nil
      else { return nil }
      // llama.cpp's second factor ends so, too; experts are not read.
      guard
        !ending.isOfMLX
          || !stem.hasSuffix(".weight") && up.shape.count == 2 && down.shape.count == 2
      else { return nil }
      pairs = [(up, down)]
      (swapsAxes, isOfMLX) = (ending.swapsAxes, ending.isOfMLX)
      return
    }
    if let ending = [".lokr_w1", ".lokr_w1_a"].first(where: name.hasSuffix) {
      stem = String(name.dropLast(ending.count))
      let matrices = [
        Self.matrix(stem + ".lokr_w1", in: names), Self.matrix(stem + ".lokr_w2", in: names),
      ]
      guard case let pairs = matrices.compactMap(\.self), pairs.count == 2,
        names[stem + ".lokr_t2"] == nil, names[stem + ".lokr_t1"] == nil
      else { return nil }
      self.pairs = pairs
      (swapsAxes, isOfMLX, isOfBlocks) = (false, false, true)
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

  /// A matrix of LoKr: a product of two, or one with nothing behind it.
  private static func matrix(
    _ name: String, in names: StoredNames
  ) -> (up: StoredArray, down: StoredArray)? {
    if let up = names[name + "_a"], let down = names[name + "_b"] {
      return names[name] == nil ? (up, down) : nil
    }
    return names[name].map { whole in
      let nothing = StoredArray(
        name: name, elementType: whole.elementType, shape: [0], storage: MemoryStorage([]))
      return (whole, nothing)
    }
  }

  var weight: String { AdapterNames.module(stem) + ".weight" }

  /// Nil where shapes, types or the scale do not fit.
  func change(
    _ name: String, settings: AdapterSettings, alpha: Double?, names: StoredNames
  ) -> Tensor? {
    let swaps = swapsAxes || settings.swapsAxes
    guard !isOfBlocks else { return blocks(name, settings: settings, alpha: alpha, names: names) }
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
      // MLX's product is the weight's transpose.
      let count = isOfMLX ? first.columns : first.rows
      guard magnitude.elementCount == count, magnitude.shape.first == count,
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
        WeightChange(
          products: products, scale: scale, magnitudeType: magnitude?.elementType,
          hasMagnitudesOfColumns: magnitude != nil && isOfMLX)))
  }
}

extension Factors {
  /// LoKr's change; nil where shapes, types or the scale do not fit.
  fileprivate func blocks(
    _ name: String, settings: AdapterSettings, alpha: Double?, names: StoredNames
  ) -> Tensor? {
    let products = pairs.compactMap {
      $0.down.elementCount == 0
        ? LowRankFactors(whole: $0.up) : LowRankFactors(up: $0.up, down: $0.down)
    }
    guard products.count == 2, !settings.hasExpressions, !settings.swapsAxes,
      pairs[0].up.shape.count == 2,
      names.found(AdapterNames.magnitudes.map { stem + $0 }).isEmpty,
      let rows = products[0].rows.multipliedIfCounted(by: products[1].rows),
      let columns = products[0].columns.multipliedIfCounted(by: products[1].columns),
      columns <= LowRankFactors.longestRow, let count = rows.multipliedIfCounted(by: columns),
      case let stored = pairs.reduce(0, { $0 + $1.up.elementCount + $1.down.elementCount }),
      count / LowRankFactors.largestExpansion <= stored
    else { return nil }
    let factor = products.last { !$0.isWhole }?.rank
    let scale: Float?
    if settings.isEmpty, factor == nil {
      // LyCORIS scales no product of whole matrices.
      scale = 1
    } else {
      scale = (factor ?? settings.rank).flatMap {
        settings.scale(module: AdapterNames.module(stem), rank: $0, alpha: alpha)
      }
    }
    guard let scale else { return nil }
    // Filters are the second's.
    let inner =
      pairs[1].down.elementCount == 0 ? pairs[1].up.shape : [products[1].rows, products[1].columns]
    guard inner.count >= 2 else { return nil }
    let shape = [rows, products[0].columns * inner[1]] + inner.dropFirst(2)
    return Tensor(
      name: name, shape: shape, stored: pairs.flatMap { [$0.up, $0.down] },
      decoding: .encoded(
        WeightChange(products: products, isOfBlocks: true, scale: scale, magnitudeType: nil)))
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
  /// As what an adapter keeps in a form that is not read.
  fileprivate func undecoded(as kind: String) -> Tensor {
    Tensor(
      name: AdapterNames.module(name), shape: shape, axisOrder: axisOrder,
      swapsLastAxes: swapsLastAxes, stored: stored,
      decoding: .undecoded(scheme: LoadError.printable(kind, limit: 32)))
  }

  /// Under the name that its weight has in the base.
  fileprivate var renamed: Tensor {
    var tensor = self
    tensor.name = AdapterNames.module(name)
    return tensor
  }
}
