/// The Markdown of the findings' pages as HTML: headings, paragraphs, lists, tables, literal blocks,
/// `code` and **strong**; no more than those pages use.
enum PageMarkup {
  static func markup(of sections: [(heading: String, text: String)]) -> XML {
    XML.joined(
      sections.map { section in
        XML.element("h5", [:], XML(section.heading)) + blocks(section.text)
      })
  }

  private static func blocks(_ text: String) -> XML {
    var blocks: [XML] = []
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    var index = lines.startIndex
    /// The lines from here on that belong to one block.
    func take(while belongs: (Substring) -> Bool) -> [String] {
      let taken = lines[index...].prefix(while: belongs)
      index = taken.endIndex
      return taken.map(String.init)
    }
    while index < lines.endIndex {
      if lines[index].isEmpty {
        index += 1
      } else if lines[index].hasPrefix("    ") {
        let code = take { $0.isEmpty || $0.hasPrefix("    ") }.map { String($0.dropFirst(4)) }
        blocks.append(XML.element("pre", [:], XML.lines(trimmed(code).map { XML($0) })))
      } else if let marker = listMarker(lines[index]) {
        let items = take { !$0.isEmpty }.reduce(into: [[Substring]]()) { items, line in
          if let marker = listMarker(line[...]) {
            items.append([line.dropFirst(marker.count)])
          } else if let last = items.indices.last {
            items[last].append(line.drop { $0 == " " })
          }
        }.map { XML.element("li", [:], inline(TextLayout.unwrapped($0))) }
        blocks.append(
          marker.hasPrefix("-")
            ? XML.element("ul", [:], XML.joined(items))
            : XML.element("ol", [:], XML.joined(items)))
      } else if lines[index].hasPrefix("|") {
        blocks.append(table(take { $0.hasPrefix("|") }))
      } else {
        let lines = take { !$0.isEmpty && !$0.hasPrefix("    ") }
        blocks.append(XML.element("p", [:], inline(TextLayout.unwrapped(lines))))
      }
    }
    return XML.joined(blocks)
  }

  /// Rows of `| a | b |`, the second being the line below the headings.
  private static func table(_ lines: [String]) -> XML {
    let rows = lines.map { $0.dropFirst(2).dropLast(2).split(separator: " | ").map(String.init) }
    return HTMLTable(headings: rows[0]).markup(
      rows: rows.dropFirst(2).map { cells in
        XML.element(
          "tr", [:], XML.joined(cells.map { XML.element("td", [:], inline($0)) }))
      })
  }

  /// `- ` or `1. ` at the beginning of a line.
  private static func listMarker(_ line: Substring) -> Substring? {
    line.prefixMatch(of: #/(?:-|\d+\.) /#).map(\.output)
  }

  private static func listMarker(_ line: String) -> Substring? { listMarker(line[...]) }

  private static func trimmed(_ lines: [String]) -> [String] {
    lines.reversed().drop(while: \.isEmpty).reversed()
  }

  /// A sentence with code between backticks.
  static func sentence(_ text: String) -> XML {
    alternating(text, "`", { XML.element("code", [:], XML($0)) }) { XML($0) }
  }

  /// Code between backticks, strong text between pairs of asterisks, emphasis between single ones.
  private static func inline(_ text: String) -> XML {
    alternating(text, "`", { XML.element("code", [:], XML($0)) }) { text in
      alternating(text, "**", { XML.element("strong", [:], XML($0)) }) { text in
        alternating(text, "*", { XML.element("em", [:], XML($0)) }) { XML($0) }
      }
    }
  }

  /// Every second part of the text between marks is inside of them.
  private static func alternating(
    _ text: String, _ mark: String, _ inside: (String) -> XML, outside: (String) -> XML
  ) -> XML {
    let parts = text.split(separator: mark, omittingEmptySubsequences: false).map(String.init)
    return XML.joined(
      parts.enumerated().map { index, part in
        index % 2 == 1 ? inside(part) : outside(part)
      })
  }
}
