import Yams

/// What the recipe of a merge says was merged.
package struct MergeRecipe: Sendable, Equatable {
  /// The `merge_method`, such as linear, slerp, ties or passthrough.
  package var method: String?
  /// Every model that the recipe names, in its order, each once.
  package var models: [String]

  package init(method: String? = nil, models: [String] = []) {
    self.method = method
    self.models = models
  }
}

/// Reads the recipes that mergekit puts beside what it merges: `mergekit_config.yml`, and
/// `mergekit_moe_config.yml` of mixtures of experts.
///
/// A recipe has one document, or several whose names later ones use (mergekit-multi).
enum MergeRecipeReader {
  static let fileName = "mergekit_config.yml"

  /// Whether a file is a recipe, to judge by its name.
  static func isRecipe(_ name: String) -> Bool {
    let name = name.lowercased()
    return name.hasPrefix("mergekit") && (name.hasSuffix(".yml") || name.hasSuffix(".yaml"))
  }

  /// - Throws: for what is no recipe, also for aliases, with which a few lines unfold to gigabytes.
  static func read(
    path: String, limits: LoadLimits, notes: inout [LoadError]
  ) throws(LoadError) -> MergeRecipe {
    let text = try MetadataFile.withBytes(of: path, limit: limits.recipeByteCount) {
      (bytes) throws(LoadError) in
      try MetadataText.withUTF8(bytes, file: path, allowsMark: true, notes: &notes) {
        (bytes, _) throws(LoadError) in
        guard let text = String(validating: bytes, as: UTF8.self) else {
          throw LoadError(.metadataMalformed, "the merge recipe is not UTF-8", file: path)
        }
        return text
      }
    }
    let roots: [Node]
    do throws(YAMLDocuments.Failure) {
      roots = try YAMLDocuments.roots(of: text, limits: limits)
    } catch {
      let line = error.line.map { " (line \($0))" } ?? ""
      throw LoadError(error.code, "the merge recipe \(error.message)\(line)", file: path)
    }
    return try recipe(roots, path: path, limits: limits)
  }

  private static func recipe(
    _ roots: [Node], path: String, limits: LoadLimits
  ) throws(LoadError) -> MergeRecipe {
    var found = Ingredients(limit: limits.baseModelCount)
    var method: String?
    // Names that earlier documents give to what they make.
    var made: Set<String> = []
    for root in roots {
      guard case .mapping = root else {
        throw LoadError(.metadataMalformed, "the merge recipe is not a YAML mapping", file: path)
      }
      found.take(root)
      // The last document makes the model.
      method = root["merge_method"]?.name ?? method
      if let name = root["name"]?.name { made.insert(name) }
    }
    guard !found.isCut else {
      throw LoadError(
        .limitExceeded, "the merge recipe names more than \(limits.baseModelCount) models",
        file: path)
    }
    return MergeRecipe(method: method, models: found.models.filter { !made.contains($0) })
  }

  /// The models that a recipe merges.
  ///
  /// Where a tokenizer comes from (`tokenizer_source`) is no ingredient of the weights.
  private struct Ingredients {
    private(set) var models: [String] = []
    private(set) var isCut = false
    private var seen: Set<String> = []
    private let limit: Int

    init(limit: Int) { self.limit = limit }

    /// Takes the models of a document, of a slice in it, or of a module.
    mutating func take(_ definition: Node) {
      for model in definition["models"]?.elements ?? [] { add(model["model"] ?? model) }
      // `layer_slices` of mergekit's beginnings
      for key in ["slices", "layer_slices"] {
        for slice in definition[key]?.elements ?? [] {
          if slice["sources"] == nil { add(slice["model"]) }
          for source in slice["sources"]?.elements ?? [] { add(source["model"] ?? source) }
          add(slice["base_model"])
        }
      }
      for key in ["experts", "shared_experts"] {
        for expert in definition[key]?.elements ?? [] { add(expert["source_model"]) }
      }
      // Models of several parts have a definition for each.
      for (_, module) in definition["modules"]?.mapping ?? [:] { take(module) }
      add(definition["model"])
      add(definition["base_model"])
    }

    private mutating func add(_ node: Node?) {
      guard let node, let name = Self.name(node), seen.insert(name).inserted else { return }
      guard models.count < limit else {
        isCut = true
        return
      }
      models.append(name)
    }

    /// `name`, `name@revision`, `name+adapter`, or `{model: {path: name, revision: …}, lora: …}`.
    private static func name(_ node: Node) -> String? {
      var node = node
      while case .mapping = node, let inner = node["model"] ?? node["path"] { node = inner }
      let name = node.name.map { String($0.prefix { $0 != "+" }).trimmed }
      return name?.isEmpty == false ? name : nil
    }
  }
}

extension Node {
  /// The elements of a sequence; none of anything else.
  fileprivate var elements: [Node] { sequence.map { Array($0) } ?? [] }
}
