import Foundation

extension JSONSchema {
  /// The schema of the JSON report, as the project publishes it.
  package static func report() throws -> JSONSchema { try published("report-2") }

  /// A schema of the project, by its name in `docs/schema`.
  package static func published(_ name: String) throws -> JSONSchema {
    let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "docs/schema/\(name).schema.json")
    return try JSONSchema(parsing: String(contentsOf: file, encoding: .utf8))
  }
}
