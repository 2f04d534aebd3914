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

  package func judge(_ comparison: Comparison) -> Judgement { judge(Verdicts(comparison)) }

  /// Holds what the weights say against documents, licences and policy.
  package func judge(_ verdicts: Verdicts) -> Judgement {
    let (comparison, evidence, ruling) = (verdicts.comparison, verdicts.evidence, verdicts.ruling)
    let (subject, contexts) = (comparison.subject, verdicts.contexts)
    let declarations = Declarations(comparison, user: declared + policy.declared)
    let parents = zip(ruling.parents, contexts).enumerated().map { position, item in
      parent(
        position, evidence[item.0], context: item.1, ruling: ruling, declarations: declarations)
    }
    let candidates =
      evidence.indices.map { index in
        candidate(
          evidence[index], relation: ruling.relation(ofCandidate: index), cohort: verdicts.cohort)
      } + comparison.screened.map { Candidate($0, references: comparison.referenceCount) }
    let statement = Statement(
      ruling.relation, parents: parents, candidates: candidates,
      isBlend: ruling.parentage.mixesWithinUnits)
    let log10P =
      ruling.parents.map { evidence[$0].log10P }.min() ?? evidence.map(\.log10P).min() ?? 0
    var judgement = Judgement(
      subject: Subject(
        name: subject.identity.name, digest: subject.identity.digest,
        format: subject.identity.format, parameters: subject.identity.parameters,
        tensors: subject.tensors.count, family: subject.identity.family,
        components: subject.components, declared: declaration(subject, declarations)),
      verdict: Verdict(relation: ruling.relation, log10P: log10P, statement: statement),
      parents: parents, candidates: candidates.sorted { $0.log10P < $1.log10P },
      components: ComponentRelations.components(subject, contexts: contexts, ruling: ruling),
      findings: [], limits: [],
      layers: DetailRows.layers(contexts: contexts, ruling: ruling),
      tensors: DetailRows.tensors(subject, contexts: contexts))
    let context = FindingContext(
      judgement: judgement, subject: subject, evidence: evidence, contexts: contexts,
      declarations: declarations,
      licensing: Licensing(comparison, documents: documents, catalogue: licences), policy: policy,
      damagedReferences: damagedReferences)
    for index in judgement.parents.indices {
      let reference = context.licensing.reference(judgement.parents[index].reference)
      judgement.parents[index].license = reference?.licence?.text
    }
    (judgement.findings, judgement.unusedAcceptances) = AcceptedFinding.mark(
      FindingRules.findings(context), of: subject.identity.digest, by: policy.accepted,
      references: Set(comparison.references.map(\.id)))
    judgement.limits =
      Limits.limits(verdicts) + DisclosureLimits.limits(context) + LicenceLimits.limits(context)
    judgement.innovation = assessment(comparison, context: context, ruling: ruling)
    return judgement
  }

  func declaration(_ subject: ModelFingerprint, _ declarations: Declarations) -> Declared {
    Declared(
      baseModels: declarations.baseModels, relation: declarations.relation,
      license: subject.identity.disclosure.license)
  }

  private func candidate(
    _ evidence: ReferenceEvidence, relation: Relation, cohort: CohortScale
  ) -> Candidate {
    let comparison = evidence.comparison
    var candidate = Candidate(
      reference: comparison.id, relation: relation, log10P: evidence.log10P,
      linearMean: comparison.linear.mean, circuitsMean: evidence.circuitMean)
    candidate.twins = comparison.twins.map(\.id)
    candidate.linearZ =
      comparison.linear.test == .none ? nil : comparison.linear.z / cohort.linear
    candidate.circuitsZ = comparison.circuits.map { $0.z / cohort.circuits }
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

  private func parent(
    _ position: Int, _ evidence: ReferenceEvidence, context: ParentContext, ruling: Ruling,
    declarations: Declarations
  ) -> Parent {
    let comparison = evidence.comparison
    let coverage = comparison.circuits?.coverage ?? 0
    let changes = ruling.changes(position, context: context)
    var parent = Parent(
      reference: comparison.id, relation: ruling.relation(ofParent: position),
      coefficient: ruling.parents.count > 1 ? ruling.parentage.share(position) : nil,
      direction: Directions.direction(
        context, changes: changes,
        isDeclared: declarations.declaration(of: comparison.id) != nil),
      log10P: evidence.log10P,
      linear: LinearScore(
        mean: comparison.linear.mean, z: comparison.linear.z, coverage: comparison.linear.coverage),
      circuits: comparison.circuits.map {
        CircuitScore(
          ud: $0.means[.ud], ov: $0.means[.ov], qk: $0.means[.qk], gg: $0.means[.gg], z: $0.z,
          coverage: coverage)
      },
      changes: changes, layerMap: context.layerMap?.pairs ?? [],
      modification: ModificationShares.modification(context))
    parent.layerGrids = Illustration.grids(comparison)
    parent.changeSpectrum = Illustration.changeSpectrum(context)
    return parent
  }
}
