/// BLAKE3 identity of a tensor's canonical bytes.
///
/// Tensors of up to 2^20 elements (one leaf of the streaming pass) have the plain BLAKE3 digest of
/// their bytes. Larger ones have BLAKE3("shellcheck-model/leaves/2" ‖ leaf digests in order), so that
/// several cores can hash one tensor; the leaves are defined by `LeafPlan` from the shape alone. Why
/// BLAKE3: docs/adr/0010.
package struct TensorDigest: Sendable, Hashable {
  /// As documents call the function.
  static let algorithm = "BLAKE3"
  /// What is hashed before the digests of several leaves.
  static let leavesMark = "shellcheck-model/leaves/2"

  /// 32 bytes.
  package let bytes: [UInt8]

  package init?(bytes: [UInt8]) {
    guard bytes.count == BLAKE3.digestSize else { return nil }
    self.bytes = bytes
  }

  /// As hexadecimal digits.
  init?(hexadecimal text: String) {
    let digits = text.utf8.compactMap { Character(UnicodeScalar($0)).hexDigitValue }
    guard digits.count == 2 * BLAKE3.digestSize, text.utf8.count == digits.count else { return nil }
    self.init(
      bytes: stride(from: 0, to: digits.count, by: 2).map {
        UInt8(digits[$0] << 4 | digits[$0 + 1])
      })
  }

  /// Stands for the digest of a tensor that was not read, and is no other tensor's.
  init(unread tensor: String, of model: String) {
    let hash = BLAKE3()
    hash.update(Array("shellcheck-model/unread\0\(model)\0\(tensor)".utf8))
    self.init(hash)
  }

  /// What is hashed; ends the hash.
  init(_ hash: BLAKE3) { bytes = hash.finish() }

  /// Joins the digests of a tensor's leaves.
  init(leaves: [TensorDigest]) {
    if leaves.count == 1 {
      self = leaves[0]
      return
    }
    let hash = BLAKE3()
    hash.update(Array(Self.leavesMark.utf8))
    for leaf in leaves { hash.update(leaf.bytes) }
    self.init(hash)
  }

  package var hexadecimal: String { bytes.hexadecimal }
}
