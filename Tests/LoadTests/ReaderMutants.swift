import TestSupport
import Testing

@testable import Load

/// Files cut short or changed: each gives a checkpoint, all of whose numbers can be read, or one error
/// that names the file.
struct ReaderMutants {
  /// What the files are called.
  let name: String
  let open: @Sendable (_ path: String) throws(LoadError) -> Checkpoint
  private let folder: TemporaryFolder

  init(
    _ name: String, open: @escaping @Sendable (_ path: String) throws(LoadError) -> Checkpoint
  ) throws {
    (self.name, self.open) = (name, open)
    folder = try TemporaryFolder()
  }

  /// Whether a file of these bytes is refused; reads and decodes all that can be read.
  func isRefused(_ bytes: [UInt8]) throws -> Bool {
    let path = try folder.write(name, bytes)
    let scratch = ByteScratch()
    do throws(LoadError) {
      for tensor in try open(path).tensors {
        try tensor.readStored(0..<tensor.byteCount, scratch: scratch) { _ in }
        if case .encoded(let decoding) = tensor.decoding {
          let floats = UnsafeMutablePointer<Float>.allocate(capacity: tensor.elementCount + 1)
          defer { floats.deallocate() }
          try tensor.decode(0..<tensor.elementCount, by: decoding, scratch: scratch, into: floats) {
            _ in
          }
        }
      }
      return false
    } catch {
      #expect(error.file == path, "\(error)")
      return true
    }
  }

  /// How many of 300 mutants, with one to four other bytes each, are refused.
  ///
  /// - Parameter values: of the bytes; any where it is empty.
  func refusedMutants(
    of original: [UInt8], from first: Int = 0, values: [UInt8] = []
  ) throws -> Int {
    var random = SplitMix64(state: 20_261_126)
    var refused = 0
    for _ in 0..<300 {
      var mutant = original
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        let place = Int.random(in: first..<mutant.count, using: &random)
        mutant[place] =
          values.randomElement(using: &random) ?? .random(in: 0...255, using: &random)
      }
      if try isRefused(mutant) { refused += 1 }
    }
    return refused
  }
}
