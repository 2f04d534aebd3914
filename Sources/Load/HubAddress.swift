/// A model on a hub as people name it: `hub:OWNER/NAME[/FILE OR FOLDER][@REVISION]`, or with
/// `modelscope:`.
///
/// Only spelling is settled here; nothing is asked of anybody. A file on this machine that is called
/// so is `./hub:…`.
package struct HubAddress: Sendable, Hashable {
  /// Whose routes are spoken.
  package enum Site: String, Sendable, CaseIterable {
    /// Hugging Face, and mirrors that speak its routes.
    case huggingFace = "hub"
    case modelScope = "modelscope"

    fileprivate var scheme: String { rawValue + ":" }
  }

  package let site: Site
  /// Nil for the few old models that have none (`hub:gpt2`).
  package let owner: String?
  package let name: String
  /// A file or folder in the repository; empty for all of it.
  package let place: String
  /// A branch, a tag or a commit; nil for the main branch.
  package let revision: String?

  /// Whether a text is meant as the address of a model on a hub.
  package static func isMeant(by text: String) -> Bool {
    Site.allCases.contains { text.hasPrefix($0.scheme) }
  }

  /// - Throws: `.notFound` for what cannot be the name of a model on a hub.
  package init(_ text: String) throws(LoadError) {
    let named = Site.allCases.first { text.hasPrefix($0.scheme) }
    site = named ?? .huggingFace
    var rest = text.dropFirst(named?.scheme.count ?? 0)
    var revision: String?
    if let mark = rest.lastIndex(of: "@") {
      revision = String(rest[rest.index(after: mark)...])
      rest = rest[..<mark]
    }
    let steps = rest.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    guard let first = steps.first, steps.prefix(2).allSatisfy(Self.isName),
      steps.count <= 2 || ModelRoot.isInside(steps.dropFirst(2).joined(separator: "/")),
      revision.map(Self.isRevision) ?? true, site == .huggingFace || steps.count > 1
    else {
      throw LoadError(
        .notFound,
        "is no name of a model on a hub, such as hub:OWNER/NAME or "
          + "hub:OWNER/NAME/FILE@REVISION or modelscope:OWNER/NAME", file: text)
    }
    owner = steps.count > 1 ? first : nil
    name = steps.count > 1 ? steps[1] : first
    place = steps.dropFirst(2).joined(separator: "/")
    self.revision = revision
  }

  /// `OWNER/NAME`, or the name alone.
  package var id: String { owner.map { "\($0)/\(name)" } ?? name }

  /// `hub:OWNER/NAME`.
  package var title: String { site.scheme + id }

  /// The folder of a hub client's cache that is the model's.
  package var cacheName: String {
    "models--" + (owner.map { "\($0)--\(name)" } ?? name)
  }

  /// Whether the revision is a commit, which never becomes another.
  package var isPinned: Bool { revision.map(Self.isCommit) ?? false }

  package static func isCommit(_ text: String) -> Bool { isDigest(text, digits: 40) }

  /// Whether a text is so many hexadecimal digits, as hubs and Git write them.
  package static func isDigest(_ text: String, digits: Int) -> Bool {
    text.utf8.count == digits && text.allSatisfy { $0.isASCII && $0.isHexDigit && !$0.isUppercase }
  }

  private static func isName(_ text: String) -> Bool {
    !text.isEmpty && text.utf8.count <= 96 && text.first != "." && text.first != "-"
      && !text.contains("..") && !text.contains("--")
      && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-_.".contains($0)) }
  }

  private static func isRevision(_ text: String) -> Bool {
    !text.isEmpty && text.utf8.count <= 250 && !text.contains("..") && text.first != "/"
      && text.first != "-"
      && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-_./+".contains($0)) }
  }
}
