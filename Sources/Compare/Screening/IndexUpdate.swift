import Fingerprint
import Load

/// Brings an index in line with a corpus: what is known stays, what is new or changed is opened.
struct IndexUpdate {
  /// References opened before their records are written: bounds the memory.
  private static let batch = 256

  private let old: ScreeningIndex
  private let path: String?
  private let source: FingerprintSource
  private let progress: @Sendable (Int) -> Void
  private var writer: ScreeningIndexWriter?
  private var written: Set<ScreeningIndex.Key> = []
  private(set) var members: [IndexedCorpus.Member] = []
  private(set) var problems: [CorpusProblem] = []

  /// - Parameter path: of the index file; nil to keep the index in memory.
  init(path: String?, source: FingerprintSource, progress: @escaping @Sendable (Int) -> Void) {
    old = path.map(ScreeningIndex.init(path:)) ?? ScreeningIndex()
    (self.path, self.source, self.progress) = (path, source, progress)
  }

  /// The frames of the members so far.
  var anchors: AnchorPool { AnchorPool(members, source: source) }

  mutating func add(
    _ entries: [ReferenceCorpus.Entry], borrowing anchors: AnchorPool
  ) {
    var missing: [(entry: ReferenceCorpus.Entry, key: ScreeningIndex.Key)] = []
    for entry in entries {
      let key = entry.screeningKey(cache: source.cache, anchors: anchors)
      let member = old.withRecord(key) {
        IndexedCorpus.Member(entry: entry, key: key, root: $0.root, frame: $0.frame)
      }
      if let member { members.append(member) } else { missing.append((entry, key)) }
    }
    while !missing.isEmpty {
      open(Array(missing.prefix(Self.batch)), borrowing: anchors)
      missing.removeFirst(min(Self.batch, missing.count))
    }
  }

  private mutating func open(
    _ batch: [(entry: ReferenceCorpus.Entry, key: ScreeningIndex.Key)],
    borrowing anchors: AnchorPool
  ) {
    let (source, progress) = (source, progress)
    // Weights are read by all threads already; fingerprints are many and small.
    let parallel = batch.allSatisfy { $0.entry.kind == .fingerprint }
    let opened = Concurrent.map(batch.count, threads: parallel ? source.threads : 1) {
      position -> Result<ReferenceDigest, CorpusProblem> in
      let entry = batch[position].entry
      do throws(FingerprintError) {
        let fingerprint = try entry.fingerprint(
          from: source, borrowing: anchors, progress: progress)
        return .success(ReferenceDigest(fingerprint))
      } catch {
        return .failure(CorpusProblem(error, path: entry.path))
      }
    }
    for ((entry, key), result) in zip(batch, opened) {
      switch result {
      case .failure(let problem): problems.append(problem)
      case .success(let digest):
        members.append(
          IndexedCorpus.Member(entry: entry, key: key, root: digest.root, frame: digest.frame))
        guard written.insert(key).inserted else { continue }
        let writer = writer ?? ScreeningIndexWriter(path: path)
        self.writer = writer
        ReferenceRecord.bytes(of: digest).withUnsafeBytes { writer.append(key, $0) }
      }
    }
  }

  /// The index with the records of all members; nil if it could not be written.
  mutating func finish() -> ScreeningIndex? {
    guard let writer else { return old }
    for member in members where written.insert(member.key).inserted {
      old.withStored(member.key) { writer.append(member.key, $0) }
    }
    self.writer = nil
    let index = writer.finish()
    return members.allSatisfy { index.places[$0.key] != nil } ? index : nil
  }
}

extension ReferenceCorpus.Entry {
  /// Names the reference in the state it is in.
  fileprivate func screeningKey(
    cache: FingerprintCache?, anchors: AnchorPool
  ) -> ScreeningIndex.Key {
    let state: String
    switch kind {
    case .fingerprint: state = FileStamp(path)?.text ?? "missing \(path)"
    case .checkpoint:
      state = cache?.key(ofModelAt: path).map { $0.name("") } ?? "not kept \(path)"
    }
    return ScreeningIndex.Key([
      kind.rawValue, state, manifest?.sha256 ?? "", anchors.isEmpty ? "" : anchors.signature,
    ])
  }
}
