/// A text or a name that a licence asks for, and that is not there.
package struct MissingNotice: Sendable, Equatable {
  package enum Kind: String, Sendable, CaseIterable {
    /// The card states no licence.
    case cardLicence
    case licenceText
    case noticeFile
    case noticeText
    case displayText
    case namePrefix
  }

  package var kind: Kind
  /// The licence whose copy is missing, or the wordings of which any would do.
  package var texts: [String]

  package init(_ kind: Kind, _ texts: [String] = []) {
    self.kind = kind
    self.texts = texts
  }

  /// For a person, in English.
  package var message: String {
    let either = texts.joined(separator: "” or “")
    return switch kind {
    case .cardLicence: "a licence on the card"
    case .licenceText: "a copy of the \(either)"
    case .noticeFile: "the NOTICE file that the parent has"
    case .noticeText: "a NOTICE file with “\(either)…”"
    case .displayText: "“\(either)” on the card"
    case .namePrefix: "a name that begins with “\(either)”"
    }
  }
}
