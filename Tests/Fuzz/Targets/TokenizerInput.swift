@testable import Load

/// The file of a tokenizer, read as each of the kinds there are.
enum TokenizerInput {
  static func read(_ input: UnsafeRawBufferPointer) throws {
    try InputFile.offer(
      input,
      to: [
        { path in
          var notes: [LoadError] = []
          _ = try TokenizerJSON.read(path: path, limits: .standard, notes: &notes)
        },
        { path in
          var notes: [LoadError] = []
          _ = try VocabularyJSON.read(path: path, limits: .standard, notes: &notes)
        },
        { path in _ = try SentencePieceModel.read(path: path, limits: .standard) },
        { path in
          var notes: [LoadError] = []
          _ = try WordPieceText.read(path: path, limits: .standard, notes: &notes)
        },
        { path in
          var notes: [LoadError] = []
          _ = try TiktokenText.read(path: path, limits: .standard, notes: &notes)
        },
      ])
  }
}
