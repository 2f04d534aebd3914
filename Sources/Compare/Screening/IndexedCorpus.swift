package import Fingerprint
import Foundation
import Load

/// A corpus too large to open every reference for every run: its references are screened on the packed
/// index, and the promising ones opened.
package struct IndexedCorpus: ComparableCorpus {
  /// A reference whose record is in the index.
  struct Member: Sendable {
    var entry: ReferenceCorpus.Entry
    var key: ScreeningIndex.Key
    var root: String
    var frame: ReferenceDigest.Frame?
  }

  /// In the order of their ids.
  let members: [Member]
  package let problems: [CorpusProblem]
  package let anchors: AnchorPool
  let index: ScreeningIndex
  let source: FingerprintSource

  package var count: Int { members.count }

  package var digest: String {
    LoadedCorpus.digest(of: members.map { ($0.entry.id, $0.root) })
  }

  package var listing: [CorpusMember] {
    members.map {
      CorpusMember(id: $0.entry.id, digest: $0.root, revision: $0.entry.revision)
    }
  }

  package func holder(ofFiles digests: [String]) throws(FingerprintError) -> Reference? {
    guard let entry = members.first(where: { $0.entry.manifest?.sourceDigests == digests })?.entry
    else { return nil }
    return Reference(entry, try entry.fingerprint(from: source, borrowing: anchors))
  }

  package func selection(
    for subject: ModelFingerprint, declared: @Sendable (ReferenceCorpus.Entry) -> Bool
  ) -> CorpusSelection {
    let named = Set(members.map(\.entry).filter(declared).map(\.id))
    let (members, twins) = distinct(preferring: named)
    let scores = scores(of: subject, members)
    let always = Set(members.indices.filter { named.contains(members[$0].entry.id) })
    let draws = members.map { StableHash.of($0.entry.id) }
    let choice = ScreeningChoice(scores, draws: draws, always: always)
    var selection = CorpusSelection()
    let opened = open(choice.compared.map { members[$0].entry })
    for position in choice.compared.indices {
      switch opened[position] {
      case .success(var reference):
        reference.twins = twins[members[choice.compared[position]].root] ?? []
        selection.references.append(reference)
      case .failure(let problem): selection.problems.append(problem)
      }
    }
    selection.controls = Set(choice.controls.map { members[$0].entry.id })
    let compared = Set(choice.compared)
    selection.screened = members.indices.filter { !compared.contains($0) }.map { index in
      ScreenedReference(
        id: members[index].entry.id, score: scores[index],
        isClear: scores[index].equal == 0 && scores[index].strongest < ScreeningChoice.lenientZ)
    }
    return selection
  }

  /// The members without those whose tensors, names included, another has too; and these others'
  /// names, by their common root digest.
  private func distinct(
    preferring named: Set<String>
  ) -> ([Member], twins: [String: [ReferenceTwin]]) {
    let ranked = members.map { member in
      let entry = member.entry
      let isOriginal = entry.manifest?.isOriginal == true
      return (rank: named.contains(entry.id) ? 0 : isOriginal ? 1 : 2, member)
    }.sorted { ($0.rank, $0.1.entry.id) < ($1.rank, $1.1.entry.id) }
    var (firsts, twins): ([Member], [String: [ReferenceTwin]]) = ([], [:])
    for (_, member) in ranked {
      if twins[member.root] == nil {
        firsts.append(member)
        twins[member.root] = []
      } else {
        twins[member.root]?.append(
          ReferenceTwin(id: member.entry.id, manifest: member.entry.manifest))
      }
    }
    return (firsts.sorted { $0.entry.id < $1.entry.id }, twins)
  }

  /// Every member's score, in their order.
  func scores(of subject: ModelFingerprint) -> [ScreeningScore] {
    scores(of: subject, members)
  }

  private func scores(
    of subject: ModelFingerprint, _ members: [Member]
  ) -> [ScreeningScore] {
    let screening = Screening(subject)
    return Concurrent.map(members.count, threads: source.threads) { index in
      self.index.withRecord(members[index].key) { screening.score($0) } ?? ScreeningScore()
    }
  }

  private func open(
    _ entries: [ReferenceCorpus.Entry]
  ) -> [Result<Reference, CorpusProblem>] {
    var source = source
    source.threads = 1
    let single = source
    return Concurrent.map(entries.count, threads: self.source.threads) { position in
      let entry = entries[position]
      do throws(FingerprintError) {
        let fingerprint = try entry.fingerprint(from: single, borrowing: anchors)
        return .success(Reference(entry, fingerprint))
      } catch {
        return .failure(CorpusProblem(error, path: entry.path))
      }
    }
  }
}

extension ReferenceCorpus {
  /// Larger corpora are screened.
  package static let screenedCount = 64

  /// The references, ready to be compared with: all of them in memory, or screened if there are many.
  package func comparable(
    from source: FingerprintSource, progress: @escaping @Sendable (Int) -> Void = { _ in }
  ) -> any ComparableCorpus {
    entries.count <= Self.screenedCount
      ? load(from: source, progress: progress)
      : indexed(from: source, progress: progress)
  }

  /// Screens on the index in the user's cache, brought up to date.
  func indexed(
    from source: FingerprintSource, progress: @escaping @Sendable (Int) -> Void = { _ in }
  ) -> IndexedCorpus {
    // An index is made once, of whole fingerprints.
    var source = source
    source.isQuick = false
    let path = source.cache?.indexPath(of: self)
    // A cache that cannot be written costs time, nothing else.
    if let path, let kept = indexed(at: path, from: source, progress: progress) {
      return kept
    }
    return indexed(at: nil, from: source, progress: progress)
      ?? IndexedCorpus(
        members: [], problems: problems, anchors: .empty, index: ScreeningIndex(), source: source)
  }

  private func indexed(
    at path: String?, from source: FingerprintSource, progress: @escaping @Sendable (Int) -> Void
  ) -> IndexedCorpus? {
    var update = IndexUpdate(path: path, source: source, progress: progress)
    let borrowers = Set(entries.filter { $0.kind == .checkpoint && !$0.hasVocabulary }.map(\.id))
    update.add(entries.filter { !borrowers.contains($0.id) }, borrowing: .empty)
    if !borrowers.isEmpty {
      update.add(
        entries.filter { borrowers.contains($0.id) }, borrowing: update.anchors)
    }
    guard let index = update.finish() else { return nil }
    return IndexedCorpus(
      members: update.members.sorted { $0.entry.id < $1.entry.id },
      problems: problems + update.problems, anchors: update.anchors, index: index, source: source)
  }
}

extension AnchorPool {
  /// Lends the frames of indexed references, which are opened only when one is borrowed.
  init(_ members: [IndexedCorpus.Member], source: FingerprintSource) {
    self.init(
      lenders: members.sorted { $0.entry.id < $1.entry.id }.compactMap { member in
        guard let frame = member.frame, frame.kind == .tokenStrings else { return nil }
        return Lender(vocabularySize: frame.vocabularySize, anchors: frame.anchors) {
          try? member.entry.fingerprint(from: source).frame
        }
      })
  }
}
