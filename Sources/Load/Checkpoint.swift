/// What the Load stage hands on: every tensor of a model, and the metadata found beside it.
package struct Checkpoint: Sendable {
  /// The file's or folder's name, extension included.
  package var name: String
  /// The path it was opened by.
  package var path: String
  package var format: Format
  /// In the order of the files; names are unique.
  package var tensors: [Tensor]
  package var metadata: ModelMetadata
  /// The weight files, in the order they were read.
  package var files: [SourceFile]
  /// How things were read that could be read otherwise, in words for the report.
  package var notes: [String] = []

  /// What should have been read and was not, and what else is wrong.
  package var problems: [LoadProblem]

  /// Whether this is one shard, opened by itself, of a model in several.
  package var isPart: Bool { problems.contains { $0.kind == .part } }

  /// The id of a format, which its reader's file names.
  package struct Format: RawRepresentable, Sendable, Hashable {
    package let rawValue: String

    package init(rawValue: String) { self.rawValue = rawValue }
  }

  package struct SourceFile: Sendable {
    package var path: String
    package var byteCount: UInt64
    /// What was opened; nil for what was never a file.
    package var source: (any ByteSource)?

    package init(path: String, byteCount: UInt64) {
      self.path = path
      self.byteCount = byteCount
    }

    package init(_ source: any ByteSource) {
      path = source.path
      byteCount = UInt64(source.byteCount)
      self.source = source
    }
  }

  /// Makes sure that everything read so far is of one state of the files.
  ///
  /// - Throws: `.changedWhileRead` for the first file that is not what it was when it was opened.
  package func checkUnchanged() throws(LoadError) {
    for file in files { try file.source?.checkUnchanged() }
  }

  package init(
    name: String, path: String, format: Format, tensors: [Tensor], metadata: ModelMetadata,
    files: [SourceFile], problems: [LoadProblem] = []
  ) {
    self.name = name
    self.path = path
    self.format = format
    self.tensors = tensors
    self.metadata = metadata
    self.files = files
    self.problems = problems
  }
}
