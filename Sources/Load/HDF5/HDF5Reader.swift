import Foundation

/// Reads HDF5 files: Keras 2 and 3 weights and models, and any other file of numeric datasets.
///
/// The structure is parsed in a process of its own (`HDF5IndexProcess`); the data is read here,
/// from a mapping of the file.
package enum HDF5Reader {
  private static let signature: [UInt8] = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a]

  /// Whether a file with these first bytes is HDF5.
  ///
  /// The signature may follow a user block of 512 bytes or a larger power of two; it is found if
  /// the prefix reaches that far.
  package static func recognises(_ prefix: UnsafeRawBufferPointer) -> Bool {
    var offset = 0
    while offset <= prefix.count - signature.count {
      if prefix[offset..<offset + signature.count].elementsEqual(signature) { return true }
      offset = offset == 0 ? 512 : offset * 2
    }
    return false
  }

  /// Opens an HDF5 file; the tensors' data is read on demand.
  ///
  /// - Parameter path: the file.
  /// - Returns: the tensors, with the file's own metadata; datasets that could not be understood
  ///   are in `metadata.problems`.
  /// - Throws: `LoadError` if the file is damaged or has no weights.
  package static func checkpoint(path: String) throws(LoadError) -> Checkpoint {
    let file = try MappedFile(path: path)
    let isHDF5 = try file.withBytes(in: 0..<file.byteCount, tensor: nil) { bytes in
      recognises(bytes)
    }
    guard isHDF5 else {
      throw LoadError(.unknownFormat, "there is no HDF5 signature", file: path)
    }
    return try checkpoint(file: file, index: try HDF5IndexProcess.index(ofFileAt: path))
  }

  /// The checkpoint that an index describes.
  static func checkpoint(
    file: MappedFile, index: HDF5Index
  ) throws(LoadError) -> Checkpoint {
    let selection = KerasWeights(index)
    var maker = HDF5StorageMaker(file: file)
    var tensors: [Tensor] = []
    for weight in selection.weights {
      let storage = try maker.storage(of: weight.dataset, tensor: weight.name)
      tensors.append(
        Tensor(
          name: weight.name, elementType: weight.dataset.number.elementType,
          shape: weight.dataset.shape, outputAxisIsLast: weight.outputAxisIsLast,
          storage: storage))
    }
    let problems = (index.problems + selection.missing).map {
      LoadError($0.code, $0.message, file: file.path, tensor: $0.path)
    }
    if tensors.isEmpty {
      throw problems.first
        ?? LoadError(.noWeights, "the file has no numeric datasets", file: file.path)
    }
    return Checkpoint(
      name: URL(fileURLWithPath: file.path).lastPathComponent, path: file.path, format: .hdf5,
      tensors: tensors,
      metadata: ModelMetadata(headerStrings: headerStrings(index), problems: problems),
      files: [.init(file)])
  }

  /// The strings of the root and of the group in which Keras saves a whole model's weights.
  private static func headerStrings(_ index: HDF5Index) -> [String: String] {
    var strings: [String: String] = [:]
    for group in index.groups where group.path.isEmpty || group.path == "model_weights" {
      strings.merge(group.strings) { first, _ in first }
    }
    return strings
  }
}
