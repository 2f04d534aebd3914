/// One line of an architecture definition: the names a tensor goes by, and what it is.
struct TensorEntry: Sendable {
  var role: TensorRole
  var component: String
  /// Names of weights, and of biases, below the prefix.
  var weights: [NamePattern]
  var biases: [NamePattern]
  /// Extents of the stored weight (of the stored bias where the entry has only biases).
  ///
  /// They check the rank, choose between entries of one name, and tell sizes when there is no configuration.
  var shape: [SymbolicExtent]?
  /// The entry holds only if the tensor's neighbour of this last name component exists.
  var beside: String?
  var transforms: [TensorTransform]
}

extension TensorEntry: Decodable {
  private enum CodingKeys: String, CodingKey, CaseIterable {
    case role, component, modules, weights, biases, shape, beside, transforms
  }

  init(from decoder: any Decoder) throws {
    let container = try decoder.strictContainer(keyedBy: CodingKeys.self)
    role = try container.decode(TensorRole.self, forKey: .role)
    component = try container.decodeIfPresent(String.self, forKey: .component) ?? ""
    shape = try container.decodeIfPresent([SymbolicExtent].self, forKey: .shape)
    beside = try container.decodeIfPresent(String.self, forKey: .beside)
    transforms = try container.decodeIfPresent([TensorTransform].self, forKey: .transforms) ?? []
    let modules = try container.decodeIfPresent([String].self, forKey: .modules) ?? []
    func patterns(_ key: CodingKeys, _ suffix: String) throws -> [NamePattern] {
      let names = try container.decodeIfPresent([String].self, forKey: key) ?? []
      return try (names + modules.map { "\($0).\(suffix)" }).map { name in
        guard let pattern = NamePattern(name) else {
          throw DecodingError.dataCorrupted(
            .init(codingPath: decoder.codingPath, debugDescription: "bad name pattern '\(name)'"))
        }
        return pattern
      }
    }
    weights = try patterns(.weights, "weight")
    biases = try patterns(.biases, "bias")
    guard !weights.isEmpty || !biases.isEmpty else {
      throw DecodingError.dataCorrupted(
        .init(codingPath: decoder.codingPath, debugDescription: "an entry without names"))
    }
  }
}
