/// All formats that the tool knows, each of which is a file of its own.
package enum FormatCatalogue {
  /// The formats that are read.
  static let readers: [any CheckpointFormat.Type] = [
    SafetensorsReader.self, PyTorchReader.self, HDF5Reader.self, KerasArchiveReader.self,
    GGUFReader.self, ONNXReader.self, TFLiteReader.self, NumPyReader.self, TensorFlowReader.self,
  ]

  /// Formats of weights that are only named, with what to do about them.
  static let recognised: [any WeightFormat.Type] = [
    GGMLFormat.self, ONNXDataFormat.self, ORTFormat.self, FlaxFormat.self, SavedModelGraph.self,
    PaddleFormat.self, CoreMLFormat.self,
  ]

  package static let descriptions: [FormatDescription] =
    readers.map { $0.description } + recognised.map { $0.description }

  /// The names of the formats that are read, for messages.
  package static let readable = readers.map { $0.description.name }.joined(separator: ", ")

  /// Endings of the names of weights and their indices, lower-case, the longest first.
  package static let endings: [String] = descriptions.flatMap { $0.indexEndings + $0.endings }
    .reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    .sorted { ($1.utf8.count, $0) < ($0.utf8.count, $1) }

  /// What hubs call a folder's only model, per format.
  package static let stems: Set<String> = descriptions.reduce(into: []) {
    $0.formUnion($1.stems + $1.copyStems)
  }

  /// What the same weights are called in the layout of the original code.
  static let copyStems = Set(descriptions.flatMap(\.copyStems))

  package static func isNamedLikeWeights(_ name: String) -> Bool {
    descriptions.contains { $0.matches(name) }
  }

  /// Whether a file holds the numbers of another of the names beside it, which is opened instead.
  package static func isData(_ name: String, beside names: [String]) -> Bool {
    descriptions.contains { $0.indexName(ofData: name).map(names.contains) ?? false }
  }

  package static func isIndexName(_ name: String) -> Bool {
    descriptions.contains { $0.hasIndexName(name) }
  }

  /// The format that a file's name promises; nil where the name promises none, or several do.
  static func promised(by name: String) -> FormatDescription? {
    descriptions.first { $0.ownsEndings && $0.matches(name) }
  }

  /// A name without its ending and shard number.
  static func stem(of name: String) -> String {
    if let shard = ShardName(name) { return shard.stem }
    let plain = name.replacing(/\.index\.[a-z0-9_]+\.json$/, with: ".index.json")
    guard let ending = endings.first(where: { plain.lowercased().hasSuffix($0) }) else {
      return plain.lastIndex(of: ".").map { String(plain[..<$0]) } ?? plain
    }
    return String(plain.dropLast(ending.count))
  }
}

/// The parts of `name-00001-of-00003.safetensors`.
struct ShardName: Equatable {
  var stem: String
  var number: Int
  var count: Int
  /// The whole name.
  var name: String

  init?(_ name: String) {
    guard
      let match = name.firstMatch(of: /^(.+)-([0-9]{1,6})-of-([0-9]{1,6})(\.[A-Za-z0-9_.]+)$/),
      let number = Int(match.2), let count = Int(match.3)
    else { return nil }
    stem = String(match.1)
    self.number = number
    self.count = count
    self.name = name
  }
}
