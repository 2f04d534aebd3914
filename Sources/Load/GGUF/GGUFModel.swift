/// What a GGUF header says of its model, in the words of the files that stand beside weights
/// elsewhere: a configuration, and the declarations of a card.
struct GGUFModel {
  private let values: [String: GGUFValue]

  init(_ header: GGUFHeader) { values = header.values }

  private var architecture: String? { values["general.architecture"]?.string }

  private func string(_ key: String) -> String? {
    values[key]?.string.flatMap { $0.isEmpty ? nil : $0 }
  }

  /// Whether the tensors say how much each weight of a model matters, for those who quantise it.
  var isImportanceMatrix: Bool { string("general.type") == "imatrix" }

  /// Number, counted from 1, and count of the files that the model is split into.
  var split: (number: Int, count: Int)? {
    guard let count = values["split.count"]?.integer, let number = values["split.no"]?.integer,
      (0..<Int(UInt16.max)).contains(number)
    else { return nil }
    return (number + 1, count)
  }

  // MARK: Configuration

  /// Sizes behind the architecture's name, and what `config.json` calls them.
  private static let sizes: [(key: String, names: [String])] = [
    ("embedding_length", ["hidden_size"]),
    ("block_count", ["num_hidden_layers"]),
    ("attention.head_count", ["num_attention_heads"]),
    ("attention.head_count_kv", ["num_key_value_heads"]),
    ("attention.key_length", ["head_dim"]),
    ("feed_forward_length", ["intermediate_size"]),
    ("expert_feed_forward_length", ["moe_intermediate_size"]),
    ("expert_count", ["num_local_experts", "num_experts", "n_routed_experts"]),
    ("nextn_predict_layers", ["num_nextn_predict_layers"]),
    ("vocab_size", ["vocab_size"]),
  ]

  /// What `config.json` would say; nil for what is no model of its own, such as the projector of
  /// another.
  var config: JSONValue? {
    guard let architecture, architecture != "clip" else { return nil }
    var members: [(key: String, value: JSONValue)] = [("model_type", .string(architecture))]
    for size in Self.sizes {
      guard let value = values["\(architecture).\(size.key)"]?.integer else { continue }
      for name in size.names { members.append((name, .integer(Int64(value)))) }
    }
    return .object(members)
  }

  // MARK: Declarations

  private static let mostParents = 100

  /// The members of a model card that the header has, as safetensors headers have them.
  var headerStrings: [String: String] {
    var strings: [String: String] = [:]
    strings["license"] = string("general.license")
    strings["license_name"] = string("general.license.name")
    strings["license_link"] = string("general.license.link")
    strings["name"] = string("general.name")
    let parents = parents
    if !parents.isEmpty { strings["base_model"] = parents.joined(separator: ",") }
    return strings
  }

  /// What the model was converted from, and what that declares as its own parents.
  private var parents: [String] {
    let count = values["general.base_model.count"]?.integer ?? 0
    let numbered = (0..<max(0, min(count, Self.mostParents))).compactMap {
      parent("general.base_model.\($0)")
    }
    let source =
      string("general.source.huggingface.repository") ?? parent("general.source")
      ?? string("general.source.url")
    return ([source].compactMap(\.self) + numbered).reduce(into: []) {
      // Names of hubs have no commas, which set them apart here.
      let name = $1.filter { $0 != "," }
      if !$0.contains(name) { $0.append(name) }
    }
  }

  /// The address of a model's repository, else its name behind that of its organisation.
  private func parent(_ key: String) -> String? {
    if let address = string("\(key).repo_url") { return address }
    guard let name = string("\(key).name") else { return nil }
    func joined(_ text: String) -> String { text.replacing(" ", with: "-") }
    return string("\(key).organization").map { "\(joined($0))/\(joined(name))" } ?? joined(name)
  }
}
