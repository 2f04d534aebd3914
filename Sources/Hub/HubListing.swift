import Foundation
import Load
import NIOCore
import NIOHTTP1

/// The files of a repository at one commit.
package struct HubListing: Sendable {
  package struct File: Sendable, Equatable {
    /// As seen from the repository.
    package var path: String
    package var byteCount: Int
    /// SHA-256 of the bytes, which large files have, as 64 hexadecimal digits.
    package var sha256: String?
    /// Git's name of the bytes of a small file: SHA-1 over `blob SIZE NUL` and them.
    package var blob: String?
  }

  package var commit: String
  /// In the order of their paths.
  package var files: [File]
}

extension HubClient {
  /// What the hub has of a model, at the commit that its revision stands for now.
  func listing(of address: HubAddress) throws(LoadError) -> HubListing {
    let name = Self.name(address)
    let revision = address.revision ?? "main"
    let answer = try get(
      Request(
        url: try url(
          ["api", "models"] + address.steps + ["revision", revision], query: "blobs=true", name),
        limit: settings.limits.listingByteCount, name: name))
    let info = try json(answer.body, name)
    guard let commit = info["sha"]?.string, HubAddress.isCommit(commit) else {
      throw LoadError(.metadataMalformed, "the hub names no commit", file: name)
    }
    guard !address.isPinned || commit == revision else {
      throw LoadError(.readFailed, "the hub answers with another commit, \(commit)", file: name)
    }
    var files: [HubListing.File] = []
    var isComplete = info["siblings"]?.array != nil
    for sibling in info["siblings"]?.array ?? [] {
      guard let path = sibling["rfilename"]?.string else { continue }
      guard let size = sibling["size"]?.integer else {
        // Mirrors that do not know `blobs`.
        isComplete = false
        break
      }
      let sha256 = sibling["lfs"]?["sha256"]?.string ?? sibling["lfs"]?["oid"]?.string
      files.append(
        HubListing.File(
          path: path, byteCount: size, sha256: sha256, blob: sibling["blobId"]?.string))
    }
    if !isComplete { files = try tree(of: address, at: commit) }
    return HubListing(commit: commit, files: try checked(files, name))
  }

  /// The files by the pages of the tree.
  private func tree(
    of address: HubAddress, at commit: String
  ) throws(LoadError) -> [HubListing.File] {
    let name = Self.name(address)
    var page: URL? = try url(
      ["api", "models"] + address.steps + ["tree", commit], query: "recursive=true", name)
    var files: [HubListing.File] = []
    var pages = 0
    var budget = settings.limits.listingByteCount
    let end = ContinuousClock.now + .seconds(settings.retry.deadline(for: budget))
    while let url = page {
      pages += 1
      guard pages <= settings.limits.pageCount, budget > 0, .now < end else {
        throw LoadError(.limitExceeded, "the hub's listing does not end", file: name)
      }
      let answer = try get(Request(url: url, limit: budget, name: name))
      budget -= answer.body.readableBytes
      for entry in try json(answer.body, name).array ?? [] where entry["type"]?.string == "file" {
        guard let path = entry["path"]?.string,
          let size = entry["lfs"]?["size"]?.integer ?? entry["size"]?.integer
        else {
          throw LoadError(.metadataMalformed, "the hub lists a file without size", file: name)
        }
        files.append(
          HubListing.File(
            path: path, byteCount: size, sha256: entry["lfs"]?["oid"]?.string,
            blob: entry["oid"]?.string))
      }
      guard files.count <= settings.limits.fileCount else { break }
      page = try Self.nextPage(answer.headers, after: url, name)
    }
    return files
  }

