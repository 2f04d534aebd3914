/// The head of a GGUF file: magic, version, values by key, and what each tensor is.
///
/// The tensors' bytes follow, each at a multiple of the alignment.
///
/// - Source: `docs/gguf.md` of ggml.
struct GGUFHeader: Sendable {
  struct Entry: Sendable, Equatable {
    var name: String
    /// Extents, outermost first; the file has them the other way round.
    var shape: [Int]
    /// Id of the type of the numbers.
    var type: UInt32
    /// Where the bytes begin, counted from the end of the header.
    var offset: Int
    /// Where the tensor is described in the file, for errors.
    var headerOffset: UInt64
  }

  static let magic: [UInt8] = Array("GGUF".utf8)
  private static let versions: ClosedRange<UInt32> = 2...3
  private static let defaultAlignment = 32

  private(set) var values: [String: GGUFValue] = [:]
  /// In the order of the file.
  private(set) var entries: [Entry] = []
  private(set) var alignment = Self.defaultAlignment
  /// Offset in the file of the first tensor's bytes.
  private(set) var dataOffset = 0

  init(of source: any ByteSource, limits: LoadLimits) throws(LoadError) {
    self = try Self.read(source, limits: limits)
  }

  private static func read(
    _ source: any ByteSource, limits: LoadLimits
  ) throws(LoadError) -> GGUFHeader {
    let most = min(source.byteCount, limits.headerByteCount)
    // A file here is mapped, and costs what is looked at; of another as much is fetched as it takes.
    var count = source.localFile == nil ? min(most, firstByteCount) : most
    while true {
      do throws(LoadError) {
        return try source.withBytes(in: 0..<count, tensor: nil) { (bytes) throws(LoadError) in
          var cursor = GGUFCursor(bytes, file: source.path, isCut: count < source.byteCount)
          return try GGUFHeader(&cursor, limits: limits)
        }
      } catch  where error.code == .headerTooLarge && count < most {
        count = min(4 * count, most)
      }
    }
  }

  private static let firstByteCount = 1 << 18

  private init(_ cursor: inout GGUFCursor, limits: LoadLimits) throws(LoadError) {
    try Self.checkVersion(&cursor)
    let start = cursor
    let (tensorCount, valueCount) = (try cursor.count(), try cursor.count())
    guard tensorCount <= limits.tensorCount else {
      throw start.problem(
        .tooManyTensors, "claims \(tensorCount) tensors; at most \(limits.tensorCount)")
    }
    guard valueCount <= limits.jsonValueCount else {
      throw start.problem(
        .limitExceeded, "claims \(valueCount) values; at most \(limits.jsonValueCount)")
    }
    try readValues(valueCount, &cursor, limits: limits)
    alignment = try statedAlignment(cursor)
    try readEntries(tensorCount, &cursor, limits: limits)
    let (end, rest) = cursor.position.quotientAndRemainder(dividingBy: alignment)
    dataOffset = (rest == 0 ? end : end + 1) * alignment
  }

  private static func checkVersion(_ cursor: inout GGUFCursor) throws(LoadError) {
    let start = cursor
    let magic = try cursor.number(UInt32.self)
    guard magic == UInt32(littleEndian: Self.magic.reversed().reduce(0) { $0 << 8 | UInt32($1) })
    else { throw start.problem(.unknownFormat, "does not begin as a GGUF file") }
    let version = try cursor.number(UInt32.self)
    guard !versions.contains(version) else { return }
    throw versions.contains(version.byteSwapped)
      ? start.problem(
        .unsupportedLayout,
        "is a GGUF file for processors of the other byte order, which is not read; convert it with "
          + "gguf_convert_endian.py")
      : start.problem(
        .unsupportedLayout,
        "is a GGUF file of version \(version); versions 2 and 3 are read; convert the model again")
  }

  private mutating func readValues(
    _ count: Int, _ cursor: inout GGUFCursor, limits: LoadLimits
  ) throws(LoadError) {
    let reader = GGUFValueReader(limits: limits)
    var seen = ByteStringSet()
    for _ in 0..<count {
      let start = cursor
      let bytes = try cursor.stringBytes()
      guard bytes.count <= limits.nameByteCount else {
        throw start.problem(.limitExceeded, "has a key of \(bytes.count) bytes")
      }
      let key = String(decoding: bytes, as: UTF8.self)
      guard seen.insert(bytes) else {
        throw start.problem(.duplicateKey, "has the key \(LoadError.quote(key)) twice")
      }
      values[key] = try reader.value(of: key, &cursor)
    }
  }

  private func statedAlignment(_ cursor: GGUFCursor) throws(LoadError) -> Int {
    guard let value = values["general.alignment"] else { return Self.defaultAlignment }
    guard let alignment = value.integer, (1...1 << 30).contains(alignment),
      alignment.nonzeroBitCount == 1
    else { throw cursor.problem(.headerMalformed, "has an alignment that is no power of two") }
    return alignment
  }

  private mutating func readEntries(
    _ count: Int, _ cursor: inout GGUFCursor, limits: LoadLimits
  ) throws(LoadError) {
    var seen = ByteStringSet()
    for _ in 0..<count {
      let start = cursor
      let bytes = try cursor.stringBytes()
      guard bytes.count <= limits.nameByteCount else {
        throw start.problem(
          .limitExceeded,
          "a tensor's name has \(bytes.count) bytes; at most \(limits.nameByteCount) are read")
      }
      guard let name = String(validating: bytes, as: UTF8.self) else {
        throw start.problem(.headerNotUTF8, "a tensor's name is not UTF-8")
      }
      guard seen.insert(bytes) else {
        throw start.problem(.duplicateKey, "is there twice", tensor: name)
      }
      let rank = try cursor.number(UInt32.self)
      guard rank <= limits.rank else {
        throw start.problem(
          .limitExceeded, "has \(rank) axes; at most \(limits.rank) are read", tensor: name)
      }
      var shape: [Int] = []
      for _ in 0..<rank { shape.insert(try cursor.count(), at: 0) }
      guard shape.productIfCounted != nil else {
        throw start.problem(
          .shapeOverflow, "has the shape \(shape), more numbers than can be counted", tensor: name)
      }
      let type = try cursor.number(UInt32.self)
      let offset = try cursor.count()
      guard offset.isMultiple(of: alignment) else {
        throw start.problem(
          .headerMalformed,
          "starts at byte \(offset) of the data, no multiple of the alignment, \(alignment)",
          tensor: name)
      }
      entries.append(
        Entry(
          name: name, shape: shape, type: type, offset: offset,
          headerOffset: UInt64(start.position)))
    }
  }
}
