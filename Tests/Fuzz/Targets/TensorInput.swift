@testable import Load

/// What a reader made of an input, whose numbers are read and decoded.
enum TensorInput {
  static func read(_ tensors: [Tensor]) throws {
    for tensor in tensors.prefix(64) { try read(tensor) }
  }

  /// The beginning and the end: what lies between is read alike.
  private static func read(_ tensor: Tensor) throws {
    let scratch = ByteScratch()
    try tensor.readStored(0..<tensor.byteCount, scratch: scratch) { _ in }
    let count = tensor.elementCount
    for range in [0..<min(count, 300), max(0, count - 300)..<count] {
      switch tensor.decoding {
      case .plain: try tensor.withBytes(of: range, scratch: scratch) { _ in }
      case .encoded(let decoding):
        let floats = UnsafeMutablePointer<Float>.allocate(capacity: max(range.count, 1))
        defer { floats.deallocate() }
        try tensor.decode(range, by: decoding, scratch: scratch, into: floats) { _ in }
      case .undecoded: break
      }
    }
  }
}
