package import Load

/// The fixed list of near-universal tokens that anchor the probe directions (`Corpus/anchors.txt`).
package struct AnchorList: Sendable {
  /// Bytes of each token's text, in the normalised form of `Vocabulary`.
  package let tokens: [[UInt8]]
  /// Most anchors used per model.
  package static let limit = 1024

  package static let standard = AnchorList(text: anchorsText)

  /// - Parameter text: one token per line, a leading space being part of the token.
  package init(text: String) {
    var seen: Set<[UInt8]> = []
    tokens = text.split(separator: "\n").map { Array($0.utf8) }.filter { seen.insert($0).inserted }
  }

  /// Id of each anchor that the vocabulary holds, by index into the list; the first 1024 of them.
  package func ids(in vocabulary: Vocabulary) -> [Int: Int] {
    var idOfToken: [[UInt8]: Int] = [:]
    for (id, token) in vocabulary.tokens {
      idOfToken[token] = min(id, idOfToken[token] ?? Int.max)
    }
    var result: [Int: Int] = [:]
    for (index, token) in tokens.enumerated() where result.count < Self.limit {
      if let id = idOfToken[token] { result[index] = id }
    }
    return result
  }
}
