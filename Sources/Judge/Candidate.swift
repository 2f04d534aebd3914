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
