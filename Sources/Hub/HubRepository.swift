import Crypto
import Foundation
import Load
import NIOCore
import Synchronization

/// A repository of a hub at one commit: what it holds, and its small files on this machine.
final class HubRepository: Sendable {
  let address: HubAddress
  let listing: HubListing
  /// Says which model it is, of which hub, at which commit and of which files.
  let key: String
  /// Where the small files are.
  let filesFolder: String
  private let piecesFolder: String
  private let client: HubClient
  private let workers: HubWorkers
  private let memory: PieceMemory
  private let allowance: DiskAllowance
  private let isKept: Bool
  private let paths: [String: Int]
  /// What each folder holds, in the order of the names.
  private let folders: [String: [FolderEntry]]
  private let opened = Mutex<[String: HubFile]>([:])

  /// - Parameters:
  ///   - folder: in which models are kept, one folder for each.
  ///   - isKept: whether what is there stays after this run.
  init(
    _ address: HubAddress, folder: String, isKept: Bool, client: HubClient, workers: HubWorkers,
    memory: PieceMemory, allowance: DiskAllowance
  ) throws(LoadError) {
    self.address = address
    self.client = client
    self.workers = workers
    self.memory = memory
    self.allowance = allowance
    self.isKept = isKept
    listing = try client.listing(of: address)
    paths = Dictionary(
      uniqueKeysWithValues: listing.files.enumerated().map { ($0.element.path, $0.offset) })
    folders = Self.folders(of: listing)
    // What a hub says of another model, commit or list of files never meets this one's.
    var hash = SHA256()
    hash.update(data: Data("\(client.settings.endpoint)\n\(address.id)\n\(listing.commit)\n".utf8))
    for file in listing.files {
      let digest = file.sha256 ?? file.blob ?? ""
      hash.update(data: Data("\(file.path)\n\(file.byteCount)\n\(digest)\n".utf8))
    }
    key = Self.hexadecimal(hash.finalize().prefix(12))
    let place = "\(folder)/\(address.cacheName)/\(key)"
    filesFolder = place + "/files"
    piecesFolder = place + "/pieces"
    for path in [filesFolder, piecesFolder] {
      do {
        // Private models stay private on this machine.
        try FileManager.default.createDirectory(
          atPath: path, withIntermediateDirectories: true,
          attributes: [.posixPermissions: 0o700])
      } catch {
        throw LoadError(.readFailed, "the cache folder cannot be made", file: path)
      }
    }
    // When it was last used.
    try? FileManager.default.setAttributes([.modificationDate: Date()], ofItemAtPath: place)
    try fetchSmallFiles()
  }

  /// What messages call it.
  var path: String { "\(address.title)@\(listing.commit)" }

  func file(_ path: String) -> HubListing.File? { paths[path].map { listing.files[$0] } }

  func isFolder(_ path: String) -> Bool { folders[path] != nil }

  func entries(of folder: String) -> [FolderEntry] { folders[folder] ?? [] }

  private static func folders(of listing: HubListing) -> [String: [FolderEntry]] {
    var kinds: [String: [String: FolderEntry.Kind]] = ["": [:]]
    for file in listing.files {
      var (path, kind) = (file.path, FolderEntry.Kind.file)
      // Up to the first folder that knows of it.
      while !path.isEmpty {
        let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? ""
        let name = String(path.dropFirst(folder.isEmpty ? 0 : folder.count + 1))
        let isKnown = kinds[folder, default: [:]].updateValue(kind, forKey: name) != nil
        guard !isKnown else { break }
        (path, kind) = (folder, .folder)
      }
    }
    return kinds.mapValues { entries in
      entries.map { FolderEntry($0.key, $0.value) }.sorted { $0.name < $1.name }
    }
  }

