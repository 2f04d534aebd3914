/// What stands before the numbers of an array in a `.npy` file.
///
/// `numpy/lib/format.py`: the magic `\x93NUMPY`, a version, the length of the header, and the header:
/// a Python dictionary of three members, spelled out.
struct NumPyHeader {
  /// `<f4`, or nil for arrays of records, whose type is a list.
  var type: String?
  /// Whether the first axis is the fastest.
  var isFortranOrder: Bool
  var shape: [Int]
  /// Where the numbers begin.
  var byteCount: Int

  static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)
  /// NumPy itself reads no header of more than 10,000 bytes unasked.
  private static let mostBytes = 1 << 16
  /// Bytes of a file that hold any header.
  static let prefixByteCount = mostBytes + 12

  /// - Parameters:
  ///   - bytes: the start of a file, all of it or `prefixByteCount` bytes.
  ///   - path, member: what errors call the file, and an archive's member.
  /// - Throws: `.unknownFormat`, `.truncated`, `.headerTooLarge`, `.headerMalformed`.
  init(
    _ bytes: UnsafeRawBufferPointer, path: String, member: String? = nil, limits: LoadLimits
  ) throws(LoadError) {
    func problem(_ code: LoadError.Code, _ message: String) -> LoadError {
      LoadError(code, message, file: path, tensor: member)
    }
    guard bytes.has(Self.magic), bytes.count >= 10 else {
      throw problem(.unknownFormat, "is no array of NumPy: its first bytes are others")
    }
    guard (1...3).contains(bytes[6]) else {
      throw problem(.unsupportedLayout, "is an array of version \(bytes[6]), which is not known")
    }
    let isLong = bytes[6] > 1
    let start = isLong ? 12 : 10
    guard bytes.count >= start else { throw problem(.truncated, "the header is cut short") }
    let length = isLong ? Int(bytes.little32(8)) : Int(bytes.little16(8))
    guard length <= Self.mostBytes else {
      throw problem(
        .headerTooLarge, "the header has \(length) bytes; at most \(Self.mostBytes) are read")
    }
    guard start + length <= bytes.count else {
      throw problem(.truncated, "the header is cut short")
    }
    let text = UnsafeRawBufferPointer(rebasing: bytes[start..<start + length])
    var literal = PythonLiteral(text, path: path, offset: start)
    let members = try literal.dictionary()
    guard case .integers(let shape)? = members["shape"],
      case .flag(let isFortranOrder)? = members["fortran_order"], let type = members["descr"],
      members.count == 3
    else { throw problem(.headerMalformed, "the header is not that of an array") }
    guard shape.count <= limits.rank else {
      throw problem(
        .limitExceeded, "has \(shape.count) axes; at most \(limits.rank) are read")
    }
    if case .text(let code) = type { self.type = code } else { self.type = nil }
    self.isFortranOrder = isFortranOrder
    self.shape = shape
    byteCount = start + length
  }
}
