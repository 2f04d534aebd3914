import Foundation
import Glibc

/// Inputs for readers that want a path.
enum InputFile {
  /// Calls `body` with the path of a file of these bytes, which is removed afterwards.
  static func with<Result>(
    _ bytes: some ContiguousBytes, _ body: (String) throws -> Result
  ) throws -> Result {
    let path = FileManager.default.temporaryDirectory
      .appending(path: "fuzz-\(UUID().uuidString)").path(percentEncoded: false)
    try bytes.withUnsafeBytes { try Data($0).write(to: URL(filePath: path)) }
    defer { unlink(path) }
    return try body(path)
  }

  /// Calls readers that take one file's bytes for different things.
  ///
  /// - Throws: what the first of them threw, when all refuse the file.
  static func offer(
    _ bytes: UnsafeRawBufferPointer, to readers: [(String) throws -> Void]
  ) throws {
    try with(bytes) { path in
      let outcomes = readers.map { read in Result { try read(path) } }
      if !outcomes.contains(where: { (try? $0.get()) != nil }) { try outcomes.first?.get() }
    }
  }
}
