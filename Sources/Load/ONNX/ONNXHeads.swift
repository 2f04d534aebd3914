/// The heads of a protocol buffer's fields, of a file that is fetched piece by piece: what the fields
/// hold is passed over.
struct ONNXHeads {
  private let source: any ByteSource

  init(_ source: any ByteSource) { self.source = source }

  /// A field without what it holds.
  private struct Head {
    var number: UInt64
    var wireType: UInt64
    /// A number, or the bytes of what is held.
    var value: UInt64
    /// Offset of what follows the head.
    var end: Int
  }

  /// Fields that are asked for, each of which may take a request: versions, names, the graph, and
  /// properties and functions, which few models have hundreds of.
  private static let mostFields = 256

  /// Whether the file is fields of a model from its first byte to its last, a version and a graph among
  /// them: what `ONNXReader` asks of a file here.
  func areOfAModel() throws(LoadError) -> Bool {
    var (hasVersion, hasGraph) = (false, false)
    var offset = 0
    for _ in 0..<Self.mostFields {
      guard offset < source.byteCount else { return hasVersion && hasGraph }
      guard let head = try head(at: offset) else { return false }
      switch (head.number, head.wireType) {
      case (1, 0):
        guard ONNXReader.versions.contains(head.value) else { return false }
        hasVersion = true
      case (5, 0): break
      case (7, 2):
        guard try isGraph(head) else { return false }
        hasGraph = true
      case (2...4, 2), (6, 2), (8, 2), (14..., 2): break
      default: return false
      }
      guard let end = end(of: head), end <= source.byteCount else { return false }
      offset = end
    }
    return false
  }

  private func isGraph(_ graph: Head) throws(LoadError) -> Bool {
    guard let end = end(of: graph), end <= source.byteCount, graph.end < end,
      let first = try head(at: graph.end), first.wireType == 2,
      let last = self.end(of: first), last <= end
    else { return false }
    return [1, 2, 5].contains(first.number)
  }

  /// Where a field ends; nil for one that ends nowhere.
  private func end(of head: Head) -> Int? {
    guard head.wireType == 2 else { return head.end }
    guard let count = Int(exactly: head.value) else { return nil }
    let (end, isOver) = head.end.addingReportingOverflow(count)
    return isOver ? nil : end
  }

  /// Two numbers of at most ten bytes each; nil for what is none.
  private func head(at offset: Int) throws(LoadError) -> Head? {
    let range = offset..<min(offset + 20, source.byteCount)
    return try source.withBytes(in: range, tensor: nil) { (bytes) throws(LoadError) in
      var position = 0
      func varint() -> UInt64? {
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 70, by: 7) {
          guard position < bytes.count else { return nil }
          let byte = bytes[position]
          position += 1
          guard shift < 63 || byte <= 1 else { return nil }
          value |= UInt64(byte & 0x7F) << shift
          if byte < 0x80 { return value }
        }
        return nil
      }
      guard let tag = varint(), tag >> 3 > 0, [0, 2].contains(tag & 7), let value = varint() else {
        return nil
      }
      return Head(number: tag >> 3, wireType: tag & 7, value: value, end: offset + position)
    }
  }
}
