/// The frame of every HTML document: one self-contained file, to which nothing is loaded from
/// elsewhere, without scripts but for one of our own that a page may have.
struct HTMLPage {
  var title: String
  var language: Language
  var styles: XML = HTMLStyle.sheet
  var script: HTMLScript?

  func document(_ body: XML...) -> String {
    let document = XML.element(
      "html", ["lang": language == .zh ? "zh-CN" : "en"], head, XML.raw("\n"),
      XML.element("body", [:], XML.joined(body), script?.markup ?? XML.empty))
    return XML.lines([XML.raw("<!DOCTYPE html>"), document]).text
  }

  private var head: XML {
    XML.element(
      "head", [:],
      XML.lines([
        XML.void("meta", ["charset": "utf-8"]),
        XML.void(
          "meta", ["name": "viewport", "content": "width=device-width, initial-scale=1"]),
        // Whatever a file smuggled past the escaping could neither run nor load anything: what
        // runs is told by its digest.
        XML.void(
          "meta",
          [
            "http-equiv": "Content-Security-Policy",
            "content": "default-src 'none'; style-src 'unsafe-inline'"
              + (script.map { "; script-src \($0.source)" } ?? ""),
          ]),
        XML.element("title", [:], XML(title)),
        XML.element("style", [:], XML.raw("\n"), styles, XML.raw("\n")),
      ]))
  }

  /// The line at the top: the tool, and what the document is.
  static func header(_ tool: Tool, _ name: String) -> XML {
    XML.element(
      "header", ["class": "top"],
      XML.element(
        "span", [:], XML.element("strong", [:], XML(tool.name)), XML(" " + tool.version)),
      XML.element("span", [:], XML(name)))
  }
}
