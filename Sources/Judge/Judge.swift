package import Compare
import Fingerprint
package import Load

/// Turns a comparison into a judgement: verdict, parents, what changed, what cannot be said.
package struct Judge: Sendable {
  /// Parents that the user declares on top of what the model says of itself.
  package var declared: [String]

  /// References that could not be read, each with the reason.
  package var damagedReferences: [String]

  /// What the user's project asks of its models; its declared parents count like `declared`.
  package var policy: Policy

  /// Texts beside the subject's weights; nil where nothing says which are the subject's.
  package var documents: ModelDocuments?

  package var licences: LicenceCatalogue

  /// How innovation is weighed; nil: it is not assessed.
  package var innovation: InnovationModel?

  package var benchmarks: BenchmarkResults?

  /// Whether two models are held against each other, rather than one against a corpus: nobody then
  /// says which of the two is in question.
  package var isComparison = false

  package init(
    declared: [String] = [], damagedReferences: [String] = [], policy: Policy = Policy(),
    documents: ModelDocuments? = nil, licences: LicenceCatalogue = LicenceCatalogue(),
    innovation: InnovationModel? = nil, benchmarks: BenchmarkResults? = nil
  ) {
    self.declared = declared
    self.damagedReferences = damagedReferences
    self.policy = policy
    self.documents = documents
    self.licences = licences
    self.innovation = innovation
    self.benchmarks = benchmarks
  }

  package func judge(_ comparison: Comparison) -> Judgement { judge(verdicts(comparison)) }

  /// What the weights say; what is declared only breaks ties between relatives that they cannot tell
  /// apart.
  package func verdicts(_ comparison: Comparison) -> Verdicts {
    let declarations = Declarations(comparison, user: declared + policy.declared)
    let declared = comparison.references.map(\.id).filter {
      declarations.declaration(of: $0)?.isPlain ?? false
    }
    return Verdicts(comparison, preferred: Set(declared))
  }

  /// Holds what the weights say against documents, licences and policy.
  package func judge(_ verdicts: Verdicts) -> Judgement {
    let (comparison, evidence, ruling) = (verdicts.comparison, verdicts.evidence, verdicts.ruling)
    let (subject, contexts) = (comparison.subject, verdicts.contexts)
    let declarations = Declarations(comparison, user: declared + policy.declared)
    let assertions = Assertions(comparison)
    let parents = ruling.parents.indices.map { position in
      let reference = evidence[ruling.parents[position]].comparison.id
      let direction = Self.direction(
        shown: verdicts.direction(ofParent: position, isAccused: !isComparison),
        asserted: Self.asserted(
          assertions.direction(reference, subject: declarations),
          ofAdapters: evidence[ruling.parents[position]].changesCosine != nil),
        declared: declarations.declaration(of: reference))
      return parent(position, verdicts, direction: direction)
    }
    let relation = ruling.parents.count == 1 ? parents[0].relation : ruling.relation
    let blend = blend(ruling, evidence, parents: parents, of: subject)
    let candidates =
      evidence.indices.map { index in
        let parent = ruling.parents.firstIndex(of: index)
        return candidate(
          evidence[index],
          relation: parent.map { parents[$0].relation } ?? ruling.relation(ofCandidate: index))
      } + comparison.screened.map { Candidate($0, references: comparison.referenceCount) }
    let statement =
      ruling.undecided
      ?? Statement(
        relation, parents: parents, candidates: candidates,
        isBlend: ruling.parentage.mixesWithinUnits, blend: blend)
    let log10P =
      ruling.parents.map { evidence[$0].log10P }.min() ?? evidence.map(\.log10P).min() ?? 0
    var judgement = Judgement(
      subject: Subject(
        name: subject.identity.name, digest: subject.identity.digest,
        format: subject.identity.format, parameters: subject.identity.parameters,
        tensors: subject.tensors.count, family: subject.identity.family,
        components: subject.components, declared: declaration(subject, declarations)),
      verdict: Verdict(relation: relation, log10P: log10P, statement: statement),
      parents: parents, candidates: candidates.sorted { $0.log10P < $1.log10P },
      components: ComponentRelations.components(
        subject, contexts: contexts, ruling: ruling, isDescent: relation != .related),
      findings: [], limits: [],
      layers: DetailRows.layers(contexts: contexts, ruling: ruling, blend: blend),
      tensors: DetailRows.tensors(subject, contexts: contexts))
    judgement.blend = blend
    let context = FindingContext(
      judgement: judgement, subject: subject, evidence: evidence, contexts: contexts,
      declarations: declarations,
      licensing: Licensing(comparison, documents: documents, catalogue: licences), policy: policy,
      damagedReferences: damagedReferences, assertions: assertions, kinship: verdicts.kinship,
      isComparison: isComparison)
    for index in judgement.parents.indices {
      let reference = context.licensing.reference(judgement.parents[index].reference)
      judgement.parents[index].license = reference?.licence?.text
    }
    (judgement.findings, judgement.unusedAcceptances) = AcceptedFinding.mark(
      FindingRules.findings(context), of: subject.identity.digest, by: policy.accepted,
      references: Set(comparison.references.map(\.id)))
    judgement.limits =
      Limits.limits(verdicts) + DisclosureLimits.limits(context) + LicenceLimits.limits(context)
    judgement.explanations = Explanations.all(verdicts, judgement: judgement)
    judgement.innovation = assessment(comparison, context: context, ruling: ruling)
    return judgement
  }

  func declaration(_ subject: ModelFingerprint, _ declarations: Declarations) -> Declared {
    Declared(
      baseModels: declarations.baseModels, relation: declarations.relation,
      license: subject.identity.disclosure.license)
  }

  /// How the parents were put together, where they are several.
  private func blend(
    _ ruling: Ruling, _ evidence: [ReferenceEvidence], parents: [Parent],
    of subject: ModelFingerprint
  ) -> Blend? {
    guard parents.count > 1 else { return nil }
    var names: [UnitKey: [String]] = [:]
    for tensor in subject.tensors {
      names[UnitKey(tensor), default: []].append(tensor.name)
    }
    var blend = Blend(
      ruling, subject: names, references: parents.map(\.reference),
      isMasked: parents.contains { $0.changes.contains { $0.kind == .elementMask } })
    blend.otherwiseShaped = ruling.parents.map { evidence[$0].comparison }.filter { comparison in
      zip(subject.tensors, comparison.pairs).contains { tensor, pair in
        pair.map { comparison.fingerprint.tensors[$0.reference].shape != tensor.shape } ?? false
      }
    }.map(\.id)
    return blend
  }

  private func candidate(
    _ evidence: ReferenceEvidence, relation: Relation
  ) -> Candidate {
    let comparison = evidence.comparison
    var candidate = Candidate(
      reference: comparison.id, relation: relation, log10P: evidence.log10P,
      linearMean: comparison.linear.mean, circuitsMean: evidence.circuitMean)
    candidate.twins = comparison.twins.map(\.id)
    candidate.linearZ =
      comparison.linear.test == .none ? nil : comparison.linear.z
    candidate.circuitsZ = comparison.circuits?.z
    candidate.state(evidence)
    return candidate
  }

  private func assessment(
    _ comparison: Comparison, context: FindingContext, ruling: Ruling
  ) -> Innovation? {
    guard let model = innovation?.weighed(policy.innovation) else { return nil }
    let parent = context.parents.first?.reference
    let nearest = comparison.references.filter { parent == nil || $0.id == parent }.map {
      (
        reference: $0.id,
        difference: ArchitectureDifference(comparison.subject, $0.fingerprint, model: model)
      )
    }.filter { $0.difference.value != nil }
      .min { ($0.difference.value ?? 1) < ($1.difference.value ?? 1) }
    return InnovationAssessment(model: model, benchmarks: benchmarks).assess(
      nearest: nearest, novelty: novelty(context, ruling: ruling),
      isRequested: benchmarks != nil || policy.innovation != nil)
  }

  /// Share of the weights that no reference explains: of a merge, what all parents together leave.
  private func novelty(_ context: FindingContext, ruling: Ruling) -> Double? {
    switch context.judgement.verdict.relation {
    case .inconclusive: return nil
    case .noEvidence: return 1
    case .merged:
      let total = ruling.parentage.units.reduce(0) { $0 + Double($1.parameters) }
      guard total > 0 else { return nil }
      let explained = ruling.parentage.units.reduce(0) {
        $0 + $1.explained * Double($1.parameters)
      }
      return min(1, max(0, 1 - explained / total))
    default: return context.judgement.parents.first?.modification?.novelty
    }
  }

  /// What the corpus asserts, where that can explain what is shared: a base that two adapters name is
  /// not where their changes come from.
  private static func asserted(_ direction: Direction?, ofAdapters: Bool) -> Direction? {
    ofAdapters && direction?.value == .commonAncestor ? nil : direction
  }

  /// The weights decide before the corpus, the corpus before what the subject admits; a parent that it
  /// declares before a common ancestor that the corpus names.
  static func direction(
    shown: Direction, asserted: Direction?, declared: DeclaredParent?
  ) -> Direction {
    if shown.because == .weights { return shown }
    if let asserted, asserted.value != .commonAncestor { return asserted }
    if let declared, declared.isPlain {
      return Direction(
        .fromReference, because: .declared,
        reason: .declaredAs(declared.name, in: declared.source.rawValue))
    }
    return asserted ?? shown
  }

  private func parent(
    _ position: Int, _ verdicts: Verdicts, direction: Direction
  ) -> Parent {
    let (ruling, context) = (verdicts.ruling, verdicts.contexts[position])
    let evidence = verdicts.evidence[ruling.parents[position]]
    let comparison = context.comparison
    let relation = ruling.relation(ofParent: position)
    var parent = Parent(
      reference: comparison.id,
      relation: relation == .derived && direction.value != .fromReference ? .related : relation,
      coefficient: ruling.parents.count > 1 ? ruling.parentage.share(position) : nil,
      direction: direction, log10P: evidence.log10P,
      linear: LinearScore(comparison.linear),
      circuits: comparison.circuits.map { CircuitScore($0, coverage: $0.coverage) },
      changes: ruling.changes(position, context: context),
      layerMap: context.layerMap?.pairs ?? [],
      modification: ModificationShares.modification(
        context, blended: relation == .merged ? ruling.parentage.blended(position) : []))
    if position == 0 { parent.alternatives = verdicts.alternatives }
    parent.layerGrids = Illustration.grids(comparison)
    parent.changeSpectrum = Illustration.changeSpectrum(context)
    return parent
  }
}
