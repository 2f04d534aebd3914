/// Which of its relatives a subject was built on, and in which direction: evidence, before any
/// judgement.
///
/// Distance is not descent: models made from one base by training on like data lie nearer to each
/// other than to the base. What decides is whether the subject carries a relative's *own* history,
/// and facts that are not symmetric (method, section on kinship).
///
///     let kinship = Kinship(subject: b, relatives: significantReferences)
///     kinship.candidates   // ids, the best supported first
package struct Kinship: Sendable {
  /// One entry per relative, in the order given.
  package var relatives: [Relative]
  /// The subject as a merge of relatives, or of a relative and its own base; nil if not shown.
  package var merge: RelativeMerge?
  /// Ids of the relatives that may be the one the subject was built on, best supported first.
  ///
  /// The first is the one to name; the others are `alternatives` unless `isDecided`.
  package var candidates: [String]
  /// Whether the tests single the first candidate out.
  package var isDecided: Bool

  package init(
    relatives: [Relative], merge: RelativeMerge? = nil, candidates: [String] = [],
    isDecided: Bool = false
  ) {
    self.relatives = relatives
    self.merge = merge
    self.candidates = candidates
    self.isDecided = isDecided
  }

  /// What is known of one relative A of the subject B.
  package struct Relative: Sendable {
    package var reference: String
    package var drift: DriftTest
    package var frozen: FrozenTensors
    /// Facts that one side has and the other has not, strongest first.
    package var facts: [OneSidedFact]
    package var standing: Standing
    /// ‖B − A‖ / ‖A‖ over the matrices that both have in the same place and shape; nil without any.
    package var distance: Double?
    /// Whether the relative went on from where the subject is, seen from a third.
    package var isLater = false

    package init(
      reference: String, drift: DriftTest, frozen: FrozenTensors = FrozenTensors(),
      facts: [OneSidedFact] = [], standing: Standing = .open, distance: Double? = nil
    ) {
      self.reference = reference
      self.drift = drift
      self.frozen = frozen
      self.facts = facts
      self.standing = standing
      self.distance = distance
    }

    /// The side that the one-sided facts show to be the later; nil if none speaks or they contradict
    /// each other.
    package var later: OneSidedFact.Side? {
      let sides = Set(facts.map(\.later))
      return sides.count == 1 ? sides.first : nil
    }
  }

  /// What the tests say of "B was built on A".
  package enum Standing: String, Sendable, Codable {
    /// B carries A's own history, or values of A that no other relative has.
    case supported
    /// B does not carry A's own history, or kept values of a relative that A has lost.
    case refuted
    /// B carries part of A's own history: an ancestor of A on the way, or a merge.
    case partial
    /// Nothing decides.
    case open
  }
}

/// Whether B carries the history that A does not share with its nearest sibling C:
/// β(B; A | C) = ⟨B − X, A − C⟩ / ⟨A − X, A − C⟩, X a relative outside the lines of A and C.
///
/// - Source: f-statistics with an outgroup. Reich et al. "Reconstructing Indian population history."
///   Nature 461, 2009; Patterson et al. "Ancient admixture in human history." Genetics 192, 2012.
package struct DriftTest: Sendable, Equatable {
  package enum Outcome: String, Sendable, Codable {
    /// β ≈ 1: B carries A's own history.
    case descends
    /// β ≈ 0: B left the line before A's own history began.
    case absent
    /// β clearly between: an ancestor of A on the way, or a merge.
    case between
    /// β clearly above 1: B is further on A's own path, which inheritance does not give (the same
    /// batches at a higher rate do).
    case beyond
    /// The test could not be made, or its error is too large.
    case cannotSay
  }

  /// Why there is no figure.
  package enum Obstacle: String, Sendable, Codable {
    /// No second model in the corpus that was made the way A was; one would decide.
    case noOutgroup
    /// No relative outside the lines of A and its sibling.
    case noBase
    /// A has no history of its own beside the other relatives.
    case noOwnHistory
    /// Fewer than `DriftTest.minimumTensors` matrices line up.
    case tooFewTensors
    /// The error is too large.
    case tooNoisy
    /// B has A's own history, and lies where a sibling by the very data of A could lie.
    case mayBeSibling
  }

  package static let minimumTensors = 6

  package var outcome: Outcome
  package var obstacle: Obstacle?
  package var beta: Double?
  /// Standard error of β: jackknife over layers, widened by the spread over admissible X and C.
  package var error: Double?
  /// Matrices or circuits the figure rests on.
  package var tensors: Int
  package var space: KinSpace
  /// Ids of X and C.
  package var base: String?
  package var outgroup: String?
  /// Cosine of A − X and C − X: how far C shares A's drift.
  package var likeness: Double?

  package init(
    outcome: Outcome, obstacle: Obstacle? = nil, beta: Double? = nil, error: Double? = nil,
    tensors: Int = 0, base: String? = nil, outgroup: String? = nil, likeness: Double? = nil,
    space: KinSpace = .weights
  ) {
    self.space = space
    self.outcome = outcome
    self.obstacle = obstacle
    self.beta = beta
    self.error = error
    self.tensors = tensors
    self.base = base
    self.outgroup = outgroup
    self.likeness = likeness
  }
}

