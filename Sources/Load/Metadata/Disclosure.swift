/// What a model says of its own descent and licence, from all the files that say it.
package struct Disclosure: Sendable, Equatable, Codable {
  /// Parents that the model names, in the order of their sources, each once.
  package var parents: [DeclaredParent]
  /// `base_model_relation`: finetune, adapter, merge, quantized.
  package var relation: String?
  /// The method of a `mergekit_config.yml`.
  package var mergeMethod: String?
  package var license: String?
  package var licenseName: String?
  package var licenseLink: String?
  /// Whether a NOTICE file stands beside the weights: some licences ask that it goes along.
  package var hasNotice: Bool
  /// Sources that are there, may name parents, and could not be read, each once.
  package var unread: [DeclaredParent.Source]

  package init(
    parents: [DeclaredParent] = [], relation: String? = nil, mergeMethod: String? = nil,
    license: String? = nil, licenseName: String? = nil, licenseLink: String? = nil,
    hasNotice: Bool = false, unread: [DeclaredParent.Source] = []
  ) {
    self.parents = parents
    self.relation = relation
    self.mergeMethod = mergeMethod
    self.license = license
    self.licenseName = licenseName
    self.licenseLink = licenseLink
    self.hasNotice = hasNotice
    self.unread = unread
  }

  package init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      parents: try values.decode([DeclaredParent].self, forKey: .parents),
      relation: try values.decodeIfPresent(String.self, forKey: .relation),
      mergeMethod: try values.decodeIfPresent(String.self, forKey: .mergeMethod),
      license: try values.decodeIfPresent(String.self, forKey: .license),
      licenseName: try values.decodeIfPresent(String.self, forKey: .licenseName),
      licenseLink: try values.decodeIfPresent(String.self, forKey: .licenseLink),
      hasNotice: try values.decode(Bool.self, forKey: .hasNotice),
      // Fingerprints made before 2026-11-26 do not say.
      unread: try values.decodeIfPresent([DeclaredParent.Source].self, forKey: .unread) ?? [])
  }

  /// Names of the parents that the model declares, whatever the source.
  package var parentNames: [String] {
    parents.reduce(into: []) { if !$0.contains($1.name) { $0.append($1.name) } }
  }
}

/// A parent that a model names, and where.
package struct DeclaredParent: Sendable, Equatable, Codable {
  package var name: String
  package var source: Source

  package enum Source: String, Sendable, Codable {
    case card = "README.md"
    case adapterConfig = "adapter_config.json"
    case mergeConfig = "mergekit_config.yml"
    case header
    /// `_name_or_path` of config.json: a hub id, or the path that the parent was loaded from.
    ///
    /// The training code left it there; nobody who looks for a parent would look here. It neither
    /// discloses in full nor accuses when it is wrong.
    case config = "config.json"
    /// What the user vouches for: `--declared` or the policy file.
    case user = "--declared"
  }

  package init(name: String, source: Source) {
    self.name = name
    self.source = source
  }

  /// Whether a reader of the model's documents meets the declaration.
  package var isPlain: Bool { source != .config }
}

extension ModelMetadata {
  /// The base that an adapter's configuration names, in PEFT's words or MLX's.
  private static func base(_ adapter: JSONValue) -> String? {
    adapter["base_model_name_or_path"]?.string
      ?? (adapter["lora_parameters"] == nil ? nil : adapter["model"]?.string)
  }

  /// Everything that the metadata says of descent and licence.
  ///
  /// The card is what people read, so it speaks first where several sources name a relation or a
  /// licence.
  package var disclosure: Disclosure {
    let header = HeaderDeclarations(headerStrings)
    var parents: [DeclaredParent] = []
    func add(_ names: [String], _ source: DeclaredParent.Source) {
      for name in names
      where !name.isEmpty && !parents.contains(where: { $0.name == name }) {
        parents.append(DeclaredParent(name: name, source: source))
      }
    }
    add(card?.baseModels ?? [], .card)
    add([adapterConfig.flatMap(Self.base)].compactMap(\.self), .adapterConfig)
    add(mergeRecipe?.models ?? [], .mergeConfig)
    add(header.baseModels, .header)
    if let origin = config?["_name_or_path"]?.string, HubName(origin) != nil {
      add([origin], .config)
    }
    let cardHasLicense = card?.license != nil
    return Disclosure(
      parents: parents, relation: card?.relation ?? header.relation,
      mergeMethod: mergeRecipe?.method, license: card?.license ?? header.license,
      licenseName: cardHasLicense ? card?.licenseName : header.licenseName ?? card?.licenseName,
      licenseLink: cardHasLicense ? card?.licenseLink : header.licenseLink ?? card?.licenseLink,
      hasNotice: hasNotice,
      unread: unreadDeclarations.reduce(into: []) { if !$0.contains($1) { $0.append($1) } })
  }
}

/// What the `__metadata__` of a safetensors header declares: the keys of a model card, and those of
/// the modelspec that image models use.
private struct HeaderDeclarations {
  let baseModels: [String]
  let relation: String?
  let license: String?
  let licenseName: String?
  let licenseLink: String?

  init(_ strings: [String: String]) {
    let lists = [strings["base_model"], strings["modelspec.merged_from"]].compactMap(\.self)
    baseModels = lists.flatMap { list in
      list.split(separator: ",").prefix(100).map { String($0).trimmed }
    }
    relation = strings["base_model_relation"]
    license = strings["license"] ?? strings["licence"] ?? strings["modelspec.license"]
    licenseName = strings["license_name"] ?? strings["licence_name"]
    licenseLink = strings["license_link"] ?? strings["licence_link"]
  }
}
