import Foundation

@testable import Load

/// What `scripts/fixtures/make_gguf_fixtures.py` writes.
enum GGUFFixture {
  static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "Fixtures/gguf").path(percentEncoded: false)

  static func path(_ name: String) -> String { "\(folder)/\(name)" }

  static func bytes(_ name: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: URL(filePath: path(name))))
  }

  static func open(_ name: String) throws -> Checkpoint {
    try GGUFReader.checkpoint(path: path(name))
  }
}
