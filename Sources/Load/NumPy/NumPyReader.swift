/// Reads NumPy's archives of arrays (`.npz`, stored or deflated) and single arrays (`.npy`), in which
/// Flax, MLX and TensorFlow models are published too.
///
/// Arrays of Python objects are pickles: they are not read as weights, and nothing of them runs; what
/// loading them would run is said (SCM1006).
package enum NumPyReader: CheckpointFormat {
  package static let description = FormatDescription(
    id: Checkpoint.Format.numPy.rawValue, name: "a NumPy archive", endings: [".npz", ".npy"],
    stems: ["model", "weights"])

  /// Certain is a zip archive of arrays and nothing else, or an array whose header is valid.
  package static func claim(_ source: any ByteSource) -> Claim {
    if let archive = try? ZipArchive(source) {
      return isOfArrays(archive) ? .certain : .none
    }
    if ZipArchive.startNames(of: source)?.prefix(256).contains(".npy") == true {
      return .damaged(LoadError(.truncated, "the archive is cut short", file: source.path))
    }
    let isArray = try? source.withPrefix(8) { (bytes) throws(LoadError) in
      bytes.has(NumPyHeader.magic)
    }
    guard isArray == true else { return .none }
    return Claim { () throws(LoadError) in
      try source.withPrefix(NumPyHeader.prefixByteCount) { (bytes) throws(LoadError) in
        _ = try NumPyHeader(bytes, path: source.path, limits: .standard)
      }
    }
  }

  private static func isOfArrays(_ archive: ZipArchive) -> Bool {
    !archive.names.isEmpty && archive.names.allSatisfy { $0.hasSuffix(".npy") }
  }

  /// - Throws: `LoadError` if the file is damaged, or holds no array of numbers; then it says what
  ///   loading its objects would run.
  package static func open(
    _ source: any ByteSource, in folder: any ModelFolder, limits: LoadLimits
  ) throws(LoadError) -> Checkpoint {
    var arrays = NumPyArrays(of: source, limits: limits)
    // An archive that is cut short has no directory, and is no array either.
    let archive = ZipArchive.isStart(of: source) ? try ZipArchive(source) : try? ZipArchive(source)
    if let archive {
      try take(archive, into: &arrays)
    } else {
      let name = PathName.name(of: source.path)
      try arrays.take(
        name.hasSuffix(".npy") ? String(name.dropLast(4)) : name,
        StorageBytes(source: source, range: 0..<source.byteCount))
    }
    if arrays.tensors.isEmpty {
      let danger = arrays.problems.first { $0.kind == .dangerousPickle }
      let words = danger.map {
        "; its pickle \($0.message), and whoever loads it runs that: do not (SCM1006)"
      }
      throw LoadError(
        .noWeights, "holds no arrays of numbers\(words ?? "")", file: source.path)
    }
    var checkpoint = Checkpoint(
      name: PathName.name(of: source.path), path: source.path, format: .numPy,
      tensors: arrays.tensors, metadata: ModelMetadata(),
      files: [Checkpoint.SourceFile(source)], problems: arrays.problems)
    checkpoint.notes = arrays.notes
    return checkpoint
  }

  private static func take(
    _ archive: ZipArchive, into arrays: inout NumPyArrays
  ) throws(LoadError) {
    guard isOfArrays(archive) else {
      throw LoadError(
        .unknownFormat, "is a zip archive of other things than arrays", file: archive.file.path)
    }
    let inflated = try InflatedMembers(of: archive) { _ in true }
    for member in archive.names {
      let bytes =
        if let place = inflated.places[member] {
          place
        } else {
          StorageBytes(source: archive.file, range: try archive.storedRange(of: member))
        }
      try arrays.take(String(member.dropLast(4)), bytes)
    }
  }
}

extension Checkpoint.Format {
  package static let numPy = Self(rawValue: "npz")
}
