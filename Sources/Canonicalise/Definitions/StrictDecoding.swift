/// A key of a JSON object, whatever it is called.
struct AnyKey: CodingKey {
  var stringValue: String
  var intValue: Int? { nil }

  init(stringValue: String) { self.stringValue = stringValue }

  init?(intValue: Int) { nil }
}

extension Decoder {
  /// The object's values by key; throws if it has a key that `Keys` lacks.
  ///
  /// `Decodable` ignores such keys, so a misspelt one would silently change what a definition means.
  package func strictContainer<Keys: CodingKey & CaseIterable>(
    keyedBy keys: Keys.Type
  ) throws -> KeyedDecodingContainer<Keys> {
    let known = Set(Keys.allCases.map(\.stringValue))
    let present = try container(keyedBy: AnyKey.self).allKeys.map(\.stringValue)
    let unknown = present.filter { !known.contains($0) }.sorted()
    if let first = unknown.first {
      throw DecodingError.dataCorrupted(
        .init(codingPath: codingPath, debugDescription: "unknown key '\(first)'"))
    }
    return try container(keyedBy: keys)
  }
}

extension CanonicaliseError {
  init(definition: String, decoding error: any Error) {
    self.init(definition: definition, message: Self.words(for: error))
  }

  /// A decoding failure in words: what is wrong, and the path of keys to it.
  package static func words(for error: any Error) -> String {
    let (context, fallback): (DecodingError.Context?, String) =
      switch error {
      case DecodingError.keyNotFound(let key, let context):
        (context, "missing key '\(key.stringValue)'")
      case DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context),
        DecodingError.dataCorrupted(let context):
        (context, context.debugDescription)
      default: (nil, "\(error)")
      }
    let path = (context?.codingPath ?? []).map { key in
      key.intValue.map { "[\($0)]" } ?? key.stringValue
    }
    return path.isEmpty ? fallback : "\(fallback) (at \(path.joined(separator: ".")))"
  }
}
