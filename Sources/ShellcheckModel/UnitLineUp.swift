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

  /// - Returns: nil where there was nothing to look at: where there are circuits no order hides a subject.
  func run(_ verdicts: Verdicts, _ match: SubjectMatch) -> Result? {
    guard !subject.isAdapter, !opener.isFingerprint(model) else { return nil }
    let paths = Dictionary(
      match.merged.references.compactMap { reference in
        reference.checkpointPath.map { (reference.id, $0) }
      }, uniquingKeysWith: { first, _ in first })
    let candidates = verdicts.blindReferences.filter { paths[$0.id] != nil }
    guard !candidates.isEmpty, let opened = try? opener.open(model),
      let mine = try? UnitWeights(opened, without: subject.anchoredComponents)
    else { return nil }
    let learned = Set(verdicts.comparison.subject.tensors.filter(\.isEvidence).map(\.name))
    var record = UnitsRecord()
    var best: (matching: UnitMatching, orders: UnitOrders)?
    var work = UnitWork(references: candidates.count)
    for candidate in candidates {
      // One that cannot be read once more stays one that was not looked at, which the report says.
      guard let path = paths[candidate.id], let theirs = try? UnitWeights(opener.open(path)) else {
        continue
      }
      let outcome = UnitEngine(subject: mine, reference: theirs, learned: learned).outcome(
        candidate.id, work: &work)
      guard var found = outcome.found, verdicts.admits(found.matching) else {
        record.add(candidate.id, isWhole: outcome.isWhole && !outcome.isSuggestive)
        continue
      }
      found.matching.inPlaceMean = candidate.inPlaceMean
      if best.map({ found.matching.cosine > $0.matching.cosine }) ?? true { best = found }
      record.add(candidate.id, isWhole: outcome.isWhole)
    }
    var result = Result(subject: subject, record: record)
    if var best {
      best.matching.subjectDigest = subject.identity.digest
      if let lined = try? Fingerprinter(threads: opener.threads).fingerprint(
        best.orders.applied(to: opened, mine))
      {
        result.subject = lined
        result.record.matching = best.matching
      } else {
        // What was found and cannot be shown was not looked at.
        result.record.remove(best.matching.reference)
      }
    }
    return result.record.isEmpty ? nil : result
  }
}
