/// The figures and names that belong to a change or a finding, by what they are called.
package typealias Details = [DetailKey: DetailValue]

package enum DetailValue: Sendable, Equatable, Codable {
  case integer(Int)
  case number(Double)
  case text(String)
  case integers([Int])
  case numbers([Double])
  /// Names from files.
  case texts([String])
  /// A word of this program.
  case term(Term)
  case terms([Term])
  case notices([MissingNotice])
}

/// A fixed word among details, which reports say in their own language.
package enum Term: Sendable, Equatable, Codable {
  case change(ChangeKind)
  case scope(DisguiseScope)
  case direction(Direction.Value)
  case trace(Trace.Kind)
  case duty(LicenceDuty.Kind)
  case measured(MeasuredRelation)
  case policy(Policy.Inconclusive)
  case noise(NoiseScale)

  /// As the JSON report spells it.
  package var name: String {
    switch self {
    case .change(let kind): kind.rawValue
    case .scope(let scope): scope.rawValue
    case .direction(let direction): direction.rawValue
    case .trace(let kind): kind.rawValue
    case .duty(let kind): kind.rawValue
    case .measured(let relation): relation.rawValue
    case .policy(let policy): policy.rawValue
    case .noise(let scale): scale.rawValue
    }
  }
}

/// What details are called in the JSON report.
package enum DetailKey: String, Sendable, CaseIterable, Codable, CodingKeyRepresentable {
  case added, allowed, asked, axes, bits, circuitsMean, clauses, coefficient, count, coverage,
    declared,
    encodings, parameters, schemes, share,
    declaredAs
  case declaredIn, derivedShare, direction, dropped, duties, experts, feedForward, files, from,
    frozen,
    group
  case hidden, keptDimensions, keyRows, kinds, layers, licence, linearMean, log10P, matrices,
    measured
  case missing, namedAs, namedIn, parentLicence, parentLicenceName, parents, policy, problem,
    problems
  case queryRows, rank, read, reference, references, relativeChange, repeated, roles, scopes, shares
  case shown, sparsity, stated, subjects, tensorCount, tensors, to, undeclared, units, unread,
    unseen,
    url
  case values, version
  case compensated, errorRatio, quantised, rescaled, resolution, strayShare
  case base, donor, kurtosis, noiseScale, relativeSigma, scale, sigma, taken, unchanged, whiteness
  // Share of what a disguise moved that found its counterpart, by scope.
  case residualMatched, neuronsMatched, headsMatched, valueOutputMatched, queryKeyMatched
  // Of networks whose units were lined up.
  case unitsMatched, unitsCompared, unitsMoved, unitsAppended, unitsCosine, unitsChance
}
