import Foundation
import TestSupport

/// Schemas of other people's formats, as they publish them (see Schemas/README.md).
enum StandardSchemas {
  static func sarif() throws -> JSONSchema {
    try JSONSchema(parsing: text("sarif-2.1.0"))
  }

  static func cycloneDX(_ version: String = "1.7") throws -> JSONSchema {
    var documents: [String: JSONSchema] = [:]
    for name in ["spdx.SNAPSHOT", "jsf-0.82.SNAPSHOT", "cryptography-defs.SNAPSHOT"] {
      documents["\(name).schema.json"] = try JSONSchema(parsing: text(name))
    }
    return try JSONSchema(parsing: text("bom-\(version).SNAPSHOT"), documents: documents)
  }

  private static func text(_ name: String) throws -> String {
    let folder = URL(filePath: #filePath).deletingLastPathComponent()
    return try String(
      contentsOf: folder.appending(path: "Schemas/\(name).schema.json"), encoding: .utf8)
  }
}
