extension ModelMetadata {
  /// Adds what another source says where this one says nothing.
  mutating func complete(with other: ModelMetadata) {
    config = config ?? other.config
    vocabulary = vocabulary ?? other.vocabulary
    card = card ?? other.card
    adapterConfig = adapterConfig ?? other.adapterConfig
    hasNotice = hasNotice || other.hasNotice
    mergeRecipe = mergeRecipe ?? other.mergeRecipe
    headerStrings.merge(other.headerStrings) { mine, _ in mine }
    problems += other.problems
    unreadDeclarations += other.unreadDeclarations
  }

  /// Takes the configuration that Keras writes into the weights, if it is there.
  mutating func adoptKerasConfig(file: String, limits: LoadLimits) {
    guard config == nil, let text = headerStrings["model_config"],
      text.utf8.count <= limits.configByteCount
    else { return }
    let source = JSONSource(file: file, allowsPythonNumbers: true)
    do {
      config = try JSONReader.parse(Array(text.utf8), source: source, limits: limits)
    } catch {
      problems.append(
        LoadError(
          error.code, "in the attribute model_config, \(error.message)", file: file))
    }
  }
}
