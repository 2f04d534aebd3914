/// What a checkpoint of PyTorch holds, as far as it is the model.
struct PyTorchModel {
  private(set) var tensors: [Tensor] = []
  private(set) var notes: [String] = []
  private(set) var problems: [LoadProblem] = []

  private let file: String
  private let limits: LoadLimits
  private var names: Set<String> = []
  private var unreadCount = 0
  /// Bytes that further tensors may have.
  private var room: Int

  /// Bytes that tensors may have for each byte of the file: storages are shared by some, not by all.
  private static let mostViews = 16

  /// - Parameter source: the checkpoint, whatever of it the pickle is.
  init(of source: any ByteSource, limits: LoadLimits) {
    file = source.path
    self.limits = limits
    room = Self.mostViews * max(source.byteCount, 1 << 12)
  }

  /// Takes the tensors of one pickle.
  ///
  /// - Parameters:
  ///   - machine: has run the pickle.
  ///   - root: what the pickle made.
  ///   - pickle: where the pickle is; nil where it is compressed.
  ///   - prefix: put before all names.
  /// - Throws: `.tooManyTensors`, `.limitExceeded`, `.duplicateKey`, `.nestingTooDeep`.
  mutating func take(
    _ machine: PickleMachine, root: PickleValue, storages: any PyTorchStorages,
    pickle: StorageBytes?, prefix: String = ""
  ) throws(LoadError) {
    let nested = NestedStorage.all(of: machine.heap, in: pickle, limits: limits)
    problems += machine.problems()
    problems += nested.keys.sorted().flatMap { nested[$0]?.problems ?? [] }
    if NestedStorage.isHidden(in: machine.heap, found: nested) {
      problems.append(
        LoadProblem(
          .callingPickle, PathName.name(of: file),
          "calls \(PyTorchCallee.storage.rawValue) with bytes that cannot be followed"))
    }
    let objects = PyTorchObjects(
      heap: machine.heap, storages: storages, pickle: pickle, nested: nested, limits: limits)
    let choice = ModelChoice(try TensorTree(of: root, objects: objects, file: file))
    notes += choice.notes
    if !choice.unread.isEmpty {
      let count = choice.unread.reduce(0) { $0 + $1.count }
      problems.append(
        LoadProblem(
          .unreadWeights, PathName.name(of: file),
          "holds \(count == 1 ? "one tensor" : "\(count) tensors") in "
            + "\(WeightPlan.list(choice.unread.map(\.name))) that \(count == 1 ? "was" : "were") not "
            + "read as the model", elements: choice.unread.reduce(0) { $0 + $1.numbers }))
    }
    for (name, reading) in choice.tensors {
      try add(reading, named: prefix + (name.isEmpty ? "tensor" : name))
    }
  }

  private mutating func add(_ reading: TensorReading, named name: String) throws(LoadError) {
    guard name.utf8.count <= limits.nameByteCount else {
      throw LoadError(
        .limitExceeded,
        "a tensor's name has \(name.utf8.count) bytes; at most \(limits.nameByteCount) are read",
        file: file, tensor: String(name.prefix(80)))
    }
    guard names.count < limits.tensorCount else {
      throw LoadError(
        .tooManyTensors, "there are more than \(limits.tensorCount) tensors", file: file)
    }
    guard names.insert(name).inserted else {
      throw LoadError(.duplicateKey, "is there twice", file: file, tensor: name)
    }
    switch reading {
    case .unreadable(let message, _):
      unreadCount += 1
      guard unreadCount <= limits.pickle.unreadTensorCount else {
        throw LoadError(
          .limitExceeded,
          "more than \(limits.pickle.unreadTensorCount) tensors cannot be read; this one \(message)",
          file: file, tensor: name)
      }
      problems.append(LoadProblem(.unreadTensor, name, message, elements: reading.count))
    case .stored(let layout, let type, let bytes):
      room -= layout.count * type.width
      guard room >= 0 else {
        throw LoadError(
          .limitExceeded,
          "all tensors together have more than \(Self.mostViews) times the bytes of the file",
          file: file, tensor: name)
      }
      tensors.append(
        Tensor(
          name: name, type: type, shape: layout.shape,
          storage: StridedStorage(layout, in: bytes, type: type, tensor: name)))
    }
  }
}

extension Tensor {
  /// A tensor of PyTorch; one of a type that is not decoded is stored as bytes.
  fileprivate init(
    name: String, type: PyTorchType, shape: [Int], storage: any TensorStorage
  ) {
    switch type {
    case .numbers(let element):
      self.init(
        name: name, elementType: element, shape: shape,
        axisOrder: KernelNames.axisOrder(of: name, shape: shape), storage: storage)
    case .coded(let scheme, let width):
      let codes = StoredArray(
        name: name, elementType: .uint8, shape: width == 1 ? shape : shape + [width],
        storage: storage)
      self.init(
        name: name, shape: shape, stored: [codes], decoding: .undecoded(scheme: "torch.\(scheme)"))
    }
  }
}
