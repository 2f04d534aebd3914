@testable import Load

/// A GGUF file, whose tensors are read and decoded.
enum GGUFInput {
  static func read(_ input: UnsafeRawBufferPointer) throws {
    try InputFile.with(input) { path in
      let checkpoint = try GGUFReader.checkpoint(path: path)
      _ = checkpoint.metadata.disclosure.parentNames.map(HubName.init)
      try TensorInput.read(checkpoint.tensors)
    }
  }
}
