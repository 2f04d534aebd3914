import Foundation

@testable import Load

/// The answer of the process that parses HDF5 structure, which a hostile file may have taken over.
enum HDF5Input {
  /// The file that the answer is said to be about.
  private static let path = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../../LoadTests/Fixtures/layouts.h5").path(percentEncoded: false)

  static func read(_ input: UnsafeRawBufferPointer) throws {
    let index = try HDF5IndexProcess.decode(Data(input), ofFileAt: path)
    let checkpoint = try HDF5Reader.checkpoint(file: try MappedFile(path: path), index: index)
    for tensor in checkpoint.tensors.prefix(64) {
      let scratch = ByteScratch()
      // The beginning and the end: what lies between is read alike.
      for range in [
        0..<min(tensor.elementCount, 100), max(0, tensor.elementCount - 100)..<tensor.elementCount,
      ] {
        try tensor.withBytes(of: range, scratch: scratch) { _ in }
      }
    }
  }
}
