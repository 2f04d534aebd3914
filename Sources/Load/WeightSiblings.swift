/// Which files of a folder belong together, to judge by their names.
enum WeightSiblings {
  /// Whether all weights among a folder's names are one model: the one in `file`, perhaps in shards
  /// or in other formats too.
  static func holdsOneModel(_ names: [String], including file: String) -> Bool {
    let own = FormatCatalogue.stem(of: file)
    return names.filter { FormatCatalogue.isNamedLikeWeights($0) && $0 != file }.allSatisfy {
      other in
      FormatCatalogue.stem(of: other) == own
        || (FormatCatalogue.stems.contains(own)
          && FormatCatalogue.stems.contains(FormatCatalogue.stem(of: other)))
    }
  }
}
