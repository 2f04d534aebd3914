package import Judge

/// What the writers of `tree` are given.
package struct FamilyReport: Sendable {
  package var tool: Tool
  package var forest: FamilyForest
  /// Models that could not be read, in the order of the input.
  package var inputErrors: [InputError]

  package init(tool: Tool, forest: FamilyForest, inputErrors: [InputError] = []) {
    self.tool = tool
    self.forest = forest
    self.inputErrors = inputErrors
  }
}

/// A drawing of families.
package protocol FamilyWriter: Sendable {
  /// The name that `tree --format` takes.
  static var format: String { get }

  init(options: WriterOptions)

  /// The whole document, with a line feed at its end.
  func write(_ report: FamilyReport) -> String
}

/// The formats in which `tree` draws.
package enum FamilyFormats {
  package static let all: [any FamilyWriter.Type] = [
    FamilyTextWriter.self, FamilyJSONWriter.self, FamilyDOTWriter.self, FamilyHTMLWriter.self,
  ]

  package static func named(_ name: String) -> (any FamilyWriter.Type)? {
    all.first { $0.format == name }
  }
}
