import Crypto
import Foundation
import Glibc
import Load
import Synchronization

/// Pieces on disk: a sparse file of them, behind which eight bytes for each stand, the beginning of the
/// SHA-256 of its number and bytes, which say that it is there and whole.
///
/// Whatever becomes of the process or of the disk, a piece is either as it was put or not there.
final class DiskPieces: PieceStore {
  static let size = 16 << 10
  let pieceSize = DiskPieces.size
  let mostAhead = (4 << 20) / DiskPieces.size
  let isFull = false
  private let descriptor: Int32
  private let checksStart: off_t
  private let allowance: DiskAllowance

  /// - Parameters:
  ///   - path: of the file; its folder is there.
  ///   - byteCount: of all pieces.
  ///   - isKept: whether the file stays.
  ///   - allowance: what may be written in this run.
  init(
    path: String, byteCount: Int, isKept: Bool, allowance: DiskAllowance
  ) throws(LoadError) {
    descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else { throw LoadError.opening(path, errno: errno) }
    if !isKept { unlink(path) }
    checksStart = off_t((byteCount + Self.size - 1) / Self.size) * off_t(Self.size)
    self.allowance = allowance
  }

  deinit { close(descriptor) }

  func has(_ piece: Int) -> Bool { check(of: piece) != 0 }

  private func place(ofCheck piece: Int) -> off_t { checksStart + off_t(piece) * 8 }

  private func check(of piece: Int) -> UInt64 {
    var check: UInt64 = 0
    return pread(descriptor, &check, 8, place(ofCheck: piece)) == 8 ? check : 0
  }

  private static func check(_ piece: Int, _ bytes: UnsafeRawBufferPointer) -> UInt64 {
    var hash = SHA256()
    withUnsafeBytes(of: UInt64(piece).littleEndian) { hash.update(bufferPointer: $0) }
    hash.update(bufferPointer: bytes)
    return hash.finalize().withUnsafeBytes { $0.loadUnaligned(as: UInt64.self) }
  }

  func put(_ piece: Int, _ bytes: UnsafeRawBufferPointer) {
    // A disk that is full keeps nothing: the piece is fetched again.
    guard allowance.take(bytes.count),
      pwrite(descriptor, bytes.baseAddress, bytes.count, off_t(piece) * off_t(pieceSize))
        == bytes.count
    else { return }
    var check = Self.check(piece, bytes)
    _ = pwrite(descriptor, &check, 8, place(ofCheck: piece))
  }

  func copy(
    _ piece: Int, count: Int, from offset: Int, into target: UnsafeMutableRawBufferPointer
  ) -> Bool {
    let expected = check(of: piece)
    guard expected != 0 else { return false }
    return withUnsafeTemporaryAllocation(byteCount: max(count, 1), alignment: 8) { buffer in
      guard pread(descriptor, buffer.baseAddress, count, off_t(piece) * off_t(pieceSize)) == count
      else { return false }
      let whole = UnsafeRawBufferPointer(rebasing: buffer[..<count])
      guard Self.check(piece, whole) == expected, offset + target.count <= count else {
        return false
      }
      target.copyMemory(
        from: UnsafeRawBufferPointer(rebasing: whole[offset..<offset + target.count]))
      return true
    }
  }
}

/// Bytes that a run may still write to the cache.
final class DiskAllowance: Sendable {
  private let left: Atomic<Int>

  init(_ byteCount: Int) { left = Atomic(byteCount) }

  func take(_ byteCount: Int) -> Bool {
    left.subtract(byteCount, ordering: .relaxed).newValue >= 0
  }
}
