internal import Compare
internal import Crypto
internal import Fingerprint
internal import Foundation
internal import Judge

/// The full report as one self-contained HTML file that opens from disk: no scripts, nothing loaded
/// from elsewhere, pictures as inline SVG, light and dark, fit for paper.
///
/// It is well-formed XML too, so that tests can hold it to that.
package struct HTMLWriter: PagedWriter {
  package static let format = "html"

  private let options: WriterOptions
  private var language: Language { options.language }

  package init(options: WriterOptions) {
    self.options = options
  }

  package func write(_ report: ForensicReport) -> String {
    let articles = report.judgements.indices.map { article($0, report) }
    return page(
      report, names: report.judgements.prefix(3).map(\.subject.name),
      report.isAboutOneModel
        ? XML.empty
        : HTMLOverview(report: report, language: language) { "#model-\($0 + 1)" }.markup,
      XML.lines(articles), method, repetition(report))
  }

  package func pages(_ report: ForensicReport) -> [ReportPage] {
    let index = page(
      report, names: report.judgements.prefix(3).map(\.subject.name),
      HTMLOverview(report: report, language: language) { Self.pageName($0) }.markup, method,
      repetition(report))
    let models = report.judgements.indices.map { number in
      ReportPage(
        name: Self.pageName(number),
        text: page(
          report, names: [report.judgements[number].subject.name],
          XML.element(
            "nav", [:], XML.element("a", ["href": Self.indexName], XML(language.say(.summary)))),
          article(number, report), method, repetition(report)))
    }
    return [ReportPage(name: Self.indexName, text: index)] + models
  }

  private static let indexName = "index.html"

  /// Numbers, not names: those of models may be anything.
  private static func pageName(_ index: Int) -> String { "model-\(index + 1).html" }

  private func page(_ report: ForensicReport, names: [String], _ content: XML...) -> String {
    HTMLPage(
      title: language.say(.reportOn) + language.colon + names.joined(separator: language.comma),
      language: language
    ).document(
      HTMLPage.header(report.tool, language.say(.reportOn)),
      XML.element("p", ["class": "case"], XML(language.say(.caseNumber))),
      XML.element("main", [:], XML.joined(content)), footer(report))
  }

  private func article(_ index: Int, _ report: ForensicReport) -> XML {
    HTMLSubject(
      judgement: report.judgements[index], corpus: report.corpus, detail: options.detail,
      number: index + 1, language: language
    ).article
  }

  private var method: XML {
    XML.element(
      "section", ["id": "method"], XML.element("h2", [:], XML(language.say(.method))),
      XML.element(
        "ul", [:],
        XML.joined(Method.allCases.map { XML.element("li", [:], XML(language($0))) })))
  }

  /// The literal command, and what must come of it.
  private func repetition(_ report: ForensicReport) -> XML {
    var facts: [(name: String, value: String)] = [
      (language.say(.corpus), report.corpus.digest)
    ]
    for judgement in report.judgements {
      if let digest = judgement.subject.digest {
        facts.append((language.say(.rootDigest, judgement.subject.name), digest))
      }
    }
    for reference in report.parentsInCorpus {
      facts.append((language.say(.rootDigest, reference.named), reference.digest))
    }
    for file in report.sources.flatMap(\.files) {
      if let sha256 = file.sha256 { facts.append((file.path, sha256)) }
    }
    var text = XML.element("p", [:], XML(language.say(.noCommand)))
    if let invocation = report.invocation {
      text =
        XML.element("p", [:], XML(language.say(.repeatText)))
        + XML.element("pre", [:], XML(ShellWords.line(invocation.command)))
      if let policy = invocation.policy {
        facts.append((language.say(.policyFile, policy.path), policy.sha256))
      }
      if let stamp = invocation.stamp {
        text =
          text
          + XML.element(
            "p", [:],
            XML(
              language.say(
                .madeOn, [stamp.date, stamp.machine].compactMap(\.self).joined(separator: ", "))))
      } else {
        facts.append((language.say(.expectedOutput), Self.digest(report, invocation)))
      }
    }
    let list = facts.map { name, value in
      XML.element("dt", [:], XML(name)) + XML.element("dd", ["class": "mono"], XML(value))
    }
    let commit = report.tool.commit.map { " (\($0))" } ?? ""
    return XML.element(
      "section", ["id": "repeat"], XML.element("h2", [:], XML(language.say(.toRepeat))), text,
      XML.element(
        "p", ["class": "soft"], XML(report.tool.name + " " + report.tool.version + commit)),
      XML.element("dl", [:], XML.joined(list)))
  }

  /// SHA-256 of the JSON report that the command prints.
  private static func digest(_ report: ForensicReport, _ invocation: Invocation) -> String {
    let option = invocation.command.last { $0.hasPrefix("--detail=") }
    let detail = option.flatMap { Detail(rawValue: String($0.dropFirst(9))) } ?? .model
    let json = JSONWriter(options: WriterOptions(detail: detail)).write(report)
    return SHA256.hash(data: Data(json.utf8)).hexadecimal
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
    default: "info"
    }
  }

  func badge(_ language: Language) -> XML {
    XML.element(
      "span", ["class": "badge \(tone)"],
      XML("\(mark.icon) \(language.headline(self).title)"))
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
