internal import Compare
internal import Fingerprint
internal import Judge

/// A subject held against references: the way from Fingerprint to Compare, whether the weights are at
/// hand or only what an evidence pack keeps.
struct SubjectMatch: Sendable {
  /// The references as they were chosen.
  let chosen: CorpusSelection
  /// The same, one of each model.
  let merged: CorpusSelection
  private(set) var comparison: Comparison
  private(set) var subject: ModelFingerprint

  /// - Parameters:
  ///   - declared: the parents that the subject names, whose names are kept of those that are one
  ///     model.
  ///   - attempts: in how many ways the subject was anchored.
  ///   - calibration: what pairs of different lineage reached, where that was measured.
  ///   - units: what lining up units showed; `subject` then has them in the order found.
  ///   - isSubject: whether a reference is the subject's own files.
  init(
    _ subject: ModelFingerprint, _ chosen: CorpusSelection, declaring declared: DeclaredNames,
    attempts: Int, threads: Int, calibration: CorpusCalibration?, units: UnitsRecord? = nil,
    isSubject: (Reference) -> Bool
  ) {
    self.subject = subject
    self.chosen = chosen
    var merged = chosen
    merged.mergeTwins { declared.include($0) }
    self.merged = merged
    // In the order of the corpus.
    var comparisons = Comparer.compare(
      subject, with: merged.references.map { ($0.id, $0.fingerprint) },
      settlesEarly: !merged.screened.isEmpty || subject.isOfQuickLook, threads: threads)
    for (index, reference) in merged.references.enumerated() {
      comparisons[index].manifest = reference.manifest
      comparisons[index].twins = reference.twins
      comparisons[index].isSubject = isSubject(reference)
    }
    units?.add(to: &comparisons)
    var comparison = Comparison(
      subject: subject, references: comparisons, screened: merged.screened,
      controls: merged.controls)
    comparison.attempts = attempts
    comparison.calibration = calibration
    self.comparison = comparison
    if let digest = units?.matching?.subjectDigest { state(digest: digest) }
  }

  /// Adds which references' units were looked at; no order was found, so that nothing else changes.
  mutating func note(_ units: UnitsRecord) {
    units.add(to: &comparison.references)
  }

  /// Gives the subject the digest that it has as it is, whatever was done to it before it was looked at.
  ///
  /// For what was done here, or is in an evidence pack: a fingerprint by itself vouches for its own.
  mutating func state(digest: String) { comparison.subject.identity.digest = digest }

  /// Adds what the numbers of the subject's relatives say.
  mutating func add(_ values: KinValues) {
    comparison.kinValues = values
  }

  /// Adds singular values of the subject's tables that are a reference's.
  mutating func add(_ spectra: [TableSpectrum]) {
    subject.spectra = spectra
    comparison.subject.spectra = spectra
  }
}
