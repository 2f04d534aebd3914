package import Compare
import Fingerprint

/// Turns a comparison into a judgement: verdict, parents, what changed, what cannot be said.
package struct Judge: Sendable {
  /// Parents that the user declares on top of what the model says of itself.
  package var declared: [String]

  /// References that could not be read, each with the reason.
  package var damagedReferences: [String]

  package init(declared: [String] = [], damagedReferences: [String] = []) {
    self.declared = declared
    self.damagedReferences = damagedReferences
  }

  /// Whether the weights of a reference would tell more than its fingerprint: circuits say that the
  /// subject descends from it, and the numbers in place do not account for all of it.
  ///
  /// - Returns: the reference and the layers to hold against each other.
  package func recoveryCandidate(
    _ comparison: Comparison
  ) -> (reference: String, layers: [LayerCorrespondence])? {
    let (_, evidence) = weigh(comparison)
    let ruling = Ruling(comparison.subject, evidence)
    guard ruling.relation == .derived || ruling.relation == .partial,
      let parent = ruling.parents.first,
      evidence[parent].circuitMean ?? 0 >= Calibration.circuitMean,
      evidence[parent].retainedShare < Calibration.accountedShare
    else { return nil }
    let best = evidence[parent].comparison
    let components = LayerStacks(subject: comparison.subject, reference: best.fingerprint).pairs
    let layers = best.layers.compactMap { LayerMapping($0) }.flatMap { map in
      map.pairs.compactMap { pair in
        pair.reference.map { layer in
          LayerCorrespondence(
            component: map.component, subject: pair.subject,
            referenceComponent: components.first { $0.subject == map.component }?.reference,
            reference: layer)
        }
      }
    }
    return layers.isEmpty ? nil : (best.id, layers)
  }

  private func weigh(_ comparison: Comparison) -> (CohortScale, [ReferenceEvidence]) {
    let cohort = CohortScale(comparison.references)
    let evidence = comparison.references.map {
      ReferenceEvidence(
        $0, subject: comparison.subject, references: comparison.references.count, cohort: cohort)
    }
    return (cohort, evidence.sorted { ($0.log10P, -$0.strength) < ($1.log10P, -$1.strength) })
  }

  package func judge(_ comparison: Comparison) -> Judgement {
    let subject = comparison.subject
    let (cohort, evidence) = weigh(comparison)
    let ruling = Ruling(subject, evidence)
    let contexts = ruling.parents.map {
      ParentContext(subject: subject, comparison: evidence[$0].comparison)
    }
    let parents = zip(ruling.parents, contexts).enumerated().map { position, item in
      parent(position, evidence[item.0], context: item.1, ruling: ruling)
    }
    let declaration = Declared(
      baseModels: subject.identity.declaredBaseModels + declared,
      relation: subject.identity.declaredRelation, license: subject.identity.license)
    let candidates = evidence.indices.map { index in
      candidate(
        evidence[index], relation: ruling.relation(ofCandidate: index), cohort: cohort)
    }
    let log10P =
      ruling.parents.map { evidence[$0].log10P }.min() ?? evidence.map(\.log10P).min() ?? 0
    let summary = Summary(
      relation: ruling.relation, parents: parents, candidates: candidates, ruling: ruling
    ).sentence
    var judgement = Judgement(
      subject: Subject(
        name: subject.identity.name, digest: subject.identity.digest,
        format: subject.identity.format, parameters: subject.identity.parameters,
        tensors: subject.tensors.count, family: subject.identity.family,
        components: subject.components, declared: declaration),
      verdict: Verdict(relation: ruling.relation, log10P: log10P, summary: summary),
      parents: parents, candidates: candidates,
      components: ComponentRelations.components(subject, contexts: contexts, ruling: ruling),
      findings: [], limits: Limits.limits(comparison, evidence: evidence, cohort: cohort),
      layers: Details.layers(contexts: contexts, ruling: ruling),
      tensors: Details.tensors(subject, contexts: contexts))
    judgement.findings = FindingRules.findings(
      judgement, subject: subject, evidence: evidence, obfuscated: contexts.first,
      damagedReferences: damagedReferences)
    return judgement
  }

  private func candidate(
    _ evidence: ReferenceEvidence, relation: Relation, cohort: CohortScale
  ) -> Candidate {
    let comparison = evidence.comparison
    var candidate = Candidate(
      reference: comparison.id, relation: relation, log10P: evidence.log10P,
      linearMean: comparison.linear.mean, circuitsMean: evidence.circuitMean)
    candidate.linearZ =
      comparison.linear.test == .none ? nil : comparison.linear.z / cohort.linear
    candidate.circuitsZ = comparison.circuits.map { $0.z / cohort.circuits }
    return candidate
  }

  private func parent(
    _ position: Int, _ evidence: ReferenceEvidence, context: ParentContext, ruling: Ruling
  ) -> Parent {
    let comparison = evidence.comparison
    let coverage = comparison.circuits?.coverage ?? 0
    let changes = ruling.changes(position, context: context)
    var parent = Parent(
      reference: comparison.id, relation: ruling.relation(ofParent: position),
      coefficient: ruling.parents.count > 1 ? ruling.parentage.share(position) : nil,
      direction: Directions.direction(context, changes: changes, declared: declared),
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
    parent.license = comparison.fingerprint.identity.license
    parent.layerGrids = Illustration.grids(comparison)
    parent.changeSpectrum = Illustration.changeSpectrum(context)
    return parent
  }
}
