package import Fingerprint

/// What the Compare stage hands on: the subject against every reference, before any judgement.
package struct Comparison: Sendable {
  /// With those formulas believed that a reference confirms.
  package var subject: ModelFingerprint
  package var references: [ReferenceComparison]
  /// References that were screened, and left out.
  package var screened: [ScreenedReference]
  /// Ids of the references that were chosen without looking at the subject; nil if all were.
  package var controls: Set<String>?
  /// What the corpus's pairs of different lineage reached; nil where nobody measured it.
  package var calibration: CorpusCalibration?
  /// What the numbers of the subject's relatives say, where their weights were read.
  package var kinValues: KinValues?
  /// In how many ways the subject was anchored, of which this is the one that showed something.
  package var attempts = 1

  package init(
    subject: ModelFingerprint, references: [ReferenceComparison],
    screened: [ScreenedReference] = [], controls: Set<String>? = nil
  ) {
    self.subject = subject.believingConstants(of: references.map(\.fingerprint))
    self.references = references
    self.screened = screened
    self.controls = controls
  }

  /// References that the subject was held against in any way, once for each way of anchoring it: as
  /// many tests were made.
  package var referenceCount: Int { (references.count + screened.count) * attempts }
}

extension Comparison {
  /// The nulls that were measured for the subject and a reference.
  package func nulls(of reference: ReferenceComparison) -> PairNulls {
    calibration?.nulls(subject, reference.fingerprint) ?? .theory
  }
}

/// The subject against one reference.
package struct ReferenceComparison: Sendable {
  package var id: String
  package var fingerprint: ModelFingerprint
  /// What was worked out of it before, where it is held against many, and of the subject.
  var prepared: PreparedModel?
  var subjectSketches: [UnitSketch?] = []
  /// For each tensor of the subject, its counterpart in the reference.
  package var pairs: [TensorPair?]
  package var linear: LinearEvidence
  package var circuits: CircuitEvidence?
  /// Per component that both have: how alike each subject layer is to each reference layer.
  package var layers: [LayerSimilarity]
  /// What undoing a disguise showed, where both models' weights were at hand.
  package var recovery: Recovery?
  /// Of a quantised subject's matrices: whether rounding alone led from these to them; nil where nobody
  /// looked.
  package var rounding: [MatrixRounding]?
  /// Why nobody could.
  package var roundingProblem: String?
  /// How the subject's units were put into the order of a reference's, this one or another, before
  /// anything was compared.
  package var reordering: UnitMatching?
  /// Whether units were looked for in every order, in the weights of both.
  package var isUnitsCompared = false
  /// Whether they were looked for, and not in full.
  package var isUnitsComparedInPart = false
  /// Why the weights could not be read once more to undo a disguise.
  package var recoveryProblem: String?
  /// Whether the roles that names give said which tensors may be counterparts.
  var readsRoles = true
  /// Matrices of the subject whose counterparts have other roles than their names say.
  package var misnamed = 0
  /// Tensors of the subject that this reference holds byte for byte, or nearly so, and that show no descent from it.
  package var common: [Common] = []

  package struct Common: Sendable, Equatable {
    package enum Origin: Sendable, Equatable {
      /// Strangers to the reference hold it too, so many references in all.
      case thirdParty(holders: Int)
      /// A generator of random numbers: a seed is all that is shared.
      case seed
      /// Nothing in its numbers shows that they were learned; of a formula, its numbers look like a constant's.
      case untrained(Formula)
    }

    package var tensor: String
    package var origin: Origin

    package init(tensor: String, origin: Origin) {
      (self.tensor, self.origin) = (tensor, origin)
    }
  }

  /// What the corpus's manifest says of the reference.
  package var manifest: CorpusManifest.Entry?
  /// Whether the subject and the reference are the same files.
  package var isSubject = false
  /// The other names that the corpus has its weights by.
  package var twins: [ReferenceTwin] = []

  package init(
    id: String, fingerprint: ModelFingerprint, pairs: [TensorPair?], linear: LinearEvidence,
    circuits: CircuitEvidence?, layers: [LayerSimilarity], recovery: Recovery? = nil,
    manifest: CorpusManifest.Entry? = nil
  ) {
    self.manifest = manifest
    self.recovery = recovery
    self.id = id
    self.fingerprint = fingerprint
    self.pairs = pairs
    self.linear = linear
    self.circuits = circuits
    self.layers = layers
  }
}

extension ReferenceComparison {
  /// Share of the subject's parameters that some evidence could speak about, 0…1.
  package var coverage: Double { max(linear.coverage, circuits?.coverage ?? 0) }
}

/// A tensor of the subject and its counterpart.
package struct TensorPair: Sendable, Equatable {
  /// What made them a pair.
  package enum Match: String, Sendable {
    /// Equal numbers: the same bytes, or in another shape as many of the same moments
    /// (`ReshapedTensors`).
    case equal
    /// The same place in the network: component, role, layer and expert, or the same name.
    case place
    /// The most similar tensor of the same shape, wherever it is.
    case likeness
  }

  package var reference: Int
  package var match: Match
  /// Whether the reference's canonical matrix must be transposed to line up with the subject's.
  package var transposed: Bool
  /// Turns of that matrix which line up: the more similar one was taken.
  package var turns: Int
  /// Of the centred sketches, −1…1.
  package var cosine: Double
  /// Variance of that cosine if the two were independent (method, section 4).
  package var nullVariance: Double
  /// ‖S_B − S_A‖ / ‖S_A‖, estimating ‖B − A‖ / ‖A‖.
  package var relativeChange: Double

  package init(
    reference: Int, match: Match, transposed: Bool, turns: Int = 1, cosine: Double,
    nullVariance: Double, relativeChange: Double
  ) {
    self.turns = turns
    self.reference = reference
    self.match = match
    self.transposed = transposed
    self.cosine = cosine
    self.nullVariance = nullVariance
    self.relativeChange = relativeChange
  }

  /// Standard normal if the two were independent, the choice of a turn accounted for.
  package var z: Double {
    guard nullVariance > 0 else { return 0 }
    return NormalTail.z(ofLargest: cosine / nullVariance.squareRoot(), among: turns)
  }

  /// What `z` would be of a perfect match: all that so few numbers, or numbers along so few directions,
  /// can show.
  package var largestZ: Double {
    guard nullVariance > 0 else { return 0 }
    return NormalTail.z(ofLargest: 1 / nullVariance.squareRoot(), among: turns)
  }

  /// Share of the tensor's variance that its counterpart explains, less what chance explains.
  package var retainedShare: Double {
    guard cosine > 0, nullVariance < 1 else { return 0 }
    if match == .equal { return 1 }
    return min(1, max(0, (cosine * cosine - nullVariance) / (1 - nullVariance)))
  }
}

