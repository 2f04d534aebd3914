/// A tensor of a pickle: where its numbers are, or why they cannot be had.
enum TensorReading {
  case stored(StridedLayout, PyTorchType, StorageBytes)
  case unreadable(String, shape: [Int]?)

  var shape: [Int]? {
    switch self {
    case .stored(let layout, _, _): layout.shape
    case .unreadable(_, let shape): shape
    }
  }

  /// Where its numbers are: tensors that share it are one; nil of what is not read.
  var place: Place? {
    guard case .stored(let layout, let type, let bytes) = self else { return nil }
    return Place(
      shape: layout.shape, strides: layout.strides, offset: layout.offset, width: type.width,
      file: bytes.source.path, start: bytes.range.lowerBound)
  }

  struct Place: Hashable {
    var shape: [Int]
    var strides: [Int]
    var offset: Int
    var width: Int
    var file: String
    var start: Int
  }

  /// The count of its numbers; nil where nobody can tell.
  var count: Int? {
    switch self {
    case .stored(let layout, _, _): layout.count
    case .unreadable(_, let shape):
      shape.flatMap { shape in
        shape.reduce(1 as Int?) { count, extent in
          count.flatMap { count in
            let (product, overflow) = count.multipliedReportingOverflow(by: extent)
            return overflow || extent < 0 ? nil : product
          }
        }
      }
    }
  }
}

/// Gives the bytes of storages, which stand outside of the pickle.
protocol PyTorchStorages {
  /// - Throws: why the storage of this key cannot be had.
  func bytes(of key: String) throws(LoadError) -> StorageBytes
}

/// Tells which of a pickle's objects are tensors.
struct PyTorchObjects {
  let heap: PickleHeap
  let storages: any PyTorchStorages
  /// The file that the pickle itself is in, and where; nil where it is compressed.
  let pickle: StorageBytes?
  /// Storages within the pickle, by where their bytes start.
  let nested: [Int: NestedStorage]
  /// Arrays whose bytes the pickle spells, decoded once.
  let spelled = SpelledBytes()
  let limits: LoadLimits
  /// What each global is, if it puts tensors together.
  private let callees: [PyTorchCallee?]

  init(
    heap: PickleHeap, storages: any PyTorchStorages, pickle: StorageBytes?,
    nested: [Int: NestedStorage], limits: LoadLimits
  ) {
    self.heap = heap
    self.storages = storages
    self.pickle = pickle
    self.nested = nested
    self.limits = limits
    callees = heap.globals.map { PyTorchCallee($0.fullName) }
  }

  /// A tensor wraps another one now and then, not for ever.
  private static let deepest = 8

  /// - Returns: nil for what is no tensor.
  func tensor(_ value: PickleValue, depth: Int = 0) -> TensorReading? {
    guard let object = heap.object(value), case .call = object.origin,
      let callee = builder(of: object.callee)
    else { return nil }
    return tensor(callee, heap.arguments(object.arguments) ?? [], of: object, depth: depth)
  }

  private func builder(of value: PickleValue) -> PyTorchCallee? {
    if case .global(let place) = value { callees[place] } else { nil }
  }

  private func tensor(
    _ callee: PyTorchCallee, _ arguments: [PickleValue], of object: PickleObject, depth: Int
  ) -> TensorReading? {
    guard depth < Self.deepest else {
      return .unreadable("is wrapped too often", shape: nil)
    }
    switch callee {
    case .tensor, .tensor2: return strided(arguments, type: nil)
    case .tensor3:
      guard arguments.count >= 7 else { return malformed }
      let name = heap.name(arguments[6]) ?? ""
      guard name.hasPrefix("torch."), let type = PyTorchType.named(String(name.dropFirst(6)))
      else {
        return .unreadable(
          "is of the type \(LoadError.quote(name)), which is not known", shape: shape(arguments, 2))
      }
      return strided(arguments, type: type)
    case .quantised:
      // Affine codes: a scale and a zero point stand beside, which are not applied.
      return strided(arguments, type: nil)
    case .parameter, .parameterWithState, .fromNumPy, .fromTensor, .xla:
      guard let inner = arguments.first else { return malformed }
      return tensor(inner, depth: depth + 1)
    case .subclass, .subclass2:
      guard arguments.count >= 3, let function = builder(of: arguments[0]),
        let inner = heap.arguments(arguments[2])
      else { return malformed }
      return tensor(function, inner, of: object, depth: depth + 1)
    case .sparse: return .unreadable("is sparse, which is not decoded", shape: nil)
    case .sparseRows: return .unreadable("is sparse, which is not decoded", shape: nil)
    case .nested: return .unreadable("is nested, which is not decoded", shape: nil)
    case .meta:
      return .unreadable("is a meta tensor, without numbers", shape: shape(arguments, 1))
    case .wrapper, .storage: return nil
    case .array, .arrayOfBuffer, .scalar: return NumPyObjects(objects: self).array(object, callee)
    }
  }

