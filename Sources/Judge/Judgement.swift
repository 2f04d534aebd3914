/// What the Judge stage hands on: everything a report says about one subject.
///
/// Field names and meanings are those of the report schema `shellcheck-model/report/1`.
package struct Judgement: Sendable {
  package var subject: Subject
  package var verdict: Verdict
  /// Strongest first; empty for `noEvidence` and `inconclusive`.
  package var parents: [Parent]
  /// Every reference compared, strongest first.
  package var candidates: [Candidate]
  package var components: [Component]
  package var innovation: Innovation?
  package var findings: [Finding]
  /// What the policy accepts of these weights, and was not found.
  package var unusedAcceptances: [AcceptedFinding] = []
  /// What could not be judged, and why.
  package var notJudged: [Limit]
  package var layers: [LayerDetail]
  package var tensors: [TensorDetail]

  package init(
    subject: Subject, verdict: Verdict, parents: [Parent], candidates: [Candidate],
    components: [Component], innovation: Innovation? = nil, findings: [Finding],
    limits: [String], layers: [LayerDetail], tensors: [TensorDetail]
  ) {
    self.innovation = innovation
    self.subject = subject
    self.verdict = verdict
    self.parents = parents
    self.candidates = candidates
    self.components = components
    self.findings = findings
    notJudged = limits.map { Limit(nil, $0) }
    self.layers = layers
    self.tensors = tensors
  }

  /// What could not be judged, as the JSON report words it.
  package var limits: [String] {
    get { notJudged.map(\.message) }
    set { notJudged = newValue.map { Limit(nil, $0) } }
  }
}

/// How a subject relates to a reference, or to the corpus.
package enum Relation: String, Sendable, Codable, CaseIterable {
  case identical
  case derived
  case partial
  case merged
  case sharedInitialisation = "shared-initialisation"
  case noEvidence = "no-evidence"
  case inconclusive
}

package enum Direction: String, Sendable, Codable {
  case fromReference = "from-reference"
  case toReference = "to-reference"
  case undirected
}

package enum ChangeKind: String, Sendable, Codable, CaseIterable {
  case cast
  case rename
  case reshard
  case finetune
  case lowRank = "low-rank"
  case partialFinetune = "partial-finetune"
  case continuedPretraining = "continued-pretraining"
  case quantise
  case valuePrune = "value-prune"
  case widthPrune = "width-prune"
  case depthPrune = "depth-prune"
  case depthUpscale = "depth-upscale"
  case layerReorder = "layer-reorder"
  case vocabulary
  case expertUpcycle = "expert-upcycle"
  case merge
  case headReplaced = "head-replaced"
  case componentGraft = "component-graft"
  case permuted
  case rotated
  case rescaled
  case rebased

  /// Whether the change keeps what the network computes and only moves the numbers: training does
  /// none of these.
  package var isDisguise: Bool {
    switch self {
    case .permuted, .rotated, .rescaled, .rebased: true
    default: false
    }
  }
}

package struct Subject: Sendable {
  package var name: String
  /// SHA-256 over the names, types, shapes and digests of all tensors, as 64 hexadecimal digits; nil
  /// where not all of them were read.
  package var digest: String?
  package var format: String
  package var parameters: Int
  package var tensors: Int
  package var family: String?
  package var components: [String]
  package var declared: Declared

  package init(
    name: String, digest: String?, format: String, parameters: Int, tensors: Int, family: String?,
    components: [String], declared: Declared
  ) {
    self.name = name
    self.digest = digest
    self.format = format
    self.parameters = parameters
    self.tensors = tensors
    self.family = family
    self.components = components
    self.declared = declared
  }
}

/// What the subject says of its own descent.
package struct Declared: Sendable, Equatable {
  package var baseModels: [String]
  package var relation: String?
  package var license: String?

  package init(baseModels: [String] = [], relation: String? = nil, license: String? = nil) {
    self.baseModels = baseModels
    self.relation = relation
    self.license = license
  }
}

