import Canonicalise
import Compare
import Fingerprint
import Foundation

/// One reference's evidence as a p-value and an effect size.
struct ReferenceEvidence {
  let comparison: ReferenceComparison
  /// Strongest of the tests, corrected for their number and for the number of references.
  let log10P: Double
  /// Each of the tests, uncorrected.
  let tests: [TestOutcome]
  /// How many tests the correction is for, those of all references together.
  let choices: Int
  /// Parameter-weighted share of the subject's variance that the reference explains, 0…1.
  let retainedShare: Double
  /// Whether the p-value admits a verdict, and the effect behind it is large enough to be one.
  let isSignificant: Bool
  /// Whether numbers in place may make a further parent of a merge: what a stranger shares with the subject that was
  /// lined up with it, the first parent explains, and a fit of both leaves nothing for it.
  let mayHavePart: Bool
  /// Mean cosine of the changes of two adapters; nil of models.
  let changesCosine: Double?
  /// Names of the tensors or units that are the reference's, and too small a part to call the
  /// reference a parent.
  let small: [String]

  init(
    _ comparison: ReferenceComparison, subject: ModelFingerprint, references: Int,
    nulls: PairNulls = .theory
  ) {
    self.comparison = comparison
    let linear = nulls.widened(NormalTail.log10P(comparison.linear.z), .numbers)
    let circuits = comparison.circuits.map { nulls.widened($0.log10P, .circuits) }
    let parts = Parts(comparison.linear, subject)
    // Equal bytes are no matter of chance.
    let unit =
      comparison.linear.equal.isEmpty
      ? parts.log10P.map { nulls.widened($0, .parts) } : parts.log10P
    small = parts.isSubstantial ? [] : parts.names
    let all = [linear, circuits, unit].compactMap(\.self)
    choices = all.count * max(references, 1)
    tests = Self.tests(comparison, linear: linear, circuits: circuits, parts: unit)
    let correction = choices.log10OfChoices
    func corrected(_ log10P: Double) -> Double {
      min(0, max(Calibration.smallestLog10P, log10P + correction))
    }
    log10P = corrected(all.min() ?? 0)
    retainedShare = Retention.share(subject, comparison)
    // Twins of one recipe share a little function (a mean of 0.03 was seen), which a deep model can
    // make significant, and a little structure: each kind of evidence speaks only from the effect on
    // that descent leaves.
    func admits(_ log10P: Double?, _ isLarge: Bool) -> Bool {
      isLarge && corrected(log10P ?? 0) <= Calibration.significantLog10P
    }
    changesCosine =
      subject.isAdapter && comparison.fingerprint.isAdapter ? comparison.linear.mean : nil
    if let changesCosine {
      mayHavePart = false
      isSignificant =
        admits(linear, changesCosine >= Calibration.sameChanges) || !comparison.linear.equal.isEmpty
      return
    }
    let isSeen = Judgeability.isDecoded(comparison.fingerprint)
    mayHavePart = isSeen && admits(linear, comparison.linear.mean >= Calibration.numbersMean)
    isSignificant =
      isSeen
      && (admits(linear, comparison.linear.speaks)
        || admits(unit, parts.isSubstantial)
        || admits(circuits, comparison.circuits?.speaks ?? false))
  }

  private static func tests(
    _ comparison: ReferenceComparison, linear: Double, circuits: Double?, parts: Double?
  ) -> [TestOutcome] {
    let null: TestOutcome.Null? =
      switch comparison.linear.test {
      case .none: nil
      case .sum: .sumOverTensors
      case .residual: .residualStream
      case .chosenCounterparts: .rebasings
      case .unitOrder: .assignments
      }
    func stated(_ log10P: Double) -> Double {
      min(0, max(Calibration.smallestLog10P, log10P))
    }
    return [
      null.map { TestOutcome(.numbers, $0, log10P: stated(linear)) },
      circuits.map { TestOutcome(.circuits, .rotations, log10P: stated($0)) },
      parts.map { TestOutcome(.parts, .bestPart, log10P: stated($0)) },
    ].compactMap(\.self)
  }

  /// Whether neither "nothing was found" nor a verdict would be true: likeness is far beyond chance, and its
  /// effect less than descent leaves, or the effect is that of descent, and chance not excluded as
  /// a verdict needs it, which few small matrices cannot do.
  var resembles: Bool {
    guard Judgeability.isDecoded(comparison.fingerprint), !isSignificant, small.isEmpty else {
      return false
    }
    return isBeyondChance
      ? changesCosine ?? 1 >= Calibration.alikeChanges
      : changesCosine == nil && isFarBeyondBounds && log10P <= Calibration.suggestiveLog10P
  }

  /// Whether p is as small as a verdict needs it.
  var isBeyondChance: Bool { log10P <= Calibration.significantLog10P }

  /// Whether more is shared than a common initialisation leaves.
  var sharesTraining: Bool {
    isSignificant && (retainedShare >= Calibration.derivedShare || circuitsSpeak)
  }

  var circuitMean: Double? { comparison.circuits?.mean }

  /// Whether circuits agree as much as descent leaves at least.
  var circuitsSpeak: Bool { comparison.circuits?.speaks ?? false }

  /// What references are ranked by: the share explained, by whichever evidence sees more of it.
  ///
  /// A circuit is of second degree in the weights, so its cosine compares with a share.
  var strength: Double { max(retainedShare, circuitMean ?? 0) }
}

extension ReferenceEvidence {
  /// Whether the effect is so many times what descent leaves at least that nothing near a bound decides.
  var isFarBeyondBounds: Bool {
    retainedShare >= Calibration.settledEffect * Calibration.derivedShare
      || comparison.circuits.map { $0.mean >= Calibration.settledEffect * $0.leastMean } ?? false
  }
}

extension LinearEvidence {
  /// The mean that descent leaves at least, beyond what is reached by strangers whose units were lined up.
  var leastMean: Double {
    max(
      Calibration.numbersMean, Calibration.liningUpGain * narrowness,
      hasStream && matrices >= Calibration.deepMatrices ? 0 : Calibration.plainNumbersMean)
  }

  /// Whether they are alike as a whole, or in matrices that are the same.
  var speaks: Bool {
    mean >= leastMean || mean >= Calibration.numbersMean && sameShare >= Calibration.partShare
  }
}

extension CircuitEvidence {
  /// Corrected for the choices that the test made.
  var log10P: Double { NormalTail.log10P(z) + choices.log10OfChoices }

  /// The mean that descent leaves at least, beyond what one text dictates to small models.
  var leastMean: Double {
    let isWide =
      sharedAnchors >= Calibration.wideFrame.anchors
      && directions >= Calibration.wideFrame.directions
      && layers >= Calibration.wideFrame.layers
    return isWide ? Calibration.circuitMean : Calibration.narrowCircuitMean
  }

  var speaks: Bool { mean >= leastMean }
}
