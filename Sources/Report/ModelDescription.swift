package import Judge

/// What `inspect` shows of a model: its tensors and what they were recognised as.
package struct ModelDescription: Sendable {
  package var name: String
  package var path: String
  package var format: String
  package var family: String?
  package var parameters: Int
  package var byteCount: UInt64
  package var components: [Part]
  package var tensors: [TensorEntry]
  package var declared: Declared
  /// What could not be recognised or read, in words.
  package var notes: [String]

  /// A stack of layers or another named part.
  package struct Part: Sendable, Equatable {
    package var name: String
    /// nil where the part has no layers.
    package var layers: Int?
    package var parameters: Int

    package init(name: String, layers: Int?, parameters: Int) {
      self.name = name
      self.layers = layers
      self.parameters = parameters
    }
  }

  package struct TensorEntry: Sendable, Equatable {
    package var name: String
    package var elementType: String
    package var shape: [Int]
    package var component: String
    package var role: String
    package var layer: Int?

    package init(
      name: String, elementType: String, shape: [Int], component: String, role: String,
      layer: Int?
    ) {
      self.name = name
      self.elementType = elementType
      self.shape = shape
      self.component = component
      self.role = role
      self.layer = layer
    }
  }

  package init(
    name: String, path: String, format: String, family: String?, parameters: Int,
    byteCount: UInt64, components: [Part], tensors: [TensorEntry], declared: Declared,
    notes: [String]
  ) {
    self.name = name
    self.path = path
    self.format = format
    self.family = family
    self.parameters = parameters
    self.byteCount = byteCount
    self.components = components
    self.tensors = tensors
    self.declared = declared
    self.notes = notes
  }
}
