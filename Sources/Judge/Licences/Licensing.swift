import Compare
import Fingerprint
import Load

/// The licences of a subject and of the references, as far as they are stated and known.
struct Licensing {
  let subject: StatedLicence?
  /// Texts beside the subject's weights; nil where nothing says which are the subject's.
  let documents: [Text]?
  private let references: [String: Reference]

  /// A document, ready to be searched.
  struct Text {
    let kind: ModelDocuments.Document.Kind
    let phrases: Phrases
    /// The first heading.
    let heading: String?
  }

  struct Reference {
    let licence: StatedLicence?
    let hasNotice: Bool
  }

  init(_ comparison: Comparison, documents: ModelDocuments?, catalogue: LicenceCatalogue) {
    let disclosure = comparison.subject.identity.disclosure
    subject = StatedLicence(disclosure.license, name: disclosure.licenseName, in: catalogue)
    self.documents = documents?.documents.map { document in
      Text(
        kind: document.kind, phrases: Phrases(document.text),
        heading: document.text.split(whereSeparator: \.isNewline).first { $0.hasPrefix("# ") }
          .map { String($0.dropFirst(2)) })
    }
    references = Dictionary(
      comparison.references.map { reference in
        let card = reference.fingerprint.identity.disclosure
        // The manifest is the corpus's own word; a reference's card may be out of date.
        let licence = StatedLicence(
          reference.manifest?.license ?? card.license,
          name: reference.manifest?.license == nil ? card.licenseName : nil, in: catalogue)
        return (reference.id, Reference(licence: licence, hasNotice: card.hasNotice))
      }
    ) { first, _ in first }
  }

  func reference(_ id: String) -> Reference? { references[id] }
}

extension FindingContext {
  /// Parents whose licences bind the subject: not those that were made from it, nor itself.
  var licensors: [Parent] {
    parents.filter {
      $0.direction.value != .toReference && $0.direction.value != .commonAncestor
        && !isReferenceItself($0)
    }
  }
}

/// Phrases are looked for without regard to case, line breaks and the sign of copyright.
struct Phrases {
  private let text: String

  init(_ text: String) {
    self.text = Self.plain(text)
  }

  func contains(anyOf phrases: [String]) -> Bool {
    phrases.contains { text.contains(Self.plain($0)) }
  }

  private static func plain(_ text: String) -> String {
    text.lowercased().replacing("©", with: "(c)").replacing("*", with: "")
      .split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }
}
