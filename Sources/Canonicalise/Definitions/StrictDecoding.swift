/// A key of a JSON object, whatever it is called.
struct AnyKey: CodingKey {
  var stringValue: String
  var intValue: Int? { nil }

  init(stringValue: String) { self.stringValue = stringValue }

  init?(intValue: Int) { nil }
}

extension Decoder {
  /// Throws if the object has a key that `Keys` lacks.
  ///
  /// `Decodable` ignores such keys, so a misspelt one would silently change what a definition means.
  func refuseUnknownKeys<Keys: CodingKey & CaseIterable>(of _: Keys.Type) throws {
    let known = Set(Keys.allCases.map(\.stringValue))
    let present = try container(keyedBy: AnyKey.self).allKeys.map(\.stringValue)
    let unknown = present.filter { !known.contains($0) }.sorted()
    guard let first = unknown.first else { return }
    throw DecodingError.dataCorrupted(
      .init(codingPath: codingPath, debugDescription: "unknown key '\(first)'"))
  }
}

extension CanonicaliseError {
  /// Puts a decoding failure in words: the path of keys, then what is wrong there.
  init(definition: String, decoding error: any Error) {
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
    self.init(
      definition: definition,
      message: path.isEmpty ? fallback : "\(fallback) (at \(path.joined(separator: ".")))")
  }
}
