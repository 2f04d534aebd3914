@testable import Load

/// A TFLite file, whose tensors are read and decoded.
enum TFLiteInput {
  static func read(_ input: UnsafeRawBufferPointer) throws {
    try InputFile.with(input) { path in
      try TensorInput.read(try TFLiteReader.checkpoint(path: path).tensors)
    }
  }
}
