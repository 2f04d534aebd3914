/// What of a folder is the model, and what is not: every file that any format calls weights is
/// accounted for.
///
/// Loaders disagree on which of two checkpoints they take (the single file, the index, the names of
/// the original code), so that two that differ are never silently one of them.
struct WeightPlan {
  /// Names of the files that together are the model, or of its index.
  var parts: [String]
  /// The checkpoints that compete with the parts: one must prove to hold the same weights.
  var rivals: [WeightSet] = []
  /// Checkpoints beside the model that may hold the same weights once more (a variant, the layout of
  /// the original code): unread, unless they prove to.
  var copies: [WeightSet] = []
  /// Weights that are no part.
  var unread: [LoadProblem] = []
  /// What else is wrong with the folder.
  var problems: [LoadProblem] = []

  /// - Throws: `.noWeights` that says what was found instead; `.unsupportedLayout` when there are
  ///   several models; `.shardMissing` when a numbered shard is not there.
  init(of folder: any ModelFolder, limits: LoadLimits) throws(LoadError) {
    let entries = try folder.entries().filter { !$0.name.hasPrefix(".") }
    let names = entries.filter { $0.kind == .file }.map(\.name)
    let all = WeightSet.sets(names, in: folder, limits: limits)
    // Indices that were left behind where their shards were merged into one file.
    let stale = all.compactMap { set -> String? in
      guard let index = set.index, !set.files.isEmpty, !set.files.contains(where: names.contains),
        all.contains(where: { $0.rank == set.rank && $0.isWholeFile })
      else { return nil }
      return index
    }
    let sets = all.filter { set in !stale.contains { $0 == set.index } }
    let best = sets.map(\.rank).min() ?? .max
    let (first, others) = (sets.filter { $0.rank == best }, sets.filter { $0.rank != best })
    if first.isEmpty, let variables = Self.savedModel(names, in: folder) {
      parts = [variables]
    } else if first.isEmpty {
      parts = try Self.recognised(names, entries, in: folder)
    } else {
      (parts, rivals) = try Self.choose(first, folder: folder.path)
      // Shards of another numbering that are left of an earlier download.
      unread += Self.leftOver(first, parts: parts, rivals: rivals)
    }
    problems = stale.map {
      LoadProblem(.metadata, $0, "names shards of which none is there; it was left out")
    }
    copies = others
    unread += Self.unreadable(names, parts: parts + sets.flatMap(\.files))
    unread += Self.below(folder, entries, parts: parts + sets.flatMap(\.files), limits: limits)
  }

  /// The variables of a TensorFlow SavedModel, in the folder below its graph.
  private static func savedModel(_ names: [String], in folder: any ModelFolder) -> String? {
    guard names.contains("saved_model.pb") else { return nil }
    let below = (try? folder.folder("variables").fileNames()) ?? []
    return below.contains("variables.index") ? "variables/variables.index" : nil
  }

  /// What is said of a checkpoint that is no copy of the model.
  ///
  /// - Parameter reason: why it cannot be read; nil if it can.
  static func problems(of set: WeightSet, reason: String? = nil) -> [LoadProblem] {
    let words = reason.map { ", which cannot be read: \($0)" } ?? ""
    let kind = reason == nil ? LoadProblem.Kind.unreadWeights : .brokenWeights
    return set.opened.map {
      LoadProblem(kind, $0, "is another checkpoint (\(set.format.name))\(words)")
    }
  }

  private static func choose(
    _ sets: [WeightSet], folder: String
  ) throws(LoadError) -> (parts: [String], rivals: [WeightSet]) {
    let whole = sets.filter { $0.missing == nil }
    guard let first = whole.first(where: { $0.index != nil }) ?? whole.first else {
      throw missing(sets[0], folder: folder)
    }
    if first.rank % 100 == WeightSet.unknownRank || first.rank % 100 >= 90,
      !sets.contains(where: { $0.index != nil })
    {
      // Files of any names are together the model, if they do not hold the same tensors.
      if let incomplete = sets.first(where: { $0.missing != nil }) {
        throw missing(incomplete, folder: folder)
      }
      return (sets.flatMap(\.files).sorted(), [])
    }
    return (first.opened, whole.filter { $0.title != first.title })
  }

  private static func missing(_ set: WeightSet, folder: String) -> LoadError {
    let (number, count) = set.missing ?? (1, 1)
    return LoadError(
      .shardMissing,
      "shard \(number) of \(count) of \(LoadError.quote(set.stem)) is not there; download it, or "
        + "the checkpoint again", file: folder)
  }

