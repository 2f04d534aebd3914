/// One output format.
///
/// Adding a format is adding a file with a writer, and its name to `all` below.
package protocol ReportWriter: Sendable {
  /// The name that `--format` takes.
  static var format: String { get }

  /// Whether it states the SHA-256 of the model's files, which costs another reading of them.
  static var needsFileDigests: Bool { get }

  init(options: WriterOptions)

  /// The whole document, with a line feed at its end unless it is empty.
  func write(_ report: ForensicReport) -> String
}

extension ReportWriter {
  package static var needsFileDigests: Bool { false }
}

/// A format that can be written as several files, an index and a page for each model.
package protocol PagedWriter: ReportWriter {
  func pages(_ report: ForensicReport) -> [ReportPage]
}

/// One file of a report of several.
package struct ReportPage: Sendable, Equatable {
  /// Of the file, without its folder.
  package var name: String
  package var text: String
}

/// What a person may choose about the form of a report.
package struct WriterOptions: Sendable {
  package var detail: Detail
  package var palette: Palette
  /// Columns of the terminal.
  ///
  /// Tables keep to it as far as they can; data formats ignore it.
  package var columns: Int
  package var language: Language
  /// Seconds since 1970 that documents with a date carry (`SOURCE_DATE_EPOCH`); nil for no date, so
  /// that equal runs write equal bytes.
  package var sourceDate: Int?

  package init(
    detail: Detail = .model, palette: Palette = .plain, columns: Int = 100,
    language: Language = .en, sourceDate: Int? = nil
  ) {
    self.detail = detail
    self.palette = palette
    self.columns = columns
    self.language = language
    self.sourceDate = sourceDate
  }
}

/// How far down a report goes.
///
/// Each level includes those before it.
package enum Detail: String, Sendable, CaseIterable, Codable {
  case model
  case layers
  case tensors
}

/// The formats this build can write.
package enum ReportFormats {
  package static let all: [any ReportWriter.Type] = [
    TTYWriter.self, JSONWriter.self, SARIFWriter.self, MarkdownWriter.self,
    HTMLWriter.self, JUnitWriter.self, CycloneDXWriter.self, CycloneDX16Writer.self,
    SPDXWriter.self, InTotoWriter.self, QuietWriter.self,
    GitHubWriter.self, MergekitWriter.self,
  ]

  package static func named(_ name: String) -> (any ReportWriter.Type)? {
    all.first { $0.format == name }
  }
}
