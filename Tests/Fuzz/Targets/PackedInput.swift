@testable import Load

/// A safetensors file of packed weights, all numbers of which are decoded.
enum PackedInput {
  static func read(_ input: UnsafeRawBufferPointer) throws {
    try InputFile.with(input) { path in
      let checkpoint = try SafetensorsReader.checkpoint(path: path)
      let strings = checkpoint.metadata.headerStrings
      let config = strings["config"].flatMap { try? JSONReader.parse(Array($0.utf8)) }
      let tensors = PackedWeights.grouped(
        checkpoint.tensors, config: config, headerStrings: strings)
      for tensor in tensors {
        guard case .encoded(let decoding) = tensor.decoding else { continue }
        var numbers = [Float](repeating: 0, count: tensor.elementCount)
        let failure: LoadError? = numbers.withUnsafeMutableBufferPointer { buffer in
          guard let base = buffer.baseAddress else { return nil }
          do throws(LoadError) {
            try tensor.decode(
              0..<tensor.elementCount, by: decoding, scratch: ByteScratch(), into: base
            ) { _ in }
            return nil
          } catch {
            return error
          }
        }
        if let failure { throw failure }
      }
    }
  }
}
