import Synchronization

/// The bytes of one tensor of a file, held against their checksum before any of them is used.
///
/// They are read whole for that once, in pieces; of files on a hub, of which only what is needed is fetched,
/// they are not checked.
final class CheckedBytes: ByteSource {
  private let source: any ByteSource
  private let range: Range<Int>
  private let checksum: UInt32
  private let tensor: String
  private let isChecked = Mutex(false)

  private static let pieceBytes = 1 << 20

  /// - Parameter checksum: as TensorFlow stores it (`CRC32C.masked`).
  init(_ source: any ByteSource, _ range: Range<Int>, checksum: UInt32, tensor: String) {
    (self.source, self.range, self.tensor) = (source, range, tensor)
    self.checksum = checksum
  }

  var path: String { source.path }
  var byteCount: Int { source.byteCount }

  func withBytes<Result>(
    in range: Range<Int>, tensor: String?,
    _ body: (UnsafeRawBufferPointer) throws(LoadError) -> Result
  ) throws(LoadError) -> Result {
    try check()
    return try source.withBytes(in: range, tensor: tensor, body)
  }

  func read<Result>(
    _ range: Range<Int>, tensor: String?, scratch: ByteScratch,
    _ body: (UnsafeRawBufferPointer) throws(LoadError) -> Result
  ) throws(LoadError) -> Result {
    try check()
    return try source.read(range, tensor: tensor, scratch: scratch, body)
  }

  func prefetch(_ range: Range<Int>, from start: Int) { source.prefetch(range, from: start) }

  func checkUnchanged() throws(LoadError) { try source.checkUnchanged() }

  /// - Throws: `.dataCorrupt`. Whoever asks meanwhile waits.
  private func check() throws(LoadError) {
    guard source.localFile != nil else { return }
    try isChecked.withLock { (isChecked) throws(LoadError) in
      guard !isChecked else { return }
      var sum = CRC32C()
      let scratch = ByteScratch()
      for start in stride(from: range.lowerBound, to: range.upperBound, by: Self.pieceBytes) {
        let piece = start..<min(start + Self.pieceBytes, range.upperBound)
        try source.read(piece, tensor: tensor, scratch: scratch) {
          (bytes) throws(LoadError) in sum.add(bytes)
        }
      }
      guard sum.masked == checksum else {
        throw LoadError(
          .dataCorrupt, "does not match its checksum: download the file again", file: path,
          offset: UInt64(exactly: range.lowerBound), tensor: tensor)
      }
      isChecked = true
    }
  }
}
