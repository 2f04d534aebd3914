import TestSupport
import Testing

/// The validator that the report tests rest on.
@Suite struct JSONSchemaTests {
  @Test(arguments: [
    (#"{"type": "integer", "minimum": 1, "maximum": 2}"#, "2", "3"),
    (#"{"type": ["null", "string"]}"#, "null", "true"),
    (#"{"type": "boolean"}"#, "true", "1"),
    (#"{"type": "number"}"#, "1.5", "true"),
    (#"{"type": "integer"}"#, "1", "1.5"),
    (#"{"const": "a"}"#, #""a""#, #""b""#),
    (#"{"enum": [1, "a"]}"#, #""a""#, "2"),
    (#"{"required": ["a"]}"#, #"{"a": 1}"#, "{}"),
    (#"{"properties": {"a": {"type": "null"}}}"#, #"{"a": null}"#, #"{"a": 1}"#),
    (#"{"properties": {"a": true}, "additionalProperties": false}"#, #"{"a": 1}"#, #"{"b": 1}"#),
    (#"{"additionalProperties": {"type": "string"}}"#, #"{"b": "x"}"#, #"{"b": 1}"#),
    (##"{"items": {"$ref": "#/$defs/n"}, "$defs": {"n": {"type": "null"}}}"##, "[null]", "[1]"),
    (#"{"pattern": "^a+$"}"#, #""aa""#, #""ab""#),
    (#"{"oneOf": [{"minimum": 3}, {"maximum": 1}]}"#, "4", "2"),
    (#"{"anyOf": [{"const": 1}, {"const": 2}]}"#, "2", "3"),
    (#"{"minItems": 1, "maxItems": 2}"#, "[1]", "[]"),
    (#"{"maxLength": 3}"#, #""abc""#, #""abcd""#),
    (#"{"uniqueItems": true}"#, "[1, 2]", "[1, 1]"),
    (#"{"items": [{"type": "null"}]}"#, "[null]", "[null, null]"),
    (#"{"allOf": [{"minimum": 3}, {"maximum": 4}]}"#, "3", "5"),
    (#"{"if": {"minimum": 3}, "then": {"const": 4}}"#, "1", "3"),
    (#"{"not": {"required": ["a"]}}"#, "{}", #"{"a": 1}"#),
    (##"{"$ref": "#/nowhere"}"##, "", "1"),
    (#"{"unheardOf": 3}"#, "", "1"),
  ])
  func tellsValidFromInvalid(schema: String, valid: String, invalid: String) throws {
    let schema = try JSONSchema(parsing: schema)
    if !valid.isEmpty {
      #expect(schema.violations(in: try JSONSchemaValue(parsing: valid)) == [])
    }
    #expect(schema.violations(in: try JSONSchemaValue(parsing: invalid)).count == 1)
  }

  @Test func oneOfRefusesTwoMatches() throws {
    let schema = try JSONSchema(parsing: #"{"oneOf": [{"minimum": 1}, {"maximum": 3}]}"#)
    #expect(schema.violations(in: .number(2)).count == 1)
  }

  @Test func namesThePlaceOfAViolation() throws {
    let schema = try JSONSchema(
      parsing: #"{"properties": {"a": {"items": {"type": "null"}}}}"#)
    let document = try JSONSchemaValue(parsing: #"{"a": [null, 1]}"#)
    #expect(schema.violations(in: document).first?.hasPrefix("$.a[1]: ") == true)
  }
}
