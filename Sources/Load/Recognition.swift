/// What a source turns out to be, by its content.
enum Recognition {
  case weights(any CheckpointFormat.Type)
  /// Weights of a format that is not read.
  case unread(FormatDescription)
  case index
  /// Something familiar that holds no weights, and what to do about it.
  case other(String)
  case unknown

  /// Asks all formats; none is asked first.
  ///
  /// - Throws: `.ambiguousFormat` if several claim the source: readers would see different models in
  ///   it, and nothing says which one is meant.
  init(_ source: any ByteSource) throws(LoadError) {
    let readers = FormatCatalogue.readers.filter { $0.claim(source) != .none }
    let others = FormatCatalogue.recognised.filter { $0.claim(source) != .none }
    let claimants = readers.map { $0.description } + others.map { $0.description }
    guard claimants.count <= 1 else {
      throw LoadError(
        .ambiguousFormat,
        "is \(claimants.map(\.name).joined(separator: " and ")) at once: which weights are read "
          + "depends on the reader (SCM1002)", file: source.path)
    }
    if let reader = readers.first {
      self = .weights(reader)
    } else if let other = claimants.first {
      self = .unread(other)
    } else if ShardIndex.recognises(source) {
      self = .index
    } else if let description = ForeignContent.describe(source) {
      self = .other(description)
    } else {
      self = .unknown
    }
  }
}
