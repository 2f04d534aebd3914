import Foundation

/// As much of JSON Schema as the schemas of the report formats use.
///
/// A keyword it does not know is a violation, so that a schema cannot lean on a check that never
/// runs.
package struct JSONSchema: Sendable {
  private let root: JSONSchemaValue
  /// Other schemas, by the name that references call them.
  private let documents: [String: JSONSchema]

  package init(parsing text: String, documents: [String: JSONSchema] = [:]) throws {
    root = try JSONSchemaValue(parsing: text)
    self.documents = documents
  }

  /// What is wrong with the document, each line beginning with the place; empty if it is valid.
  package func violations(in document: JSONSchemaValue) -> [String] {
    check(document, against: root, at: "$")
  }

  private static let annotations: Set<String> = [
    "$schema", "$id", "$defs", "$comment", "definitions", "title", "description", "default",
    "examples", "deprecated", "meta:enum", "additionalItems",
    // As in the specification, unless a validator is asked to assert it.
    "format",
  ]

  private func check(
    _ value: JSONSchemaValue, against schema: JSONSchemaValue, at place: String
  ) -> [String] {
    if case .bool(let allowed) = schema { return allowed ? [] : ["\(place): not allowed"] }
    guard let keywords = schema.object else { return ["\(place): the schema is not an object"] }
    // Up to draft 7 a reference stands alone; later ones have no neighbours in these schemas.
    if let reference = keywords["$ref"] { return follow(reference.string ?? "", value, at: place) }
    return keywords.keys.sorted().filter { !Self.annotations.contains($0) }.flatMap { keyword in
      check(value, keyword, keywords[keyword] ?? .null, in: schema, at: place)
    }
  }

  private func check(
    _ value: JSONSchemaValue, _ keyword: String, _ operand: JSONSchemaValue,
    in schema: JSONSchemaValue, at place: String
  ) -> [String] {
    func failure(unless passed: Bool, _ message: String) -> [String] {
      passed ? [] : ["\(place): \(message)"]
    }
    switch keyword {
    case "type":
      let names = operand.array?.compactMap(\.string) ?? [operand.string ?? ""]
      return failure(unless: names.contains { isOf(value, $0) }, "is not of type \(names)")
    case "const": return failure(unless: value == operand, "is not \(operand)")
    case "enum":
      return failure(unless: operand.array?.contains(value) == true, "is none of \(operand)")
    case "required":
      guard let members = value.object else { return [] }
      return (operand.array ?? []).compactMap(\.string).filter { members[$0] == nil }
        .map { "\(place): lacks '\($0)'" }
    case "properties":
      return (value.object ?? [:]).sorted { $0.key < $1.key }.flatMap { name, member in
        operand[name].map { check(member, against: $0, at: "\(place).\(name)") } ?? []
      }
    case "additionalProperties":
      let declared = schema["properties"]?.object ?? [:]
      return (value.object ?? [:]).filter { declared[$0.key] == nil }
        .sorted { $0.key < $1.key }
        .flatMap { check($0.value, against: operand, at: "\(place).\($0.key)") }
    case "items":
      // A list of schemas is for the elements at its places; no schema here has more elements.
      return (value.array ?? []).enumerated().flatMap { index, element in
        let schema = operand.array.map { index < $0.count ? $0[index] : .bool(false) } ?? operand
        return check(element, against: schema, at: "\(place)[\(index)]")
      }
    case "uniqueItems":
      let elements = value.array ?? []
      let isUnique = elements.indices.allSatisfy { !elements[..<$0].contains(elements[$0]) }
      return failure(unless: isUnique || operand == .bool(false), "has an element twice")
    case "minItems", "maxItems", "minLength", "maxLength":
      let size =
        keyword.hasSuffix("Items") ? value.array?.count : value.string?.unicodeScalars.count
      guard let size, let bound = operand.number else { return [] }
      let passed = keyword.hasPrefix("min") ? Double(size) >= bound : Double(size) <= bound
      return failure(unless: passed, "its size \(size) is beyond the \(keyword) \(bound)")
    case "minimum", "maximum":
      guard let number = value.number, let bound = operand.number else { return [] }
      let passed = keyword == "minimum" ? number >= bound : number <= bound
      return failure(unless: passed, "\(number) is beyond the \(keyword) \(bound)")
    case "pattern":
      guard let text = value.string, let pattern = operand.string else { return [] }
      let found = text.range(of: pattern, options: .regularExpression) != nil
      return failure(unless: found, "'\(text)' does not match \(pattern)")
    case "allOf":
      return (operand.array ?? []).flatMap { check(value, against: $0, at: place) }
    case "if":
      let branch = check(value, against: operand, at: place).isEmpty ? "then" : "else"
      return schema[branch].map { check(value, against: $0, at: place) } ?? []
    case "then", "else": return []
    case "not":
      return failure(
        unless: !check(value, against: operand, at: place).isEmpty, "matches what it must not")
    case "anyOf", "oneOf":
      return alternatives(value, operand.array ?? [], exactlyOne: keyword == "oneOf", at: place)
    default: return ["\(place): the validator does not know the keyword '\(keyword)'"]
    }
  }

  private func alternatives(
    _ value: JSONSchemaValue, _ schemas: [JSONSchemaValue], exactlyOne: Bool, at place: String
  ) -> [String] {
    let outcomes = schemas.map { check(value, against: $0, at: place) }
    let matching = outcomes.count(where: \.isEmpty)
    if matching == 1 || (matching > 1 && !exactlyOne) { return [] }
    if matching > 1 { return ["\(place): matches \(matching) alternatives instead of one"] }
    // The alternative that came nearest says most about what went wrong.
    return outcomes.min { $0.count < $1.count } ?? ["\(place): there is no alternative"]
  }

  private func isOf(_ value: JSONSchemaValue, _ type: String) -> Bool {
    switch (type, value) {
    case ("null", .null), ("boolean", .bool), ("number", .number), ("string", .string),
      ("array", .array), ("object", .object):
      true
    case ("integer", .number(let number)): number == number.rounded()
    default: false
    }
  }

  /// Checks against `#/definitions/…` of this document or, with a name before the `#`, of another.
  private func follow(_ reference: String, _ value: JSONSchemaValue, at place: String) -> [String] {
    let parts = reference.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
    let name = parts.first.map(String.init) ?? ""
    guard let document = name.isEmpty ? self : documents[name] else {
      return ["\(place): the schema's reference \(reference) names no document at hand"]
    }
    let path = parts.count > 1 ? parts[1].split(separator: "/") : []
    let target = path.reduce(document.root as JSONSchemaValue?) { $0?[String($1)] }
    guard let target else {
      return ["\(place): the schema's reference \(reference) leads nowhere"]
    }
    return document.check(value, against: target, at: place)
  }
}
