/// That rows and columns of matrices were scaled to equal energy before a model was looked at, because their
/// scales differed by more than training leaves.
package struct EquilibratedMatrices: Sendable, Equatable, Codable {
  /// Of the model as it is.
  package var subjectDigest: String
  package var matrices: Int
  /// Numbers in them.
  package var parameters: Int
  /// Largest standard deviation of the natural logarithm of an axis' factors.
  package var spread: Double

  package init(subjectDigest: String, matrices: Int, parameters: Int, spread: Double) {
    self.subjectDigest = subjectDigest
    self.matrices = matrices
    self.parameters = parameters
    self.spread = spread
  }
}
