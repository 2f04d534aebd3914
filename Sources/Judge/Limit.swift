/// Something that could not be judged, or not as well as one would like, and why.
package struct Limit: Sendable, Equatable {
  package enum Kind: String, Sendable, CaseIterable {
    case fewMatrices, sumOverTensors, otherShapes, noCommonCircuits, smallLikeness, scaledNull
    case onlyInPlace, screened, screenedOpen, quickLook, quickLookAtMatrices
    case declaredParentUnknown, declaredParentNotComparable, recoveryFailed
    case licenceWithoutRules, licenceUnknown, ownLicenceWithoutRules, noModelFolder, noLegalAdvice
  }

  /// Nil for notes of earlier stages, which are only to be read.
  package var kind: Kind?
  /// For a person, in English.
  package var message: String
  /// The figures and names in the message, for other languages.
  package var values: [String: DetailValue]

  package init(_ kind: Kind?, _ message: String, _ values: [String: DetailValue] = [:]) {
    self.kind = kind
    self.message = message
    self.values = values
  }
}
