internal import Compare

/// The elements of an SPDX 3 document in the making: each with an identifier of its own, and made by the
/// same creator.
///
/// Source: SPDX 3.0.1, https://spdx.github.io/spdx-spec/v3.0.1.
struct SPDXGraph {
  static let version = "3.0.1"
  private static let creation = "_:creation"

  /// Before the fragment of each identifier.
  let namespace: String
  private(set) var elements: [JSONNode] = []
  /// Of the elements, in their order.
  private(set) var ids: [String] = []
  private var relationships = 0
  private var licences: [String: String] = [:]
  private var references: [String: String] = [:]

  init(namespace: String) {
    self.namespace = namespace
  }

  func id(_ fragment: String) -> String { namespace + "#" + fragment }

  /// - Returns: the identifier.
  @discardableResult
  mutating func add(
    _ type: String, _ fragment: String, _ members: [String: JSONNode?]
  ) -> String {
    let id = id(fragment)
    var members = members
    members["type"] = JSONNode.string(type)
    members["spdxId"] = JSONNode.string(id)
    members["creationInfo"] = JSONNode.string(Self.creation)
    elements.append(.present(members))
    ids.append(id)
    return id
  }

  mutating func relate(
    _ from: String, _ kind: String, _ to: [String], _ members: [String: JSONNode?] = [:]
  ) {
    guard !to.isEmpty else { return }
    relationships += 1
    var members = members
    members["from"] = JSONNode.string(from)
    members["to"] = JSONNode.strings(to)
    members["relationshipType"] = JSONNode.string(kind)
    add("Relationship", "relationship-\(relationships)", members)
  }

  /// A licence by the name that somebody gave it.
  mutating func licence(_ name: String) -> String {
    if let id = licences[name] { return id }
    let id = add(
      "simplelicensing_LicenseExpression", "licence-\(licences.count + 1)",
      [
        "name": .string(name),
        "simplelicensing_licenseExpression": .string(SPDXNames.expression(of: name)),
      ])
    licences[name] = id
    return id
  }

  /// A model of the corpus.
  mutating func reference(_ name: String, licence: String?, in corpus: CorpusSummary) -> String {
    if let id = references[name] { return id }
    let member = corpus.member(name)
    let digest = BillOfMaterials.Property.list([("digest", member?.digest ?? "")])
    let id = add(
      "ai_AIPackage", "reference-\(references.count + 1)",
      [
        "name": .string(name), "software_primaryPurpose": .string("model"),
        "software_packageVersion": member?.revision.map(JSONNode.string),
        "extension": Self.properties(digest),
      ])
    references[name] = id
    if let licence { relate(id, "hasDeclaredLicense", [self.licence(licence)]) }
    return id
  }

  /// Facts of our own, as CycloneDX has them; SPDX has a place for these.
  static func properties(_ properties: [BillOfMaterials.Property]) -> JSONNode? {
    guard !properties.isEmpty else { return nil }
    let entries = properties.map { property in
      JSONNode.object([
        "type": .string("extension_CdxPropertyEntry"),
        "extension_cdxPropName": .string(property.name),
        "extension_cdxPropValue": .string(property.value),
      ])
    }
    return .array([
      .object([
        "type": .string("extension_CdxPropertiesExtension"),
        "extension_cdxProperty": .array(entries),
      ])
    ])
  }

  /// SHA-256 of the bytes.
  static func hash(_ sha256: String?) -> JSONNode? {
    sha256.map {
      .array([
        .object([
          "type": .string("Hash"), "algorithm": .string("sha256"), "hashValue": .string($0),
        ])
      ])
    }
  }

  /// The document.
  ///
  /// - Parameters:
  ///   - created: of which SPDX wants to know; nil for no date, which is said.
  ///   - creator: the identifier of an agent.
  ///   - tool: the identifier of a tool.
  func document(created: String?, by creator: String, using tool: String) -> JSONNode {
    let undated =
      "The date stands for none, so that equal runs write equal bytes: SOURCE_DATE_EPOCH or --stamp "
      + "gives one."
    let creation = JSONNode.present([
      "@id": .string(Self.creation), "type": .string("CreationInfo"),
      "specVersion": .string(Self.version),
      "created": .string(created ?? "1970-01-01T00:00:00Z"),
      "comment": created == nil ? .string(undated) : nil,
      "createdBy": .strings([creator]), "createdUsing": .strings([tool]),
    ])
    return .object([
      "@context": .string("https://spdx.org/rdf/\(Self.version)/spdx-context.jsonld"),
      "@graph": .array([creation] + elements),
    ])
  }
}
