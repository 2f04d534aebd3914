/// A tensor in an ONNX file: `TensorProto`.
struct ONNXTensor {
  enum Data: Equatable {
    /// In this file.
    case bytes(Range<Int>)
    /// In this file, each number as long as it needs.
    case varints(Range<Int>)
    case external(ONNXExternalData)
    /// One number behind the other with what says so between them, as no writer does.
    case scattered
  }

  var name = ""
  var type = ONNXType.float
  var shape: [Int] = []
  var data: Data?
  /// Where it is described in the file, for errors.
  var offset = 0

  var count: Int { shape.reduce(1, *) }
}

extension ONNXTensor {
  /// Reads a message.
  ///
  /// - Throws: if it is no tensor, or its extents cannot be.
  init(
    _ message: Slice<UnsafeRawBufferPointer>, file: String, limits: LoadLimits
  ) throws(LoadError) {
    self.init()
    offset = message.startIndex
    var external = ONNXExternalData()
    var typeID: UInt64 = 0
    var (isExternal, isSegment, found) = (false, false, 0)
    var dimensions: [UInt64] = []
    var fields = ProtobufFields(message, file: file, code: .headerMalformed)
    while let field = try fields.next() {
      switch (field.number, field.value) {
      case (1, .varint(let extent)): dimensions.append(extent)
      case (1, .bytes(let packed)):
        guard packed.count <= 10 * limits.rank else { throw tooManyAxes(file, limits) }
        dimensions += try ProtobufFields.varints(packed, file: file, code: .headerMalformed)
      case (2, .varint(let id)): typeID = id
      case (3, .bytes): isSegment = true
      case (8, .bytes(let bytes)): name = try Self.text(bytes, file: file, limits: limits)
      case (4, .bytes(let bytes)), (9, .bytes(let bytes)), (10, .bytes(let bytes)):
        guard !bytes.isEmpty else { continue }
        (data, found) = (.bytes(bytes.startIndex..<bytes.endIndex), found + 1)
      case (5, .bytes(let bytes)), (7, .bytes(let bytes)), (11, .bytes(let bytes)):
        guard !bytes.isEmpty else { continue }
        (data, found) = (.varints(bytes.startIndex..<bytes.endIndex), found + 1)
      case (4, .fixed), (10, .fixed), (5, .varint), (7, .varint), (11, .varint):
        (data, found) = (.scattered, max(found, 1))
      case (6, .bytes): (data, found) = (.scattered, max(found, 1))
      case (13, .bytes(let entry)): try external.read(entry, file: file, limits: limits)
      case (14, .varint(let place)): isExternal = place == 1
      default: continue
      }
      guard dimensions.count <= limits.rank else { throw tooManyAxes(file, limits) }
    }
    guard let type = ONNXType(rawValue: typeID) else {
      throw problem(.unknownElementType, "has the element type \(typeID)", file: file)
    }
    self.type = type
    for extent in dimensions {
      guard let extent = Int(exactly: extent) else {
        throw problem(.shapeOverflow, "has an extent below 0 or above all counting", file: file)
      }
      shape.append(extent)
    }
    guard let count = shape.productIfCounted, type.byteCount(of: count) != nil else {
      throw problem(
        .shapeOverflow, "has the shape \(shape), more numbers than can be counted", file: file)
    }
    guard found <= 1, !(isExternal && found > 0) else {
      throw problem(.headerMalformed, "has its numbers twice", file: file)
    }
    if isSegment { data = .scattered }
    if isExternal { data = .external(external) }
    try check(count, file: file)
  }

  private func check(_ count: Int, file: String) throws(LoadError) {
    let needed = type.byteCount(of: count) ?? 0
    switch data {
    case nil:
      guard count == 0 || type == .string else {
        throw problem(.truncated, "has no numbers; its shape takes \(count)", file: file)
      }
    case .bytes(let range):
      guard range.count == needed else {
        throw problem(
          .sizeMismatch, "has \(range.count) bytes; \(type) \(shape) takes \(needed)", file: file)
      }
    case .external(let external):
      guard external.byteCount ?? needed == needed else {
        throw problem(
          .sizeMismatch,
          "has \(external.byteCount ?? 0) bytes in \(LoadError.quote(external.location)); \(type) "
            + "\(shape) takes \(needed)", file: file)
      }
    case .varints, .scattered: break
    }
  }

  private func tooManyAxes(_ file: String, _ limits: LoadLimits) -> LoadError {
    problem(.limitExceeded, "has more than \(limits.rank) axes", file: file)
  }

  func problem(_ code: LoadError.Code, _ message: String, file: String) -> LoadError {
    LoadError(
      code, message, file: file, offset: UInt64(exactly: offset), tensor: name.isEmpty ? nil : name)
  }

  /// A name of anything in a model.
  static func text(
    _ bytes: Slice<UnsafeRawBufferPointer>, file: String, limits: LoadLimits
  ) throws(LoadError) -> String {
    guard bytes.count <= limits.nameByteCount else {
      throw LoadError(
        .limitExceeded,
        "a name has \(bytes.count) bytes; at most \(limits.nameByteCount) are read", file: file,
        offset: UInt64(bytes.startIndex))
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw LoadError(
        .headerNotUTF8, "a name is not UTF-8", file: file, offset: UInt64(bytes.startIndex))
    }
    return text
  }
}

/// Where a tensor's bytes are outside of the ONNX file.
struct ONNXExternalData: Equatable {
  /// A path from the file's folder.
  var location = ""
  var offset = 0
  /// Nil where its shape alone says.
  var byteCount: Int?

  /// Reads a pair of key and value.
  mutating func read(
    _ message: Slice<UnsafeRawBufferPointer>, file: String, limits: LoadLimits
  ) throws(LoadError) {
    var (key, value) = ("", "")
    var fields = ProtobufFields(message, file: file, code: .headerMalformed)
    while let field = try fields.next() {
      guard case .bytes(let bytes) = field.value else { continue }
      if field.number == 1 { key = try ONNXTensor.text(bytes, file: file, limits: limits) }
      if field.number == 2 { value = try ONNXTensor.text(bytes, file: file, limits: limits) }
    }
    func number() throws(LoadError) -> Int {
      guard let number = Int(value), number >= 0 else {
        throw LoadError(
          .headerMalformed, "has the \(key) \(LoadError.quote(value)) of external data", file: file,
          offset: UInt64(message.startIndex))
      }
      return number
    }
    switch key {
    // Some writers begin where they are.
    case "location": location = value.hasPrefix("./") ? String(value.dropFirst(2)) : value
    case "offset": offset = try number()
    case "length": byteCount = try number()
    default: break
    }
  }
}