package struct Verdict: Sendable {
  package var relation: Relation
  /// log10 of the p-value of the strongest evidence, Bonferroni-corrected over the references.
  package var log10P: Double
  /// One sentence for a person.
  package var summary: String

  package init(relation: Relation, log10P: Double, summary: String) {
    self.relation = relation
    self.log10P = log10P
    self.summary = summary
  }
}

package struct Parent: Sendable {
  package var reference: String
  /// The licence of the reference, as the corpus or the reference's own files state it.
  package var license: String?
  package var relation: Relation
  /// Weight in a merge; nil where there is one parent.
  package var coefficient: Double?
  package var direction: Direction
  package var log10P: Double
  package var linear: LinearScore
  package var circuits: CircuitScore?
  package var changes: [Change]
  package var layerMap: [LayerPair]
  /// Nil where not all tensors were read.
  package var modification: Modification?
  /// For pictures; not in the JSON report.
  package var layerGrids: [LayerGrid] = []
  /// Shares of the change by direction, largest first; for pictures, not in the JSON report.
  package var changeSpectrum: [Double] = []

  package init(
    reference: String, relation: Relation, coefficient: Double?, direction: Direction,
    log10P: Double, linear: LinearScore, circuits: CircuitScore?, changes: [Change],
    layerMap: [LayerPair], modification: Modification?
  ) {
    self.reference = reference
    self.relation = relation
    self.coefficient = coefficient
    self.direction = direction
    self.log10P = log10P
    self.linear = linear
    self.circuits = circuits
    self.changes = changes
    self.layerMap = layerMap
    self.modification = modification
  }
}

package struct LinearScore: Sendable {
  /// Parameter-weighted mean cosine over the matched tensors, −1…1.
  package var mean: Double
  package var z: Double
  /// Share of the subject's parameters that linear evidence could speak about, 0…1.
  package var coverage: Double

  package init(mean: Double, z: Double, coverage: Double) {
    self.mean = mean
    self.z = z
    self.coverage = coverage
  }
}

package struct CircuitScore: Sendable {
  /// Mean cosine over the mapped layers of each circuit, −1…1; nil where the circuit is missing.
  package var ud: Double?
  package var ov: Double?
  package var qk: Double?
  package var gg: Double?
  package var z: Double
  package var coverage: Double

  package init(ud: Double?, ov: Double?, qk: Double?, gg: Double?, z: Double, coverage: Double) {
    self.ud = ud
    self.ov = ov
    self.qk = qk
    self.gg = gg
    self.z = z
    self.coverage = coverage
  }
}

package struct Change: Sendable, Equatable {
  package var kind: ChangeKind
  /// Figures and short texts that belong to the kind, such as `rank`, `bits` or `layers`.
  package var detail: [String: DetailValue]

  package init(_ kind: ChangeKind, _ detail: [String: DetailValue] = [:]) {
    self.kind = kind
    self.detail = detail
  }
}

package enum DetailValue: Sendable, Equatable {
  case integer(Int)
  case number(Double)
  case text(String)
  case integers([Int])
  case texts([String])
  case notices([MissingNotice])
}

package struct LayerPair: Sendable, Equatable {
  package var subject: Int
  /// nil: no layer of the reference matches.
  package var reference: Int?
  package var similarity: Double

  package init(subject: Int, reference: Int?, similarity: Double) {
    self.subject = subject
    self.reference = reference
    self.similarity = similarity
  }
}

