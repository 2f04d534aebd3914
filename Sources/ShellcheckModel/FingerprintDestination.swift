internal import Fingerprint
internal import Foundation

/// Where a fingerprint is written.
public enum FingerprintDestination: Sendable, Equatable {
  /// This file; for one model only.
  case file(String)
  /// A file named after the model in this folder.
  case folder(String)

  /// The path of a model's fingerprint; a name's own weight-file ending is kept, because references
  /// are called by it.
  ///
  /// Makes the folder if it is not there: a corpus begins with its first fingerprint.
  func file(for name: String) throws(InputFailure) -> String {
    switch self {
    case .file(let path): return path
    case .folder(let folder):
      do {
        try FileManager.default.createDirectory(
          atPath: folder, withIntermediateDirectories: true)
      } catch {
        throw InputFailure(input: folder, message: "cannot make this folder")
      }
      return URL(filePath: folder).appending(path: name + FingerprintFile.suffix)
        .path(percentEncoded: false)
    }
  }

  /// Writes a model's fingerprint.
  func write(
    _ fingerprint: ModelFingerprint, of model: String
  ) throws(InputFailure) -> FingerprintRecord {
    let file = try file(for: fingerprint.identity.name)
    do throws(FingerprintError) {
      try FingerprintFile.write(fingerprint, to: file)
    } catch {
      throw InputFailure(path: file, error)
    }
    let attributes = try? FileManager.default.attributesOfItem(atPath: file)
    let size = (attributes?[.size] as? NSNumber)?.uint64Value ?? 0
    return FingerprintRecord(model: model, file: file, byteCount: size)
  }
}
