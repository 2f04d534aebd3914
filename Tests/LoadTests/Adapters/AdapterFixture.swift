import Foundation

@testable import Load

/// The files written by `scripts/fixtures/make_adapter_fixtures.py`.
enum AdapterFixture {
  static func path(_ name: String) -> String {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "Fixtures/Adapters/\(name)").path(percentEncoded: false)
  }

  static func open(_ name: String) throws -> Checkpoint {
    try CheckpointReader.open(path: path(name))
  }
}
