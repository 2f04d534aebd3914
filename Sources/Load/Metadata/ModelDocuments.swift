/// The texts that a release has beside its weights: licences, notices, the card.
///
/// They are read to see whether duties of a licence are met, never as evidence of descent.
package struct ModelDocuments: Sendable, Equatable {
  package var documents: [Document]

  package struct Document: Sendable, Equatable {
    package enum Kind: String, Sendable {
      case licence
      case notice
      case card
    }

    package var kind: Kind
    package var name: String
    /// The beginning of the file, as far as `LoadLimits.documentByteCount`.
    package var text: String

    package init(_ kind: Kind, name: String, text: String) {
      self.kind = kind
      self.name = name
      self.text = text
    }
  }

  package init(_ documents: [Document] = []) {
    self.documents = documents
  }
}

extension ModelDocuments {
  /// Reads the documents of a model.
  ///
  /// - Returns: nil where the model is a bare file, or one among those of other models, or the folder
  ///   cannot be listed: then nothing says which documents are the model's.
  package static func read(
    modelAt path: String, limits: LoadLimits = .standard
  ) -> ModelDocuments? {
    let isFolder = PathName.isFolder(path)
    let folder = isFolder ? path : PathName.folder(of: path)
    guard let names = try? PathName.entries(of: folder, limits: limits),
      isFolder || WeightSiblings.holdsOneModel(names, including: PathName.name(of: path))
    else { return nil }
    var documents: [Document] = []
    for name in names {
      guard documents.count < limits.documentCount, let kind = Document.Kind(fileName: name) else {
        continue
      }
      let file = PathName.join(folder, name)
      guard !PathName.isFolder(file) else { continue }
      // What cannot be read is not given.
      let text = try? MetadataFile.withBytes(of: file, limit: .max) { (bytes) throws(LoadError) in
        String(decoding: bytes.prefix(limits.documentByteCount), as: UTF8.self)
      }
      if let text { documents.append(Document(kind, name: name, text: text)) }
    }
    // Beside a bare file nothing was meant to stand.
    return isFolder || !documents.isEmpty ? ModelDocuments(documents) : nil
  }
}

extension ModelDocuments.Document.Kind {
  init?(fileName: String) {
    let name = fileName.lowercased()
    let parts = name.split(separator: ".", omittingEmptySubsequences: false)
    let isText = parts.count == 1 || ["txt", "md", "rst", "html", "pdf"].contains(parts.last ?? "")
    guard isText, let stem = parts.first else { return nil }
    if stem.contains("notice") {
      self = .notice
    } else if ["license", "licence", "copying"].contains(where: stem.contains) {
      self = .licence
    } else if stem == "readme" || stem == "model_card" || stem == "modelcard" {
      self = .card
    } else {
      return nil
    }
  }
}
