/// Arrays of NumPy within a pickle.
struct NumPyObjects {
  let objects: PyTorchObjects

  private var heap: PickleHeap { objects.heap }

  /// - Parameter object: a call of `_reconstruct`, `_frombuffer` or `scalar`.
  func array(_ object: PickleObject, _ callee: PyTorchCallee) -> TensorReading? {
    switch callee {
    case .array:
      // (version, shape, dtype, whether the first axis is the fastest, bytes)
      guard let state = heap.arguments(object.state), state.count >= 5 else {
        return .unreadable("is an array without numbers", shape: nil)
      }
      return reading(
        bytes: state[4], type: state[2], shape: heap.integers(state[1]),
        isTransposed: heap.integer(state[3]) == 1)
    case .arrayOfBuffer:
      guard let arguments = heap.arguments(object.arguments), arguments.count >= 4
      else { return nil }
      return reading(
        bytes: arguments[0], type: arguments[1], shape: heap.integers(arguments[2]),
        isTransposed: heap.text(arguments[3]) == "F")
    default:
      guard let arguments = heap.arguments(object.arguments), arguments.count >= 2
      else { return nil }
      return reading(bytes: arguments[1], type: arguments[0], shape: [], isTransposed: false)
    }
  }

  private func reading(
    bytes: PickleValue, type: PickleValue, shape: [Int]?, isTransposed: Bool
  ) -> TensorReading? {
    guard let shape, shape.count <= objects.limits.rank,
      var layout = StridedLayout.dense(isTransposed ? shape.reversed() : shape)
    else { return .unreadable("has a shape that cannot be", shape: nil) }
    // Arrays of texts and of objects are no numbers.
    guard let (type, isBigEndian) = number(type) else { return nil }
    if isTransposed,
      let turned = StridedLayout(shape: shape, strides: layout.strides.reversed(), offset: 0)
    {
      layout = turned
    }
    guard let stored = source(of: bytes) else {
      return .unreadable("is an array whose bytes are not stored as they are", shape: shape)
    }
    return PyTorchObjects.reading(
      layout, type,
      StorageBytes(source: stored.source, range: stored.range, isBigEndian: isBigEndian))
  }

  /// The bytes of an array: as they are in the pickle, or spelled as the letters of Latin-1, as
  /// protocol 2 does.
  private func source(of value: PickleValue) -> StorageBytes? {
    switch value {
    case .bytes(let range), .text(let range):
      guard let pickle = objects.pickle else { return nil }
      let start = pickle.range.lowerBound
      return StorageBytes(
        source: pickle.source, range: start + range.lowerBound..<start + range.upperBound)
    case .object(let place):
      let object = heap.objects[place]
      guard heap.name(object.callee) == "_codecs.encode",
        let arguments = heap.arguments(object.arguments), arguments.count == 2,
        heap.text(arguments[1]) == "latin1"
      else { return nil }
      return objects.spelled.bytes(
        of: arguments[0], in: heap, path: objects.pickle?.source.path ?? "")
    default: return nil
    }
  }

  /// What a dtype says: its code (`f4`), and its byte order, which is put into it afterwards.
  private func number(_ value: PickleValue) -> (PyTorchType, isBigEndian: Bool)? {
    guard let object = heap.object(value), heap.name(object.callee) == "numpy.dtype",
      let code = heap.sequence(object.arguments)?.first.flatMap({ heap.text($0) }),
      let type = Self.types[code]
    else { return nil }
    let order = heap.sequence(object.state)?.dropFirst().first.flatMap { heap.text($0) }
    return (.numbers(type), order == ">")
  }

  private static let types: [String: ElementType] = [
    "f2": .float16, "f4": .float32, "f8": .float64, "i1": .int8, "i2": .int16, "i4": .int32,
    "i8": .int64, "u1": .uint8, "u2": .uint16, "u4": .uint32, "u8": .uint64, "b1": .bool,
    "c8": .complex64,
  ]
}

/// Arrays as the letters of Latin-1, each decoded once, however many arrays are made of it.
///
/// Only the thread that opens the checkpoint uses it.
final class SpelledBytes {
  private var known: [Int: StorageBytes?] = [:]

  func bytes(of value: PickleValue, in heap: PickleHeap, path: String) -> StorageBytes? {
    let key: Int
    switch value {
    case .text(let range): key = range.lowerBound
    case .spelled(let place): key = -1 - place
    default: return nil
    }
    if let found = known[key] { return found }
    var bytes: [UInt8] = []
    var isWhole = true
    for scalar in heap.longText(value)?.unicodeScalars ?? "".unicodeScalars where isWhole {
      if let byte = UInt8(exactly: scalar.value) { bytes.append(byte) } else { isWhole = false }
    }
    let found =
      isWhole ? StorageBytes(source: ByteList(bytes, path: path), range: 0..<bytes.count) : nil
    known[key] = .some(found)
    return found
  }
}

/// Bytes that were decoded from a file, in memory.
final class ByteList: ByteSource {
  let path: String
  private let bytes: [UInt8]

  init(_ bytes: [UInt8], path: String) {
    self.bytes = bytes
    self.path = path
  }

  var byteCount: Int { bytes.count }

  func read<Result>(
    _ range: Range<Int>, tensor: String?, scratch: ByteScratch,
    _ body: (UnsafeRawBufferPointer) throws(LoadError) -> Result
  ) throws(LoadError) -> Result {
    guard range.lowerBound >= 0, range.upperBound <= bytes.count else {
      throw LoadError(
        .truncated, "bytes \(range) are needed, there are \(bytes.count)", file: path,
        tensor: tensor)
    }
    let target = scratch.reserve(range.count)
    target.copyBytes(from: bytes[range])
    return try body(UnsafeRawBufferPointer(target))
  }

  func checkUnchanged() throws(LoadError) {}
}
