/// What a TFLite file holds: the tensors of its graphs that have numbers, and what operations do with
/// them.
///
/// - Source: `schema.fbs`, whose numbers of fields these are.
struct TFLiteModel {
  struct Tensor {
    var name: String
    var type: TFLiteType
    var shape: [Int]
    /// The numbers, in the file.
    var bytes: Range<Int>
    /// Scales (float32) and zero points (of 64 bits), in the file; nil where there are none.
    var scales: Range<Int>?
    var zeros: Range<Int>?
    /// The axis along which scales are.
    var scaleAxis: Int
    /// Whether only some of the numbers are stored.
    var isSparse: Bool
    var use: TFLiteUse?
    /// Where it is described in the file, for errors.
    var offset: Int
    fileprivate var content: Content
  }

  private(set) var tensors: [Tensor] = []
  private(set) var layers: [TFLiteRecurrence] = []

  private let buffer: FlatBuffer
  private let limits: LoadLimits
  private var buffers: [FlatTable] = []
  private var operations: [Int] = []
  /// Tensors that are in the list: graphs of one file share their weights.
  private var taken: Set<Content> = []
  /// The same of layers.
  private var takenLayers: Set<[Content]> = []
  /// Where the bytes of each buffer are that was looked at; nil for one without any.
  private var places: [Int: Range<Int>?] = [:]
  private var budget: ByteBudget
  /// Tensors that are others once more.
  private(set) var repeatedCount = 0

  /// What makes two tensors one: the same buffer, read in the same way.
  fileprivate struct Content: Hashable {
    var buffer: Int
    var type: UInt8
    var shape: [Int]
    var scales: [UInt8]
    var zeros: [UInt8]
  }

  init(_ bytes: UnsafeRawBufferPointer, file: String, limits: LoadLimits) throws(LoadError) {
    buffer = FlatBuffer(bytes, file: file)
    self.limits = limits
    budget = ByteBudget(fileBytes: bytes.count)
    let model = try buffer.root()
    for code in try model.tables(1, atMost: limits.tensorCount) {
      // The first field holds operations up to 127 only.
      let old = Int(try code.number(0, or: Int8(0)))
      operations.append(max(old, Int(try code.number(3, or: Int32(0)))))
    }
    buffers = try model.tables(4, atMost: limits.tensorCount)
    let graphs = try model.tables(2, atMost: limits.tensorCount)
    guard !graphs.isEmpty else { throw buffer.problem("has no graph", at: model.position) }
    for graph in graphs { try read(graph) }
  }

  private mutating func read(_ graph: FlatTable) throws(LoadError) {
    let all = try graph.tables(0, atMost: limits.tensorCount)
    guard tensors.count + all.count <= limits.tensorCount else {
      throw LoadError(
        .tooManyTensors, "has more than \(limits.tensorCount) tensors", file: buffer.file)
    }
    var names: [String] = []
    for table in all { names.append(try table.text(3, limits: limits)) }
    var (uses, recurrences) = try uses(in: graph, names)
    for recurrence in recurrences {
      for index in try add(recurrence, all, names) { uses[index]?.isOfLayer = true }
    }
    for (index, table) in all.enumerated() where uses[index]?.isOfLayer != true {
      if let tensor = try weight(table, named: names[index], use: uses[index]) {
        tensors.append(tensor)
      }
    }
  }

  /// Adds a layer whose gates go with each other.
  ///
  /// - Returns: the tensors of the graph that are its gates.
  private mutating func add(
    _ operands: TFLiteRecurrence.Operands, _ all: [FlatTable], _ names: [String]
  ) throws(LoadError) -> [Int] {
    var parts: [[Tensor]] = []
    for gates in operands.parts {
      var part: [Tensor] = []
      for index in gates where all.indices.contains(index) {
        guard let found = try tensor(all[index], named: names[index], use: nil) else { continue }
        part.append(found)
      }
      parts.append(part)
    }
    guard let layer = TFLiteRecurrence(operands, parts, number: layers.count) else { return [] }
    let contents = parts.joined().map(\.content)
    let indices = operands.parts.flatMap(\.self)
    guard takenLayers.insert(contents).inserted else {
      repeatedCount += parts.count
      return indices
    }
    let bytes = parts.joined().reduce(0) { $0 + $1.bytes.count }
    guard budget.take(bytes) else {
      throw buffer.problem(
        "has a recurrent layer of bytes that are used more than twice", at: parts[0][0].offset)
    }
    layers.append(layer)
    return indices
  }

