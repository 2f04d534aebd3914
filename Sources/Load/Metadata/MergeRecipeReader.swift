import Foundation
import Yams

/// What a `mergekit_config.yml` says was merged.
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

/// Reads `mergekit_config.yml`, which mergekit puts beside what it merges.
enum MergeRecipeReader {
  static let fileName = "mergekit_config.yml"

  /// - Throws: for what is no recipe, also for anchors and aliases, with which a few lines unfold to
  ///   gigabytes.
  static func read(path: String, limits: LoadLimits) throws(LoadError) -> MergeRecipe {
    let text = try MetadataFile.withBytes(of: path, limit: limits.frontMatterByteCount) {
      (bytes) throws(LoadError) in
      guard let text = String(validating: bytes, as: UTF8.self) else {
        throw LoadError(.metadataMalformed, "the merge recipe is not UTF-8", file: path)
      }
      return text
    }
    try YAMLSafety.check(text, of: "the merge recipe", file: path, limits: limits)
    let root: Node?
    do {
      root = try compose(yaml: text)
    } catch {
      throw LoadError(.metadataMalformed, "the merge recipe is not YAML", file: path)
    }
    guard let root, case .mapping = root else {
      throw LoadError(.metadataMalformed, "the merge recipe is not a YAML mapping", file: path)
    }
    var recipe = MergeRecipe(method: root["merge_method"]?.string)
    func add(_ node: Node?) {
      // `model: name`, or the parts of a name.
      let name =
        node?.string ?? node?["model"]?.string ?? node?["path"]?.string
        ?? node?["model"]?["path"]?.string
      guard let name = name.map(Self.withoutAdapter), !name.isEmpty,
        !recipe.models.contains(name), recipe.models.count < limits.baseModelCount
      else { return }
      recipe.models.append(name)
    }
    for model in root["models"]?.sequence ?? [] { add(model["model"] ?? model) }
    for slice in root["slices"]?.sequence ?? [] {
      for source in slice["sources"]?.sequence ?? [] { add(source["model"]) }
    }
    // mixture-of-experts recipes
    for expert in root["experts"]?.sequence ?? [] { add(expert["source_model"]) }
    add(root["base_model"])
    return recipe
  }

  /// `model+adapter` names a model with an adapter applied.
  private static func withoutAdapter(_ name: String) -> String {
    String(name.prefix { $0 != "+" })
  }
}
