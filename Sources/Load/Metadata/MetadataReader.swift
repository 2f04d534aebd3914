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
      WeightSiblings.holdsOneModel(names, including: PathName.name(of: path))
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
      do {
        return try body(PathName.join(folder, name))
      } catch {
        var error = error
        error.file = error.file ?? PathName.join(folder, name)
        problems.append(error)
        return nil
      }
    }
    let readTree = { (path: String) throws(LoadError) -> JSONValue? in
      try ConfigurationReader.read(path: path, limits: limits, notes: &problems)
    }
    // The original Llama and Mistral code keeps its sizes in params.json.
    let config = names.contains("config.json") ? "config.json" : "params.json"
    if names.contains(config) { metadata.config = attempt(config, readTree) }
    if names.contains("adapter_config.json") {
      metadata.adapterConfig = attempt("adapter_config.json", readTree)
      if metadata.adapterConfig == nil { metadata.unreadDeclarations.append(.adapterConfig) }
    }
    // `README.md` before other spellings of it.
    let cards = names.filter(ModelCardReader.isCard)
    for name in cards.sorted(by: {
      ($0 == "README.md" ? 0 : 1, $0) < ($1 == "README.md" ? 0 : 1, $1)
    })
    where metadata.card == nil {
      let reading = ModelCardReader.read(path: PathName.join(folder, name), limits: limits)
      metadata.card = reading.card
      problems += reading.problems
      if reading.mayNameParents { metadata.unreadDeclarations.append(.card) }
    }
    for name in names.filter(MergeRecipeReader.isRecipe) {
      let recipe = attempt(name) { (path) throws(LoadError) in
        try MergeRecipeReader.read(path: path, limits: limits, notes: &problems)
      }
      guard let recipe else {
        metadata.unreadDeclarations.append(.mergeConfig)
        continue
      }
      let models = metadata.mergeRecipe?.models ?? []
      metadata.mergeRecipe = MergeRecipe(
        method: metadata.mergeRecipe?.method ?? recipe.method,
        models: models + recipe.models.filter { !models.contains($0) })
    }
    metadata.vocabulary = VocabularyReader.read(
      folder: folder, names: names, limits: limits, problems: &problems)
    metadata.hasNotice = names.contains {
      ModelDocuments.Document.Kind(fileName: $0) == .notice
    }
    metadata.problems = problems
    return metadata
  }
}
