import Fingerprint
import Load

/// Opens every reference of a corpus and looks for what is wrong with it, or with what is said of it.
package struct CorpusAudit: Sendable {
  /// In the order of their ids.
  package private(set) var items: [CorpusItem] = []
  package private(set) var issues: [CorpusIssue] = []

  /// - Parameters:
  ///   - source: makes fingerprints of models; its cache is not trusted with files' digests.
  ///   - progress: called from any thread with the number of bytes just processed.
  package init(
    of corpus: ReferenceCorpus, in folder: String, from source: FingerprintSource,
    progress: @escaping @Sendable (Int) -> Void = { _ in }
  ) {
    issues = corpus.problems.map { CorpusIssue(.damaged, [$0.path], $0.message) }
    let entries = corpus.entries
    // Weights are read by all threads already.
    let parallel = entries.allSatisfy { $0.kind == .fingerprint }
    let opened = Concurrent.map(entries.count, threads: parallel ? source.threads : 1) {
      index -> Result<CorpusItem.Content, CorpusProblem> in
      do throws(FingerprintError) {
        return .success(
          .init(try entries[index].verified(from: source, progress: progress)))
      } catch {
        return .failure(CorpusProblem(error, path: entries[index].path))
      }
    }
    for (entry, result) in zip(entries, opened) {
      var item = CorpusItem(entry, in: folder)
      switch result {
      case .success(let content): item.content = content
      case .failure(let problem):
        issues.append(CorpusIssue(.damaged, [entry.id], "\(problem.path): \(problem.message)"))
      }
      items.append(item)
    }
    let duplicates = Self.duplicates(items)
    issues += Self.contradictions(items, duplicates)
    issues += duplicates.map { ids in
      CorpusIssue(.duplicate, ids, "have the same weights, and take one place")
    }
  }

  // MARK: Weights

  /// Ids of references of equal tensors, by their digests.
  private static func duplicates(_ items: [CorpusItem]) -> [[String]] {
    var groups: [[String]] = []
    var places: [String: Int] = [:]
    for item in items {
      guard let digest = item.content?.identity.digest else { continue }
      if let place = places[digest] {
        groups[place].append(item.id)
      } else {
        places[digest] = groups.count
        groups.append([item.id])
      }
    }
    return groups.filter { $0.count > 1 }
  }

  // MARK: What is said

  private static func contradictions(
    _ items: [CorpusItem], _ duplicates: [[String]]
  ) -> [CorpusIssue] {
    let byID = Dictionary(items.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    var issues = sharedNames(items)
    var named: [String: CorpusItem] = [:]
    for item in items {
      for name in item.names where named[name] == nil { named[name] = item }
    }
    for ids in duplicates {
      let originals = ids.filter { byID[$0]?.facts?.isOriginal ?? false }
      if originals.count > 1 {
        issues.append(
          CorpusIssue(.contradiction, originals, "have the same weights, and all are the original"))
      }
    }
    let circles = DescentCircles(
      byID.mapValues { item in (item.facts?.parents ?? []).compactMap { named[$0]?.id } },
      order: items.map(\.id))
    for item in items {
      issues += own(item)
      for name in item.facts?.parents ?? [] {
        guard let parent = named[name] else { continue }
        if let born = item.facts?.released, let before = parent.facts?.released, born < before {
          issues.append(
            CorpusIssue(
              .contradiction, [item.id, parent.id],
              "child and parent: the child was released on \(born), the parent on \(before)"))
        }
        if circles.join(item.id, parent.id) {
          issues.append(
            CorpusIssue(.contradiction, [item.id, parent.id], "each descends from the other"))
        }
      }
    }
    return issues
  }

  /// Ids and aliases that several references of different weights have.
  private static func sharedNames(_ items: [CorpusItem]) -> [CorpusIssue] {
    var holders: [String: [CorpusItem]] = [:]
    for item in items {
      for name in item.names { holders[name, default: []].append(item) }
    }
    return holders.sorted { $0.key < $1.key }.compactMap { name, items in
      let weights = Set(items.map { $0.content?.identity.digest ?? $0.id })
      return weights.count < 2
        ? nil
        : CorpusIssue(
          .contradiction, items.map(\.id), "all go by the name \(LoadError.quote(name))")
    }
  }

  /// What the manifest and the fingerprint of one reference say differently.
  private static func own(_ item: CorpusItem) -> [CorpusIssue] {
    guard let facts = item.facts, let identity = item.content?.identity else { return [] }
    var messages: [String] = []
    if let license = facts.license, let stated = identity.statedLicence,
      license.lowercased() != stated.lowercased(),
      license.lowercased() != identity.disclosure.license?.lowercased()
    {
      messages.append(
        "its licence is \(LoadError.quote(license)) by the manifest, and "
          + "\(LoadError.quote(stated)) by its card")
    }
    // A configuration names the model itself as often as its parent.
    let declared = identity.disclosure.parents.first {
      $0.source != .config && !item.names.contains($0.name)
    }
    if facts.isOriginal, let declared {
      messages.append(
        "is the original, and its \(declared.source.rawValue) names the parent "
          + LoadError.quote(declared.name))
    }
    return messages.map { CorpusIssue(.contradiction, [item.id], $0) }
  }
}

extension CorpusItem {
  /// The names under which models may declare it.
  fileprivate var names: [String] { [id] + (facts?.aliases ?? []) }
}

extension ReferenceCorpus.Entry {
  /// The fingerprint, with the manifest's SHA-256 held against the file as it is now.
  fileprivate func verified(
    from source: FingerprintSource, progress: @escaping @Sendable (Int) -> Void
  ) throws(FingerprintError) -> ModelFingerprint {
    var unchecked = self
    if manifest?.sha256 != nil, checkedPath != nil {
      try checkDigest(FileDigests())
      unchecked.manifest?.sha256 = nil
    }
    return try unchecked.fingerprint(from: source, progress: progress)
  }
}
