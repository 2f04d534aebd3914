/// What a model says about itself.
///
/// It selects what is compared and is checked for honesty; it is never evidence of descent.
package struct ModelMetadata: Sendable {
  /// `config.json`, or the Keras `model_config` attribute.
  package var config: JSONValue?
  package var vocabulary: Vocabulary?
  package var card: ModelCard?
  /// `adapter_config.json` of a PEFT adapter.
  package var adapterConfig: JSONValue?
  /// `mergekit_config.yml` of a merge.
  package var mergeRecipe: MergeRecipe?
  /// Whether a NOTICE file stands beside the weights.
  package var hasNotice = false
  /// The `__metadata__` strings of safetensors headers, or HDF5 root attributes that are strings.
  package var headerStrings: [String: String]
  /// Metadata files that are there but could not be read; the weights are judged all the same.
  package var problems: [LoadError]
  /// The sources among those problems that may name parents.
  package var unreadDeclarations: [DeclaredParent.Source] = []

  package init(
    config: JSONValue? = nil, vocabulary: Vocabulary? = nil, card: ModelCard? = nil,
    adapterConfig: JSONValue? = nil, mergeRecipe: MergeRecipe? = nil,
    headerStrings: [String: String] = [:], problems: [LoadError] = []
  ) {
    self.config = config
    self.vocabulary = vocabulary
    self.card = card
    self.adapterConfig = adapterConfig
    self.mergeRecipe = mergeRecipe
    self.headerStrings = headerStrings
    self.problems = problems
  }
}

extension ModelMetadata {
  /// What could not be read beside the weights, by the names of the files, for reports.
  package var notes: [String] {
    problems.map { problem in
      var problem = problem
      problem.file = problem.file.map(PathName.name)
      return problem.description
    }
  }
}

/// Token strings of a model, by id, in one convention whatever the tokenizer.
package struct Vocabulary: Sendable, Equatable {
  /// The bytes of each token's text, keyed by token id, without special tokens.
  ///
  /// A leading space is a space (not `Ġ` or `▁`), byte tokens (`<0x0A>`, GPT-2 byte letters) are that byte, and a WordPiece word that is not a
  /// `##` continuation starts with a space.
  package var tokens: [Int: [UInt8]]
  /// The file it was read from.
  package var source: String

  package init(tokens: [Int: [UInt8]], source: String) {
    self.tokens = tokens
    self.source = source
  }
}

/// The front matter of a hub model card (`README.md`).
package struct ModelCard: Sendable, Equatable {
  package var baseModels: [String]
  /// `base_model_relation`: finetune, adapter, merge, quantized.
  package var relation: String?
  package var license: String?
  package var licenseName: String?
  /// A file of the model's folder, or a URL.
  package var licenseLink: String?

  package init(
    baseModels: [String] = [], relation: String? = nil, license: String? = nil,
    licenseName: String? = nil, licenseLink: String? = nil
  ) {
    self.baseModels = baseModels
    self.relation = relation
    self.license = license
    self.licenseName = licenseName
    self.licenseLink = licenseLink
  }
}
