/// The lines of a text file, without what ends them, one at a time.
struct TextLines: Sequence, IteratorProtocol {
  struct Line {
    /// Counted from 0.
    var number: Int
    /// Indexed by offset in the file.
    var bytes: Slice<UnsafeRawBufferPointer>
  }

  private var rest: Slice<UnsafeRawBufferPointer>
  private var number = 0

  init(_ bytes: UnsafeRawBufferPointer) { rest = bytes[...] }

  mutating func next() -> Line? {
    guard !rest.isEmpty else { return nil }
    var line = rest.prefix { $0 != UInt8(ascii: "\n") }
    rest = rest.dropFirst(line.count + 1)
    if line.last == UInt8(ascii: "\r") { line = line.dropLast() }
    defer { number += 1 }
    return Line(number: number, bytes: line)
  }
}
