/// An architecture definition that does not decode; nothing that a checkpoint holds causes it.
package struct CanonicaliseError: Error, Sendable, Equatable, CustomStringConvertible {
  package var definition: String
  package var message: String

  package init(definition: String, message: String) {
    self.definition = definition
    self.message = message
  }

  package var description: String { "architecture definition '\(definition)': \(message)" }
}