/// How the linear sketches of two models agree as wholes.
package struct LinearEvidence: Sendable, Equatable {
  /// How the model-level statistic gets its null distribution.
  package enum Test: String, Sendable {
    /// Random re-basing of the residual stream, tensors at the same place.
    case residual
    /// Random re-basing with the choice of counterparts repeated in every draw.
    case chosenCounterparts
    /// Sum over tensors, for networks without a residual stream.
    case sum
    /// Best assignments of units whose order other tensors gave.
    case unitOrder
    /// Nothing of the same shape.
    case none
  }

  /// A unit by itself.
  package struct Unit: Sendable, Equatable {
    package var key: UnitKey
    /// Standard normal at most, if the two models are independent.
    package var z: Double
    /// Mean cosine of what the tests look at.
    package var cosine: Double
    /// Elements of its matrices that were compared.
    package var parameters: Int

    package init(key: UnitKey, z: Double, cosine: Double, parameters: Int) {
      (self.key, self.z, self.cosine) = (key, z, cosine)
      self.parameters = parameters
    }
  }

  /// The stronger test.
  package var test: Test
  /// As rare under the normal distribution as the stronger of the tests is among independent models,
  /// their number accounted for.
  package var z: Double
  /// Parameter-weighted mean cosine over comparable matrices.
  package var mean: Double
  /// Share of the subject's parameters in tensors that had something to be compared with.
  package var coverage: Double
  /// Matrices that the statistic rests on.
  package var matrices: Int
  /// Parameter-weighted mean, over comparable matrices, of 1/√(narrower side), 0…1: what lining up the units of
  /// unrelated matrices gains grows with it.
  package var narrowness: Double = 0
  /// Whether roles tell which axes are the residual stream's.
  package var hasStream = false
  /// Share of what is comparable that is in matrices that line up so well that they need no other counterpart.
  package var sameShare: Double = 0
  /// In the order of their keys.
  package var units: [Unit] = []
  /// Sums over tensors of networks without a residual stream had this standard deviation over
  /// independent pairs, where independent tensors would give 1 (method, section 4).
  package static let sumInflation = 1.7

  /// Subject tensors whose bytes the reference holds, of learned numbers and many of them: each is
  /// evidence by itself.
  package var equal: [Int] = []

  package init(test: Test, z: Double, mean: Double, coverage: Double, matrices: Int) {
    self.test = test
    self.z = z
    self.mean = mean
    self.coverage = coverage
    self.matrices = matrices
  }
}

/// How the anchored circuits of two models agree.
package struct CircuitEvidence: Sendable {
  /// Mean cosine over the mapped layers, by circuit.
  package var means: [CircuitKind: Double]
  /// Standard normal if the two models were initialised and trained independently.
  package var z: Double
  /// Share of the subject's parameters in matrices that take part in a compared circuit.
  package var coverage: Double
  /// Anchor tokens that both models have.
  package var sharedAnchors: Int
  /// Directions of the anchors' embeddings that the narrower of the two frames rests on.
  package var directions: Int
  /// Layers that have a counterpart, of all pairs of components.
  package var layers: Int
  /// Out of how many pairs of components those that were compared were chosen.
  package var choices = 1

  package init(
    means: [CircuitKind: Double], z: Double, coverage: Double, sharedAnchors: Int,
    directions: Int, layers: Int
  ) {
    self.means = means
    self.z = z
    self.coverage = coverage
    self.sharedAnchors = sharedAnchors
    self.directions = directions
    self.layers = layers
  }

  /// Mean over the circuits.
  package var mean: Double {
    let ordered = CircuitKind.allCases.compactMap { means[$0] }
    return ordered.isEmpty ? 0 : ordered.reduce(0, +) / Double(ordered.count)
  }
}

/// Layer × layer likeness of one component.
package struct LayerSimilarity: Sendable {
  package var component: String
  package var subjectLayers: [Int]
  package var referenceLayers: [Int]
  /// Mean cosine of the linear sketches, row-major `[subject, reference]`; nil if nothing compares.
  package var linear: [Double]?
  /// Standardised sum behind `linear`.
  package var linearZ: [Double]?
  /// Mean cosine of the circuits.
  package var circuits: [Double]?
  package var circuitsZ: [Double]?

  package init(
    component: String, subjectLayers: [Int], referenceLayers: [Int], linear: [Double]? = nil,
    linearZ: [Double]? = nil, circuits: [Double]? = nil, circuitsZ: [Double]? = nil
  ) {
    self.component = component
    self.subjectLayers = subjectLayers
    self.referenceLayers = referenceLayers
    self.linear = linear
    self.linearZ = linearZ
    self.circuits = circuits
    self.circuitsZ = circuitsZ
  }
}