  /// `Link: <…>; rel="next"`, on the same hub.
  private static func nextPage(
    _ headers: HTTPHeaders, after url: URL, _ name: String
  ) throws(LoadError) -> URL? {
    guard let link = headers.first(name: "Link") else { return nil }
    guard link.utf8.count <= 16_384 else {
      throw LoadError(
        .limitExceeded, "the hub's listing goes on at too long an address", file: name)
    }
    // In the order of the text: what a pattern would go back and forth in takes the square of it.
    var rest = Substring(link)
    var target: Substring?
    while target == nil, let start = rest.firstIndex(of: "<"),
      let end = rest[start...].firstIndex(of: ">")
    {
      let address = rest[rest.index(after: start)..<end]
      rest = rest[rest.index(after: end)...]
      let relation = rest.prefix { $0 != "<" }.filter { !$0.isWhitespace && $0 != "\"" }
      if relation.split(whereSeparator: { ";,".contains($0) }).contains("rel=next") {
        target = address
      }
    }
    guard let target else { return nil }
    guard let next = URL(string: String(target), relativeTo: url)?.absoluteURL,
      let origin = HubOrigin(next), origin == HubOrigin(url)
    else {
      throw LoadError(.readFailed, "the hub's listing goes on at another place", file: name)
    }
    return next
  }

  private func checked(
    _ files: [HubListing.File], _ name: String
  ) throws(LoadError) -> [HubListing.File] {
    guard files.count <= settings.limits.fileCount else {
      throw LoadError(
        .limitExceeded, "the hub lists more than \(settings.limits.fileCount) files", file: name)
    }
    var paths: Set<String> = []
    // So many files of such sizes do not overflow.
    var total = 0
    return try files.map { (file) throws(LoadError) in
      guard ModelFiles.isInside(file.path), file.path.utf8.count <= 1024,
        (0...settings.limits.fileByteCount).contains(file.byteCount),
        paths.insert(file.path).inserted
      else {
        throw LoadError(
          .metadataMalformed, "the hub lists \(LoadError.quote(file.path)), which is no file",
          file: name)
      }
      total += file.byteCount
      guard total <= settings.limits.repositoryByteCount else {
        throw LoadError(
          .limitExceeded,
          "the hub lists more than \(settings.limits.repositoryByteCount) bytes", file: name)
      }
      var file = file
      file.sha256 = file.sha256.flatMap { HubAddress.isDigest($0, digits: 64) ? $0 : nil }
      file.blob = file.blob.flatMap { HubAddress.isDigest($0, digits: 40) ? $0 : nil }
      return file
    }.sorted { $0.path < $1.path }
  }

  private func json(_ body: ByteBuffer, _ name: String) throws(LoadError) -> JSONValue {
    try JSONReader.parse(Array(body.readableBytesView), source: JSONSource(file: name))
  }

  /// What messages call a model.
  static func name(_ address: HubAddress) -> String {
    "hub:" + address.id + (address.revision.map { "@" + $0 } ?? "")
  }

  /// An address on the hub, every step encoded.
  func url(
    _ steps: [String], query: String? = nil, _ name: String
  ) throws(LoadError) -> URL {
    var allowed = CharacterSet(charactersIn: "a"..."z")
    allowed.insert(charactersIn: "A"..."Z")
    allowed.insert(charactersIn: "0"..."9")
    allowed.insert(charactersIn: "-._~")
    let path = steps.map { "/" + ($0.addingPercentEncoding(withAllowedCharacters: allowed) ?? "") }
    let text = settings.endpoint.absoluteString + path.joined() + (query.map { "?" + $0 } ?? "")
    guard let url = URL(string: text) else {
      throw LoadError(.notFound, "is no address on the hub", file: name)
    }
    return url
  }

  /// Where a file of a commit is.
  func url(
    of file: String, in address: HubAddress, at commit: String
  ) throws(LoadError) -> URL {
    try url(
      address.steps + ["resolve", commit] + file.split(separator: "/").map(String.init),
      Self.name(address))
  }
}

extension HubAddress {
  /// The id's steps in a path.
  var steps: [String] { [owner, name].compactMap(\.self) }
}
