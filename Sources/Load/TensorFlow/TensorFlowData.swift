/// The files of data of a TensorFlow checkpoint, opened as they are needed.
struct TensorFlowData {
  private(set) var problems: [LoadProblem] = []
  private let index: TensorFlowIndex
  private let folder: any ModelFolder
  private let limits: LoadLimits
  private var shards: [Int: any ByteSource] = [:]
  private var budgets: [Int: ByteBudget] = [:]

  /// The graph of objects is that large at most.
  private static let mostGraphBytes = 256 << 20

  init(_ index: TensorFlowIndex, in folder: any ModelFolder, limits: LoadLimits) {
    self.index = index
    self.folder = folder
    self.limits = limits
  }

  /// The files that were opened, in order.
  var opened: [any ByteSource] { shards.keys.sorted().compactMap { shards[$0] } }

  private func problem(
    _ code: LoadError.Code, _ message: String, _ tensor: String
  ) -> LoadError {
    LoadError(code, message, file: index.source.path, tensor: tensor)
  }

  /// - Throws: `.shardMissing`, `.emptyFile` for a file of data without any.
  private mutating func shard(_ number: Int) throws(LoadError) -> any ByteSource {
    if let open = shards[number] { return open }
    func digits(_ number: Int) -> String {
      let text = String(number)
      return String(repeating: "0", count: max(0, 5 - text.count)) + text
    }
    // The index may stand in a folder below.
    let path = index.source.path
    let place =
      path.hasPrefix(folder.path + "/")
      ? String(path.dropFirst(folder.path.count + 1)) : PathName.name(of: path)
    let stem = place.hasSuffix(".index") ? String(place.dropLast(6)) : place
    let name = "\(stem).data-\(digits(number))-of-\(digits(index.shardCount))"
    do throws(LoadError) {
      let source = try folder.open(name)
      shards[number] = source
      budgets[number] = ByteBudget(fileBytes: source.byteCount)
      return source
    } catch  where error.code == .notFound {
      throw LoadError(
        .shardMissing,
        "the file of its data \(LoadError.quote(name)) is not there; download it, or the checkpoint "
          + "again", file: path)
    }
  }

  mutating func objectGraph() throws(LoadError) -> ObjectGraph? {
    guard let found = index.variables.first(where: { $0.key == ObjectGraph.key }),
      found.entry.shape.isEmpty, found.entry.byteCount <= Self.mostGraphBytes
    else { return nil }
    let (source, range) = try place(of: found.entry, found.key)
    return try source.withBytes(in: range, tensor: found.key) { (bytes) throws(LoadError) in
      try ObjectGraph(bytes, file: source.path, limits: limits)
    }
  }

  private mutating func place(
    of entry: BundleEntry, _ key: String
  ) throws(LoadError) -> (any ByteSource, Range<Int>) {
    guard (0..<index.shardCount).contains(entry.shard) else {
      throw problem(
        .offsetsOutOfRange, "is said to be in file \(entry.shard) of \(index.shardCount)", key)
    }
    let source = try shard(entry.shard)
    let (end, overflow) = entry.offset.addingReportingOverflow(entry.byteCount)
    guard entry.offset >= 0, entry.byteCount >= 0, !overflow, end <= source.byteCount else {
      throw LoadError(
        .truncated,
        "\(entry.byteCount) bytes from \(entry.offset) on are claimed, the file has "
          + "\(source.byteCount)", file: source.path, tensor: key)
    }
    guard budgets[entry.shard]?.take(entry.byteCount) ?? false else {
      throw LoadError(
        .offsetsOverlap, "is of bytes that are used more than twice", file: source.path,
        tensor: key)
    }
    return (source, entry.offset..<end)
  }

  /// A variable as a tensor; nil for one whose type or slices are not read, which is a problem.
  mutating func tensor(_ variable: BundleModel.Variable) throws(LoadError) -> Tensor? {
    let entry = variable.entry
    guard let layout = StridedLayout.dense(entry.shape),
      !layout.count.multipliedReportingOverflow(by: 128).overflow
    else { throw problem(.shapeOverflow, "the extents \(entry.shape) overflow", variable.key) }
    guard let type = entry.elementType else {
      problems.append(
        LoadProblem(
          .unreadTensor, variable.name, "is of type \(entry.type) of TensorFlow, which is not read",
          elements: layout.count))
      return nil
    }
    let storage: any TensorStorage
    if entry.slices.isEmpty {
      storage = try self.storage(entry, type, variable)
    } else if let joined = try sliced(variable, type) {
      storage = joined
    } else {
      problems.append(
        LoadProblem(
          .unreadTensor, variable.name,
          "is stored in slices that do not follow one another along "
            + "its first axis, which is not read", elements: layout.count))
      return nil
    }
    let shape = TensorFlowNames.shape(entry.shape, of: variable.name)
    return Tensor(
      name: variable.name, elementType: type, shape: shape,
      axisOrder: KernelNames.axisOrder(of: variable.name, shape: shape), storage: storage)
  }

  private mutating func storage(
    _ entry: BundleEntry, _ type: ElementType, _ variable: BundleModel.Variable
  ) throws(LoadError) -> any TensorStorage {
    let (source, range) = try place(of: entry, variable.key)
    guard let layout = StridedLayout.dense(entry.shape),
      layout.count.multipliedReportingOverflow(by: type.bitWidth / 8)
        == (range.count, false)
    else {
      throw problem(
        .sizeMismatch, "\(range.count) bytes are stored, the shape \(entry.shape) needs others",
        variable.key)
    }
    let bytes: any ByteSource =
      entry.checksum.map { CheckedBytes(source, range, checksum: $0, tensor: variable.name) }
      ?? source
    return StridedStorage(
      layout, in: StorageBytes(source: bytes, range: range, isBigEndian: index.isBigEndian),
      type: .numbers(type), tensor: variable.name)
  }

  /// Slices one behind the other along the first axis, as TensorFlow 1 cuts large tables.
  private mutating func sliced(
    _ variable: BundleModel.Variable, _ type: ElementType
  ) throws(LoadError) -> (any TensorStorage)? {
    let shape = variable.entry.shape
    var parts: [(start: Int, entry: BundleEntry)] = []
    for slice in variable.entry.slices {
      guard slice.count == shape.count,
        slice.dropFirst().indices.allSatisfy({
          slice[$0].start == 0
            && slice[$0].length.map { [extent = shape[$0]] in $0 == extent } ?? true
        }), let first = slice.first,
        let entry = index.slices[BundleSliceKey.key(of: Array(variable.key.utf8), slice)],
        entry.slices.isEmpty, entry.type == variable.entry.type,
        entry.shape == [first.length ?? shape[0]] + shape.dropFirst()
      else { return nil }
      parts.append((first.start, entry))
    }
    parts.sort { $0.start < $1.start }
    var (end, stored): (Int, [(storage: any TensorStorage, byteCount: Int)]) = (0, [])
    for part in parts {
      guard part.start == end, let rows = part.entry.shape.first, rows <= shape[0] - end else {
        return nil
      }
      end += rows
      stored.append((try storage(part.entry, type, variable), part.entry.byteCount))
    }
    return end == shape[0] ? SequenceStorage(stored) : nil
  }
}
