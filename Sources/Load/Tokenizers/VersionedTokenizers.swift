/// Which of several tokenizer.json files loaders read.
///
/// `fast_tokenizer_files` of tokenizer_config.json lists variants by the release of Transformers from which on
/// they are meant: `tokenizer.4.0.0.json`. Transformers sorts them by that text and takes the last before the
/// first that is newer than itself (`get_fast_tokenizer_file`). Which release loads a model is unknown, so one
/// of today is taken.
enum VersionedTokenizers {
  static let configuration = "tokenizer_config.json"
  static let usual = "tokenizer.json"
  /// A release of Transformers that people have.
  private static let release = [5, 24, 0]

  /// Whether a file is called like such a variant.
  static func isVariant(_ name: String) -> Bool { version(of: name) != nil }

  /// The file of those listed that is read, if it is there; else the usual one.
  ///
  /// - Parameter names: the files in the folder.
  static func choice(among listed: [String], of names: [String]) -> String {
    let variants = Dictionary(
      listed.compactMap { name in version(of: name).map { ($0, name) } },
      uniquingKeysWith: { $1 })
    var chosen = usual
    for (version, name) in variants.sorted(by: { $0.key < $1.key }) {
      guard let numbers = numbers(of: version), isNotNewer(numbers) else { break }
      chosen = name
    }
    return names.contains(chosen) ? chosen : usual
  }

  /// `4.0.0` of `tokenizer.4.0.0.json`, whatever stands around it.
  private static func version(of name: String) -> String? {
    guard let start = name.firstRange(of: "tokenizer.") else { return nil }
    let rest = name[start.upperBound...]
    guard let end = rest.ranges(of: ".json").last else { return nil }
    return String(rest[..<end.lowerBound])
  }

  private static func numbers(of version: String) -> [Int]? {
    let parts = version.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count <= 8 else { return nil }
    var numbers: [Int] = []
    for part in parts {
      guard part.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int(part) else {
        return nil
      }
      numbers.append(number)
    }
    return numbers
  }

  private static func isNotNewer(_ numbers: [Int]) -> Bool {
    let length = max(numbers.count, release.count)
    func filled(_ list: [Int]) -> [Int] {
      list + [Int](repeating: 0, count: length - list.count)
    }
    return !filled(release).lexicographicallyPrecedes(filled(numbers))
  }
}
