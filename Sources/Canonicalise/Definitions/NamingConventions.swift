import Foundation

/// What names have in common across families: `Corpus/Architectures/_generic.json`.
struct NamingConventions: Sendable {
  /// Prefixes that containers put before a whole model (`module.`, `language_model.`).
  var wrappers: [String]
  /// Name components that wrappers insert anywhere and that mean nothing (`_orig_mod`).
  var transparent: Set<String>
  /// Last components, or dotted ends of names, of buffers that no training moved.
  var constants: [[String]]
  /// Components whose integer successor is a layer index, and an expert index.
  var layerContainers: Set<String>
  var expertContainers: Set<String>
  /// What arrays of all experts of a layer are, by their names behind such a container, either way they lie.
  var fusedExperts: [TensorEntry]
  /// Matrices that are several, one over the other, by the ends of their names.
  var fusedMatrices: [TensorEntry]
  /// Component names by words in the path, for names no definition describes.
  var components: [String: String]
  /// Roles by the ends of modules' paths, of up to three components, for names no definition describes.
  var roles: [String: TensorRole]
  /// Task heads and such, which may sit on any network.
  var heads: [[String]]
  /// Where configurations say sizes, for models that no definition describes.
  var dimensions: ArchitectureDefinition.ConfiguredDimensions

  static let name = "_generic"

  init(json: String) throws(CanonicaliseError) {
    do {
      self = try JSONDecoder().decode(Self.self, from: Data(json.utf8))
    } catch {
      throw CanonicaliseError(definition: Self.name, decoding: error)
    }
  }
}

extension NamingConventions: Decodable {
  private enum CodingKeys: String, CodingKey, CaseIterable {
    case wrappers, transparent, constants, layerContainers, expertContainers, fusedExperts
    case fusedMatrices, components, roles, heads, dimensions
  }

  init(from decoder: any Decoder) throws {
    let container = try decoder.strictContainer(keyedBy: CodingKeys.self)
    wrappers = try container.decode([String].self, forKey: .wrappers)
    transparent = Set(try container.decode([String].self, forKey: .transparent))
    layerContainers = Set(try container.decode([String].self, forKey: .layerContainers))
    expertContainers = Set(try container.decode([String].self, forKey: .expertContainers))
    fusedExperts = try container.decode([TensorEntry].self, forKey: .fusedExperts)
    fusedMatrices = try container.decode([TensorEntry].self, forKey: .fusedMatrices)
    components = try container.decode([String: String].self, forKey: .components)
    roles = try container.decode([String: TensorRole].self, forKey: .roles)
    dimensions = try container.decode(
      ArchitectureDefinition.ConfiguredDimensions.self, forKey: .dimensions)
    constants = try container.decode([String].self, forKey: .constants).map(Self.components)
    heads = try container.decode([String].self, forKey: .heads).map(Self.components)
  }

  private static func components(of name: String) -> [String] {
    name.split(separator: ".").map(String.init)
  }
}

extension Sequence<Substring> {
  /// Whether the components end with those of `end`.
  func ends(with end: [String]) -> Bool where Self: BidirectionalCollection {
    count >= end.count && suffix(end.count).elementsEqual(end) { $0 == $1 }
  }
}
