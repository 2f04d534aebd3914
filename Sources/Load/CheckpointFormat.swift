/// A file format that holds weights.
///
/// One conforming type per format, listed in `CheckpointReader.formats`.
package protocol CheckpointFormat: SendableMetatype {
  /// Whether a file's content looks like this format.
  ///
  /// A damaged file of the format should too, so that its reader gets to say what is wrong with it.
  /// The bytes are the whole file, mapped: what is not looked at is not read.
  static func recognises(_ bytes: UnsafeRawBufferPointer) -> Bool

  /// The tensors of a file, and what the file itself says about the model. What stands beside it
  /// in the folder is read by `MetadataReader`.
  static func checkpoint(path: String) throws(LoadError) -> Checkpoint

  /// The same within other limits than the standard ones, by formats that have any to heed.
  static func checkpoint(path: String, limits: LoadLimits) throws(LoadError) -> Checkpoint
}

extension CheckpointFormat {
  package static func checkpoint(
    path: String, limits: LoadLimits
  ) throws(LoadError) -> Checkpoint {
    try checkpoint(path: path)
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

extension HDF5Reader: CheckpointFormat {}

extension KerasArchiveReader: CheckpointFormat {}
