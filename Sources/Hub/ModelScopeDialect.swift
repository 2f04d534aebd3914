import Foundation
import Load

/// The routes of ModelScope, as its own client (`modelscope` 1.40, `modelscope_hub` 0.5) asks them.
///
///     GET /api/v1/models/OWNER/NAME/repo/files?Revision=master&Recursive=True
///     GET /api/v1/models/OWNER/NAME/repo?Revision=COMMIT&FilePath=FILE
///
/// A listing has the SHA-256 of every file and the commit that changed it last, by which its bytes are
/// asked for: what is read stays of the state that was listed.
struct ModelScopeDialect: HubDialect {
  let endpointVariable = "MODELSCOPE_ENDPOINT"
  let standardEndpoint = "https://modelscope.cn"
  let tokenVariable = "MODELSCOPE_API_TOKEN"

  /// The server lists no more, and does not say so.
  private static let mostListed = 3000

  /// Its older routes know the cookie, its newer ones the header.
  func credentials(_ token: String) -> [(name: String, value: String)] {
    [("Authorization", "Bearer " + token), ("Cookie", "m_session_id=" + token)]
  }

  func url(
    of file: HubListing.File, in address: HubAddress, at commit: String, by client: HubClient
  ) throws(LoadError) -> URL {
    let revision = HubClient.encoded(file.revision ?? commit)
    return try client.url(
      ["api", "v1", "models"] + address.steps + ["repo"],
      query: "Revision=\(revision)&FilePath=\(HubClient.encoded(file.path))",
      HubClient.name(address))
  }

  func listing(
    of address: HubAddress, by client: HubClient
  ) throws(LoadError) -> HubListing {
    let name = HubClient.name(address)
    let revision = HubClient.encoded(address.revision ?? "master")
    let answer = try client.get(
      HubClient.Request(
        url: try client.url(
          ["api", "v1", "models"] + address.steps + ["repo", "files"],
          query: "Revision=\(revision)&Recursive=True", name),
        limit: client.settings.limits.listingByteCount, name: name))
    let root = try client.json(answer.body, name)
    guard root["Code"]?.integer ?? 200 == 200, root["Success"] != .bool(false) else {
      throw LoadError(.notFound, "the hub has no such model, or keeps it private", file: name)
    }
    // Of a revision that is not there it lists nothing, as an answer that succeeds.
    guard let entries = root["Data"]?["Files"]?.array else {
      throw LoadError(.notFound, "the hub has no such revision of it", file: name)
    }
    guard entries.count < Self.mostListed else {
      throw LoadError(
        .limitExceeded, "the hub lists \(Self.mostListed) of its files and no others; download it",
        file: name)
    }
    var files: [HubListing.File] = []
    for entry in entries where entry["Type"]?.string != "tree" {
      guard let path = entry["Path"]?.string, let size = entry["Size"]?.integer else {
        throw LoadError(.metadataMalformed, "the hub lists a file without size", file: name)
      }
      var file = HubListing.File(path: path, byteCount: size)
      file.sha256 = entry["Sha256"]?.string?.lowercased()
      file.revision = entry["Revision"]?.string.flatMap { HubAddress.isCommit($0) ? $0 : nil }
      files.append(file)
    }
    let pinned = address.isPinned ? address.revision : nil
    guard
      let commit = Self.commit(
        root["Data"]?["LatestCommitter"],
        among: [pinned].compactMap(\.self) + files.compactMap(\.revision))
    else {
      throw LoadError(.metadataMalformed, "the hub names no commit", file: name)
    }
    guard pinned ?? commit == commit else {
      throw LoadError(.readFailed, "the hub answers with another commit, \(commit)", file: name)
    }
    return HubListing(commit: commit, files: files)
  }

  /// The commit that was listed.
  ///
  /// The hub names its first eight digits: whoever asked for it, or a file that it changed, has all of them.
  /// Where it changed none, as a merge or a removal, those eight have to do.
  private static func commit(_ head: JSONValue?, among known: [String]) -> String? {
    if let id = head?["Id"]?.string, HubAddress.isCommit(id) { return id }
    guard let short = head?["ShortId"]?.string, (7...40).contains(short.utf8.count),
      HubAddress.isDigest(short, digits: short.utf8.count)
    else { return nil }
    return known.first { $0.hasPrefix(short) } ?? short
  }
}
