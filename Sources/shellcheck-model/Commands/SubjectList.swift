import Load

/// A list of models: one a line, blank lines and those that begin with `#` left out.
enum SubjectList {
  private static let byteLimit = 16 << 20

  /// - Returns: the models in the order of the list, each once.
  /// - Throws: for what cannot be read, or names no model.
  static func read(path: String) throws(LoadError) -> [String] {
    let file = try MappedFile(path: path)
    guard file.byteCount <= byteLimit else {
      throw LoadError(
        .limitExceeded, "the list has more than \(byteLimit) bytes", file: path)
    }
    let text = try file.read(0..<file.byteCount, tensor: nil, scratch: ByteScratch()) {
      (bytes) throws(LoadError) in String(validating: bytes, as: UTF8.self)
    }
    guard let text, !text.utf8.contains(0) else {
      throw LoadError(.metadataMalformed, "the list is not text in UTF-8", file: path)
    }
    var seen: Set<String> = []
    let models = text.split(whereSeparator: \.isNewline).map { line in
      String(
        line.trimmingPrefix(while: \.isWhitespace).reversed()
          .drop(while: \.isWhitespace).reversed())
    }.filter { !$0.isEmpty && !$0.hasPrefix("#") && seen.insert($0).inserted }
    guard !models.isEmpty else {
      throw LoadError(.notFound, "the list names no model", file: path)
    }
    return models
  }
}
