import Foundation
package import Load
import Synchronization

/// Opens models of a hub; nothing is asked of anybody before the first.
///
/// The revision of a model is settled when it is opened first: all that is read of it in one run is of
/// one commit.
package final class HubLibrary: Sendable {
  private let settings: HubSettings
  private let client: HubClient
  private let workers: HubWorkers
  private let memory: PieceMemory
  private let allowance: DiskAllowance
  private let folder: String
  private let isKept: Bool
  /// What was asked for once, also in vain: a hub that fails is not asked anew for each question.
  private let repositories = Mutex<[String: Result<HubRepository, LoadError>]>([:])

  package init(_ settings: HubSettings) {
    self.settings = settings
    client = HubClient(settings)
    workers = HubWorkers(count: settings.limits.connections)
    memory = PieceMemory(capacity: settings.limits.memoryByteCount)
    allowance = DiskAllowance(settings.limits.diskByteCount)
    isKept = settings.cacheFolder != nil
    folder =
      settings.cacheFolder
      ?? NSTemporaryDirectory() + "shellcheck-model-hub-"
      + ReplacingFile.temporaryName().dropFirst()
    if !isKept { TemporaryFiles.hold(folder) }
  }

  deinit {
    if isKept {
      HubCachePruning.prune(folder, to: settings.limits.diskByteCount)
    } else {
      try? FileManager.default.removeItem(atPath: folder)
      TemporaryFiles.release(folder)
    }
  }

  /// Bytes that came in, and requests that were made.
  package var traffic: (bytes: Int, requests: Int) {
    (client.settings.meter.bytesReceived, client.settings.meter.requests)
  }

  /// A model that was found.
  package struct Place: Sendable {
    package var folder: any ModelFolder
    /// The one file that is meant; nil for the folder's model.
    package var file: String?
    /// The commit; nil where a cache does not say.
    package var revision: String?
    /// The files that are called like weights; empty where only a cache was asked.
    package var weights: [ListedFile] = []
    /// Says which model it is and of which files; nil where only a cache was asked.
    package var stamp: String?

    package var weightBytes: Int { weights.reduce(0) { $0 + $1.byteCount } }
  }

  /// A file of a model as the hub lists it.
  package struct ListedFile: Sendable {
    /// What messages call it.
    package var path: String
    package var byteCount: Int
    /// Nil where the listing does not say, as of small files.
    package var sha256: String?
  }

  /// - Parameter isSampled: whether little of the weights will be read; what is read is then kept.
  package func find(_ address: HubAddress, isSampled: Bool) throws(LoadError) -> Place {
    guard !settings.isOffline else { return try findOffline(address) }
    let repository = try repository(address)
    var place = try find(address, in: repository, isSampled: isSampled)
    place.stamp = "\(repository.key) \(address.place)"
    return place
  }

  private func find(
    _ address: HubAddress, in repository: HubRepository, isSampled: Bool
  ) throws(LoadError) -> Place {
    guard !address.place.isEmpty else {
      return Place(
        folder: HubFolder(repository, isSampled: isSampled), revision: repository.listing.commit,
        weights: Self.weights(repository.listing.files, of: repository))
    }
    if let file = repository.file(address.place) {
      let steps = address.place.split(separator: "/").map(String.init)
      return Place(
        folder: HubFolder(
          repository, place: steps.dropLast().joined(separator: "/"), isSampled: isSampled),
        file: steps.last, revision: repository.listing.commit,
        weights: [Self.listed(file, of: repository)])
    }
    guard repository.isFolder(address.place) else {
      throw LoadError(
        .notFound, "holds no \(LoadError.quote(address.place))", file: repository.path)
    }
    return Place(
      folder: HubFolder(repository, place: address.place, isSampled: isSampled),
      revision: repository.listing.commit,
      weights: Self.weights(
        repository.listing.files.filter { $0.path.hasPrefix(address.place + "/") },
        of: repository))
  }

  private static func weights(
    _ files: [HubListing.File], of repository: HubRepository
  ) -> [ListedFile] {
    files.filter { FormatCatalogue.isNamedLikeWeights(ModelFiles.name(of: $0.path)) }
      .map { listed($0, of: repository) }
  }

  private static func listed(_ file: HubListing.File, of repository: HubRepository) -> ListedFile {
    ListedFile(
      path: "\(repository.path)/\(file.path)", byteCount: file.byteCount, sha256: file.sha256)
  }

  private func repository(_ address: HubAddress) throws(LoadError) -> HubRepository {
    let key = "\(address.id)@\(address.revision ?? "main")"
    if let known = repositories.withLock({ $0[key] }) { return try known.get() }
    let found = Result { () throws(LoadError) in
      try HubRepository(
        address, folder: folder, isKept: isKept, client: client, workers: workers, memory: memory,
        allowance: allowance)
    }
    return try repositories.withLock { repositories in
      let known = repositories[key] ?? found
      repositories[key] = known
      return known
    }.get()
  }

  /// A model in the cache of the hub's client, without asking anybody.
  private func findOffline(_ address: HubAddress) throws(LoadError) -> Place {
    let name = HubClient.name(address)
    guard let cache = settings.clientCache else {
      throw LoadError(.notFound, "HF_HUB_OFFLINE is set, and there is no cache", file: name)
    }
    let snapshot = HubCache.snapshot(
      of: address.revision ?? "main", inRepositoryAt: "\(cache)/\(address.cacheName)")
    guard let snapshot, let commit = snapshot.split(separator: "/").last.map(String.init),
      HubAddress.isCommit(commit)
    else {
      throw LoadError(
        .notFound, "HF_HUB_OFFLINE is set, and the hub's cache does not hold it", file: name)
    }
    var steps = address.place.split(separator: "/").map(String.init)
    var file: String?
    if let last = steps.last, !ModelFiles.isFolder("\(snapshot)/\(address.place)") {
      file = last
      steps.removeLast()
    }
    return Place(
      folder: LocalFolder(path: ([snapshot] + steps).joined(separator: "/")), file: file,
      revision: commit)
  }
}
