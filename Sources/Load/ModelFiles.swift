import Foundation

/// What can be told of files and folders without opening the models in them.
package enum ModelFiles {
  /// Names in a folder, hidden ones left out, in order.
  package static func names(
    in folder: String, limits: LoadLimits = .standard
  ) throws(LoadError) -> [String] {
    try PathName.entries(of: folder, limits: limits).filter { !$0.hasPrefix(".") }
  }

  /// The folder that a file is in.
  package static func folder(of path: String) -> String { PathName.folder(of: path) }

  /// Whether a name, which may have slashes, stays in its folder.
  package static func isInside(_ name: String) -> Bool { ModelRoot.isInside(name) }

  package static func isFolder(_ path: String) -> Bool { PathName.isFolder(path) }

  package static func join(_ folder: String, _ name: String) -> String {
    PathName.join(folder, name)
  }

  /// The name of a file or folder, also when the path ends in `.` or `..`.
  package static func name(of path: String) -> String { PathName.name(of: path) }

  /// Whether a file is weights, by its name or by its content.
  ///
  /// Formats that are not read count too: opening them says why.
  package static func seemsWeights(_ path: String) -> Bool {
    if FormatCatalogue.isNamedLikeWeights(PathName.name(of: path)) { return true }
    guard let source = try? MappedFile(path: path) else { return false }
    return FormatCatalogue.readers.contains { $0.claim(source) != .none }
  }

  /// Whether a file holds the numbers of another of these, which is opened instead.
  package static func isData(_ name: String, beside names: [String]) -> Bool {
    FormatCatalogue.isData(name, beside: names)
  }

  /// Whether a file is called like one that says of what parts a model is made: an index of shards, or
  /// the list of a pipeline's components.
  package static func isIndex(_ name: String) -> Bool {
    FormatCatalogue.isIndexName(name) || ComponentList.indexNames.contains(name)
  }

  /// Whether files of weights in one folder are one model, to judge by their names: what hubs call
  /// the only model of a folder, or the numbered shards of one.
  package static func areOneModel(_ names: [String]) -> Bool {
    let stems = Set(names.map { FormatCatalogue.stem(of: $0) })
    if !names.isEmpty, stems.isSubset(of: FormatCatalogue.stems) { return true }
    return stems.count == 1 && names.allSatisfy { ShardName($0) != nil }
      || TensorParallelShards.areSlices(names)
  }

  /// Every file that opening a model may read: if none of them changes, neither does the model.
  ///
  /// - Throws: also for folders with more files, or deeper ones, than are worth looking at.
  package static func files(
    ofModelAt path: String, limits: LoadLimits = .standard
  ) throws(LoadError) -> [String] {
    if PathName.isFolder(path) {
      var files: [String] = []
      try collect(path, depth: 0, limits: limits, into: &files)
      return files
    }
    let folder = PathName.folder(of: path)
    guard let names = try? PathName.entries(of: folder, limits: limits) else { return [path] }
    if path.hasSuffix(".json") || path.hasSuffix(".index") {
      // An index: its shards are in the same folder or below.
      return try files(ofModelAt: folder, limits: limits)
    }
    let name = PathName.name(of: path)
    guard WeightSiblings.holdsOneModel(names, including: name) else { return [path] }
    let metadata = names.filter { MetadataReader.reads($0) }
    return [path] + metadata.map { PathName.join(folder, $0) }
  }

  /// Whether a file of this name is read beside the weights, wherever in a model's folder it is.
  package static func isBesideWeights(_ name: String) -> Bool {
    MetadataReader.reads(name) || ModelCardReader.isCard(name) || MergeRecipeReader.isRecipe(name)
      || ModelDocuments.Document.Kind(fileName: name) != nil || isIndex(name)
  }

  /// The files beside the weights of a model that are read with them.
  package static func metadata(
    ofModelAt path: String, limits: LoadLimits = .standard
  ) -> [String] {
    var folder = PathName.folder(of: path)
    let isMeant: (String) -> Bool
    if PathName.isFolder(path) {
      folder = (try? HubCache.snapshot(ofRepositoryAt: path, limits: limits)) ?? path
      isMeant = { FormatCatalogue.isIndexName($0) || ComponentList.indexNames.contains($0) }
    } else {
      let names = (try? PathName.entries(of: folder, limits: limits)) ?? []
      let file = PathName.name(of: path)
      guard WeightSiblings.holdsOneModel(names, including: file) else { return [] }
      isMeant = { $0 == file && FormatCatalogue.isIndexName($0) }
    }
    let local = LocalFolder(path: folder, limits: limits)
    var files = ((try? local.fileNames()) ?? []).filter {
      isMeant($0) || MetadataReader.reads($0) || ModelDocuments.Document.Kind(fileName: $0) != nil
    }.map { PathName.join(folder, $0) }
    if let pipeline = ComponentList.pipeline(ofComponentAt: folder, limits: limits) {
      let names = (try? pipeline.folder.fileNames()) ?? []
      files += names.filter { ComponentList.indexNames.contains($0) || MetadataReader.reads($0) }
        .map { PathName.join(pipeline.folder.path, $0) }
    }
    return files
  }

  /// Files of a folder and those in it.
  private static func collect(
    _ folder: String, depth: Int, limits: LoadLimits, into files: inout [String]
  ) throws(LoadError) {
    for entry in try LocalFolder(path: folder, limits: limits).entries()
    where !entry.name.hasPrefix(".") {
      let path = PathName.join(folder, entry.name)
      guard entry.kind == .folder else {
        files.append(path)
        continue
      }
      // A model's folder is a tree: links to folders lead elsewhere, or round in circles.
      guard !entry.isLink else { continue }
      guard depth < 4, files.count < limits.shardCount else {
        throw LoadError(.limitExceeded, "the folder holds too many files", file: path)
      }
      try collect(path, depth: depth + 1, limits: limits, into: &files)
    }
  }
}

extension MetadataReader {
  /// Whether a file of this name beside the weights is read.
  static func reads(_ name: String) -> Bool {
    let names = [
      "config.json", "params.json", "adapter_config.json", "README.md", "tokenizer.json",
      "tokenizer.model", VersionedTokenizers.configuration,
      "vocab.json", "vocab.txt", MergeRecipeReader.fileName,
    ]
    return names.contains(name) || name.hasSuffix(".tiktoken")
      || VersionedTokenizers.isVariant(name)
      || ModelDocuments.Document.Kind(fileName: name) == .notice
  }
}

extension ModelFiles {
  /// Whether token strings stand beside the weights, to judge by the names of the files.
  package static func hasVocabulary(_ files: [String]) -> Bool {
    files.map(PathName.name).contains {
      ["tokenizer.json", "tokenizer.model", "vocab.json", "vocab.txt"].contains($0)
        || $0.hasSuffix(".tiktoken")
    }
  }
}