  /// What each tensor of a graph is to the operation that uses it.
  private func uses(
    in graph: FlatTable, _ names: [String]
  ) throws(LoadError) -> (uses: [Int: TFLiteUse], layers: [TFLiteRecurrence.Operands]) {
    var uses: [Int: TFLiteUse] = [:]
    var layers: [TFLiteRecurrence.Operands] = []
    var sources: [Int: Int] = [:]
    for node in try graph.tables(3, atMost: limits.jsonValueCount) {
      let code = Int(try node.number(0, or: UInt32(0)))
      guard code < operations.count else {
        throw buffer.problem("has an operation that is not listed", at: node.position)
      }
      let inputs = try node.numbers(1, Int32.self, atMost: limits.tensorCount)
      let outputs = try node.numbers(2, Int32.self, atMost: limits.tensorCount)
      guard let operation = TFLiteOperation(rawValue: operations[code]) else { continue }
      if operation == .dequantize, let input = inputs.first, let output = outputs.first {
        // Halves are made whole before they are used.
        sources[output] = sources[input] ?? input
        continue
      }
      func name(_ index: Int?) -> String? {
        index.flatMap { names.indices.contains($0) ? names[$0] : nil }
      }
      let operands = operation.operands(inputs.count)
      if operation == .lstm || operation == .sequenceLSTM {
        let indices = inputs.map { sources[$0] ?? $0 }
        layers += [TFLiteRecurrence.Operands(indices, result: name(outputs.first))].compactMap(
          \.self)
      }
      let kernel = operands.first.flatMap {
        $0.input < inputs.count ? name(sources[inputs[$0.input]] ?? inputs[$0.input]) : nil
      }
      for operand in operands where operand.input < inputs.count {
        let index = sources[inputs[operand.input]] ?? inputs[operand.input]
        guard uses[index] == nil else { continue }
        var use = TFLiteUse(
          operation: operation, parameter: operand.parameter, result: name(outputs.first),
          kernel: operand.parameter == "bias" ? kernel : nil)
        try use.read(node.table(4))
        uses[index] = use
      }
    }
    return (uses, layers)
  }

  /// - Returns: nil for a tensor that is no weight, or is in the list already.
  private mutating func weight(
    _ table: FlatTable, named name: String, use: TFLiteUse?
  ) throws(LoadError) -> Tensor? {
    guard let found = try tensor(table, named: name, use: use), found.isWeight else { return nil }
    guard taken.insert(found.content).inserted else {
      repeatedCount += 1
      return nil
    }
    guard budget.take(found.bytes.count) else {
      throw LoadError(
        .offsetsOverlap, "is of bytes that are used more than twice", file: buffer.file,
        offset: UInt64(table.position), tensor: name)
    }
    return found
  }

  /// - Returns: nil for a tensor without numbers of its own.
  private mutating func tensor(
    _ table: FlatTable, named name: String, use: TFLiteUse?
  ) throws(LoadError) -> Tensor? {
    let number = Int(try table.number(2, or: UInt32(0)))
    guard number > 0 else { return nil }
    guard number < buffers.count else {
      throw buffer.problem("has a tensor in a buffer that is not there", at: table.position)
    }
    if places[number] == nil { places[number] = .some(try bytes(of: buffers[number])) }
    guard let bytes = places[number] ?? nil, !bytes.isEmpty else { return nil }
    let id = try table.number(1, or: UInt8(0))
    func problem(_ code: LoadError.Code, _ message: String) -> LoadError {
      LoadError(
        code, message, file: buffer.file, offset: UInt64(table.position), tensor: name)
    }
    guard let type = TFLiteType(rawValue: id) else {
      throw problem(.unknownElementType, "has the element type \(id)")
    }
    let shape = try table.numbers(0, Int32.self, atMost: limits.rank)
    guard shape.allSatisfy({ $0 >= 0 }), let count = shape.productIfCounted else {
      throw problem(.shapeOverflow, "has the shape \(shape), which cannot be")
    }
    let isSparse = try table.table(6) != nil
    // Texts and handles are no numbers.
    guard let needed = type.byteCount(of: count) else { return nil }
    guard isSparse || bytes.count == needed else {
      throw problem(.sizeMismatch, "has \(bytes.count) bytes; \(type) \(shape) takes \(needed)")
    }
    // No form has less than a bit for a number: a shape that claims more would outweigh the model.
    guard count / 8 <= bytes.count else {
      throw problem(.sizeMismatch, "claims \(count) numbers in \(bytes.count) bytes")
    }
    var found = Tensor(
      name: name, type: type, shape: shape, bytes: bytes, scaleAxis: 0, isSparse: isSparse,
      use: use, offset: table.position,
      content: Content(buffer: number, type: id, shape: shape, scales: [], zeros: []))
    if let quantisation = try table.table(4) {
      found.scales = try quantisation.vector(2, width: 4).flatMap { $0.isEmpty ? nil : $0 }
      found.zeros = try quantisation.vector(3, width: 8).flatMap { $0.isEmpty ? nil : $0 }
      found.scaleAxis = Int(try quantisation.number(6, or: Int32(0)))
    }
    func contents(_ range: Range<Int>?) -> [UInt8] { range.map { Array(buffer.bytes[$0]) } ?? [] }
    found.content.scales = contents(found.scales)
    found.content.zeros = contents(found.zeros)
    return found
  }

  /// The bytes of a buffer, within it or, in large files, behind everything.
  private func bytes(of buffer: FlatTable) throws(LoadError) -> Range<Int>? {
    if let data = try buffer.vector(0, width: 1), !data.isEmpty { return data }
    let offset = try buffer.number(1, or: UInt64(0))
    let count = try buffer.number(2, or: UInt64(0))
    // 1 stands for none.
    guard offset > 1, count > 0 else { return nil }
    guard let start = Int(exactly: offset), let length = Int(exactly: count),
      start <= self.buffer.bytes.count, length <= self.buffer.bytes.count - start
    else {
      throw LoadError(
        .offsetsOutOfRange, "has a buffer beyond the end of the file: download it again",
        file: self.buffer.file, offset: UInt64(buffer.position))
    }
    return start..<start + length
  }
}