  private var malformed: TensorReading {
    .unreadable("is put together otherwise than PyTorch does", shape: nil)
  }

  private func shape(_ arguments: [PickleValue], _ place: Int) -> [Int]? {
    arguments.indices.contains(place) ? integers(arguments[place]) : nil
  }

  /// The numbers of a tuple, a list, a `torch.Size` or a list of TorchScript.
  private func integers(_ value: PickleValue) -> [Int]? {
    if let numbers = heap.integers(value) { return numbers }
    guard let object = heap.object(value),
      ["torch.Size", "torch.jit._pickle.build_intlist"].contains(heap.name(object.callee) ?? ""),
      let arguments = heap.sequence(object.arguments), let first = arguments.first
    else { return nil }
    return heap.integers(first)
  }

  /// Storage, offset, size and strides: the arguments of all that rebuild a tensor.
  private func strided(_ arguments: [PickleValue], type: PyTorchType?) -> TensorReading {
    guard arguments.count >= 4, let offset = heap.integer(arguments[1]),
      let shape = integers(arguments[2]), let strides = integers(arguments[3])
    else { return malformed }
    guard shape.count <= limits.rank,
      let layout = StridedLayout(
        shape: shape, strides: strides, offset: offset)
    else { return .unreadable("has a shape or strides that cannot be", shape: nil) }
    do throws(LoadError) {
      let storage = try storage(arguments[0])
      return Self.reading(layout, type ?? storage.type, storage.bytes)
    } catch {
      return .unreadable(error.message, shape: shape)
    }
  }

  /// A reading of a layout that may be too large for the bytes.
  static func reading(
    _ layout: StridedLayout, _ type: PyTorchType, _ bytes: StorageBytes
  ) -> TensorReading {
    let room = bytes.range.count / type.width
    guard layout.last < room else {
      return .unreadable(
        "needs \(layout.last < Int.max ? "\(layout.last + 1)" : "more") numbers of its storage, "
          + "which has \(room)", shape: layout.shape)
    }
    // What a file of some bytes unfolds to must not be without bound.
    guard layout.count <= max(room, 1 << 16) else {
      return .unreadable(
        "repeats the \(room) numbers of its storage to \(layout.count)", shape: layout.shape)
    }
    return .stored(layout, type, bytes)
  }
}

// MARK: Storages

extension PyTorchObjects {
  /// What a value that stands for a storage says of it.
  private func storage(
    _ value: PickleValue
  ) throws(LoadError) -> (type: PyTorchType, bytes: StorageBytes) {
    guard let object = heap.object(value) else {
      throw LoadError(.headerMalformed, "has no storage")
    }
    if case .persistent = object.origin {
      guard let id = PersistentStorage(object, heap) else {
        throw LoadError(.headerMalformed, "has a storage of a kind that is not known")
      }
      guard !id.isView else {
        throw LoadError(
          .unsupportedLayout,
          "has a storage that is a part of another, as versions before 0.4 wrote")
      }
      return (id.type, try storages.bytes(of: id.key))
    }
    guard heap.name(object.callee) == PyTorchCallee.storage.rawValue,
      case .bytes(let range)? = heap.sequence(object.arguments)?.first,
      let storage = nested[range.lowerBound]
    else { throw LoadError(.headerMalformed, "has a storage of a kind that is not known") }
    return try storage.contents.get()
  }
}

/// What a pickle says of a storage that stands outside of it: `('storage', torch.FloatStorage, '0',
/// 'cpu', 12)`.
struct PersistentStorage {
  var type: PyTorchType
  var key: String
  /// Whether it is a part of the storage of that key.
  var isView = false

  init?(_ object: PickleObject, _ heap: PickleHeap) {
    guard case .persistent = object.origin,
      let id = heap.arguments(object.arguments),
      id.count >= 5, heap.text(id[0]) == "storage",
      let name = heap.name(id[1])?.split(separator: ".").last,
      let type = PyTorchType.storages[String(name)],
      let key = heap.text(id[2]) ?? heap.integer(id[2]).map(String.init)
    else { return nil }
    self.type = type
    self.key = key
    if id.count > 5, case .none = id[5] { return }
    isView = id.count > 5
  }
}