/// Tensors of B that are byte for byte those of a relative, where another relative's differ:
/// training does not come back.
package struct FrozenTensors: Sendable, Equatable {
  /// Matrices of B that are A's byte for byte.
  package var equal: Int
  /// Their parameters.
  package var equalParameters: Int
  /// Of these, matrices that no other relative has; only where some relative's differ.
  package var exclusive: Int
  /// Matrices in which B is another relative's byte for byte, and A is not.
  package var foreign: Int
  package var foreignParameters: Int
  /// The relative that most of these are equal to.
  package var foreignReference: String?

  package init(
    equal: Int = 0, equalParameters: Int = 0, exclusive: Int = 0, foreign: Int = 0,
    foreignParameters: Int = 0, foreignReference: String? = nil
  ) {
    self.equal = equal
    self.equalParameters = equalParameters
    self.exclusive = exclusive
    self.foreign = foreign
    self.foreignParameters = foreignParameters
    self.foreignReference = foreignReference
  }
}

/// A trace that one of two related models bears and the other does not, so that the one was made
/// from something like the other.
package struct OneSidedFact: Sendable, Equatable {
  package enum Kind: String, Sendable, Codable {
    /// Values of one lie on a quantisation grid, those of the other do not.
    case grid
    /// Values of one are those of the other, rounded to a coarser type.
    case cast
    /// Zeros at places where the other has values (pruning).
    case zeros
    /// Two layers of one model are nearly equal (up-scaling).
    case repeatedLayers = "repeated-layers"
    /// Experts of one layer are nearly equal (up-cycling).
    case equalExperts = "equal-experts"
    /// Neurons, heads or dimensions of one are some of the other's (width pruning).
    case unitSubset = "unit-subset"
    /// Tokens of one are some of the other's, with others between them (a trimmed vocabulary).
    case tokenSubset = "token-subset"
    /// Rows were appended to the vocabulary, the rest is as good as unchanged.
    case appendedRows = "appended-rows"
  }

  package enum Side: String, Sendable, Codable {
    case subject
    case reference
  }

  package var kind: Kind
  /// The model that bears the trace, and so came later.
  package var later: Side
  /// Tensors, layers, experts or rows that show it.
  package var count: Int
  /// Share of the comparable parameters that show it, 0…1.
  package var share: Double

  package init(kind: Kind, later: Side, count: Int, share: Double) {
    self.kind = kind
    self.later = later
    self.count = count
    self.share = share
  }
}

/// A subject that was mixed from relatives.
package struct RelativeMerge: Sendable {
  package struct Parent: Sendable, Equatable {
    package var reference: String
    /// Share of the parent's own history that the subject carries, over all units.
    package var coefficient: Double
    package var error: Double
    /// The same by layer, in the order of `RelativeMerge.layers`.
    package var byLayer: [Double]

    package init(reference: String, coefficient: Double, error: Double, byLayer: [Double]) {
      self.reference = reference
      self.coefficient = coefficient
      self.error = error
      self.byLayer = byLayer
    }
  }

  /// Largest coefficient first.
  package var parents: [Parent]
  /// What the parents' histories are measured from.
  package var base: String?
  /// Layers of the subject that were fitted.
  package var layers: [Int]
  /// Share of B − X that the combination explains.
  package var explained: Double
  /// Whether the coefficients differ between layers beyond their errors (a gradient of weights).
  package var varies: Bool
  /// Whether the combination leaves no more than rounding its result does: relatives of the parents,
  /// which explain nearly as much, then leave more.
  package var isExact = false

  package init(
    parents: [Parent], base: String?, layers: [Int], explained: Double, varies: Bool
  ) {
    self.parents = parents
    self.base = base
    self.layers = layers
    self.explained = explained
    self.varies = varies
  }
}
