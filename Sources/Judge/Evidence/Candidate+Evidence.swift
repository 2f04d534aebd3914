import Compare

extension Candidate {
  /// Takes over how far a reference was compared, and what each test came to.
  mutating func state(_ evidence: ReferenceEvidence) {
    coverage = Coverage(
      numbers: evidence.comparison.linear.coverage, circuits: evidence.comparison.circuits?.coverage
    )
    tests = evidence.tests
    choices = evidence.choices
  }
}
