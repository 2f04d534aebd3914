import Canonicalise
import Foundation
import TestSupport

@testable import Compare

/// Tiny models on disk.
enum SmallModels {
  /// A safetensors file of two matrices; another seed is another model of the same size.
  static func bytes(seed: UInt64) -> [UInt8] {
    var random = TestSupport.SplitMix64(seed: seed)
    var builder = SafetensorsBuilder()
    for (name, shape) in [("fc1.weight", [32, 20]), ("fc2.weight", [8, 32])] {
      builder.add(name, shape, floats(shape, &random))
    }
    return builder.bytes
  }

  /// A folder with a token embedding of 94 tokens and, if wanted, a vocabulary of the printable
  /// characters.
  static func languageModel(
    in name: String, seed: UInt64, hasVocabulary: Bool, folder: TemporaryFolder
  ) throws {
    var random = TestSupport.SplitMix64(seed: seed)
    var builder = SafetensorsBuilder()
    builder.add("model.embed_tokens.weight", [94, 32], floats([94, 32], &random))
    builder.add("model.layers.0.mlp.up_proj.weight", [48, 32], floats([48, 32], &random))
    try folder.write("\(name)/model.safetensors", builder.bytes)
    guard hasVocabulary else { return }
    let tokens = (0x21...0x7E).map { String(UnicodeScalar(UInt8($0))) }
    let ids = Dictionary(zip(tokens, 0...)) { first, _ in first }
    try folder.write("\(name)/vocab.json", try JSONEncoder().encode(ids))
  }

  /// A source that reads with the built-in definitions.
  static func source(cache: FingerprintCache? = nil) throws -> FingerprintSource {
    FingerprintSource(catalogue: try .bundled(), threads: 1, cache: cache)
  }

  private static func floats(_ shape: [Int], _ random: inout TestSupport.SplitMix64) -> [Float] {
    (0..<shape.reduce(1, *)).map { _ in Float.random(in: -1...1, using: &random) }
  }
}
