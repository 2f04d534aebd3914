internal import Canonicalise
internal import Compare
internal import Fingerprint
internal import Judge
internal import Load

/// Looks whether a subject that nothing was found of is a reference with its units in another order, in
/// the weights of both.
struct UnitLineUp {
  let opener: ModelOpener
  let subject: ModelFingerprint
  /// Path of the subject.
  let model: String

  struct Result {
    /// With the units in the order that was found, if one was.
    var subject: ModelFingerprint
    var record: UnitsRecord
  }

  /// References that are looked at, at most: the first by the share of the parameters that compares.
  private static let mostReferences = 16

  /// - Returns: nil where there was nothing to look at: with circuits of its own no order hides a subject.
  func run(_ verdicts: Verdicts, _ match: SubjectMatch) -> Result? {
    guard subject.circuits.isEmpty, !subject.isAdapter, !opener.isFingerprint(model) else {
      return nil
    }
    let paths = Dictionary(
      match.merged.references.compactMap { reference in
        reference.checkpointPath.map { (reference.id, $0) }
      }, uniquingKeysWith: { first, _ in first })
    let candidates = verdicts.blindReferences.filter { paths[$0.id] != nil }
      .prefix(Self.mostReferences)
    guard !candidates.isEmpty, let mine = try? opener.open(model) else { return nil }
    let learned = Set(verdicts.comparison.subject.tensors.filter(\.isEvidence).map(\.name))
    var result = Result(subject: subject, record: UnitsRecord(compared: []))
    var best: (matching: UnitMatching, model: CanonicalModel)?
    for candidate in candidates {
      // One that cannot be read once more stays one that was not looked at, which the report says.
      guard let path = paths[candidate.id], let theirs = try? opener.open(path) else { continue }
      guard
        let outcome = try? UnitEngine(subject: mine, reference: theirs, learned: learned).outcome(
          candidate.id)
      else { continue }
      if outcome.isWhole { result.record.compared.append(candidate.id) }
      guard var found = outcome.found, verdicts.admits(found.matching) else { continue }
      found.matching.inPlaceMean = candidate.inPlaceMean
      if best.map({ found.matching.cosine > $0.matching.cosine }) ?? true { best = found }
    }
    if var best, let lined = try? Fingerprinter(threads: opener.threads).fingerprint(best.model) {
      best.matching.subjectDigest = subject.identity.digest
      result.subject = lined
      result.record.matching = best.matching
    }
    return result.record.compared.isEmpty && result.record.matching == nil ? nil : result
  }
}
