/// The slices of a model that was trained tensor-parallel: every file holds a part of every tensor, as
/// Meta published Llama (`consolidated.00.pth`, `consolidated.01.pth`, …).
///
/// - Source: github.com/meta-llama/llama, `model.py`: ColumnParallelLinear cuts rows of a weight,
///   RowParallelLinear its columns, ParallelEmbedding columns (Llama 1 and 2) or rows (Llama 3); norms
///   are in every slice.
enum TensorParallelShards {
  /// The modules whose weights are cut along their inputs.
  private static let cutAlongInputs: Set<String> = ["wo", "w2", "o_proj", "down_proj"]
  /// Tensors up to this size are looked at for being the same in every slice.
  private static let replicaBytes = 1 << 20

  /// Whether files are called like all slices of one model.
  static func areSlices(_ names: [String]) -> Bool {
    let slices = names.compactMap(SliceName.init)
    guard slices.count > 1, slices.count == names.count else { return false }
    return Set(slices.map(\.group)).count == 1
      && slices.map(\.number).sorted() == Array(slices.indices)
  }

  /// The whole tensors.
  ///
  /// - Parameter slices: in the order of their numbers.
  /// - Returns: nil if the files do not hold the same tensors, and so are shards of another kind.
  static func joined(_ slices: [Checkpoint], path: String) throws(LoadError) -> Checkpoint? {
    guard var whole = slices.first else { return nil }
    let tables = slices.map { slice in
      Dictionary(slice.tensors.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    }
    guard tables.allSatisfy({ $0.count == tables[0].count && $0.keys == tables[0].keys }) else {
      return nil
    }
    let groups = whole.tensors.map { tensor in tables.compactMap { $0[tensor.name] } }
    var equal: Set<Int> = []
    for (index, parts) in groups.enumerated() where parts[0].byteCount <= replicaBytes {
      if try areEqual(parts) { equal.insert(index) }
    }
    let hidden = hiddenSize(groups.indices.filter(equal.contains).map { groups[$0][0] })
    for (index, parts) in groups.enumerated() {
      // Slices of zeros are equal too.
      let isVector = parts[0].shape.count == 1
      guard !equal.contains(index) || isVector && parts[0].elementCount != hidden else { continue }
      whole.tensors[index] = try joined(parts, hidden: hidden, path: path)
    }
    whole.path = path
    whole.files = slices.flatMap(\.files)
    whole.problems = slices.flatMap(\.problems)
    whole.notes = slices.flatMap(\.notes)
    return whole
  }

  /// The commonest length of vectors that all slices hold: of the norms.
  private static func hiddenSize(_ replicated: [Tensor]) -> Int? {
    let lengths = replicated.filter { $0.shape.count == 1 }.map(\.elementCount)
    let counts = lengths.reduce(into: [:]) { $0[$1, default: 0] += 1 }
    return counts.max { ($0.value, $0.key) < ($1.value, $1.key) }?.key
  }

  private static func joined(
    _ parts: [Tensor], hidden: Int?, path: String
  ) throws(LoadError) -> Tensor {
    let first = parts[0]
    guard areAlike(parts), first.elementType.bitWidth.isMultiple(of: 8), !first.shape.isEmpty else {
      throw LoadError(
        .unsupportedLayout,
        "its slices have other shapes or types in other files", file: path, tensor: first.name)
    }
    let axis = axis(of: first, slices: parts.count, hidden: hidden)
    var shape = first.shape
    let (extent, overflow) = shape[axis].multipliedReportingOverflow(by: parts.count)
    shape[axis] = extent
    guard !overflow, shape.productIfCounted != nil else {
      throw LoadError(.shapeOverflow, "is too large", file: path, tensor: first.name)
    }
    return Tensor(
      name: first.name, elementType: first.elementType, shape: shape,
      axisOrder: first.axisOrder,
      storage: JoinedStorage(
        slices: parts.map { $0.stored[0].storage },
        run: first.shape[axis...].reduce(first.elementType.bitWidth / 8, *)))
  }

  /// The axis along which a tensor is cut: the one that is not whole, to judge by the hidden size.
  private static func axis(of tensor: Tensor, slices: Int, hidden: Int?) -> Int {
    guard tensor.shape.count == 2, let hidden else { return 0 }
    let (rows, columns) = (tensor.shape[0], tensor.shape[1])
    if (rows == hidden) != (columns == hidden) { return rows == hidden ? 1 : 0 }
    if rows != hidden { return [columns, slices].productIfCounted == hidden ? 1 : 0 }
    let module = tensor.name.split(separator: ".").dropLast().last.map(String.init) ?? ""
    return cutAlongInputs.contains(module) ? 1 : 0
  }

  /// Whether all are stored plainly, in one type and shape.
  private static func areAlike(_ parts: [Tensor]) -> Bool {
    parts.allSatisfy {
      $0.isPlain && $0.shape == parts[0].shape && $0.elementType == parts[0].elementType
    }
  }

  private static func areEqual(_ parts: [Tensor]) throws(LoadError) -> Bool {
    let first = parts[0]
    guard areAlike(parts) else { return false }
    let scratch = ByteScratch()
    return try first.stored[0].storage.withBytes(
      of: 0..<first.stored[0].byteCount, scratch: scratch
    ) { (bytes) throws(LoadError) in
      for part in parts.dropFirst() {
        let isEqual = try part.stored[0].storage.withBytes(
          of: 0..<bytes.count, scratch: scratch.beside
        ) { (other) throws(LoadError) in other.elementsEqual(bytes) }
        guard isEqual else { return false }
      }
      return true
    }
  }
}

/// The parts of `consolidated.00.pth`.
///
/// Other names with such numbers are checkpoints of a run, each whole.
struct SliceName {
  /// Equal for slices of one model.
  let group: String
  let number: Int

