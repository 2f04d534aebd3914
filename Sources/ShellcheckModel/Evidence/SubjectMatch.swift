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
  let comparison: Comparison
  let subject: ModelFingerprint

  /// - Parameters:
  ///   - declared: the parents that the subject names, whose names are kept of those that are one
  ///     model.
  ///   - attempts: in how many ways the subject was anchored.
  ///   - isSubject: whether a reference is the subject's own files.
  init(
    _ subject: ModelFingerprint, _ chosen: CorpusSelection, declaring declared: DeclaredNames,
    attempts: Int, threads: Int, isSubject: (Reference) -> Bool
  ) {
    self.subject = subject
    self.chosen = chosen
    var merged = chosen
    merged.mergeTwins { declared.include($0) }
    self.merged = merged
    // In the order of the corpus.
    var comparisons = Comparer.compare(
      subject, with: merged.references.map { ($0.id, $0.fingerprint) },
      settlesEarly: !merged.screened.isEmpty, threads: threads)
    for (index, reference) in merged.references.enumerated() {
      comparisons[index].manifest = reference.manifest
      comparisons[index].twins = reference.twins
      comparisons[index].isSubject = isSubject(reference)
    }
    var comparison = Comparison(
      subject: subject, references: comparisons, screened: merged.screened,
      controls: merged.controls)
    comparison.attempts = attempts
    self.comparison = comparison
  }
}
