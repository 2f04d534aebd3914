import Kernels

/// A BLAKE3 hash in progress, to be used by one thread at a time.
///
/// - Source: O'Connor, Aumasson, Neves, Wilcox-O'Hearn. "BLAKE3: one function, fast everywhere"
///   (2020); the plain hash mode with 32 bytes of output.
final class BLAKE3 {
  static let digestSize = SKM_DIGEST_SIZE

  private let memory = UnsafeMutableRawPointer.allocate(
    byteCount: skm_blake3_size(), alignment: MemoryLayout<UInt>.alignment)
  private let state: OpaquePointer?

  init() { state = skm_blake3_begin(memory) }

  deinit { memory.deallocate() }

  func update(_ bytes: UnsafeRawBufferPointer) {
    skm_blake3_update(state, bytes.baseAddress, bytes.count)
  }

  func update(_ bytes: [UInt8]) { bytes.withUnsafeBytes { update($0) } }

  /// The digest; the hash is one of nothing yet afterwards.
  func finish() -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: Self.digestSize) { buffer, count in
      guard let base = buffer.baseAddress else { return }
      skm_blake3_finish(state, base)
      count = Self.digestSize
    }
  }
}
