/// A layer of the subject and the layer of the reference that it is held against.
package struct LayerCorrespondence: Sendable, Equatable {
  package var component: String
  package var subject: Int
  package var referenceComponent: String
  package var reference: Int

  package init(
    component: String, subject: Int, referenceComponent: String? = nil, reference: Int
  ) {
    self.component = component
    self.subject = subject
    self.referenceComponent = referenceComponent ?? component
    self.reference = reference
  }
}
