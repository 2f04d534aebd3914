/// The weights of an ONNX model, under the names and in the layout of the network it was exported from
/// as far as the graph tells.
struct ONNXWeights {
  private(set) var tensors: [Tensor] = []
  private(set) var arrays: ONNXArrays
  private let model: ONNXModel
  /// Tensors of the model that are parts of others.
  private var taken: Set<Int> = []
  private var names: Set<String> = []
  /// Tables that are looked up, and matrices that are multiplied with, of those that are plain.
  private var tables: [Tensor] = []
  private var matrices: [Tensor] = []
  /// What was left out, because it is there under another name.
  private(set) var notes: [String] = []

  /// Elements below which whole numbers, and what has no name and no place of a weight, are the
  /// graph's own: shapes, indices, states to begin with.
  private static let tableSize = 4096
  /// Tables that are held against matrices; models have an embedding or two.
  private static let mostTables = 16

  init(_ model: ONNXModel, arrays: ONNXArrays) throws(LoadError) {
    (self.model, self.arrays) = (model, arrays)
    let places = Dictionary(
      model.tensors.indices.map { (model.tensors[$0].name, $0) },
      uniquingKeysWith: { first, _ in first })
    var quantisations = model.quantisations
    for index in model.tensors.indices where quantisations[index] == nil {
      quantisations[index] = ONNXQuantisation.named(
        index, use: model.uses[index], in: model.tensors, places)
    }
    for index in quantisations.keys.sorted() {
      guard let how = quantisations[index] else { continue }
      taken.formUnion(Self.parts(of: how, index, in: model))
    }
    for scaling in model.recurrences.flatMap(\.parts).compactMap(\.scaling) {
      taken.formUnion([scaling.scale, scaling.zero])
    }
    let recurrent = Dictionary(grouping: model.recurrences.flatMap(\.parts), by: \.tensor)
    for index in model.tensors.indices where !taken.contains(index) {
      if let parts = recurrent[index], try addParts(parts, of: index) { continue }
      try add(index, quantisations[index])
    }
    try leaveOutTies()
  }

  /// Scales and what else belongs to codes, and is no weight by itself.
  ///
  /// An array that an operation uses as a matrix is one whoever else names it; and codes that are not
  /// decoded cannot answer for arrays that are as large as they are.
  private static func parts(
    of how: ONNXQuantisation, _ index: Int, in model: ONNXModel
  ) -> [Int] {
    let codes = model.tensors[index]
    let found = ONNXDecoding(
      codes, how, scale: model.tensors[how.scale], zero: how.zero.map { model.tensors[$0] },
      inputsFirst: model.uses[index]?.inputsFirst ?? false)
    let isDecoded = if case .encoded = found.decoding { true } else { false }
    return ([how.scale] + [how.zero].compactMap(\.self) + how.beside).filter { part in
      let tensor = model.tensors[part]
      guard part != index, model.uses[part] == nil || tensor.shape.count < 2 else { return false }
      return isDecoded || tensor.count <= codes.count / Self.leastCodes
    }
  }

  /// Codes that a number beside them stands for, at least, where they are not decoded.
  private static let leastCodes = 8

  /// An embedding that is the head too is one matrix, as in the files of other frameworks.
  private mutating func leaveOutTies() throws(LoadError) {
    var repeated: Set<String> = []
    for table in tables.prefix(Self.mostTables) {
      for matrix in matrices
      where matrix.shape == table.shape && table.shape[1] <= TransposedStorage.mostColumns {
        guard matrix.elementType == table.elementType, matrix.isPlain, table.isPlain,
          try SameWeights.areSame(table, matrix.inRows)
        else { continue }
        repeated.insert(matrix.name)
        notes.append(
          "\(LoadError.quote(matrix.name)) is \(LoadError.quote(table.name)) once more, and was "
            + "left out")
        break
      }
    }
    if !repeated.isEmpty { tensors.removeAll { repeated.contains($0.name) } }
  }

  // MARK: One tensor

  private mutating func add(_ index: Int, _ how: ONNXQuantisation?) throws(LoadError) {
    let (tensor, use) = (model.tensors[index], model.uses[index])
    guard how != nil || isWeight(tensor, use) else { return }
    let name = unused(ONNXNames.name(of: tensor, use: use), else: tensor.name, number: index)
    guard let array = try arrays.array(tensor, named: name) else { return }
    let (stored, decoding, extents) = try form(tensor, array, how, use)
    // What lies `[in, out]` is `[out, in]` read across.
    let isTurned = use?.inputsFirst ?? false && extents.count == 2 && !how.isOfRows
    // Of what a graph takes apart before it is used, its name tells.
    if isTurned || use == nil && extents.count == 2, how == nil, ONNXNames.isKernelOfKeras(name) {
      tensors.append(
        Tensor(
          name: name, shape: extents, axisOrder: .outputLast, stored: stored, decoding: decoding))
      return
    }
    let made = Tensor(
      name: name, shape: isTurned ? extents.reversed() : extents, swapsLastAxes: isTurned,
      stored: stored, decoding: decoding)
    tensors.append(made)
    if use?.operation == "Gather" { tables.append(made) } else if isTurned { matrices.append(made) }
  }

