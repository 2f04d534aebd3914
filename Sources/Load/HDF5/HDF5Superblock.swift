/// Where an HDF5 file begins: behind its signature, how numbers are stored.
enum HDF5Superblock {
  static let signature: [UInt8] = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a]

  /// Whether there is a superblock at an offset.
  ///
  /// HDF5 File Format Specification 3.0, section II.A: the version, and the sizes of offsets and
  /// lengths, which versions 0 and 1 have behind four versions of other structures.
  static func claim(_ source: any ByteSource, at offset: Int) throws(LoadError) -> Claim {
    let end = min(offset + 16, source.byteCount)
    return try source.withBytes(in: offset..<end, tensor: nil) { bytes throws(LoadError) in
      guard bytes.has(signature) else { return .none }
      func damaged(_ message: String) -> Claim {
        .damaged(
          LoadError(.headerMalformed, message, file: source.path, offset: UInt64(offset)))
      }
      guard bytes.count == 16 else { return damaged("the HDF5 superblock is cut short") }
      guard bytes[8] <= 3 else { return damaged("the HDF5 superblock has version \(bytes[8])") }
      let sizes = bytes[8] < 2 ? (bytes[13], bytes[14]) : (bytes[9], bytes[10])
      guard [2, 4, 8, 16, 32].contains(sizes.0), [2, 4, 8, 16, 32].contains(sizes.1) else {
        return damaged("the HDF5 superblock stores offsets in \(sizes.0) bytes")
      }
      return .certain
    }
  }
}
