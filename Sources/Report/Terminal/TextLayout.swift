/// Widths, padding and wrapping in terminal columns.
enum TextLayout {
  /// Columns that the text takes: two for East Asian wide characters, none for combining marks.
  static func width(_ text: String) -> Int {
    text.unicodeScalars.reduce(0) { $0 + width($1) }
  }

  private static func width(_ scalar: Unicode.Scalar) -> Int {
    if scalar.value < 0x300 { return 1 }
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .enclosingMark: return 0
    default: break
    }
    switch scalar.value {
    case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF,
      0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1FAFF, 0x20000...0x3FFFD:
      return 2
    default: return 1
    }
  }

  static func padded(_ text: String, to columns: Int) -> String {
    text + String(repeating: " ", count: max(0, columns - width(text)))
  }

  static func leftPadded(_ text: String, to columns: Int) -> String {
    String(repeating: " ", count: max(0, columns - width(text))) + text
  }

  /// The text with its middle replaced by `…` if it is wider than `columns`.
  static func shortened(_ text: String, to columns: Int) -> String {
    guard width(text) > columns, columns > 1 else { return text }
    let characters = Array(text)
    // Ends of names tell more than their middles: `model-00001-of-00004.safetensors`.
    let front = prefix(of: characters, columns: (columns - 1) / 2)
    let back = prefix(of: characters.reversed(), columns: columns - 1 - width(front))
    return front + "…" + String(back.reversed())
  }

  private static func prefix(of characters: [Character], columns: Int) -> String {
    var taken = ""
    var used = 0
    for character in characters {
      used += width(String(character))
      if used > columns { break }
      taken.append(character)
    }
    return taken
  }

  /// Lines of at most `columns`, broken at spaces and beside East Asian characters; a longer word
  /// is cut.
  static func wrapped(_ text: String, to columns: Int) -> [String] {
    let columns = max(columns, 8)
    var lines: [String] = []
    var line = ""
    for (piece, follows) in pieces(of: text) {
      var rest = piece
      let gap = follows || line.isEmpty ? "" : " "
      if !line.isEmpty, width(line) + gap.count + width(rest) <= columns {
        line += gap + rest
        continue
      }
      if !line.isEmpty { lines.append(line) }
      while width(rest) > columns {
        // At least one character a line, so that this ends whatever the characters are.
        let count = max(1, prefix(of: Array(rest), columns: columns).count)
        lines.append(String(rest.prefix(count)))
        rest = String(rest.dropFirst(count))
      }
      line = rest
    }
    if !line.isEmpty { lines.append(line) }
    return lines
  }

  /// A line as it is where it fits, else broken between its words, the rest indented by two more
  /// columns than its beginning; a longer word is cut.
  ///
  /// - Parameter line: may be painted; escape sequences take no columns.
  static func fitted(_ line: String, to columns: Int) -> [String] {
    let indent = min(line.prefix { $0 == " " }.count + 2, columns / 2)
    var pieces: [(text: String, columns: Int)] = [("", 0)]
    var isEscape = false
    for character in line {
      if character == "\u{1B}" { isEscape = true }
      let last = pieces.count - 1
      if isEscape {
        pieces[last].text.append(character)
        // Of `ESC [ … m`, as the palette writes them.
        isEscape = !character.isLetter
      } else if character == " " {
        pieces.append((" ", 1))
        pieces.append(("", 0))
      } else {
        let added = width(String(character))
        if pieces[last].columns + added > columns - indent { pieces.append(("", 0)) }
        pieces[pieces.count - 1].text.append(character)
        pieces[pieces.count - 1].columns += added
      }
    }
    guard pieces.reduce(0, { $0 + $1.columns }) > columns else { return [line] }
    let margin = String(repeating: " ", count: indent)
    var lines = [""]
    var used = 0
    for piece in pieces {
      let isStarted = used > indent || lines.count == 1 && used > 0
      if isStarted, piece.columns > 0, piece.text != " ", used + piece.columns > columns {
        while lines[lines.count - 1].last == " " { lines[lines.count - 1].removeLast() }
        lines.append(margin)
        used = indent
      }
      // No line begins or ends with the gap between two words.
      let isAtStart = lines.count > 1 && used == indent
      if piece.text == " ", isAtStart || used >= columns { continue }
      lines[lines.count - 1] += piece.text
      used += piece.columns
    }
    while lines[lines.count - 1].last == " " { lines[lines.count - 1].removeLast() }
    return lines
  }

  /// The lines of a paragraph as one: a break stands for a space, but for none within East Asian text.
  static func unwrapped(_ lines: some Sequence<some StringProtocol>) -> String {
    lines.reduce(into: "") { text, line in
      if let left = text.last, let right = line.first, !isSolid(left, right) { text += " " }
      text.append(contentsOf: line)
    }
  }

  /// Whether no space stands between two characters: beside wide punctuation, and where both belong
  /// to East Asian text, which has the quotation marks in common with others.
  private static func isSolid(_ left: Character, _ right: Character) -> Bool {
    let pair = [left, right]
    if pair.contains(where: { "，。、；：！？（）《》".contains($0) }) { return true }
    let isWide = pair.map { width(String($0)) > 1 }
    return isWide.contains(true)
      && zip(pair, isWide).allSatisfy { $1 || "“”‘’".contains($0) }
  }

  /// What a line may not be broken within, and whether it follows the piece before without a space.
  private static func pieces(of text: String) -> [(text: String, follows: Bool)] {
    text.split(separator: " ").flatMap { word in
      var pieces: [(text: String, follows: Bool)] = []
      for character in word {
        if let last = pieces.last?.text.last, !canBreak(between: last, and: character) {
          pieces[pieces.count - 1].text.append(character)
        } else {
          pieces.append((String(character), !pieces.isEmpty))
        }
      }
      return pieces
    }
  }

  /// Beside a wide character, but closing marks stay behind, and opening ones before, their text.
  private static func canBreak(between left: Character, and right: Character) -> Bool {
    (width(String(left)) > 1 || width(String(right)) > 1)
      && !"，。、；：）》”’！？％".contains(right) && !"（《“‘".contains(left)
  }
}