  private static func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
    bytes.map { String(format: "%02x", $0) }.joined()
  }

  // MARK: Small files

  /// Whether a file stands beside the weights and is read as a whole.
  private static func isSmall(_ path: String) -> Bool {
    let steps = path.split(separator: "/").map(String.init)
    guard steps.count <= 8, !steps.contains(where: { $0.hasPrefix(".") }), let name = steps.last
    else { return false }
    return ModelFiles.isBesideWeights(name)
  }

  private func fetchSmallFiles() throws(LoadError) {
    let limits = client.settings.limits
    let small = listing.files.filter { Self.isSmall($0.path) && $0.byteCount > 0 }
    guard small.count <= limits.smallFileCount,
      small.reduce(0, { $0 + $1.byteCount }) <= limits.smallFilesByteCount
    else {
      throw LoadError(
        .limitExceeded, "holds more beside its weights than is looked at (\(small.count) files)",
        file: path)
    }
    let hasFailed = Atomic<Bool>(false)
    let failures = Concurrent.map(small.count, threads: limits.connections) {
      number -> LoadError? in
      guard !hasFailed.load(ordering: .relaxed) else { return nil }
      do throws(LoadError) {
        try self.fetch(small: small[number])
        return nil
      } catch {
        hasFailed.store(true, ordering: .relaxed)
        return error
      }
    }
    for case let failure? in failures { throw failure }
  }

  private func fetch(small file: HubListing.File) throws(LoadError) {
    let target = filesFolder + "/" + file.path
    if let kept = try? Self.read(target, file) { return _ = kept }
    guard file.byteCount <= client.settings.limits.smallFileByteCount else {
      throw LoadError(
        .limitExceeded, "has \(file.byteCount) bytes, too many for such a file",
        file: "\(path)/\(file.path)")
    }
    var bytes = inClientCache(file).flatMap { try? Self.read($0, file) }
    if bytes == nil {
      let fetched = Array(try link(to: file).fetchAll().readableBytesView)
      guard Self.isContent(fetched, of: file) else {
        throw LoadError(
          .dataCorrupt, "is not what the hub lists: another digest", file: "\(path)/\(file.path)")
      }
      bytes = fetched
    }
    do {
      try FileManager.default.createDirectory(
        atPath: ModelFiles.folder(of: target), withIntermediateDirectories: true,
        attributes: [.posixPermissions: 0o700])
      try ReplacingFile.write(bytes ?? [], to: target)
    } catch {
      throw LoadError(.readFailed, "the cache cannot be written", file: target)
    }
  }

  private static func read(_ path: String, _ file: HubListing.File) throws(LoadError) -> [UInt8]? {
    let source = try MappedFile(path: path)
    guard source.byteCount == file.byteCount else { return nil }
    let bytes = try source.withBytes(in: 0..<source.byteCount, tensor: nil) {
      (bytes) throws(LoadError) in [UInt8](bytes)
    }
    return isContent(bytes, of: file) ? bytes : nil
  }

  /// Whether bytes are those that the hub lists; of a file without any digest the length has to do.
  private static func isContent(_ bytes: [UInt8], of file: HubListing.File) -> Bool {
    guard bytes.count == file.byteCount else { return false }
    if let sha256 = file.sha256 {
      return hexadecimal(SHA256.hash(data: bytes)) == sha256
    }
    guard let blob = file.blob else { return true }
    var hash = Insecure.SHA1()
    hash.update(data: Data("blob \(bytes.count)\0".utf8))
    hash.update(data: bytes)
    return hexadecimal(hash.finalize()) == blob
  }

  // MARK: Opening

  /// Opens a file: the small ones here, those that the hub's own client has fetched from its cache, the
  /// rest by ranges.
  ///
  /// - Parameter isSampled: whether little of it will be read, and is kept.
  func open(_ name: String, isSampled: Bool) throws(LoadError) -> any ByteSource {
    let title = "\(path)/\(name)"
    guard let file = file(name) else {
      throw LoadError(.notFound, "no such file", file: title)
    }
    guard file.byteCount > 0 else {
      throw LoadError(.emptyFile, "the file is empty", file: title)
    }
    if Self.isSmall(name) {
      return try MappedFile(path: filesFolder + "/" + name, reportedAs: title)
    }
    if let path = inClientCache(file), let source = try? MappedFile(path: path, reportedAs: title),
      source.byteCount == file.byteCount
    {
      return source
    }
    let key = (isSampled ? "s/" : "w/") + name
    if let known = opened.withLock({ $0[key] }) { return known }
    let source = HubFile(
      link: try link(to: file), store: try store(for: file, isSampled: isSampled),
      workers: workers, rangeByteCount: client.settings.limits.rangeByteCount)
    return opened.withLock { opened in
      if let known = opened[key] { return known }
      opened[key] = source
      return source
    }
  }

  private func store(
    for file: HubListing.File, isSampled: Bool
  ) throws(LoadError) -> any PieceStore {
    guard isSampled else { return MemoryPieces(memory) }
    let name = Self.hexadecimal(SHA256.hash(data: Data(file.path.utf8)).prefix(12))
    return try DiskPieces(
      path: "\(piecesFolder)/\(name).data", byteCount: file.byteCount, isKept: isKept,
      allowance: allowance)
  }

  private func link(to file: HubListing.File) throws(LoadError) -> HubLink {
    HubLink(
      file, name: "\(path)/\(file.path)",
      url: try client.settings.dialect.url(
        of: file, in: address, at: listing.commit, by: client),
      commit: listing.commit, client: client)
  }

  /// Where the cache of the hub's client has a file, if it is by its name what the hub lists: contents
  /// there are called by their digests.
  private func inClientCache(_ file: HubListing.File) -> String? {
    guard let cache = client.settings.clientCache, let digest = file.sha256 ?? file.blob else {
      return nil
    }
    let blob = "\(cache)/\(address.cacheName)/blobs/\(digest)"
    return FileManager.default.fileExists(atPath: blob) ? blob : nil
  }
}
