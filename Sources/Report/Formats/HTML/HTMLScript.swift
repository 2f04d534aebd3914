internal import Crypto
private import Foundation

/// A script of this program's own inside a page.
///
/// It helps where it runs, and nothing that the page
/// says needs it.
///
/// Its text stands in the document as it is, so that it may hold neither `<` nor `&`.
struct HTMLScript: Sendable {
  let text: StaticString

  init(_ text: StaticString) {
    self.text = text
  }

  var markup: XML { XML.element("script", [:], XML.raw(text)) }

  /// As a content security policy names what alone may run: `'sha256-…'`.
  var source: String {
    let digest = SHA256.hash(data: Data(text.description.utf8))
    return "'sha256-\(Data(digest).base64EncodedString())'"
  }
}
