import TestSupport
import Testing

/// A JSON report that the program wrote.
struct EmittedReport {
  /// One for each subject.
  let subjects: [JSONSchemaValue]

  /// Parses a report and holds it against the published schema.
  init(_ text: String) throws {
    let document = try JSONSchemaValue(parsing: text)
    #expect(try JSONSchema.report().violations(in: document) == [])
    subjects = document["reports"]?.array ?? []
  }

  func subject(_ name: String) throws -> JSONSchemaValue {
    try #require(subjects.first { $0["subject"]?["name"]?.string == name })
  }
}

extension JSONSchemaValue {
  // What tests ask of a subject's report.

  var relation: String? { self["verdict"]?["relation"]?.string }

  var parents: [String] { strings("parents", "reference") }

  var candidates: [String] { strings("candidates", "reference") }

  var findings: [String] { strings("findings", "code") }

  /// Kinds of change of the first parent.
  var kinds: Set<String> {
    let changes = self["parents"]?.array?.first?["changes"]?.array ?? []
    return Set(changes.compactMap { $0["kind"]?.string })
  }

  private func strings(_ list: String, _ key: String) -> [String] {
    (self[list]?.array ?? []).compactMap { $0[key]?.string }
  }
}
