import Foundation
import Load
import NIOCore
import NIOHTTP1
import Synchronization

/// The way to one file of a commit: the hub's address of it, and where the hub led to last.
final class HubLink: Sendable {
  let name: String
  let file: HubListing.File
  private let commit: String
  private let url: URL
  private let client: HubClient

  private struct State {
    /// A signed address that leads to the bytes for a while.
    var direct: (url: URL, until: ContinuousClock.Instant)?
    /// Tags of the content by where they came from: each storage has its own.
    var tags: [HubOrigin: String] = [:]
  }

  private let state = Mutex(State())

  /// For how long an address is used again; hubs sign them for an hour.
  private static let lifetime = Duration.seconds(600)

  /// - Parameter name: what messages call the file.
  init(
    _ file: HubListing.File, name: String, url: URL, commit: String, client: HubClient
  ) {
    self.name = name
    self.file = file
    self.url = url
    self.commit = commit
    self.client = client
  }

  /// The bytes of a range, which is not empty.
  ///
  /// - Throws: `.changedWhileRead` if the file is not what was listed.
  func fetch(_ range: Range<Int>) throws(LoadError) -> ByteBuffer {
    if let direct = state.withLock({ $0.direct }), direct.until > .now {
      let request = HubClient.Request(
        url: direct.url, range: range, limit: range.count, name: name, isRetried: false)
      if let answer = try? client.get(request), (try? check(answer, range)) != nil {
        return answer.body
      }
      state.withLock { $0.direct = nil }
    }
    let answer = try client.get(
      HubClient.Request(url: url, range: range, limit: range.count, name: name))
    try check(answer, range)
    if HubOrigin(answer.url) != HubOrigin(url) {
      state.withLock { $0.direct = (answer.url, .now + Self.lifetime) }
    }
    return answer.body
  }

  /// The whole file, which is small.
  func fetchAll() throws(LoadError) -> ByteBuffer {
    let answer = try client.get(
      HubClient.Request(url: url, range: nil, limit: file.byteCount, name: name))
    guard answer.body.readableBytes == file.byteCount else {
      throw changed("has \(answer.body.readableBytes) bytes, \(file.byteCount) are listed")
    }
    try checkHead(answer)
    return answer.body
  }

  private func check(_ answer: HubClient.Answer, _ range: Range<Int>) throws(LoadError) {
    try checkHead(answer)
    let count = answer.body.readableBytes
    if answer.status == 206 {
      let said = answer.headers.first(name: "Content-Range") ?? ""
      guard let match = said.wholeMatch(of: /bytes (\d+)-(\d+)\/(\d+|\*)/),
        Int(match.1) == range.lowerBound, Int(match.2) == range.upperBound - 1,
        count == range.count
      else {
        throw LoadError(
          .readFailed, "the hub sends another part than the one asked for", file: name,
          offset: UInt64(range.lowerBound))
      }
      guard match.3 == "*" || Int(match.3) == file.byteCount else {
        throw changed("has \(match.3) bytes, \(file.byteCount) are listed")
      }
    } else {
      // The whole is as good where the whole was asked for.
      guard range == 0..<file.byteCount, count == file.byteCount else {
        throw LoadError(
          .readFailed, "the hub does not send parts of files; download the model instead",
          file: name)
      }
    }
  }

  private func checkHead(_ answer: HubClient.Answer) throws(LoadError) {
    if let commit = answer.commit, commit != self.commit {
      throw changed("is of commit \(LoadError.quote(commit)) now")
    }
    if let size = answer.linkedSize, size != file.byteCount {
      throw changed("has \(size) bytes, \(file.byteCount) are listed")
    }
    let linked = answer.linkedTag.map(Self.bare)
    if let linked, let sha256 = file.sha256, linked.utf8.count == 64, linked != sha256 {
      throw changed("has another SHA-256 than was listed")
    }
    guard let tag = answer.headers.first(name: "ETag"), let origin = HubOrigin(answer.url) else {
      return
    }
    let known = state.withLock { state in
      let known = state.tags[origin]
      if known == nil { state.tags[origin] = tag }
      return known ?? tag
    }
    guard known == tag else { throw changed("is another file than before") }
  }

  private static func bare(_ tag: String) -> String {
    let tag = tag.hasPrefix("W/") ? tag.dropFirst(2) : Substring(tag)
    return tag.trimmingCharacters(in: CharacterSet(charactersIn: "\""))
  }

  private func changed(_ what: String) -> LoadError {
    LoadError(.changedWhileRead, "the file on the hub \(what); run again", file: name)
  }
}
