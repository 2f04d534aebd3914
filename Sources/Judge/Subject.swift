package struct Subject: Sendable, Codable {
  package var name: String
  /// As the caller typed it; nil where nobody did.
  package var path: String?
  /// SHA-256 over the names, types, shapes and digests of all tensors, as 64 hexadecimal digits; nil
  /// where not all of them were read.
  package var digest: String?
  package var format: String
  package var parameters: Int
  package var tensors: Int
  package var family: String?
  package var components: [String]
  package var declared: Declared

  package init(
    name: String, digest: String?, format: String, parameters: Int, tensors: Int, family: String?,
    components: [String], declared: Declared
  ) {
    self.name = name
    self.digest = digest
    self.format = format
    self.parameters = parameters
    self.tensors = tensors
    self.family = family
    self.components = components
    self.declared = declared
  }
}

/// What the subject says of its own descent.
package struct Declared: Sendable, Equatable, Codable {
  package var baseModels: [String]
  package var relation: String?
  package var license: String?

  package init(baseModels: [String] = [], relation: String? = nil, license: String? = nil) {
    self.baseModels = baseModels
    self.relation = relation
    self.license = license
  }
}
