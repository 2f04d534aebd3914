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
  private let margin: Int
  static let labelIndent = 2
  /// Below so many columns there is no room beside labels: they stand above their text.
  private static let narrow = 64

  init(options: WriterOptions) {
    palette = options.palette
    language = options.language
    columns = min(max(options.columns, 40), 100)
    tableColumns = min(max(options.columns, 40), 200)
    margin = columns < Self.narrow ? 4 : 14
  }

  /// Columns to the right of the margin.
  var measure: Int { columns - margin }
  var tableMeasure: Int { tableColumns - margin }
  private var isNarrow: Bool { columns < Self.narrow }

  /// A line that is laid out and painted already; what is too wide all the same goes on below.
  mutating func line(_ line: String = "") {
    for part in TextLayout.fitted(line, to: tableColumns) { text += part + "\n" }
  }

  /// Lines that are laid out and painted already, the first beside the label.
  ///
  /// Labels of sections are capitalised, those of their parts are not and stand back.
  mutating func block(_ label: String, _ lines: [String]) {
    let indent = TextLayout.padded("", to: Self.labelIndent)
    let isSection = label.first?.isLowercase == false
    let painted = palette.paint(label, isSection ? [] : [.dim])
    if isNarrow, !label.isEmpty, !lines.isEmpty { line(indent + painted) }
    let fitted = lines.flatMap { TextLayout.fitted($0, to: tableMeasure) }
    for (index, line) in fitted.enumerated() {
      let isBeside = index == 0 && !isNarrow
      let gap = margin - Self.labelIndent - (isBeside ? TextLayout.width(label) : 0)
      self.line(indent + (isBeside ? painted : "") + TextLayout.padded("", to: gap) + line)
    }
  }

  /// Text that is wrapped to the measure, beside the label.
  mutating func paragraph(_ label: String, _ text: String, _ styles: Palette.Style...) {
    let lines = TextLayout.wrapped(text, to: measure)
    block(label, lines.map { palette.paint($0, styles) })
  }
}
