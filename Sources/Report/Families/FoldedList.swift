/// A list that is shown as it is where it is short, and else in parts that unfold.
struct FoldedList {
  /// Entries that are taken in together.
  private static let together = 100

  struct Part {
    /// From which name to which, where there are several parts.
    var range: String?
    var items: XML
  }

  let parts: [Part]

  /// - Parameter entries: elements of a list, each with the name that it goes by.
  init(_ entries: [(name: String, item: XML)], language: Language) {
    let isShort = entries.count <= Self.together
    parts = stride(from: 0, to: entries.count, by: Self.together).map { start in
      let part = entries[start..<min(start + Self.together, entries.count)]
      let ends = [part.first, part.last].map {
        TextLayout.shortened(printable($0?.name ?? ""), to: 40)
      }
      return Part(
        range: isShort ? nil : language.range(ends[0], ends[1], count: part.count),
        items: XML.joined(part.map(\.item)))
    }
  }

  /// Lists, folded where there are several.
  var markup: XML {
    XML.joined(
      parts.map { part in
        let list = XML.element("ul", [:], part.items)
        return part.range.map {
          XML.element("details", [:], XML.element("summary", [:], XML($0)), list)
        } ?? list
      })
  }
}

extension Language {
  fileprivate func range(_ first: String, _ last: String, count: Int) -> String {
    pick(("\(first) to \(last)", "\(first) 至 \(last)")) + bracketed(String(count))
  }
}