  init?(_ name: String) {
    guard let match = name.firstMatch(of: /^(.+)\.([0-9]{2})(\.[A-Za-z0-9_]+)$/),
      FormatCatalogue.copyStems.contains(String(match.1)), let number = Int(match.2)
    else { return nil }
    group = "\(match.1)\(match.3)"
    self.number = number
  }
}

/// Slices of an array that was cut along an axis, as the array.
struct JoinedStorage: TensorStorage {
  let slices: [any TensorStorage]
  /// Bytes of a slice that are neighbours in the whole.
  let run: Int

  func withBytes<Result>(
    of range: Range<Int>, scratch: ByteScratch,
    _ body: (UnsafeRawBufferPointer) throws(LoadError) -> Result
  ) throws(LoadError) -> Result {
    guard !range.isEmpty else { return try body(UnsafeRawBufferPointer(start: nil, count: 0)) }
    let first = range.lowerBound / run
    guard first != (range.upperBound - 1) / run else {
      // Within one run nothing has to be put together.
      let number = first % slices.count
      return try slices[number].withBytes(of: part(number, of: range), scratch: scratch, body)
    }
    let target = scratch.reserve(range.count)
    for (number, slice) in slices.enumerated() {
      let part = part(number, of: range)
      guard !part.isEmpty else { continue }
      try slice.withBytes(of: part, scratch: scratch.beside) { (bytes) throws(LoadError) in
        copy(bytes, part, ofSlice: number, into: target, startingAt: range.lowerBound)
      }
    }
    return try body(UnsafeRawBufferPointer(target))
  }

  func prefetch(_ range: Range<Int>) {
    guard !range.isEmpty else { return }
    for (number, slice) in slices.enumerated() { slice.prefetch(part(number, of: range)) }
  }

  /// What of a slice is in a range of the whole.
  private func part(_ number: Int, of range: Range<Int>) -> Range<Int> {
    place(of: range.lowerBound, in: number)..<place(of: range.upperBound, in: number)
  }

  /// Bytes of a slice before an offset in the whole.
  private func place(of offset: Int, in number: Int) -> Int {
    let (row, rest) = offset.quotientAndRemainder(dividingBy: run * slices.count)
    return row * run + min(run, max(0, rest - number * run))
  }

  private func copy(
    _ bytes: UnsafeRawBufferPointer, _ part: Range<Int>, ofSlice number: Int,
    into target: UnsafeMutableRawBufferPointer, startingAt origin: Int
  ) {
    var place = part.lowerBound
    while place < part.upperBound {
      let (row, column) = place.quotientAndRemainder(dividingBy: run)
      let count = min(run - column, part.upperBound - place)
      let start = (row * slices.count + number) * run + column - origin
      let source = place - part.lowerBound
      target[start..<start + count].copyBytes(from: bytes[source..<source + count])
      place += count
    }
  }
}
