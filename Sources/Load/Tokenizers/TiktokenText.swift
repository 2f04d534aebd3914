/// Reads tiktoken's files: per line a token's bytes in base64, a space and its rank.
enum TiktokenText {
  static func read(path: String, limits: LoadLimits) throws(LoadError) -> Vocabulary {
    try MetadataFile.withBytes(of: path, limit: limits.metadataFileByteCount) {
      (bytes) throws(LoadError) in
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
      guard parts.count == 2, let token = Base64.decode(parts[0]),
        let rank = Int(String(decoding: parts[1], as: UTF8.self)),
        (0..<Int(Int32.max)).contains(rank)
      else {
        throw LoadError(
          .metadataMalformed, "line \(line.number + 1) is not a token in base64 and its rank",
          file: path, offset: UInt64(line.bytes.startIndex))
      }
      guard tokens.count < limits.vocabularySize else {
        throw LoadError(
          .limitExceeded, "the vocabulary has more than \(limits.vocabularySize) tokens", file: path)
      }
      if tokens[rank] == nil, !token.isEmpty, seen.insert(token) { tokens[rank] = token }
    }
    guard !tokens.isEmpty else {
      throw LoadError(.metadataMalformed, "the vocabulary is empty", file: path)
    }
    return Vocabulary(tokens: tokens, source: path)
  }
}

/// Base64 (RFC 4648, section 4), padded.
enum Base64 {
  static func decode(_ text: some Collection<UInt8>) -> [UInt8]? {
    guard text.count.isMultiple(of: 4) else { return nil }
    let padding = text.suffix(2).reversed().prefix { $0 == UInt8(ascii: "=") }.count
    var result: [UInt8] = []
    result.reserveCapacity(text.count / 4 * 3)
    var group: UInt32 = 0
    for (number, letter) in text.enumerated() {
      let isPadding = number >= text.count - padding
      guard let bits = isPadding ? 0 : value(of: letter) else { return nil }
      group = group << 6 | bits
      guard number % 4 == 3 else { continue }
      result += [UInt8(group >> 16), UInt8(group >> 8 & 0xFF), UInt8(group & 0xFF)]
      group = 0
    }
    return Array(result.dropLast(padding))
  }

  private static func value(of letter: UInt8) -> UInt32? {
    switch letter {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(letter) - 65
    case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(letter) - 97 + 26
    case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(letter) - 48 + 52
    case UInt8(ascii: "+"): 62
    case UInt8(ascii: "/"): 63
    default: nil
    }
  }
}
