import Compare

extension Candidate {
  /// A reference that was only screened, with the scores that screening gave it.
  ///
  /// Where the score is more than strangers have, and yet others were stronger, nothing is said.
  init(_ screened: ScreenedReference, references: Int) {
    let tests = references * ScreenedReference.tests
    let log10P =
      NormalTail.log10P(screened.score.strongest / LinearEvidence.sumInflation)
      + tests.log10OfChoices
    self.init(
      reference: screened.id, relation: screened.isClear ? .noEvidence : .inconclusive,
      log10P: min(0, max(Calibration.smallestLog10P, log10P)),
      linearMean: screened.score.linearMean, circuitsMean: screened.score.circuitsMean)
    isScreened = true
  }
}
