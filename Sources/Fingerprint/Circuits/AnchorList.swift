package import Load

/// The fixed list of near-universal tokens that anchor the probe directions (`Corpus/anchors.txt`).
package struct AnchorList: Sendable {
  /// Bytes of each token's text, in the normalised form of `Vocabulary`.
  package let tokens: [[UInt8]]
  /// Place of each token.
  private let places: [[UInt8]: Int]
  /// Most anchors used per model.
  package static let limit = 1024

  package static let standard = AnchorList(text: anchorsText)

  /// - Parameter text: one token per line, a leading space being part of the token.
  package init(text: String) {
    var seen: Set<[UInt8]> = []
    tokens = text.split(separator: "\n").map { Array($0.utf8) }.filter { seen.insert($0).inserted }
    places = Dictionary(uniqueKeysWithValues: tokens.enumerated().map { ($1, $0) })
  }

  /// Id of each anchor that the vocabulary holds, by its key; the first 1024 of the list.
  ///
  /// A vocabulary with too few of them (molecules, amino acids, phonemes, a script that the list does
  /// not know) is anchored by its own tokens as well: those with the least hashes, so that two
  /// vocabularies agree on the tokens that both have. Nobody else is: whoever adds tokens to a
  /// vocabulary could push such anchors out.
  package func ids(in vocabulary: Vocabulary) -> [Int: Int] {
    var found: [Int: Int] = [:]
    for (id, token) in vocabulary.tokens {
      if let place = places[token] { found[place] = min(id, found[place] ?? Int.max) }
    }
    var result = Dictionary(
      uniqueKeysWithValues: found.sorted { $0.key < $1.key }.prefix(Self.limit)
        .map { ($0.key, $0.value) })
    guard result.count < AnchorFrame.minimumAnchors else { return result }
    var idOfToken: [[UInt8]: Int] = [:]
    for (id, token) in vocabulary.tokens where places[token] == nil {
      idOfToken[token] = min(id, idOfToken[token] ?? Int.max)
    }
    let others = idOfToken.map { (key: Self.key(ofToken: $0.key), id: $0.value) }
      .sorted { ($0.key, $0.id) < ($1.key, $1.id) }
    for (key, id) in others where result.count < Self.limit && result[key] == nil {
      result[key] = id
    }
    return result
  }

  // MARK: Keys

  /// Keys of tokens that are not of the list begin here.
  private static let firstOther = 1 << 30

  /// Whether a number can be the key of an anchor.
  func isKey(_ key: Int) -> Bool {
    tokens.indices.contains(key) || (Self.firstOther..<2 * Self.firstOther).contains(key)
  }

  /// The bytes that seed an anchor's directions: the token's text, or its key where it has no place
  /// in the list, since who borrows the anchor knows no more of it.
  func seed(_ key: Int) -> [UInt8] {
    tokens.indices.contains(key) ? tokens[key] : Array("#\(key)".utf8)
  }

  /// Of 30 bits.
  private static func key(ofToken token: [UInt8]) -> Int {
    firstOther + Int(StableHash.of(token) >> 34)
  }
}
