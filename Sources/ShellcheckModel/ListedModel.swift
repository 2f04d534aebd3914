internal import Compare
internal import Fingerprint
internal import Hub
internal import Judge
internal import Load
internal import Report

/// A model on a hub whose files a reference was made from, by the digests that the hub lists: its
/// fingerprint is the reference's, and nobody has to read it.
struct ListedModel: Sendable {
  var fingerprint: ModelFingerprint
  /// What the report says of it.
  var limit: Limit
  /// SHA-256 of its files, by what reports call them.
  var digests: [String: String]

  /// A hub's digests of what was not read.
  func addDigests(to source: inout SubjectSource) {
    for index in source.files.indices where source.files[index].isWeights {
      source.files[index].sha256 = digests[source.files[index].path]
    }
  }
}

extension ModelOpener {
  /// Looks for a reference that was made from the files which the hub lists for a model.
  ///
  /// Configuration, card and licences are the model's own; only its weights are taken to be the
  /// reference's.
  ///
  /// - Returns: nil for a model on this machine, for one of which a file of weights is listed without a
  ///   SHA-256, and where the corpus has no such reference.
  func listed(
    _ path: String, among corpus: any ComparableCorpus
  ) throws(InputFailure) -> ListedModel? {
    guard HubAddress.isMeant(by: path) else { return nil }
    let place = try place(path)
    let digests = place.weights.compactMap(\.sha256).sorted()
    guard !digests.isEmpty, digests.count == place.weights.count else { return nil }
    // A reference that cannot be read is told of where references are opened.
    guard let holder = (try? corpus.holder(ofFiles: digests)).flatMap(\.self) else { return nil }
    var fingerprint = holder.fingerprint
    let folder = place.folder
    let metadata = MetadataReader.read(folder: folder.metadataPath)
    fingerprint.identity.name = folder.identity.id
    fingerprint.identity.disclosure = metadata.disclosure
    fingerprint.identity.contradictions = []
    let problems =
      (holder.fingerprint.identity.problems ?? []).filter { $0.kind != .metadata }
      + metadata.problems.map { LoadProblem(metadata: $0, in: folder.metadataPath) }
    fingerprint.identity.problems = problems.isEmpty ? nil : problems
    fingerprint.sources = place.weights.map {
      Checkpoint.SourceFile(path: $0.path, byteCount: UInt64($0.byteCount))
    }
    return ListedModel(
      fingerprint: fingerprint,
      limit: .listed(reference: holder.id, files: digests.count, bytes: place.weightBytes),
      digests: Dictionary(
        place.weights.map { (SubjectSource.title($0.path), $0.sha256 ?? "") }
      ) { first, _ in first })
  }

  /// What is to be said where all of a model is more than may still be read from the hub; nil where it
  /// is not.
  func excess(of path: String) throws(InputFailure) -> Limit? {
    guard HubAddress.isMeant(by: path) else { return nil }
    guard let remaining = hub.remaining else { return nil }
    let byteCount = try place(path).weightBytes
    // What tells the format, and what is read twice at the seams of tensors.
    let needed = byteCount + byteCount / 20 + Self.probedByteCount
    return needed > remaining ? .overBudget(bytes: byteCount, budget: remaining) : nil
  }

  /// Bytes of the weights of a model on a hub, as it lists them; nil for one on this machine, also in a
  /// hub's cache.
  func bytesOnHub(of path: String) throws(InputFailure) -> Int? {
    guard HubAddress.isMeant(by: path) else { return nil }
    let place = try place(path)
    return place.stamp == nil ? nil : place.weightBytes
  }

  private static let probedByteCount = 64 << 20

  /// How far a model on a hub was read; nil for one on this machine, also in a hub's cache.
  func reading(
    of path: String, listed: ListedModel?, look: QuickLook?
  ) throws(InputFailure) -> SubjectSource.HubReading? {
    guard HubAddress.isMeant(by: path) else { return nil }
    let place = try place(path)
    guard place.stamp != nil, let revision = place.revision else { return nil }
    let part = look.flatMap { $0.isOfPart ? $0 : nil }
    return SubjectSource.HubReading(
      step: listed != nil ? .listing : part != nil ? .quickLook : .full, revision: revision,
      bytesRead: listed != nil ? 0 : part?.bytesRead ?? place.weightBytes,
      byteCount: place.weightBytes)
  }

  private func place(_ path: String) throws(InputFailure) -> HubLibrary.Place {
    do throws(LoadError) { return try hub.find(path) } catch {
      throw InputFailure(path: path, error)
    }
  }
}
