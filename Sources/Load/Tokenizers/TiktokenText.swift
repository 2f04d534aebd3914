import Foundation

/// Reads tiktoken's files: per line a token's bytes in base64, a space and its rank.
enum TiktokenText {
  static func read(
    path: String, limits: LoadLimits, notes: inout [LoadError]
  ) throws(LoadError) -> Vocabulary {
    try VocabularyReader.withText(of: path, limits, notes: &notes) {
      (bytes, _) throws(LoadError) in
      try parse(bytes, path: path, limits: limits)
    }
  }

  private static func parse(
    _ bytes: UnsafeRawBufferPointer, path: String, limits: LoadLimits
  ) throws(LoadError) -> Vocabulary {
    var tokens: [Int: [UInt8]] = [:]
    var seen = ByteStringSet()
    for line in TextLines(bytes) where !line.bytes.isEmpty {
      let parts = line.bytes.split(separator: UInt8(ascii: " "), maxSplits: 1)
      // Foundation takes `====` for a byte.
      guard parts.count == 2, parts[0].first != UInt8(ascii: "="),
        let token = Data(base64Encoded: Data(parts[0])).map(Array.init),
        let rank = Int(String(decoding: parts[1], as: UTF8.self)),
        (0..<Int(Int32.max)).contains(rank)
      else {
        throw LoadError(
          .metadataMalformed, "line \(line.number + 1) is not a token in base64 and its rank",
          file: path, offset: UInt64(line.bytes.startIndex))
      }
      guard tokens.count < limits.vocabularySize else {
        throw LoadError(
          .limitExceeded, "the vocabulary has more than \(limits.vocabularySize) tokens", file: path
        )
      }
      if tokens[rank] == nil, !token.isEmpty, seen.insert(token) { tokens[rank] = token }
    }
    guard !tokens.isEmpty else {
      throw LoadError(.metadataMalformed, "the vocabulary is empty", file: path)
    }
    return Vocabulary(tokens: tokens, source: path)
  }
}
