import Crypto
import Foundation

/// SHA-256 identity of a tensor's canonical bytes.
///
/// Tensors of up to 2^20 elements (one leaf of the streaming pass) have the plain SHA-256 of their
/// bytes. Larger ones have SHA-256("shellcheck-model/leaves/1" ‖ leaf digests in order), so that
/// several cores can hash one tensor; the leaves are defined by `LeafPlan` from the shape alone.
package struct TensorDigest: Sendable, Hashable {
  /// 32 bytes.
  package let bytes: [UInt8]

  package init?(bytes: [UInt8]) {
    guard bytes.count == 32 else { return nil }
    self.bytes = bytes
  }

  init(_ digest: SHA256.Digest) { bytes = Array(digest) }

  /// Joins the digests of a tensor's leaves.
  init(leaves: [SHA256.Digest]) {
    if leaves.count == 1 {
      self.init(leaves[0])
      return
    }
    var hash = SHA256()
    hash.update(data: Data("shellcheck-model/leaves/1".utf8))
    for leaf in leaves { leaf.withUnsafeBytes { hash.update(bufferPointer: $0) } }
    self.init(hash.finalize())
  }

  package var hexadecimal: String {
    bytes.map { byte in
      let digits = String(byte, radix: 16)
      return byte < 16 ? "0" + digits : digits
    }.joined()
  }
}
