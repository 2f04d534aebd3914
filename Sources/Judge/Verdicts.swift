package import Compare
package import Fingerprint

/// What the weights alone say: evidence against every reference, the ruling over all of them, and the
/// subject beside each of its parents.
///
/// No document, name or policy is looked at here; `Judge` holds the result against those.
package struct Verdicts {
  package private(set) var comparison: Comparison
  /// Strongest first.
  let evidence: [ReferenceEvidence]
  /// The relatives among the references, held against each other.
  let kinship: Kinship
  let ruling: Ruling
  /// The subject beside each parent, in the order of the ruling's; none where that was not asked for.
  private(set) var contexts: [ParentContext]

  /// - Parameters:
  ///   - preferred: ids that break ties between relatives that the weights cannot tell apart.
  ///   - describesParents: whether it is looked at what became of each parent, and not only who they are.
  package init(
    _ comparison: Comparison, preferred: Set<String> = [], describesParents: Bool = true
  ) {
    self.comparison = comparison
    evidence = Self.weigh(comparison)
    kinship = Kinship(
      subject: comparison.subject,
      relatives: evidence.filter(\.sharesTraining).map(\.comparison),
      values: comparison.kinValues)
    ruling = Ruling(comparison.subject, evidence, kinship: kinship, preferred: preferred)
    contexts = (describesParents ? ruling.parents : []).map { [evidence] in
      ParentContext(
        subject: comparison.subject, comparison: evidence[$0].comparison,
        relatives: evidence.filter(\.sharesTraining).map(\.comparison))
    }
  }

  /// Who came first, the subject or one of its parents.
  ///
  /// - Parameter isAccused: whether the subject would be held to descend from the parent otherwise:
  ///   then it is enough that it, or a model as near to it, is what rows were appended to.
  func direction(ofParent position: Int, isAccused: Bool = false) -> Direction {
    Directions.shown(
      evidence[ruling.parents[position]].comparison.id, relation: ruling.relation,
      parents: ruling.parents.count, kinship: kinship,
      unchanged: isAccused ? Calibration.unchangedDistance : Calibration.roundingDistance)
  }

  /// Ids of the relatives that fit as well as the first parent.
  var alternatives: [String] {
    ruling.parentage.alternatives.map { evidence[$0].comparison.id }
  }

  static func weigh(_ comparison: Comparison) -> [ReferenceEvidence] {
    let evidence = comparison.references.map {
      ReferenceEvidence(
        $0, subject: comparison.subject, references: comparison.referenceCount,
        nulls: comparison.nulls(of: $0))
    }
    return evidence.sorted { ($0.log10P, -$0.strength) < ($1.log10P, -$1.strength) }
  }

  /// Whether a base may be held against an adapter merged into it: nothing but the base itself was found
  /// in what the adapter's files hold.
  ///
  /// Whatever else they carry would hide behind the base's weights.
  package func pointsNowhere(but base: String) -> Bool {
    ruling.resembling == nil
      && ruling.parents.allSatisfy { evidence[$0].comparison.id == base }
  }

  /// Whether nothing was found.
  package var isSilent: Bool {
    ruling.relation == .noEvidence || ruling.relation == .inconclusive
  }

  /// Whether no more was found than a common initialisation leaves, and scales too may leave of a copy.
  package var isFaint: Bool { isSilent || ruling.relation == .sharedInitialisation }

  /// Whether it is not known that there is nothing to be found.
  package var isUndecided: Bool { ruling.relation == .inconclusive }

  /// Whether a table has the singular values of some reference's embedding.
  package func holdsSpectrum(_ spectrum: TableSpectrum) -> Bool {
    evidence.contains {
      Judgeability.isSpectrum(spectrum.values, of: $0.comparison.fingerprint)
    }
  }

  /// Whether the weights of a reference would tell more than its fingerprint: circuits say that the
  /// subject descends from it, and the numbers in place do not account for all of it.
  ///
  /// - Returns: the reference and the layers to hold against each other.
  package var recoveryCandidate: (reference: String, layers: [LayerCorrespondence])? {
    guard ruling.relation == .derived || ruling.relation == .partial,
      let parent = ruling.parents.first, Self.tellsMore(evidence[parent])
    else { return nil }
    let best = evidence[parent].comparison
    let components = LayerStacks(
      subject: comparison.subject, reference: best.fingerprint
    ).pairs
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

  /// The relatives whose weights would sharpen what is said of them, and the subject's matrices that they have.
  package func readableKin(
    where isAtHand: (String) -> Bool
  ) -> (tensors: [Int], ids: [String])? {
    Kinship.readable(
      comparison.subject, evidence.filter(\.sharesTraining).map(\.comparison), where: isAtHand)
  }

  /// References of the subject's shapes that nothing was found of and whose units may stand in another
  /// order, the most comparable first.
  package var blindReferences: [(id: String, inPlaceMean: Double)] {
    OrderBlindness.references(evidence, of: comparison.subject)
      .sorted {
        ($1.comparison.linear.coverage, $0.comparison.id)
          < ($0.comparison.linear.coverage, $1.comparison.id)
      }.map { ($0.comparison.id, $0.comparison.linear.mean) }
  }

  /// Whether lined up units say that the subject descends from a reference, all references being choices.
  package func admits(_ matching: UnitMatching) -> Bool {
    let choices = max(1, 2 * comparison.referenceCount).log10OfChoices
    return matching.log10P + choices <= Calibration.significantLog10P
      && matching.evidenceCoverage >= Calibration.derivedShare
  }

  private static func tellsMore(_ evidence: ReferenceEvidence) -> Bool {
    evidence.circuitsSpeak && evidence.retainedShare < Calibration.accountedShare
  }

  /// The parents that the subject was quantised from, each with the subject's quantised matrices.
  ///
  /// How they were rounded is seen in the weights alone.
  package var quantisedFrom: [(reference: String, tensors: [Int])] {
    guard ruling.relation == .derived || ruling.relation == .related else { return [] }
    return contexts.compactMap { context in
      // The weights as they are do not line up.
      guard context.comparison.reordering == nil, QuantiseRule.change(context) != nil else {
        return nil
      }
      let quantised = context.matched.filter {
        // Of what a norm was folded into, the weights are not those that were rounded.
        $0.tensor.matrix != nil && !context.folds.contains($0.index)
          && QuantiseRule.quantised($0.tensor, $0.other)
      }
      return quantised.isEmpty ? nil : (context.comparison.id, quantised.map(\.index))
    }
  }

  /// Adds how a parent's matrices became the subject's quantised ones.
  ///
  /// - Parameter problem: why the weights could not be read again.
  package mutating func add(
    rounding: [MatrixRounding]?, problem: String? = nil, of reference: String
  ) {
    for index in comparison.references.indices where comparison.references[index].id == reference {
      comparison.references[index].rounding = rounding
      comparison.references[index].roundingProblem = problem
    }
    for index in contexts.indices where contexts[index].comparison.id == reference {
      contexts[index].rounding = rounding
    }
  }

  /// Adds what undoing a disguise showed, which changes what is said of a parent, not who it is.
  ///
  /// - Parameter problem: why the weights could not be read again.
  package mutating func add(_ recovery: Recovery?, problem: String? = nil, of reference: String) {
    guard let index = comparison.references.firstIndex(where: { $0.id == reference }) else {
      return
    }
    comparison.references[index].recovery = recovery
    comparison.references[index].recoveryProblem = problem
    for index in contexts.indices where contexts[index].comparison.id == reference {
      var comparison = contexts[index].comparison
      comparison.recovery = recovery
      contexts[index] = ParentContext(
        subject: self.comparison.subject, comparison: comparison,
        relatives: evidence.filter(\.sharesTraining).map(\.comparison))
    }
  }
}
