package struct Candidate: Sendable, Codable {
  package var reference: String
  /// Other names that the corpus has the same weights by.
  package var twins: [String] = []
  package var relation: Relation
  /// Whether it was only screened, and not compared: then the relation is what screening lets say.
  package var isScreened = false
  package var log10P: Double
  package var linearMean: Double
  package var circuitsMean: Double?
  /// Share of the subject's parameters that each kind of evidence could speak about; nil where it
  /// was only screened.
  package var coverage: Coverage?
  /// Each test that was made, uncorrected; of one that was only screened there are none.
  package var tests: [TestOutcome] = []
  /// How many tests, of all references together, `log10P` is corrected for.
  package var choices: Int?

  package struct Coverage: Sendable, Equatable, Codable {
    package var numbers: Double
    package var circuits: Double?

    package init(numbers: Double, circuits: Double?) {
      (self.numbers, self.circuits) = (numbers, circuits)
    }
  }

  /// Standard normal under independence, the subject's own null accounted for.
  ///
  /// Nil where that kind of evidence could not speak. For pictures, not in the JSON report.
  package var linearZ: Double?
  package var circuitsZ: Double?

  package init(
    reference: String, relation: Relation, log10P: Double, linearMean: Double,
    circuitsMean: Double?
  ) {
    self.reference = reference
    self.relation = relation
    self.log10P = log10P
    self.linearMean = linearMean
    self.circuitsMean = circuitsMean
  }
}
