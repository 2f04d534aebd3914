internal import Judge

/// The full report as one self-contained HTML file that opens from disk: no scripts, nothing loaded
/// from elsewhere, pictures as inline SVG, light and dark, fit for paper.
///
/// It is well-formed XML too, so that tests can hold it to that.
package struct HTMLWriter: ReportWriter {
  package static let format = "html"

  private let options: WriterOptions
  private var language: Language { options.language }

  package init(options: WriterOptions) {
    self.options = options
  }

  package func write(_ report: ForensicReport) -> String {
    let articles = report.judgements.enumerated().map { index, judgement in
      HTMLSubject(
        judgement: judgement, corpus: report.corpus, detail: options.detail, number: index + 1,
        language: language
      ).article
    }
    let names = report.judgements.prefix(3).map(\.subject.name).joined(separator: language.comma)
    return HTMLPage(
      title: "\(language.say(.reportOn))\(language.colon)\(names)", language: language
    ).document(
      HTMLPage.header(report.tool, language.say(.reportOn)),
      XML.element(
        "main", [:], report.isAboutOneModel ? XML.empty : overview(report), XML.lines(articles),
        method),
      footer(report))
  }

  /// All models of the report, with links to theirs.
  private func overview(_ report: ForensicReport) -> XML {
    let judged = report.judgements.enumerated().map { index, judgement in
      XML.element(
        "tr", [:],
        XML.element(
          "th", ["scope": "row"],
          XML.element("a", ["href": "#model-\(index + 1)"], XML(judgement.subject.name))),
        XML.element("td", [:], judgement.badge(language)),
        XML.element(
          "td", [:],
          XML(judgement.parents.map(\.reference).joined(separator: language.comma))),
        XML.element(
          "td", [:],
          XML(Set(judgement.findings.map(\.code.rawValue)).sorted().joined(separator: " "))))
    }
    let failed = report.inputErrors.map { error in
      XML.element(
        "tr", [:], XML.element("th", ["scope": "row"], XML(error.input)),
        XML.element("td", ["colspan": "3"], XML(error.message)))
    }
    let headings: [Phrase] = [.subject, .relation, .parent, .findings]
    return XML.element(
      "nav", ["aria-label": language.say(.summary)],
      XML.element("h2", [:], XML(language.say(.summary))),
      HTMLTable(headings: headings.map(language.say)).markup(rows: judged + failed))
  }

  private var method: XML {
    XML.element(
      "section", ["id": "method"], XML.element("h2", [:], XML(language.say(.method))),
      XML.element(
        "ul", [:],
        XML.joined(Method.allCases.map { XML.element("li", [:], XML(language($0))) })))
  }

  private func footer(_ report: ForensicReport) -> XML {
    let corpus =
      language.count(report.corpus.references, .reference) + " · "
      + language.say(.digest, report.corpus.digest)
    return XML.element(
      "footer", [:],
      XML(
        "\(report.tool.name) \(report.tool.version) · \(language.say(.corpus))\(language.colon)\(corpus)"
      ))
  }
}

extension Judgement {
  /// The class that colours a verdict.
  var tone: String {
    switch mark.style {
    case .red: "error"
    case .yellow: "warning"
    case .green: "good"
    default: "info"
    }
  }

  func badge(_ language: Language) -> XML {
    XML.element(
      "span", ["class": "badge \(tone)"], XML("\(mark.icon) \(language(verdict.relation))"))
  }
}

/// A table that scrolls by itself where it is wider than the page.
struct HTMLTable {
  var headings: [String]
  var caption: String?
  /// Columns of numbers.
  var numeric: Set<Int> = []

  func markup(rows: [XML]) -> XML {
    let head = headings.enumerated().map { index, heading in
      XML.element("th", ["scope": "col", "class": style(index)], XML(heading))
    }
    return XML.element(
      "div", ["class": "scroll"],
      XML.element(
        "table", [:], caption.map { XML.element("caption", [:], XML($0)) } ?? XML.empty,
        XML.element("thead", [:], XML.element("tr", [:], XML.joined(head))),
        XML.element("tbody", [:], XML.lines(rows))))
  }

  /// A table of text, the first cell of a row being its heading.
  func markup(_ rows: [[String]]) -> XML {
    markup(
      rows: rows.map { cells in
        XML.element(
          "tr", [:],
          XML.joined(
            cells.enumerated().map { index, cell in
              index == 0
                ? XML.element("th", ["scope": "row"], XML(cell))
                : XML.element("td", ["class": style(index)], XML(cell))
            }))
      })
  }

  private func style(_ column: Int) -> String? { numeric.contains(column) ? "num" : nil }
}
