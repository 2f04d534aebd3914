@testable import Load

/// A file of PyTorch, and the pickle of one, which an archive's checksum would keep from being reached.
enum PyTorchInput {
  static func read(_ input: UnsafeRawBufferPointer) throws {
    try InputFile.offer(
      input,
      to: [
        { path in try read(PyTorchReader.checkpoint(path: path).tensors) },
        { path in
          let limits = LoadLimits.standard
          let file = try MappedFile(path: path)
          var model = PyTorchModel(of: file, limits: limits)
          var machine = PickleMachine(
            input, source: PickleSource(file: path), limits: limits.pickle)
          let root = try machine.run()
          try model.take(
            machine, root: root, storages: Zeros(),
            pickle: StorageBytes(source: file, range: 0..<file.byteCount))
          try read(model.tensors)
        },
      ])
  }

  private static func read(_ tensors: [Tensor]) throws {
    for tensor in tensors.prefix(64) {
      // The beginning and the end: what lies between is read alike.
      for range in [
        0..<min(tensor.elementCount, 100), max(0, tensor.elementCount - 100)..<tensor.elementCount,
      ] {
        try tensor.withBytes(of: range, scratch: ByteScratch()) { _ in }
      }
    }
  }

  /// Storages of zeros, whatever they are called.
  private struct Zeros: PyTorchStorages {
    private static let zeros = ByteList([UInt8](repeating: 0, count: 1 << 16), path: "zeros")

    func bytes(of key: String) throws(LoadError) -> StorageBytes {
      StorageBytes(source: Self.zeros, range: 0..<1 << 16)
    }
  }
}
