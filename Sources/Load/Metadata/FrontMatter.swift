/// The YAML at the head of a model card, as hubs find it: between two lines of `---`, white space
/// before the first.
///
/// It is cut into its members, so that only those that matter are parsed: real cards hold much else
/// (benchmark results of some megabytes), some of it broken.
struct FrontMatter {
  /// Everything between the two lines.
  let text: String
  /// The line of the file on which it begins, counted from 1.
  let line: Int

  /// A key at the left margin and what belongs to it.
  struct Member {
    var key: String
    var text: String
    /// The line of the file on which it begins, counted from 1.
    var line: Int
  }

  /// - Parameters:
  ///   - bytes: the beginning of a card.
  ///   - isWhole: whether that is all of it.
  /// - Returns: nil for a card without front matter.
  /// - Throws: `.limitExceeded` or `.metadataMalformed` where it does not end, or is not UTF-8.
  init?(_ bytes: UnsafeRawBufferPointer, isWhole: Bool, file: String) throws(LoadError) {
    var lines = Lines(bytes)
    while let blank = lines.peek, blank.allSatisfy(Self.isBlank) { lines.skip() }
    guard let first = lines.next(), Self.isFence(first.drop(while: Self.isBlank)) else {
      return nil
    }
    let start = lines.position
    line = lines.number
    while let line = lines.peek {
      if Self.isFence(line) {
        let content = bytes[start..<lines.position]
        guard let text = String(validating: content, as: UTF8.self) else {
          throw LoadError(.metadataMalformed, "the front matter is not UTF-8", file: file)
        }
        self.text = text
        return
      }
      lines.skip()
    }
    throw isWhole
      ? LoadError(
        .metadataMalformed, "the front matter has no '---' at its end", file: file)
      : LoadError(
        .limitExceeded, "the front matter does not end within \(bytes.count) bytes", file: file)
  }

  private static func isFence(_ line: Slice<UnsafeRawBufferPointer>) -> Bool {
    line.starts(with: "---".utf8) && line.dropFirst(3).allSatisfy(isBlank)
  }

  private static func isBlank(_ byte: UInt8) -> Bool {
    [0x20, 0x09, 0x0B, 0x0C].contains(byte)
  }

  /// The members with one of these keys, in the order of the text.
  func members(_ wanted: Set<String>) -> [Member] {
    var text = text
    let line = line
    return text.withUTF8 { bytes in
      Self.members(wanted, in: UnsafeRawBufferPointer(bytes), from: line)
    }
  }

  private static func members(
    _ wanted: Set<String>, in bytes: UnsafeRawBufferPointer, from line: Int
  ) -> [Member] {
    var members: [Member] = []
    var isWanted = false
    var lines = Lines(bytes)
    while let content = lines.peek {
      let number = line + lines.number - 1
      lines.skip()
      // A list may stand at its key's own indentation, and what closes one too.
      if let first = content.first, !isBlank(first), !"-#]}".utf8.contains(first) {
        let key = String(decoding: content.prefix { $0 != UInt8(ascii: ":") }, as: UTF8.self)
          .trimmed.filter { $0 != "\"" && $0 != "'" }
        isWanted = wanted.contains(key)
        if isWanted { members.append(Member(key: key, text: "", line: number)) }
      }
      guard isWanted else { continue }
      members[members.count - 1].text += String(decoding: content, as: UTF8.self) + "\n"
    }
    return members
  }

  /// Lines that end in LF, CR LF or CR, one at a time.
  private struct Lines {
    private let bytes: UnsafeRawBufferPointer
    /// Where the line at hand begins.
    private(set) var position = 0
    /// Its number, counted from 1.
    private(set) var number = 1
    private var end = 0

    init(_ bytes: UnsafeRawBufferPointer) {
      self.bytes = bytes
      end = Self.end(of: 0, bytes)
    }

    private static func end(of start: Int, _ bytes: UnsafeRawBufferPointer) -> Int {
      bytes[start...].firstIndex { $0 == 0x0A || $0 == 0x0D } ?? bytes.count
    }

    /// The line at hand, without what ends it; nil at the end of the text.
    var peek: Slice<UnsafeRawBufferPointer>? {
      position < bytes.count ? bytes[position..<end] : nil
    }

    mutating func skip() {
      guard end < bytes.count else {
        position = bytes.count
        return
      }
      let isPair = bytes[end] == 0x0D && end + 1 < bytes.count && bytes[end + 1] == 0x0A
      position = end + (isPair ? 2 : 1)
      number += 1
      end = Self.end(of: position, bytes)
    }

    mutating func next() -> Slice<UnsafeRawBufferPointer>? {
      defer { skip() }
      return peek
    }
  }
}
