import Fingerprint
import Load

/// Models of which none is in question: each is held against the others.
package struct ModelCollection: Sendable {
  /// One of each model, in the order of their ids; what has the same weights is among its twins.
  package let members: [Reference]
  /// What pairs of different lineage reached, where that was measured.
  package let calibration: CorpusCalibration?
  private let threads: Int
  /// What comparisons work out of each, as far as there is room for it.
  private let prepared: [PreparedModel?]
  /// Records for screening, where there are too many to compare all pairs.
  private let records: [[UInt8]]

  /// Numbers that are kept of all members, 1 GB.
  private static let room = 1 << 28

  /// At most this many models are compared all with all.
  package static let comparedCount = ReferenceCorpus.screenedCount

  package init(_ models: [Reference], threads: Int, calibration: CorpusCalibration? = nil) {
    self.calibration = calibration
    members = ReferenceTwins.merge(models) { _ in false }
    self.threads = threads
    prepared = Self.prepared(members, threads: threads)
    records =
      members.count > Self.comparedCount
      ? Concurrent.map(members.count, threads: threads) { [members] in
        ReferenceRecord.bytes(of: ReferenceDigest(members[$0].fingerprint))
      } : []
  }

  /// Of the first members that there is room for.
  private static func prepared(_ members: [Reference], threads: Int) -> [PreparedModel?] {
    var prepared = [PreparedModel?](repeating: nil, count: members.count)
    var (left, start) = (room, 0)
    while start < members.count, left > 0 {
      let end = min(start + atOnce, members.count)
      let made = Concurrent.map(end - start, threads: threads) { [start] in
        PreparedModel(members[start + $0].fingerprint)
      }
      for (index, model) in zip(start..<end, made) where model.size <= left {
        prepared[index] = model
        left -= model.size
      }
      start = end
    }
    return prepared
  }

  /// Members that are prepared before it is looked what room is left.
  private static let atOnce = 32

  /// One member against the others: all of them, or those that screening chooses.
  ///
  /// - Parameter threads: for this one; as many as the collection has by default.
  package func comparison(of member: Int, threads: Int? = nil) -> Comparison {
    let threads = threads ?? self.threads
    let subject = members[member].fingerprint
    let others = members.indices.filter { $0 != member }
    guard !records.isEmpty else {
      return comparison(of: member, with: others, threads: threads)
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
      references: compare(member, choice.compared.map { others[$0] }, threads: threads),
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
  package func comparison(of member: Int, with others: [Int], threads: Int? = nil) -> Comparison {
    let subject = members[member].fingerprint
    var comparison = Comparison(
      subject: subject, references: compare(member, others, threads: threads ?? self.threads))
    comparison.calibration = calibration
    return comparison
  }

  private func compare(
    _ member: Int, _ others: [Int], threads: Int
  ) -> [ReferenceComparison] {
    var comparisons = Comparer.compare(
      members[member].fingerprint,
      with: others.map { (members[$0].id, members[$0].fingerprint) },
      known: (prepared[member], others.map { prepared[$0] }), settlesEarly: true, settlesKin: true,
      threads: threads)
    for (position, index) in others.enumerated() {
      comparisons[position].manifest = members[index].manifest
      comparisons[position].twins = members[index].twins
    }
    return comparisons
  }
}
