/// Bytes that can be read at any offset: a file here, or ranges of one on a hub.
///
/// A source is opened once and passed on: what is recognised, read, hashed and attested is the same
/// thing, whatever a path names by then.
package protocol ByteSource: AnyObject, Sendable {
  /// What errors call it: the path that it was opened by.
  var path: String { get }
  var byteCount: Int { get }
  /// The file on this machine, for parsers that need one; nil where there is none.
  var localFile: MappedFile? { get }
  /// SHA-256 that a hub's listing has of the file, as 64 hexadecimal digits; nil for a file that nobody
  /// lists.
  var listedDigest: String? { get }

  /// Calls `body` with the bytes of a range, which should be small or looked at sparsely.
  ///
  /// - Parameters:
  ///   - range: offsets from the start.
  ///   - tensor: the name for the error message, when the bytes belong to one tensor.
  ///   - body: what to do with the bytes; the pointer is valid only during the call.
  func withBytes<Result>(
    in range: Range<Int>, tensor: String?,
    _ body: (UnsafeRawBufferPointer) throws(LoadError) -> Result
  ) throws(LoadError) -> Result

  /// Reads a range into `scratch` and calls `body` with it.
  ///
  /// - Throws: `.truncated` when the range is not wholly inside; what `body` throws.
  func read<Result>(
    _ range: Range<Int>, tensor: String?, scratch: ByteScratch,
    _ body: (UnsafeRawBufferPointer) throws(LoadError) -> Result
  ) throws(LoadError) -> Result

  /// Asks for a range, counted from `start`, to be fetched, without waiting for it.
  func prefetch(_ range: Range<Int>, from start: Int)

  /// Makes sure that everything read so far is of one state of the source.
  ///
  /// - Throws: `.changedWhileRead`.
  func checkUnchanged() throws(LoadError)
}

extension ByteSource {
  package var localFile: MappedFile? { nil }
  package var listedDigest: String? { nil }

  package func withBytes<Result>(
    in range: Range<Int>, tensor: String?,
    _ body: (UnsafeRawBufferPointer) throws(LoadError) -> Result
  ) throws(LoadError) -> Result {
    try read(range, tensor: tensor, scratch: ByteScratch(), body)
  }

  package func prefetch(_ range: Range<Int>, from start: Int) {}

  /// Calls `body` with the first bytes, at most `count`.
  func withPrefix<Result>(
    _ count: Int, _ body: (UnsafeRawBufferPointer) throws(LoadError) -> Result
  ) throws(LoadError) -> Result {
    try withBytes(in: 0..<min(count, byteCount), tensor: nil, body)
  }
}
