import Foundation

/// What YAML is refused before a parser sees it.
package enum YAMLSafety {
  /// - Throws: if the text uses anchors or aliases, with which a few lines unfold to gigabytes, or
  ///   nests deeper than the parser bears: its time grows with the square of the depth.
  static func check(
    _ text: String, of what: String, file: String, limits: LoadLimits
  ) throws(LoadError) {
    guard depth(text) <= limits.jsonDepth else {
      throw LoadError(
        .nestingTooDeep, "\(what) nests deeper than \(limits.jsonDepth)", file: file)
    }
    guard !hasReference(text) else {
      throw LoadError(
        .metadataMalformed, "\(what) uses YAML anchors or aliases, which are not read", file: file)
    }
  }

  package static func hasReference(_ text: String) -> Bool {
    text.firstMatch(of: /(^|[\s\[\{,:\-\?])[&*]/) != nil
  }

  /// A depth that the text cannot exceed.
  ///
  /// Collections begin at brackets, at dashes and question marks, and with indentation. A bracket may
  /// be inside a quotation or a comment: from the first quotation mark on, and on lines with a
  /// comment, no bracket counts as closed.
  static func depth(_ text: String) -> Int {
    var (indentation, open, deepest) = (0, 0, 0)
    var isQuoted = false
    for line in text.split(whereSeparator: \.isNewline) {
      indentation = max(indentation, line.prefix { " \t-?".contains($0) }.count)
      isQuoted = isQuoted || line.utf8.contains { "\"'".utf8.contains($0) }
      let isPlain = !isQuoted && !line.utf8.contains(UInt8(ascii: "#"))
      for byte in line.utf8 {
        switch byte {
        case UInt8(ascii: "["), UInt8(ascii: "{"): open += 1
        case UInt8(ascii: "]"), UInt8(ascii: "}"): open = isPlain ? max(0, open - 1) : open
        default: break
        }
        deepest = max(deepest, open)
      }
    }
    return max(indentation, deepest)
  }
}
