/// A page of terminal text under construction: paragraphs with labels in a left margin.
struct Page {
  let palette: Palette
  /// Of text: longer lines are hard to read.
  let columns: Int
  /// Of tables, which may use all of the terminal.
  private let tableColumns: Int
  let language: Language
  private(set) var text = ""

  /// Columns before the text of a labelled line.
  static let margin = 14
  static let labelIndent = 2

  init(options: WriterOptions) {
    palette = options.palette
    language = options.language
    columns = min(max(options.columns, 40), 100)
    tableColumns = min(max(options.columns, 40), 200)
  }

  /// Columns to the right of the margin.
  var measure: Int { columns - Self.margin }
  var tableMeasure: Int { tableColumns - Self.margin }

  /// A line that is laid out and painted already.
  mutating func line(_ line: String = "") {
    text += line + "\n"
  }

  /// Lines that are laid out and painted already, the first beside the label.
  ///
  /// Labels of sections are capitalised, those of their parts are not and stand back.
  mutating func block(_ label: String, _ lines: [String]) {
    for (index, line) in lines.enumerated() {
      let label = index == 0 ? label : ""
      let gap = TextLayout.padded("", to: Self.margin - Self.labelIndent - TextLayout.width(label))
      let isSection = label.first?.isLowercase == false
      self.line(
        TextLayout.padded("", to: Self.labelIndent)
          + palette.paint(label, isSection ? [] : [.dim]) + gap + line)
    }
  }

  /// Text that is wrapped to the measure, beside the label.
  mutating func paragraph(_ label: String, _ text: String, _ styles: Palette.Style...) {
    let lines = TextLayout.wrapped(text, to: measure)
    block(label, lines.map { palette.paint($0, styles) })
  }
}
