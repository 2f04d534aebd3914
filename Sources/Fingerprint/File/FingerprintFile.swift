import Glibc
package import Load

/// Fingerprints on disk: safetensors files, so that any tool of the ecosystem opens them.
///
///     try FingerprintFile.write(fingerprint, to: "llama-s1.fingerprint.safetensors")
///     let same = try FingerprintFile.read(path: "llama-s1.fingerprint.safetensors")
///
/// With n tensors, m of them matrices, and c circuits:
///
/// | tensor | type | shape | content |
/// |---|---|---|---|
/// | `moments` | F64 | n, 4 | mean, standard deviation, excess kurtosis, absolute maximum |
/// | `counts` | I64 | n, 4 | elements, zeros, NaNs, infinities |
/// | `sketches` | F32 | m, 32, 32 | linear sketches of the matrices, in the order of the tensors |
/// | `folds` | F32 | m, 64 | their folded column means, then row means |
/// | `vectors` | F32 | any | sketches of the vectors, one behind the other |
/// | `circuits` | F32 | c, 64, 64 | circuits, in the order of the `circuits` table |
/// | `anchors` | I32 | a, 2 | index into the anchor list and token id, ascending |
/// | `digests` | U8 | n, 32 | BLAKE3 of each tensor |
/// | `samples` | U8 | any | single values of matrices and long vectors, each tensor's in the type that its row names |
/// | `units` | U8 | any | signatures of the units of networks without circuits (`UnitTable`); only where there are some |
///
/// `__metadata__` holds, as JSON text where it is not plain: `format`, `methods`, `identity`,
/// `tensors` (a table), `circuits` (a table), `frame`, `notes`, and the SHA-256 of the tensors' bytes
/// (`tensorsSHA256`, which is that of the file behind its header) and of all other metadata
/// (`metadataSHA256`). Equal fingerprints are equal files. Format 2 has no `samples`, and is read too.
package enum FingerprintFile {
  /// What the names of fingerprints end in.
  package static let suffix = ".fingerprint.safetensors"

  /// Names of the tensors.
  enum Part: String, CaseIterable {
    // In the order of the file: the widest type first keeps all of them aligned.
    case moments
    case counts
    case sketches
    case folds
    case vectors
    case circuits
    case anchors
    case digests
    case samples
    case units

    var elementType: ElementType {
      switch self {
      case .moments: .float64
      case .counts: .int64
      case .sketches, .folds, .vectors, .circuits: .float32
      case .anchors: .int32
      case .digests, .samples, .units: .uint8
      }
    }
  }

  /// Keys of the metadata.
  enum Key: String, CaseIterable {
    case format
    case methods
    case identity
    case tensors
    case circuits
    case frame
    case spectra
    case dead
    case equilibrated
    case units
    case notes
    case tensorsSHA256
    case metadataSHA256
  }

  /// Bytes of the header that are read; the tables of a model with 300 000 tensors fit.
  static let headerLimit = 100_000_000

  private static let formatPrefix = "shellcheck-model/fingerprint/"

  /// Whether a safetensors file calls itself a fingerprint, of whatever version.
  package static func isFingerprint(_ checkpoint: Checkpoint) -> Bool {
    checkpoint.metadata.headerStrings[Key.format.rawValue]?.hasPrefix(formatPrefix) ?? false
  }

  /// Whether a file is safetensors and calls itself a fingerprint, of whatever version and however
  /// damaged behind its header.
  package static func isFingerprint(path: String) -> Bool {
    if hasMark(path: path) { return true }
    guard let checkpoint = try? SafetensorsReader.checkpoint(path: path) else { return false }
    return isFingerprint(checkpoint)
  }

  /// Whether the header holds the format's key and value as `write` puts them.
  ///
  /// Quotes inside strings are escaped, so no name can look like that; and parsing the headers of ten
  /// thousand fingerprints takes seconds.
  private static func hasMark(path: String) -> Bool {
    let mark = Array("\"\(Key.format.rawValue)\":\"\(formatPrefix)".utf8)
    guard let file = try? MappedFile(path: path) else { return false }
    let found = try? file.withBytes(in: 0..<min(file.byteCount, markLimit), tensor: nil) {
      (bytes) throws(LoadError) in
      guard bytes.count > 8 else { return false }
      let length = UInt64(littleEndian: bytes.loadUnaligned(as: UInt64.self))
      let header = bytes[8..<min(bytes.count, 8 + Int(clamping: min(length, UInt64(markLimit))))]
      guard header.first == UInt8(ascii: "{") else { return false }
      return UnsafeRawBufferPointer(rebasing: header).contains(mark)
    }
    return found ?? false
  }

  /// Bytes in which the mark is looked for: it stands behind the table of circuits.
  private static let markLimit = 1 << 20
}

extension UnsafeRawBufferPointer {
  /// Looks for the pattern at each of its slashes, of which headers have few.
  fileprivate func contains(_ pattern: [UInt8]) -> Bool {
    let slash = UInt8(ascii: "/")
    guard let base = baseAddress, let inPattern = pattern.firstIndex(of: slash) else {
      return false
    }
    var offset = 0
    while offset < count, let found = memchr(base + offset, Int32(slash), count - offset) {
      let place = UnsafeRawPointer(found) - base
      let start = place - inPattern
      if start >= 0, start + pattern.count <= count,
        memcmp(base + start, pattern, pattern.count) == 0
      {
        return true
      }
      offset = place + 1
    }
    return false
  }
}
