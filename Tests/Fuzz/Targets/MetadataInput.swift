@testable import Load

/// What stands beside the weights, read as a configuration, a model card and a merge recipe.
enum MetadataInput {
  static func read(_ input: UnsafeRawBufferPointer) throws {
    try InputFile.offer(
      input,
      to: [
        { _ in _ = try JSONReader.parse(input, source: JSONSource(allowsPythonNumbers: true)) },
        { path in
          let card = try ModelCardReader.read(path: path, limits: .standard)
          guard let card else { throw LoadError(.metadataMalformed, "there is no front matter") }
          _ = ModelMetadata(card: card).disclosure.parentNames.map(HubName.init)
        },
        { path in
          let recipe = try MergeRecipeReader.read(path: path, limits: .standard)
          _ = ModelMetadata(mergeRecipe: recipe).disclosure.parentNames.map(HubName.init)
        },
      ])
  }
}