  private static func leftOver(
    _ sets: [WeightSet], parts: [String], rivals: [WeightSet]
  ) -> [LoadProblem] {
    let kept = Set(parts + rivals.map(\.title))
    return leftOver(
      sets.filter { $0.missing != nil }.flatMap(\.files).filter { !kept.contains($0) })
  }

  /// Shards without the others.
  static func leftOver(_ shards: [String]) -> [LoadProblem] {
    shards.map {
      LoadProblem(.brokenWeights, $0, "is a shard of another checkpoint, which is not complete")
    }
  }

  /// Files whose content is a format that is read, where no name promises any.
  private static func recognised(
    _ names: [String], _ entries: [FolderEntry], in folder: any ModelFolder
  ) throws(LoadError) -> [String] {
    let found = names.filter { name in
      guard let source = try? folder.open(name) else { return false }
      return FormatCatalogue.readers.contains { $0.claim(source) != .none }
    }
    guard found.count <= 1 else {
      throw LoadError(
        .unsupportedLayout, "holds several models; name one of them: " + list(found),
        file: folder.path)
    }
    guard let only = found.first else {
      throw LoadError(.noWeights, absence(entries), file: folder.path)
    }
    return [only]
  }

  // MARK: What is not read

  /// Weights of formats that are not read, to judge by the names, and what is called like weights and
  /// is none.
  private static func unreadable(_ names: [String], parts: [String]) -> [LoadProblem] {
    let read = Set(parts)
    let isTensorFlow = parts.contains { $0.hasSuffix(".index") }
    return names.compactMap { name in
      guard !read.contains(name), !FormatCatalogue.isData(name, beside: names),
        !(isTensorFlow && SavedModelGraph.description.matches(name))
      else { return nil }
      let readers = FormatCatalogue.readers.filter { $0.description.matches(name) }
      if let vague = readers.first, readers.allSatisfy({ !$0.description.ownsEndings }) {
        return LoadProblem(
          .unreadWeights, name,
          "is called like weights (\(vague.description.name)), and is of no format that is read")
      }
      guard readers.isEmpty,
        let format = FormatCatalogue.recognised.first(where: { $0.description.matches(name) })
      else { return nil }
      return LoadProblem(
        .unreadWeights, name, "is called like \(format.description.name), which is not read")
    }
  }

  /// Weights in folders below; links to folders are not followed.
  private static func below(
    _ folder: any ModelFolder, _ entries: [FolderEntry], parts: [String], limits: LoadLimits
  ) -> [LoadProblem] {
    var found: [LoadProblem] = []
    var budget = limits.shardCount
    func walk(_ folder: any ModelFolder, _ entries: [FolderEntry], place: String, depth: Int) {
      for entry in entries where !entry.name.hasPrefix(".") && budget > 0 {
        budget -= 1
        let path = place + entry.name
        if entry.kind == .folder, !entry.isLink, depth < 4 {
          let inner = folder.folder(entry.name)
          guard let entries = try? inner.entries() else { continue }
          walk(inner, entries, place: path + "/", depth: depth + 1)
        } else if entry.kind == .file, depth > 0, FormatCatalogue.isNamedLikeWeights(entry.name),
          !parts.contains(path), !FormatCatalogue.isData(path, beside: parts)
        {
          found.append(
            LoadProblem(.unreadWeights, path, "is in a folder below the model's weights"))
        }
      }
    }
    walk(folder, entries, place: "", depth: 0)
    return found
  }

  // MARK: Messages

  private static func absence(_ entries: [FolderEntry]) -> String {
    let names = entries.map(\.name)
    for format in FormatCatalogue.recognised {
      let files = names.filter { format.description.matches($0) }
      guard let advice = format.description.advice, !files.isEmpty else { continue }
      return "holds no weights that are read: \(list(files)) \(advice)"
    }
    let folders = entries.filter { $0.kind == .folder }.map(\.name)
    if !folders.isEmpty {
      return "holds no weights; perhaps one of its folders does: " + list(folders)
    }
    let broken = entries.filter { $0.kind == .brokenLink }.map(\.name)
    if !broken.isEmpty {
      return "holds no weights that are there: \(list(broken)) leads nowhere; fetch what the link "
        + "is to"
    }
    return names.isEmpty
      ? "is empty"
      : "holds no weights (\(FormatCatalogue.readable)); found only " + list(names)
  }

  static func list(_ names: [String]) -> String {
    let shown = names.prefix(8).map(LoadError.quote).joined(separator: ", ")
    return names.count > 8 ? "\(shown) and \(names.count - 8) more" : shown
  }
}
