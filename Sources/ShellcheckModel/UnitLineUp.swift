internal import Canonicalise
internal import Compare
internal import Fingerprint
internal import Judge
internal import Load

/// Looks whether a subject that nothing was found of is a reference with its units in another order: in its weights,
/// and in those of the reference or what its fingerprint keeps of them.
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
    let references = Dictionary(
      match.merged.references.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    let candidates = verdicts.blindReferences.filter {
      references[$0.id].map { $0.checkpointPath != nil || $0.fingerprint.units != nil } ?? false
    }
    guard !candidates.isEmpty, let opened = try? opener.open(model),
      let mine = try? UnitWeights(opened, without: subject.anchoredComponents)
    else { return nil }
    let learned = Set(verdicts.comparison.subject.tensors.filter(\.isEvidence).map(\.name))
    var record = UnitsRecord()
    var best: (matching: UnitMatching, orders: UnitOrders)?
    let memo = UnitFactorMemo()
    var work = UnitWork(references: candidates.count)
    for candidate in candidates {
      // One that cannot be read once more stays one that was not looked at, which the report says.
      guard let reference = references[candidate.id], let theirs = source(reference) else {
        continue
      }
      let outcome = UnitEngine(
        subject: mine, reference: theirs, learned: learned, memo: memo
      ).outcome(candidate.id, work: &work)
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

  private func source(_ reference: Reference) -> UnitSource? {
    guard let path = reference.checkpointPath else {
      return reference.fingerprint.units.map { .signatures($0) }
    }
    return (try? UnitWeights(opener.open(path))).map {
      .weights($0, reference.fingerprint.units)
    }
  }
}
