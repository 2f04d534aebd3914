import Foundation

/// A JSON document, decoded for the schema validator.
package indirect enum JSONSchemaValue: Decodable, Equatable, Sendable {
  case null
  case bool(Bool)
  case number(Double)
  case string(String)
  case array([JSONSchemaValue])
  case object([String: JSONSchemaValue])

  package init(parsing text: String) throws {
    self = try JSONDecoder().decode(JSONSchemaValue.self, from: Data(text.utf8))
  }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .null
    } else if let value = try? container.decode(Bool.self) {
      self = .bool(value)
    } else if let value = try? container.decode(Double.self) {
      self = .number(value)
    } else if let value = try? container.decode(String.self) {
      self = .string(value)
    } else if let value = try? container.decode([JSONSchemaValue].self) {
      self = .array(value)
    } else {
      self = .object(try container.decode([String: JSONSchemaValue].self))
    }
  }

  package subscript(key: String) -> JSONSchemaValue? {
    if case .object(let members) = self { members[key] } else { nil }
  }

  package var string: String? { if case .string(let value) = self { value } else { nil } }

  package var number: Double? { if case .number(let value) = self { value } else { nil } }

  package var array: [JSONSchemaValue]? { if case .array(let value) = self { value } else { nil } }

  package var object: [String: JSONSchemaValue]? {
    if case .object(let value) = self { value } else { nil }
  }
}
