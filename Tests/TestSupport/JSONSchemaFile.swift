import Foundation

extension JSONSchema {
  /// The schema of the JSON report, as the project publishes it.
  package static func report() throws -> JSONSchema {
    let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "docs/schema/report-1.schema.json")
    return try JSONSchema(parsing: String(contentsOf: file, encoding: .utf8))
  }
}
