package import Fingerprint

extension Kinship {
  /// Weighs the relatives of a subject against each other.
  ///
  /// - Parameter relatives: the references that have evidence of a common origin with the subject.
  package init(subject: ModelFingerprint, relatives: [ReferenceComparison]) {
    self.init(
      relatives: relatives.map {
        Relative(
          reference: $0.id, drift: DriftTest(outcome: .cannotSay, obstacle: .noOutgroup))
      },
      candidates: relatives.map(\.id), isDecided: relatives.count == 1)
  }
}
