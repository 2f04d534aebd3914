/// Reads what stands beside the weights: configuration, vocabulary, model card, adapter
/// configuration, merge recipe.
///
/// A damaged file never blocks the weights; it becomes one of the `problems`.
package enum MetadataReader {
  /// The metadata of a folder laid out like a hub snapshot.
  package static func read(folder: String, limits: LoadLimits = .standard) -> ModelMetadata {
    do {
      let names = try PathName.entries(of: folder, limits: limits)
      return read(folder: folder, names: names, limits: limits)
    } catch {
      return ModelMetadata(problems: [error])
    }
  }

  /// The metadata in the folder of a single file of weights; none if the folder holds several
  /// models, because then nothing says whose it is.
  package static func read(
    beside path: String, limits: LoadLimits = .standard
  ) -> ModelMetadata {
    let folder = PathName.folder(of: path)
    // The folder may be unreadable or a huge pile of downloads; the file was named by itself.
    guard let names = try? PathName.entries(of: folder, limits: limits),
      WeightFolder.holdsOneModel(names, including: PathName.name(of: path))
    else { return ModelMetadata() }
    return read(folder: folder, names: names, limits: limits)
  }

  private static func read(
    folder: String, names: [String], limits: LoadLimits
  ) -> ModelMetadata {
    var metadata = ModelMetadata()
    var problems: [LoadError] = []
    func attempt<Value>(
      _ name: String, _ body: (String) throws(LoadError) -> Value?
    ) -> Value? {
      guard names.contains(name) else { return nil }
      do {
        return try body(PathName.join(folder, name))
      } catch {
        problems.append(error)
        return nil
      }
    }
    let readTree = { (path: String) throws(LoadError) -> JSONValue? in
      try tree(path, limits: limits)
    }
    metadata.config = attempt("config.json", readTree)
    metadata.adapterConfig = attempt("adapter_config.json", readTree)
    metadata.card = attempt("README.md") { (path) throws(LoadError) in
      try ModelCardReader.read(path: path, limits: limits)
    }
    metadata.mergeRecipe = attempt(MergeRecipeReader.fileName) { (path) throws(LoadError) in
      try MergeRecipeReader.read(path: path, limits: limits)
    }
    metadata.vocabulary = VocabularyReader.read(
      folder: folder, names: names, limits: limits, problems: &problems)
    metadata.hasNotice = names.contains {
      ModelDocuments.Document.Kind(fileName: $0) == .notice
    }
    metadata.problems = problems
    return metadata
  }

  /// A configuration: an object.
  private static func tree(_ path: String, limits: LoadLimits) throws(LoadError) -> JSONValue {
    let source = JSONSource(file: path, allowsPythonNumbers: true)
    let value = try MetadataFile.withBytes(of: path, limit: limits.configByteCount) {
      (bytes) throws(LoadError) in
      try JSONReader.parse(bytes, source: source, limits: limits)
    }
    guard case .object = value else {
      throw LoadError(.metadataMalformed, "the configuration is not a JSON object", file: path)
    }
    return value
  }
}
