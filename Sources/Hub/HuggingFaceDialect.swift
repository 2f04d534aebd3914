import Foundation
import Load
import NIOCore
import NIOHTTP1

/// The routes of Hugging Face, which mirrors speak too.
struct HuggingFaceDialect: HubDialect {
  let endpointVariable = "HF_ENDPOINT"
  let standardEndpoint = "https://huggingface.co"
  let tokenVariable = "HF_TOKEN"

  func credentials(_ token: String) -> [(name: String, value: String)] {
    [("Authorization", "Bearer " + token)]
  }

  func url(
    of file: HubListing.File, in address: HubAddress, at commit: String, by client: HubClient
  ) throws(LoadError) -> URL {
    try client.url(
      address.steps + ["resolve", commit] + file.path.split(separator: "/").map(String.init),
      HubClient.name(address))
  }

  func listing(
    of address: HubAddress, by client: HubClient
  ) throws(LoadError) -> HubListing {
    let name = HubClient.name(address)
    let revision = address.revision ?? "main"
    let answer = try client.get(
      HubClient.Request(
        url: try client.url(
          ["api", "models"] + address.steps + ["revision", revision], query: "blobs=true", name),
        limit: client.settings.limits.listingByteCount, name: name))
    let info = try client.json(answer.body, name)
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
    if !isComplete { files = try tree(of: address, at: commit, by: client) }
    return HubListing(commit: commit, files: files)
  }

  /// The files by the pages of the tree.
  private func tree(
    of address: HubAddress, at commit: String, by client: HubClient
  ) throws(LoadError) -> [HubListing.File] {
    let name = HubClient.name(address)
    let settings = client.settings
    var page: URL? = try client.url(
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
      let answer = try client.get(HubClient.Request(url: url, limit: budget, name: name))
      budget -= answer.body.readableBytes
      for entry in try client.json(answer.body, name).array ?? []
      where entry["type"]?.string == "file" {
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
}