/// How much of the subject is new, as shares of its parameters (they sum to 1 without `dropped`).
package struct Modification: Sendable {
  /// Byte-identical tensors.
  package var unchanged: Double
  /// The same values in another number format, or on a quantisation grid.
  package var reencoded: Double
  package var modified: Double
  /// No counterpart in the reference.
  package var new: Double
  /// Share of the reference's parameters that have no counterpart in the subject.
  package var dropped: Double
  /// ‖B − A‖ / ‖A‖ over the matched tensors.
  package var relativeChange: Double
  package var derivedShare: Double
  package var derivedShareLow: Double
  package var derivedShareHigh: Double
  package var novelty: Double
  /// Rank of the change, where it is low.
  package var effectiveRank: Int?

  package init(
    unchanged: Double, reencoded: Double, modified: Double, new: Double, dropped: Double,
    relativeChange: Double, derivedShare: Double, derivedShareLow: Double,
    derivedShareHigh: Double, novelty: Double, effectiveRank: Int?
  ) {
    self.unchanged = unchanged
    self.reencoded = reencoded
    self.modified = modified
    self.new = new
    self.dropped = dropped
    self.relativeChange = relativeChange
    self.derivedShare = derivedShare
    self.derivedShareLow = derivedShareLow
    self.derivedShareHigh = derivedShareHigh
    self.novelty = novelty
    self.effectiveRank = effectiveRank
  }
}

package struct Candidate: Sendable {
  package var reference: String
  package var relation: Relation
  package var log10P: Double
  package var linearMean: Double
  package var circuitsMean: Double?
  /// Standard normal under independence, the subject's own null accounted for.
  ///
  /// Nil where that kind of evidence could not speak. For pictures, not in the JSON report.
  package var linearZ: Double?
  package var circuitsZ: Double?

  package init(
    reference: String, relation: Relation, log10P: Double, linearMean: Double,
    circuitsMean: Double?
  ) {
    self.reference = reference
    self.relation = relation
    self.log10P = log10P
    self.linearMean = linearMean
    self.circuitsMean = circuitsMean
  }
}

/// A stack of layers, an embedding or a head, and where it comes from.
package struct Component: Sendable {
  package var name: String
  package var relation: Relation
  package var reference: String?
  package var derivedShare: Double?

  package init(name: String, relation: Relation, reference: String?, derivedShare: Double?) {
    self.name = name
    self.relation = relation
    self.reference = reference
    self.derivedShare = derivedShare
  }
}

/// One layer of the subject against its counterpart (`--detail layers`).
package struct LayerDetail: Sendable {
  package var component: String
  package var layer: Int
  package var reference: String?
  package var referenceLayer: Int?
  package var similarity: Double
  package var derivedShare: Double
  package var relativeChange: Double
  /// Share of the layer's parameters that are byte-identical.
  package var unchanged: Double
  /// Where the layer is narrower than its counterpart: the neurons of the counterpart that it kept,
  /// and the query heads.
  package var keptNeurons: [Int]?
  package var keptHeads: [Int]?

  package init(
    component: String, layer: Int, reference: String?, referenceLayer: Int?, similarity: Double,
    derivedShare: Double, relativeChange: Double, unchanged: Double, keptNeurons: [Int]? = nil,
    keptHeads: [Int]? = nil
  ) {
    self.keptNeurons = keptNeurons
    self.keptHeads = keptHeads
    self.component = component
    self.layer = layer
    self.reference = reference
    self.referenceLayer = referenceLayer
    self.similarity = similarity
    self.derivedShare = derivedShare
    self.relativeChange = relativeChange
    self.unchanged = unchanged
  }
}

/// One tensor of the subject against its counterpart (`--detail tensors`).
package struct TensorDetail: Sendable {
  package var name: String
  package var role: String
  package var shape: [Int]
  package var reference: String?
  package var referenceTensor: String?
  /// identical, reencoded, modified or new.
  package var status: String
  package var cosine: Double?
  package var z: Double?
  package var relativeChange: Double?

  package init(
    name: String, role: String, shape: [Int], reference: String?, referenceTensor: String?,
    status: String, cosine: Double?, z: Double?, relativeChange: Double?
  ) {
    self.name = name
    self.role = role
    self.shape = shape
    self.reference = reference
    self.referenceTensor = referenceTensor
    self.status = status
    self.cosine = cosine
    self.z = z
    self.relativeChange = relativeChange
  }
}