  /// Whether a tensor holds what a network learns, rather than what its graph counts with.
  private func isWeight(_ tensor: ONNXTensor, _ use: ONNXModel.Use?) -> Bool {
    guard tensor.type != .string else { return false }
    // Of activations, whose quantisation is no weight's.
    if use == nil, tensor.count == 1, tensor.name.hasSuffix("_scale") { return false }
    let isNumber =
      tensor.type.isFloat || [.complex64, .complex128].contains(tensor.type)
      || tensor.type.codes.map { $0.bits < 8 } ?? false
    if isNumber, use != nil || !ONNXNames.isAnonymous(tensor.name) { return true }
    return tensor.count >= Self.tableSize
  }

  /// A name that no other tensor has.
  private mutating func unused(_ name: String, else own: String, number: Int) -> String {
    for candidate in [name, own, "\(own)#\(number)"]
    where !candidate.isEmpty && names.insert(candidate).inserted { return candidate }
    let last = "tensor.\(number)"
    names.insert(last)
    return last
  }

  private mutating func form(
    _ tensor: ONNXTensor, _ array: StoredArray, _ how: ONNXQuantisation?, _ use: ONNXModel.Use?
  ) throws(LoadError) -> (stored: [StoredArray], decoding: Tensor.Decoding, shape: [Int]) {
    guard let how else {
      if let type = tensor.type.elementType {
        return (
          [array], type.isDecoded ? .plain : .undecoded(scheme: type.rawValue), tensor.shape
        )
      }
      guard tensor.type.isFloat, let codes = tensor.type.codes else {
        return ([array], .undecoded(scheme: tensor.type.name), tensor.shape)
      }
      let numbers = AffineCodes(codes: codes, grid: nil, zeros: nil, group: nil)
      return ([array], .encoded(numbers), tensor.shape)
    }
    var stored = [array]
    for part in [how.scale] + [how.zero].compactMap(\.self) + how.beside {
      let found = try arrays.array(model.tensors[part], named: model.tensors[part].name)
      guard let found else {
        return (stored, .undecoded(scheme: "ONNX"), tensor.shape)
      }
      stored.append(found)
    }
    if case .table(let table, _, _, _) = how.form {
      stored.append(
        StoredArray(
          name: "table", elementType: .float32, shape: [BitsAndBytes4.tableCount],
          storage: MemoryStorage(table.bytes)))
    }
    let found = ONNXDecoding(
      tensor, how, scale: model.tensors[how.scale], zero: how.zero.map { model.tensors[$0] },
      inputsFirst: use?.inputsFirst ?? false)
    return (stored, found.decoding, found.shape)
  }

  // MARK: Recurrent layers

  /// - Returns: false if the array is no weight that is read plainly.
  private mutating func addParts(
    _ parts: [ONNXRecurrence.Part], of index: Int
  ) throws(LoadError) -> Bool {
    let tensor = model.tensors[index]
    if let scaling = parts.first?.scaling { return try addCodes(parts, scaling, of: tensor) }
    guard let type = tensor.type.elementType, type.isRealNumber, type.isDecoded,
      let array = try arrays.array(tensor, named: tensor.name)
    else { return false }
    let width = type.bitWidth / 8
    for (number, part) in parts.enumerated() {
      let name = unused(part.name, else: "\(tensor.name)#\(number)", number: index)
      let blocks = part.blocks.map { $0.lowerBound * width..<$0.upperBound * width }
      tensors.append(
        Tensor(
          name: name, elementType: type, shape: part.shape,
          storage: BlockOrderStorage(whole: array.storage, blocks: blocks)))
    }
    return true
  }

  /// Codes whose rows lie as columns, with their scales.
  private mutating func addCodes(
    _ parts: [ONNXRecurrence.Part], _ scaling: ONNXRecurrence.Scaling, of tensor: ONNXTensor
  ) throws(LoadError) -> Bool {
    let (scale, zero) = (model.tensors[scaling.scale], model.tensors[scaling.zero])
    let extents = tensor.shape
    guard let codes = tensor.type.codes,
      let array = try arrays.array(tensor, named: tensor.name),
      let scales = try arrays.array(scale, named: scale.name),
      let zeros = try arrays.array(zero, named: zero.name),
      let turned = Tensor(name: tensor.name, shape: extents, stored: [array], decoding: .plain)
        .rearranged([0, 2, 1], shape: [extents[0], extents[2], extents[1]])
    else { return false }
    for part in parts {
      guard let own = part.scaling,
        let grid = ScaleGrid(
          shape: part.shape, block: own.isByRow ? [1, part.shape[1]] : part.shape,
          scaleType: .float32)
      else { continue }
      func runs(_ whole: StoredArray, _ blocks: [Range<Int>], _ shape: [Int]) -> StoredArray {
        let width = whole.elementType.bitWidth / 8
        return StoredArray(
          name: whole.name, elementType: whole.elementType, shape: shape,
          storage: BlockOrderStorage(
            whole: whole.storage,
            blocks: blocks.map { $0.lowerBound * width..<$0.upperBound * width }))
      }
      let name = unused(part.name, else: "\(tensor.name)#\(part.name)", number: names.count)
      tensors.append(
        Tensor(
          name: name, shape: part.shape,
          stored: [
            runs(turned.stored[0], part.blocks, part.shape),
            runs(scales, own.blocks, [grid.scaleCount]), runs(zeros, own.blocks, [grid.scaleCount]),
          ],
          decoding: .encoded(AffineCodes(codes: codes, grid: grid, zeros: codes, group: nil))))
    }
    return true
  }
}

extension ONNXQuantisation? {
  /// Whether codes lie in rows of outputs whatever the operation.
  fileprivate var isOfRows: Bool {
    switch self?.form {
    case .rows, .table: true
    default: false
    }
  }
}
