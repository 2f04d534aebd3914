/// A text or a name that a licence asks for, and that is not there.
package struct MissingNotice: Sendable, Equatable, Codable {
  package enum Kind: String, Sendable, CaseIterable, Codable {
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
  package var wordings: [String]

  package init(_ kind: Kind, _ wordings: [String] = []) {
    self.kind = kind
    self.wordings = wordings
  }
}
