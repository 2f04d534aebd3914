import Fingerprint
import Load

/// Models of which none is in question: each is held against the others.
package struct ModelCollection: Sendable {
  /// One of each model, in the order of their ids; what has the same weights is among its twins.
  package let members: [Reference]
  /// What pairs of different lineage reached, where that was measured.
  package let calibration: CorpusCalibration?
  private let threads: Int
  /// Records for screening, where there are too many to compare all pairs.
  private let records: [[UInt8]]

  /// At most this many models are compared all with all.
  package static let comparedCount = ReferenceCorpus.screenedCount

  package init(_ models: [Reference], threads: Int, calibration: CorpusCalibration? = nil) {
    self.calibration = calibration
    members = ReferenceTwins.merge(models) { _ in false }
    self.threads = threads
    records =
      members.count > Self.comparedCount
      ? Concurrent.map(members.count, threads: threads) { [members] in
        ReferenceRecord.bytes(of: ReferenceDigest(members[$0].fingerprint))
      } : []
  }

  /// One member against the others: all of them, or those that screening chooses.
  package func comparison(of member: Int) -> Comparison {
    let subject = members[member].fingerprint
    let others = members.indices.filter { $0 != member }
    guard !records.isEmpty else {
      return comparison(of: member, with: others)
    }
    let screening = Screening(subject)
    let scores = Concurrent.map(others.count, threads: threads) { [records] in
      records[others[$0]].withUnsafeBytes {
        ReferenceRecord($0).map(screening.score) ?? ScreeningScore()
      }
    }
    let draws = others.map { StableHash.of(members[$0].id) }
    let choice = ScreeningChoice(scores, draws: draws, always: [])
    let compared = Set(choice.compared)
    var comparison = Comparison(
      subject: subject,
      references: compare(subject, choice.compared.map { others[$0] }),
      screened: others.indices.filter { !compared.contains($0) }.map { index in
        ScreenedReference(
          id: members[others[index]].id, score: scores[index],
          isClear: scores[index].strongest < ScreeningChoice.lenientZ)
      },
      controls: Set(choice.controls.map { members[others[$0]].id }))
    comparison.calibration = calibration
    return comparison
  }

  /// One member against some of the others.
  package func comparison(of member: Int, with others: [Int]) -> Comparison {
    let subject = members[member].fingerprint
    var comparison = Comparison(subject: subject, references: compare(subject, others))
    comparison.calibration = calibration
    return comparison
  }

  private func compare(
    _ subject: ModelFingerprint, _ others: [Int]
  ) -> [ReferenceComparison] {
    var comparisons = Comparer.compare(
      subject, with: others.map { (members[$0].id, members[$0].fingerprint) },
      settlesEarly: true, threads: threads)
    for (position, index) in others.enumerated() {
      comparisons[position].manifest = members[index].manifest
      comparisons[position].twins = members[index].twins
    }
    return comparisons
  }
}
