/// A file format that holds weights; the tool may be able to read it or only to name it.
///
/// One conforming type per format, in a file of its own, listed in `FormatCatalogue`.
package protocol WeightFormat: SendableMetatype {
  static var description: FormatDescription { get }

  /// Whether a source is of this format.
  static func claim(_ source: any ByteSource) -> Claim
}

/// A format that is read.
package protocol CheckpointFormat: WeightFormat {
  /// The tensors of a source, and what the source itself says about the model. What stands beside
  /// it in the folder is read by `MetadataReader`.
  static func open(
    _ source: any ByteSource, in folder: any ModelFolder, limits: LoadLimits
  ) throws(LoadError) -> Checkpoint
}

/// What a format says to a source.
package enum Claim: Sendable, Equatable {
  case none
  /// Unmistakably meant to be of the format, and not valid.
  case damaged(LoadError)
  /// Valid as far as the structure goes: not "the first bytes fit".
  case certain
}

extension Claim {
  /// Certain where a parser accepts what a source says of itself, damaged where it does not.
  init(validating parse: () throws(LoadError) -> Void) {
    do throws(LoadError) {
      try parse()
      self = .certain
    } catch {
      self = .damaged(error)
    }
  }
}

extension CheckpointFormat {
  /// Opens a file of this format, whatever else it might be.
  package static func checkpoint(
    path: String, limits: LoadLimits = .standard
  ) throws(LoadError) -> Checkpoint {
    let checkpoint = try open(
      try MappedFile(path: path),
      in: LocalFolder(path: PathName.folder(of: path), limits: limits), limits: limits)
    guard !checkpoint.tensors.isEmpty else {
      throw LoadError(.noWeights, "holds no tensors", file: path)
    }
    return checkpoint
  }
}

extension UnsafeRawBufferPointer {
  /// Up to `count` bytes from an offset on; fewer, or none, where the file ends.
  func excerpt(at offset: Int = 0, count: Int) -> Slice<UnsafeRawBufferPointer> {
    dropFirst(offset).prefix(count)
  }

  /// Whether the file has exactly these bytes at an offset.
  func has(_ signature: some Sequence<UInt8>, at offset: Int = 0) -> Bool {
    dropFirst(offset).starts(with: signature)
  }
}
