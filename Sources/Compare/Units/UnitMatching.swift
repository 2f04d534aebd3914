import Load

/// The units of a subject beside those of a reference: what was lined up, in which order, and how unlikely
/// that is by chance (method, section 6).
package struct UnitMatching: Sendable, Equatable, Codable {
  package var reference: String
  /// Of the subject as it is, whatever is undone.
  package var subjectDigest: String
  /// Of the tensors that are evidence, all assignments of their rows and all fits that were tried
  /// counted as choices.
  package var log10P: Double
  /// Mean over the tensors that are evidence: those between units that stand elsewhere, one side put in
  /// order by other tensors.
  package var cosine: Double
  /// What assignments of such tensors reach with the units in a random order.
  package var chance: Double
  /// Share of the matrix parameters that were lined up.
  package var coverage: Double
  /// Share of them that is evidence.
  package var evidenceCoverage: Double
  /// Tensors that are evidence.
  package var tensors: Int
  /// Spaces of units that stand elsewhere, and the units in them: of gates, each row counts.
  package var spaces: Int
  package var units: Int
  /// Units that stand elsewhere, and those with the opposite sign.
  package var moved: Int
  package var flipped: Int
  /// Tensors whose units are scaled against each other.
  package var rescaled: Int
  /// Units of such spaces that the reference does not have: appended, or halves of others.
  package var appended: Int?
  /// Mean cosine of the numbers in place before anything was undone.
  package var inPlaceMean: Double = 0

  /// Whether what was undone is nothing that training does.
  var isPermuted: Bool {
    Double(moved + flipped) >= Recovery.movedNeuronShare * Double(max(units, 1))
  }

  var isRescaled: Bool { rescaled > 0 && 2 * rescaled >= tensors }

  /// What was done to the weights without changing what they compute.
  package var transformations: [Recovery.Transformation] {
    func found(_ kind: Recovery.Transformation.Kind, _ detail: String) -> Recovery.Transformation {
      Recovery.Transformation(
        kind: kind, scope: .units, matchedShare: coverage, layers: [], detail: detail)
    }
    return [
      isPermuted
        ? found(
          .permuted, "\(moved) of \(units) units stand elsewhere, \(flipped) with the opposite sign"
        )
        : nil,
      isRescaled
        ? found(.rescaled, "units rescaled against each other in \(rescaled) tensors") : nil,
    ].compactMap(\.self)
  }

  /// The least that is said.
  static let leastLog10P = -300.0

  /// Whether the numbers can be those of a matching.
  package var isPossible: Bool {
    [cosine, chance, coverage, evidenceCoverage, inPlaceMean].allSatisfy { abs($0) <= 1.001 }
      && (Self.leastLog10P...0).contains(log10P)
      && HubAddress.isDigest(subjectDigest, digits: 64)
      && [tensors, spaces, units, moved, flipped, rescaled, appended ?? 0].allSatisfy {
        (0..<1 << 40).contains($0)
      }
  }
}

extension ReferenceComparison {
  /// Takes over that the subject's units were put into the order of a reference's.
  ///
  /// What is then equal in place is so by choice: no test may say more than the matching did.
  package mutating func take(_ matching: UnitMatching) {
    reordering = matching
    let z = NormalTail.z(ofLog10P: matching.log10P)
    (linear.units, linear.equal) = ([], [])
    if id == matching.reference {
      (linear.test, linear.z) = (.unitOrder, z)
    } else {
      linear.z = min(linear.z, z)
    }
  }
}
