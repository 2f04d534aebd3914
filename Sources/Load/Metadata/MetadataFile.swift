/// Opens files that stand beside the weights.
enum MetadataFile {
  /// Calls `body` with the whole file, unless it is larger than the limit.
  static func withBytes<R>(
    of path: String, limit: Int,
    _ body: (UnsafeRawBufferPointer) throws(LoadError) -> R
  ) throws(LoadError) -> R {
    let file = try MappedFile(path: path)
    guard file.byteCount <= limit else {
      throw LoadError(
        .limitExceeded, "the file has \(file.byteCount) bytes; at most \(limit) are read",
        file: path)
    }
    return try file.withBytes(in: 0..<file.byteCount, tensor: nil, body)
  }
}
