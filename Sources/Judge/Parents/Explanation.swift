package import Compare

/// One explanation of why the subject is like a reference, and what speaks for and against it.
package struct Explanation: Sendable, Equatable, Codable {
  package enum Kind: String, Sendable, CaseIterable, Codable {
    /// The subject was made from the reference.
    case descent
    /// The reference was made from the subject.
    case reverse
    /// Both were made from a third, trained model.
    case commonAncestor = "common-ancestor"
    /// They share initial weights and no training.
    case sharedInitialisation = "shared-initialisation"
  }

  package enum Standing: String, Sendable, CaseIterable, Codable {
    case shown
    case open
    case excluded
  }

  package enum Argument: Sendable, Equatable, Codable {
    /// A direction that the weights, the corpus or the subject itself gives.
    case direction(Direction)
    /// A trace that the alternative does not explain.
    case trace(Trace)
    /// The subject does not carry the reference's own history.
    case noOwnHistory(Direction.Drift)
    /// It carries a part of it.
    case partOfHistory(Direction.Drift)
    /// Matrices that the subject has byte for byte from another relative, and the reference has not.
    case foreignTensors(count: Int, reference: String?)
    /// Relatives of the reference in the corpus fit as well.
    case fitsAsWell([String])
    /// What a common initialisation leaves at most, against what is shared.
    case effect(shared: Double, limit: Double)
    /// Nothing in two models alone decides it; a second model made from the same base would.
    case needsOutgroup
    /// Nor do more of them, and what the drift test wanted.
    ///
    /// - Parameters:
    ///   - relatives: related models that were compared, the reference among them.
    ///   - unread: models that resemble the subject and were screened only.
    ///   - drift: its figure, where there is one.
    case undecided(
      DriftTest.Obstacle, relatives: Int, unread: Int, drift: Direction.Drift?)
  }

  package var kind: Kind
  package var standing: Standing
  package var arguments: [Argument]
  package var counterarguments: [Argument]
}
