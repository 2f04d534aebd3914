/// Reads HDF5 files: Keras 2 and 3 weights and models, and any other file of numeric datasets.
///
/// The structure is parsed in a process of its own (`HDF5IndexProcess`); the data is read here,
/// from a mapping of the file.
package enum HDF5Reader: CheckpointFormat {
  package static let description = FormatDescription(
    id: Checkpoint.Format.hdf5.rawValue, name: "HDF5", endings: [".weights.h5", ".hdf5", ".h5"],
    stems: ["model", "tf_model"], indexEndings: [".h5.index.json"])

  /// Certain is a superblock that makes sense at one of the places where one may be.
  ///
  /// The signature may follow a user block of 512 bytes or a larger power of two.
  package static func claim(_ source: any ByteSource) -> Claim {
    var offset = 0
    while offset <= source.byteCount - HDF5Superblock.signature.count {
      if let claim = try? HDF5Superblock.claim(source, at: offset), claim != .none { return claim }
      offset = offset == 0 ? 512 : offset * 2
    }
    return .none
  }

  /// Opens an HDF5 file; the tensors' data is read on demand.
  ///
  /// - Returns: the tensors, with the file's own metadata; datasets that could not be understood
  ///   are in `problems`.
  /// - Throws: `LoadError` if the file is damaged or has no weights.
  package static func open(
    _ source: any ByteSource, in folder: any ModelFolder, limits: LoadLimits
  ) throws(LoadError) -> Checkpoint {
    guard claim(source) != .none else {
      throw LoadError(.unknownFormat, "there is no HDF5 signature", file: source.path)
    }
    guard let file = source.localFile else {
      throw LoadError(
        .unsupportedLayout, "HDF5 is parsed from a file on this machine; download it first",
        file: source.path)
    }
    let index = try HDF5IndexProcess.index(of: file, limits: limits)
    var checkpoint = try checkpoint(file: source, index: index, limits: limits)
    checkpoint.metadata.adoptKerasConfig(file: source.path, limits: limits)
    return checkpoint
  }

  /// The checkpoint that an index describes.
  static func checkpoint(
    file: any ByteSource, index: HDF5Index, limits: LoadLimits = .standard
  ) throws(LoadError) -> Checkpoint {
    let selection = KerasWeights(index)
    var maker = HDF5StorageMaker(file: file, limits: limits.hdf5)
    var tensors: [Tensor] = []
    for weight in selection.weights {
      let storage = try maker.storage(of: weight.dataset, tensor: weight.name)
      tensors.append(
        Tensor(
          name: weight.name, elementType: weight.dataset.number.elementType,
          shape: weight.shape, axisOrder: weight.axisOrder,
          storage: storage))
    }
    let problems = index.problems + selection.missing
    if tensors.isEmpty {
      throw problems.first.map {
        LoadError($0.code, $0.message, file: file.path, tensor: $0.path)
      } ?? LoadError(.noWeights, "the file has no numeric datasets", file: file.path)
    }
    return Checkpoint(
      name: PathName.name(of: file.path), path: file.path, format: .hdf5,
      tensors: tensors,
      metadata: ModelMetadata(headerStrings: headerStrings(index)), files: [.init(file)],
      problems: problems.map {
        LoadProblem(
          .unreadTensor, LoadError.printable($0.path, limit: 256), $0.message, elements: $0.elements
        )
      })
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

extension Checkpoint.Format {
  package static let hdf5 = Self(rawValue: "hdf5")
}
