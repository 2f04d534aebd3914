/// The verdict as one sentence says it; its words are the Report stage's.
package enum Statement: Sendable, Equatable, Codable {
  case identical(to: String)
  /// - Parameter share: of the variance of the weights that the reference explains.
  case derived(from: String, share: Double?)
  /// - Parameter parts: names of the units or tensors that the reference explains.
  case partial(from: String, share: Double?, parts: [String])
  /// - Parameter isBlend: whether parts mix the parents, rather than each coming from one of them.
  case merged([MergePart], isBlend: Bool)
  case related(to: String, Direction, alternatives: [String])
  case sharedInitialisation(with: String, share: Double?)
  case noEvidence(Compared)
  case inconclusive
  /// The model has too few matrices, or none that feeds another.
  case fewMatrices
  /// Two adapters are alike, as training on from one another leaves them, or alike training apart.
  case alikeAdapters(reference: String, cosine: Double)
  /// Changes of the weights of a model that is not at hand, by the names that are declared.
  case adapterAlone(declared: [String])
  /// Nothing was found in what was read, and most was not.
  case mostlyUnread
  /// Several parts claim the same places in the network.
  case rivalParts
  /// Nothing was found, but the embedding has the singular values of a reference's.
  case sameSpectrum(reference: String)
  /// Nothing was found, and of so many parameters nothing tells what they are.
  case undescribed(share: Double)
  /// Likeness far beyond chance, with an effect that models reach that were trained apart.
  case resembles(reference: String, log10P: Double, circuits: Double?, numbers: Double)
  /// An effect as descent leaves it, and likeness beyond chance, but less than a verdict needs.
  case suggests(reference: String, log10P: Double, circuits: Double?, numbers: Double)
  /// What a quick look says.
  case quickKinship(with: String)
  case quickNoDescent(Compared)
  case quickOpen(Compared)

  package struct MergePart: Sendable, Equatable, Codable {
    package var reference: String
    /// Nil where its coefficient is no share.
    package var share: Double?
    /// Its coefficient, where that is no share.
    package var coefficient: Double?
    /// Whether the shares are those of the arc between two models (SLERP); nil in older records.
    package var isSpherical: Bool?

    package init(
      _ reference: String, share: Double?, coefficient: Double? = nil, isSpherical: Bool? = nil
    ) {
      self.reference = reference
      self.share = share
      self.coefficient = coefficient
      self.isSpherical = isSpherical
    }
  }

  /// What a subject was held against.
  package struct Compared: Sendable, Equatable, Codable {
    package var references: Int
    /// Those of which "nothing was found" can be said: enough of the subject could be held against
    /// them.
    package var silent: Int
    /// Where it was one.
    package var only: String?

    package init(_ candidates: [Candidate]) {
      references = candidates.count
      // One that was only screened was not compared.
      silent = candidates.count { $0.relation == .noEvidence && !$0.isScreened }
      only = candidates.count == 1 ? candidates.first?.reference : nil
    }
  }
}

extension Statement {
  /// Of a merge, in the order of its parts; none where coefficients are no shares.
  var shares: [Double] {
    guard case .merged(let parts, _) = self else { return [] }
    let shares = parts.compactMap(\.share)
    return shares.count == parts.count ? shares : []
  }

  init(
    _ relation: Relation, parents: [Parent], candidates: [Candidate], isBlend: Bool,
    blend: Blend? = nil
  ) {
    // Of a re-based copy numbers in place say nothing.
    let whole = parents.first?.modification?.derivedShare
    let share = whole.flatMap { $0 >= Calibration.leastStatedShare ? $0 : nil }
    guard let first = parents.first?.reference else {
      self = relation == .noEvidence ? .noEvidence(Compared(candidates)) : .inconclusive
      return
    }
    switch relation {
    case .identical: self = .identical(to: first)
    case .derived: self = .derived(from: first, share: share)
    case .partial:
      self = .partial(from: first, share: share, parts: parents[0].grafts)
    case .merged:
      self = .merged(
        parents.enumerated().map { MergePart($1, $0, blend) }, isBlend: isBlend)
    case .related:
      self = .related(
        to: first, parents[0].direction, alternatives: parents[0].alternatives)
    case .sharedInitialisation: self = .sharedInitialisation(with: first, share: share)
    case .noEvidence: self = .noEvidence(Compared(candidates))
    case .inconclusive: self = .inconclusive
    }
  }
}

extension Statement.MergePart {
  init(_ parent: Parent, _ position: Int, _ blend: Blend?) {
    switch blend?.kind {
    case .spherical:
      self.init(parent.reference, share: blend?.share(position), isSpherical: true)
    case .unnormalised: self.init(parent.reference, share: nil, coefficient: parent.coefficient)
    case .linear, .parts, .masked, nil: self.init(parent.reference, share: parent.coefficient)
    }
  }
}
