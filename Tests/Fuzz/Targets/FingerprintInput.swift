import Crypto
import Foundation

@testable import Fingerprint
@testable import Load

/// A fingerprint file, read as it is and then with its digests made right, without which nothing
/// behind them is reached.
enum FingerprintInput {
  static func read(_ input: UnsafeRawBufferPointer) throws {
    try InputFile.with(input) { path in
      do {
        _ = try FingerprintFile.read(path: path)
      } catch let error as FingerprintError where error.code == .damaged {
        try InputFile.with(try signed(input, path: path)) { _ = try FingerprintFile.read(path: $0) }
      }
    }
  }

  private static func signed(_ input: UnsafeRawBufferPointer, path: String) throws -> Data {
    var strings = try SafetensorsReader.checkpoint(path: path).metadata.headerStrings
    var file = Data(input)
    // The header's length was checked when it was read.
    let header = Int(UInt64(littleEndian: input.loadUnaligned(as: UInt64.self)))
    let data = SHA256.hash(data: file.dropFirst(8 + header))
    let keys = (
      tensors: FingerprintFile.Key.tensorsSHA256.rawValue,
      metadata: FingerprintFile.Key.metadataSHA256.rawValue
    )
    strings[keys.tensors] = data.hexadecimal
    replace(keys.tensors, with: data.hexadecimal, in: &file)
    replace(keys.metadata, with: FingerprintFile.digest(ofMetadata: strings), in: &file)
    return file
  }

  /// Puts a digest where the header, as it is written, has the one of this key.
  private static func replace(_ key: String, with digest: String, in file: inout Data) {
    guard let place = file.range(of: Data("\"\(key)\":\"".utf8)) else { return }
    let end = place.upperBound + digest.utf8.count
    guard end <= file.endIndex else { return }
    file.replaceSubrange(place.upperBound..<end, with: Data(digest.utf8))
  }
}
