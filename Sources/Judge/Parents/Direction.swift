package import Compare

/// Who came first, the subject or a reference, and what says so.
package struct Direction: Sendable, Equatable, Codable {
  package enum Value: String, Sendable, CaseIterable, Codable {
    /// The subject was made from the reference.
    case fromReference = "from-reference"
    /// The reference was made from the subject.
    case toReference = "to-reference"
    /// Both were made from a third.
    case commonAncestor = "common-ancestor"
    case undirected
  }

  package enum Source: String, Sendable, CaseIterable, Codable {
    case weights
    /// The corpus's manifest or the reference's own card: its owner vouches for it.
    case corpus
    /// The subject itself, or whoever checks it: an admission.
    case declared
    case none
  }

  package var value: Value
  package var because: Source
  package var reason: Reason?
  /// The third that both were made from, where its name is known.
  package var via: String?

  package init(
    _ value: Value, because: Source, reason: Reason? = nil, via: String? = nil
  ) {
    self.value = value
    self.because = because
    self.reason = reason
    self.via = via
  }

  package static let open = Direction(.undirected, because: .none)

  /// What a direction, or its being open, rests on.
  package enum Reason: Sendable, Equatable, Codable {
    case merge(references: Int)
    /// The subject carries the history that the reference does not share with its sibling.
    case drift(Drift)
    case trace(Trace)
    /// The corpus says that the reference is an original.
    case original
    /// The reference's card or manifest names the subject as its parent.
    case namesSubject(String)
    /// The reference's card or manifest names a parent that the subject declares too.
    case namesDeclaredParent(String)
    case declaredAs(String, in: String)
  }

  package struct Drift: Sendable, Equatable, Codable {
    package var beta: Double
    package var error: Double
    package var base: String?
    package var outgroup: String?
    /// What it was measured on, where that is not the weights in place.
    package var space: KinSpace?

    package init(
      beta: Double, error: Double, base: String? = nil, outgroup: String? = nil,
      space: KinSpace = .weights
    ) {
      (self.beta, self.error) = (beta, error)
      (self.base, self.outgroup) = (base, outgroup)
      self.space = space == .weights ? nil : space
    }
  }
}

/// A trace that one of two related models bears and the other does not.
package struct Trace: Sendable, Equatable, Codable {
  package enum Kind: String, Sendable, CaseIterable, Codable {
    case grid
    case cast
    case zeros
    case repeatedLayers = "repeated-layers"
    case equalExperts = "equal-experts"
    case unitSubset = "unit-subset"
    case tokenSubset = "token-subset"
    case appendedRows = "appended-rows"
    /// The same, with the rest as good as the other's.
    case extendedModel = "extended-model"
  }

  package var kind: Kind
  /// Whether it is the subject that bears it, and so came later.
  package var isSubjects: Bool
  /// Tensors, layers, experts or rows.
  package var count: Int
  package var share: Double

  package init(_ kind: Kind, isSubjects: Bool, count: Int, share: Double) {
    self.kind = kind
    self.isSubjects = isSubjects
    self.count = count
    self.share = share
  }
}
