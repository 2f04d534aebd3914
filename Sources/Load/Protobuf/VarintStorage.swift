/// An array whose numbers are stored as variable-length ones of a protocol buffer, and read as numbers
/// of a fixed width, little-endian.
///
/// Where every run of numbers starts is found once; what is asked for is decoded from the nearest
/// start on.
struct VarintStorage: TensorStorage {
  private let file: any ByteSource
  private let range: Range<Int>
  private let tensor: String
  /// Bytes of a number as it is read.
  private let width: Int
  private let count: Int
  /// Where each run of numbers starts in the file, and where the last one ends.
  private let starts: [Int]

  /// Numbers of a run.
  private static let run = 4096
  /// Bytes of the longest number.
  private static let longest = 10

  /// - Parameters:
  ///   - range: of the numbers in the file.
  ///   - count: of numbers that there must be.
  /// - Throws: `.sizeMismatch` if there are others.
  init(
    _ file: any ByteSource, _ range: Range<Int>, width: Int, count: Int, tensor: String
  ) throws(LoadError) {
    let (starts, found, isWhole) = try file.withBytes(in: range, tensor: tensor) {
      (bytes) throws(LoadError) in
      var (starts, found, last) = ([range.lowerBound], 0, 0)
      for (offset, byte) in bytes.enumerated() where byte < 0x80 {
        guard offset - last < Self.longest else { return ([Int](), 0, false) }
        (found, last) = (found + 1, offset + 1)
        if found.isMultiple(of: Self.run) { starts.append(range.lowerBound + last) }
      }
      return (starts, found, last == bytes.count)
    }
    guard isWhole, found == count else {
      throw LoadError(
        .sizeMismatch, "has \(found) numbers; its shape takes \(count)", file: file.path,
        offset: UInt64(range.lowerBound), tensor: tensor)
    }
    self.starts = starts.last == range.upperBound ? starts : starts + [range.upperBound]
    (self.file, self.range, self.width) = (file, range, width)
    (self.count, self.tensor) = (count, tensor)
  }

  func withBytes<Result>(
    of range: Range<Int>, scratch: ByteScratch,
    _ body: (UnsafeRawBufferPointer) throws(LoadError) -> Result
  ) throws(LoadError) -> Result {
    guard range.lowerBound >= 0, range.upperBound <= count * width else {
      throw LoadError(
        .offsetsOutOfRange, "bytes \(range) are asked for; the tensor has \(count * width)",
        file: file.path, tensor: tensor)
    }
    guard !range.isEmpty else { return try body(UnsafeRawBufferPointer(start: nil, count: 0)) }
    let wanted = range.lowerBound / width..<(range.upperBound + width - 1) / width
    let runs = wanted.lowerBound / Self.run..<(wanted.upperBound - 1) / Self.run + 1
    let target = scratch.reserve(wanted.count * width)
    let stored = starts[runs.lowerBound]..<starts[min(runs.upperBound, starts.count - 1)]
    try file.withBytes(in: stored, tensor: tensor) { (bytes) throws(LoadError) in
      var (number, value, shift) = (runs.lowerBound * Self.run, UInt64(0), UInt64(0))
      for byte in bytes {
        value |= UInt64(byte & 0x7F) << shift
        shift += 7
        guard byte < 0x80 else { continue }
        if number >= wanted.upperBound { break }
        if number >= wanted.lowerBound {
          for place in 0..<width {
            target[(number - wanted.lowerBound) * width + place] = UInt8(
              truncatingIfNeeded: value >> UInt64(8 * place))
          }
        }
        (number, value, shift) = (number + 1, 0, 0)
      }
    }
    let first = range.lowerBound - wanted.lowerBound * width
    return try body(UnsafeRawBufferPointer(rebasing: target[first..<first + range.count]))
  }
}
