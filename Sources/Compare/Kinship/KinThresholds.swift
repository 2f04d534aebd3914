/// Every threshold of the comparison among relatives, with the null it comes from.
///
/// Chosen on families with known descent, which scripts/calibration/kinship makes: siblings made from one base
/// with the same data in the same and in another order, at half and at twice the rate, by LoRA, with
/// other data, long and hot. Those of circuits were chosen on one family of eight. docs/error-rates.md has what they
/// gave on families that had no part in the choice.
package enum KinThresholds {
  /// C may stand beside A if both went the same way from X at least this far (cosine of A − X and C − X).
  ///
  /// The same data in another order gave 0.88 to 0.92, other data at most 0.58. By circuits these
  /// cosines are smaller: 0.75 and at most 0.49, of a child and its parent 0.61.
  static func siblingCosine(_ space: KinSpace) -> Double {
    switch space {
    case .weights, .values: 0.8
    case .circuits: 0.68
    }
  }
  /// Beyond this X is so far away that everything looks alike from it: the same batches at twice
  /// the rate gave 0.90 to 0.94.
  static let farCosine = 0.95
  /// A's and C's own histories are of like length; an ancestor of A on the way has none.
  static let balance = 1.8
  /// A's own history must exceed its standard error this many times.
  static let historyZ = 5.0
  /// Cosine of the subject's drift with A − C in the root mean square, where C is a sibling in the
  /// above sense: up to 0.010 was seen in models that were trained long and hot.
  static let driftCosine = 0.012
  /// Largest error with which anything is said.
  static let largestError = 0.3
  /// Standard errors that an outcome keeps from the next.
  static let errors = 2.5
  /// "Descends" asks for β above this by `errors`, and above 1 by one standard error at most.
  ///
  /// A child loses some of its parent's history (0.88 and 0.89 were seen). Of models that were trained
  /// on the same data elsewhere, longer or hotter, β was 1.13 ± 0.08 and 1.17 ± 0.09.
  static let descends = 0.3
  /// How far below 1 a child's β may be: of weights as far as its margin, if that is more.
  ///
  /// Of circuits children had 0.88 and 0.89, and 0.81 ± 0.07 was LoRA on the batches of two siblings, seen from
  /// children of a third that lies between these.
  static func lostAtMost(_ space: KinSpace, margin: Double) -> Double {
    switch space {
    case .weights, .values: max(0.2, margin)
    case .circuits: 0.15
    }
  }
  /// The end of β's interval from which on it may be all of A's history, and below which it is a part.
  static let whole = 0.95
  /// "Absent" asks for β below this by `errors`, and within `absentAtMost` of zero by itself: children that were
  /// trained for long lose part of their parent's history, however small the error is; and a base seems to have
  /// a history that subjects move away from, where they and C share more drift than X and C do (−1 and less).
  static let absent = 0.6
  static let absentAtMost = 0.25
  /// The subject and C went the same way from A at least this far: then A may be the base of both.
  ///
  /// Of leaves it was 0.49 at most beside three siblings by the same data, 0.29 beside others; of bases that were
  /// excluded 0.64 to 0.88.
  static let rootCosine = 0.55
  /// A child carries its parent's whole change from X, drift aside, which adds to it: 0.92 or more
  /// were seen of children, 0.61 to 0.74 of checkpoints on the way to the parent.
  static let carriedShare = 0.85
  /// The same seen from any other relative.
  static let carriedShareAnywhere = 0.5
  /// A subject nearer to A than A is to C may be another sibling.
  static let childDistance = 1.0
  /// Cosine, at the subject, of the ways to A and to X: below it the subject did not move on from A.
  static let childCosine = 0.6

  /// Two models look like siblings by the same data, seen from a third, between these.
  static func sameDataCosines(_ space: KinSpace) -> ClosedRange<Double> {
    switch space {
    case .weights, .values: 0.6...0.955
    case .circuits: 0.4...0.955
    }
  }
  static let sameDataBalance = 4.0
  /// The subject went back on the way of the relative: no data make two models go so much alike.
  static let reversalCosine = 0.96

  /// Squared relative distance below which two models are one, but for rounding to bfloat16.
  package static let sameSquare = 6e-6
  /// The same of circuits: copies in another basis, rounded to bfloat16, were at 3.6e-5 to 4.1e-5, a checkpoint 250
  /// steps away at 1.4e-2.
  static let sameCircuitsSquare = 2e-4

  static func sameSquare(_ space: KinSpace) -> Double {
    switch space {
    case .weights, .values: sameSquare
    case .circuits: sameCircuitsSquare
    }
  }

  /// ‖B − A‖² / ‖B‖² of the nearest relative by weights, from which on circuits are compared in their place.
  ///
  /// Strangers are at 2, models trained long and hot at 0.45: by circuits it must also be less than
  /// `circuitsNearer` of that, and of what was trained circuits differ more than weights.
  static let outOfPlace = 0.25
  static let circuitsNearer = 0.5
  /// Mean square of what rounding to nearest does, in squared units in the last place.
  static let roundingSquare = 0.42 * 0.42

  /// Weights below this count for nothing in a merge.
  static let mergeWeight = 0.04
  /// Share of the squared distance to the nearest relative that an exact combination leaves, beside
  /// rounding.
  static let mergeResidual = 0.02
  /// Of combinations that leave more (masks): smallest weight of a parent.
  static let maskedWeight = 0.15
  /// Their weights are the same in all tensors but for this share; drift varied by 11 % or more.
  static let maskedSpread = 0.07
  /// Share of the subject's change that they explain.
  static let maskedExplained = 0.3

  /// The weights of a merge vary by layer if a weight per layer leaves less than this share of what one
  /// weight for all layers leaves, and they spread by more than `layerwiseSpread`.
  static let layerwiseResidual = 0.5
  static let layerwiseSpread = 0.05
}
