@testable import Load

/// What stands beside the weights, read as a configuration, a model card and a merge recipe.
enum MetadataInput {
  static func read(_ input: UnsafeRawBufferPointer) throws {
    try InputFile.offer(
      input,
      to: [
        { _ in _ = try JSONReader.parse(input, source: JSONSource(allowsPythonNumbers: true)) },
        { path in
          let reading = ModelCardReader.read(path: path, limits: .standard)
          if let problem = reading.problems.first { throw problem }
          guard let card = reading.card else {
            throw LoadError(.metadataMalformed, "there is no front matter")
          }
          _ = ModelMetadata(card: card).disclosure.parentNames.map(HubName.init)
        },
        { path in
          var notes: [LoadError] = []
          let recipe = try MergeRecipeReader.read(path: path, limits: .standard, notes: &notes)
          _ = ModelMetadata(mergeRecipe: recipe).disclosure.parentNames.map(HubName.init)
        },
        { path in
          var notes: [LoadError] = []
          _ = try ConfigurationReader.read(path: path, limits: .standard, notes: &notes)
        },
      ])
  }
}
