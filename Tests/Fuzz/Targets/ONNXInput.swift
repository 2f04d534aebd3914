@testable import Load

/// An ONNX file, whose tensors are read and decoded.
enum ONNXInput {
  static func read(_ input: UnsafeRawBufferPointer) throws {
    try InputFile.with(input) { path in
      let checkpoint = try ONNXReader.checkpoint(path: path)
      _ = checkpoint.metadata.disclosure.parentNames.map(HubName.init)
      try TensorInput.read(checkpoint.tensors)
    }
  }
}
