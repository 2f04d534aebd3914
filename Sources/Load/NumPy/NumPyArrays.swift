/// The tensors of NumPy's arrays, one after the other.
struct NumPyArrays {
  private(set) var tensors: [Tensor] = []
  private(set) var problems: [LoadProblem] = []
  private let file: String
  private let limits: LoadLimits
  private var names: Set<String> = []
  /// Arrays of texts and dates.
  private var others: [String] = []
  private var bareWords = 0

  init(of source: any ByteSource, limits: LoadLimits) {
    file = source.path
    self.limits = limits
  }

  var notes: [String] {
    var notes: [String] = []
    if !others.isEmpty {
      notes.append(
        "\(WeightPlan.list(others)) \(others.count == 1 ? "holds" : "hold") no numbers, and "
          + "\(others.count == 1 ? "was" : "were") left out")
    }
    if bareWords > 0 {
      notes.append(
        "\(bareWords == 1 ? "one array" : "\(bareWords) arrays") of two bytes without a type "
          + "\(bareWords == 1 ? "is" : "are") read as bfloat16")
    }
    return notes
  }

  /// Takes the array of a `.npy` file.
  ///
  /// - Parameters:
  ///   - name: of the tensor.
  ///   - bytes: where the file is, whole.
  /// - Throws: also for headers that are malformed, and arrays that are cut short.
  mutating func take(_ name: String, _ bytes: StorageBytes) throws(LoadError) {
    func problem(_ code: LoadError.Code, _ message: String) -> LoadError {
      LoadError(code, message, file: file, tensor: name)
    }
    guard name.utf8.count <= limits.nameByteCount else {
      throw problem(
        .limitExceeded,
        "a name has \(name.utf8.count) bytes; at most \(limits.nameByteCount) are read")
    }
    guard names.count < limits.tensorCount else {
      throw problem(.tooManyTensors, "there are more than \(limits.tensorCount) arrays")
    }
    guard names.insert(name).inserted else { throw problem(.duplicateKey, "is there twice") }
    let start = bytes.range.lowerBound
    let prefix = start..<min(start + NumPyHeader.prefixByteCount, bytes.range.upperBound)
    let header = try bytes.source.withBytes(in: prefix, tensor: name) {
      (start) throws(LoadError) in
      try NumPyHeader(start, path: file, member: name, limits: limits)
    }
    let data = start + header.byteCount..<bytes.range.upperBound
    let type = NumPyType(header.type)
    switch type {
    case .numbers, .coded: try add(name, type, header, in: bytes.source, data)
    case .other: others.append(name)
    case .records: refuse(name, "is an array of records, which is not read", header)
    case .objects:
      refuse(
        name, "is an array of Python objects: a pickle, which is not read as weights", header)
      try inspectPickle(StorageBytes(source: bytes.source, range: data), name)
    }
  }

  private mutating func add(
    _ name: String, _ type: NumPyType, _ header: NumPyHeader, in source: any ByteSource,
    _ data: Range<Int>
  ) throws(LoadError) {
    func problem(_ code: LoadError.Code, _ message: String) -> LoadError {
      LoadError(code, message, file: file, tensor: name)
    }
    guard let layout = header.layout, let width = type.width else {
      throw problem(.shapeOverflow, "the extents \(header.shape) overflow")
    }
    // Room for the count in bits too, which `Tensor` computes.
    let (size, overflow) = layout.count.multipliedReportingOverflow(by: 8 * width)
    guard !overflow, size / 8 <= data.count else {
      throw problem(
        .truncated,
        "\(header.shape) numbers of \(width) bytes are claimed, \(data.count) bytes are there")
    }
    guard size / 8 == data.count else {
      throw problem(
        .sizeMismatch, "\(data.count) bytes are stored, the shape needs \(size / 8)")
    }
    if header.type?.hasSuffix("V2") == true { bareWords += 1 }
    tensors.append(Tensor(name: name, type, layout, in: source, data))
  }

  private mutating func refuse(_ name: String, _ message: String, _ header: NumPyHeader) {
    problems.append(
      LoadProblem(.unreadTensor, name, message, elements: header.layout?.count))
  }

  /// Says what loading a pickle would run.
  private mutating func inspectPickle(
    _ pickle: StorageBytes, _ name: String
  ) throws(LoadError) {
    try pickle.source.withBytes(in: pickle.range, tensor: name) { (bytes) throws(LoadError) in
      var machine = PickleMachine(
        bytes,
        source: PickleSource(
          file: file, member: name, offset: pickle.range.lowerBound), limits: limits.pickle)
      do throws(LoadError) {
        _ = try machine.run()
      } catch {
        throw machine.explained(error)
      }
      problems += machine.problems()
    }
  }
}

extension NumPyHeader {
  /// Where the numbers lie among each other; nil for extents that overflow.
  var layout: StridedLayout? {
    guard isFortranOrder else { return .dense(shape) }
    return StridedLayout.dense(shape.reversed()).flatMap {
      StridedLayout(shape: shape, strides: $0.strides.reversed(), offset: 0)
    }
  }
}

extension Tensor {
  /// An array of a type that is not decoded is stored as bytes.
  fileprivate init(
    name: String, _ type: NumPyType, _ layout: StridedLayout, in source: any ByteSource,
    _ range: Range<Int>
  ) {
    let order = KernelNames.axisOrder(of: name, shape: layout.shape)
    switch type {
    case .numbers(let element, let isBigEndian):
      let bytes = StorageBytes(source: source, range: range, isBigEndian: isBigEndian)
      self.init(
        name: name, elementType: element, shape: layout.shape, axisOrder: order,
        storage: StridedStorage(layout, in: bytes, type: .numbers(element), tensor: name))
    case .coded(let scheme, let width):
      // Bytes as they lie: nothing of them is looked at but their digest.
      let codes = StoredArray(
        name: name, elementType: .uint8, shape: [range.count],
        storage: RangeStorage(file: source, range: range, tensor: name))
      self.init(
        name: name, shape: layout.shape, stored: [codes],
        decoding: .undecoded(scheme: width == 1 ? "\(scheme) (one byte of no type)" : scheme))
    case .other, .objects, .records:
      self.init(
        name: name, elementType: .uint8, shape: [range.count],
        storage: RangeStorage(file: source, range: range, tensor: name))
    }
  }
}
