/// The arrays of an ONNX model: in its file, or in files beside that it names.
struct ONNXArrays {
  private let source: any ByteSource
  private let folder: any ModelFolder
  private let limits: LoadLimits
  private var external: [String: External] = [:]
  /// The files beside, in the order in which they are named.
  private(set) var files: [any ByteSource] = []
  private(set) var problems: [LoadProblem] = []

  private struct External {
    var file: any ByteSource
    var budget: ByteBudget
  }

  /// Of the model's own file.
  private var budget: ByteBudget

  init(_ source: any ByteSource, in folder: any ModelFolder, limits: LoadLimits) {
    (self.source, self.folder, self.limits) = (source, folder, limits)
    budget = ByteBudget(fileBytes: source.byteCount)
  }

  /// - Returns: nil for what is not read, which is among the problems.
  mutating func array(_ tensor: ONNXTensor, named name: String) throws(LoadError) -> StoredArray? {
    guard let storage = try storage(tensor, named: name) else { return nil }
    if let type = tensor.type.elementType {
      return StoredArray(name: name, elementType: type, shape: tensor.shape, storage: storage)
    }
    let bytes = tensor.type.byteCount(of: tensor.count) ?? 0
    // Four-bit floats with their scales are as many halves of bytes.
    return tensor.type == .float4E2M1
      ? StoredArray(name: name, elementType: .float4E2M1, shape: [2 * bytes], storage: storage)
      : StoredArray(name: name, elementType: .uint8, shape: [bytes], storage: storage)
  }

  private mutating func storage(
    _ tensor: ONNXTensor, named name: String
  ) throws(LoadError) -> (any TensorStorage)? {
    switch tensor.data {
    case .bytes(let range):
      try spend(range.count, on: tensor)
      return RangeStorage(file: source, range: range, tensor: name)
    case nil: return RangeStorage(file: source, range: 0..<0, tensor: name)
    case .varints(let range):
      try spend(range.count, on: tensor)
      let bytes = tensor.type.byteCount(of: tensor.count) ?? 0
      // Numbers narrower than a byte come packed in bytes.
      let width = max(1, tensor.type.bits / 8)
      return try VarintStorage(
        source, range, width: width, count: bytes / width, tensor: name)
    case .external(let place): return try external(place, of: tensor, named: name)
    case .scattered:
      problems.append(
        LoadProblem(
          .unreadTensor, LoadError.printable(name, limit: 256),
          "is stored in pieces, as no writer stores it", elements: tensor.count))
      return nil
    }
  }

  private mutating func spend(_ count: Int, on tensor: ONNXTensor) throws(LoadError) {
    guard budget.take(count) else {
      throw tensor.problem(
        .offsetsOverlap, "is of bytes that are used more than twice", file: source.path)
    }
  }

  private mutating func external(
    _ place: ONNXExternalData, of tensor: ONNXTensor, named name: String
  ) throws(LoadError) -> any TensorStorage {
    if external[place.location] == nil {
      let file = try file(place.location, of: tensor)
      external[place.location] = External(
        file: file, budget: ByteBudget(fileBytes: file.byteCount))
    }
    guard var found = external[place.location] else {
      return RangeStorage(file: source, range: 0..<0, tensor: name)
    }
    let count = tensor.type.byteCount(of: tensor.count) ?? 0
    guard place.offset <= found.file.byteCount, count <= found.file.byteCount - place.offset else {
      throw tensor.problem(
        .offsetsOutOfRange,
        "needs \(count) bytes from byte \(place.offset) of \(LoadError.quote(place.location)) on, "
          + "which has \(found.file.byteCount); download it again", file: source.path)
    }
    guard found.budget.take(count) else {
      throw tensor.problem(
        .offsetsOverlap,
        "is of a file, \(LoadError.quote(place.location)), whose bytes are used more than twice",
        file: source.path)
    }
    external[place.location] = found
    return RangeStorage(
      file: found.file, range: place.offset..<place.offset + count, tensor: name)
  }

  private mutating func file(
    _ location: String, of tensor: ONNXTensor
  ) throws(LoadError) -> any ByteSource {
    guard files.count < limits.shardCount else {
      throw tensor.problem(
        .limitExceeded, "names more than \(limits.shardCount) files", file: source.path)
    }
    do throws(LoadError) {
      let file = try folder.open(location)
      files.append(file)
      return file
    } catch  where error.code == .shardOutsideFolder {
      throw tensor.problem(error.code, error.message, file: source.path)
    } catch  where error.code == .notFound {
      throw tensor.problem(
        .shardMissing,
        "is in \(LoadError.quote(location)), which is not there; download it into the same folder",
        file: source.path)
    }
  }
}
