import Crypto
import Foundation
import Synchronization

/// A hub with models, which speaks the routes that are used: large files lead to a storage at another
/// address, where no token may arrive.
package final class TestHub: Sendable {
  package struct Model: Sendable {
    package let commit: String
    package let files: [String: [UInt8]]
    /// SHA-256 of each file, and whose it is: made once, for files of many megabytes.
    let digests: [String: String]
    fileprivate let names: [String: String]
    /// Bytes from which on a file is large.
    package var largeFrom = 1024

    package init(_ files: [String: [UInt8]], commit: String = String(repeating: "c", count: 40)) {
      self.files = files
      self.commit = commit
      digests = files.mapValues(TestHub.sha256)
      names = Dictionary(digests.map { ($1, $0) }) { first, _ in first }
    }
  }

  private struct State {
    var models: [String: Model] = [:]
    var deviation: (@Sendable (TestServer.Request) -> TestServer.Reply?)?
    var stores: (@Sendable (TestServer.Request) -> TestServer.Reply?)?
    var knowsBlobs = true
  }

  private final class Contents: Sendable {
    let state = Mutex(State())
  }

  package let hub: TestServer
  package let storage: TestServer
  private let contents = Contents()

  package init(_ models: [String: Model] = [:]) throws {
    let contents = contents
    contents.state.withLock { $0.models = models }
    let storage = try TestServer { request in
      if let other = contents.state.withLock({ $0.stores })?(request) { return other }
      return Self.stored(request, contents.state.withLock { $0.models })
    }
    self.storage = storage
    let address = storage.address
    hub = try TestServer { request in
      if let other = contents.state.withLock({ $0.deviation })?(request) { return other }
      return contents.state.withLock { Self.answer(request, $0, storage: address) }
    }
  }

  /// Answers otherwise where the closure has an answer.
  package func deviate(_ answer: (@Sendable (TestServer.Request) -> TestServer.Reply?)?) {
    contents.state.withLock { $0.deviation = answer }
  }

  package func deviateInStorage(_ answer: (@Sendable (TestServer.Request) -> TestServer.Reply?)?) {
    contents.state.withLock { $0.stores = answer }
  }

  package func put(_ model: Model, as id: String) {
    contents.state.withLock { $0.models[id] = model }
  }

  /// Whether listings have the sizes of files; some mirrors do not know how.
  package func set(knowsBlobs: Bool) { contents.state.withLock { $0.knowsBlobs = knowsBlobs } }

  /// Requests for bytes of files, wherever they went.
  package var bytesSent: Int { hub.bytesSent + storage.bytesSent }

  // MARK: Routes

  private static func answer(
    _ request: TestServer.Request, _ state: State, storage: String
  ) -> TestServer.Reply {
    let plain = request.path.split(separator: "?").first.map(String.init) ?? ""
    let steps = plain.split(separator: "/").map { String($0).removingPercentEncoding ?? "" }
    if steps.starts(with: ["api", "v1", "models"]), steps.count >= 6 {
      return modelScope(request, steps, state.models["\(steps[3])/\(steps[4])"], storage: storage)
    }
    if steps.starts(with: ["api", "models"]), steps.count >= 6 {
      guard let model = state.models["\(steps[2])/\(steps[3])"] else {
        return missing("RepoNotFound")
      }
      guard [model.commit, "main"].contains(steps[5]) else { return missing("RevisionNotFound") }
      return steps[4] == "tree"
        ? tree(model) : info(model, knowsBlobs: state.knowsBlobs)
    }
    guard steps.count >= 5, steps[2] == "resolve" else { return missing("EntryNotFound") }
    let name = steps[4...].joined(separator: "/")
    guard let model = state.models["\(steps[0])/\(steps[1])"], steps[3] == model.commit,
      let bytes = model.files[name]
    else { return missing("EntryNotFound") }
    let digest = model.digests[name] ?? ""
    guard bytes.count >= model.largeFrom else {
      return part(
        bytes, request.range,
        [("X-Repo-Commit", model.commit), ("ETag", "\"\(blob(bytes))\"")])
    }
    return TestServer.Reply(
      302,
      [
        ("Location", "\(storage)/store/\(digest)?signature=%2Fabc%3D"),
        ("X-Linked-ETag", "\"\(digest)\""), ("X-Linked-Size", "\(bytes.count)"),
        ("X-Repo-Commit", model.commit),
      ])
  }

  private static func stored(
    _ request: TestServer.Request, _ models: [String: Model]
  ) -> TestServer.Reply {
    guard request.path.hasSuffix("?signature=%2Fabc%3D"), request.authorization == nil,
      request.cookie == nil
    else {
      return TestServer.Reply(403)
    }
    let digest = request.path.dropFirst("/store/".count).prefix(64)
    for model in models.values {
      guard let name = model.names[String(digest)], let bytes = model.files[name] else { continue }
      return part(bytes, request.range, [("ETag", "\"\(digest)\"")])
    }
    return TestServer.Reply(404)
  }

  /// A file or the part of it that was asked for.
  package static func part(
    _ bytes: [UInt8], _ range: Range<Int>?, _ headers: [(String, String)] = []
  ) -> TestServer.Reply {
    guard let range else { return TestServer.Reply(200, headers, bytes) }
    guard range.lowerBound < bytes.count else { return TestServer.Reply(416) }
    let part = range.clamped(to: 0..<bytes.count)
    let said = "bytes \(part.lowerBound)-\(part.upperBound - 1)/\(bytes.count)"
    return TestServer.Reply(206, headers + [("Content-Range", said)], Array(bytes[part]))
  }

  private static func missing(_ code: String) -> TestServer.Reply {
    TestServer.Reply(code == "RepoNotFound" ? 401 : 404, [("X-Error-Code", code)])
  }

  private static func info(_ model: Model, knowsBlobs: Bool) -> TestServer.Reply {
    let siblings = model.files.keys.sorted().map { name -> String in
      let bytes = model.files[name] ?? []
      guard knowsBlobs else { return #"{"rfilename":"\#(name)"}"# }
      let lfs =
        bytes.count >= model.largeFrom
        ? #","lfs":{"sha256":"\#(model.digests[name] ?? "")","size":\#(bytes.count),"pointerSize":134}"#
        : ""
      return
        #"{"rfilename":"\#(name)","size":\#(bytes.count),"blobId":"\#(blob(bytes))"\#(lfs)}"#
    }
    let text =
      #"{"id":"x","sha":"\#(model.commit)","siblings":[\#(siblings.joined(separator: ","))]}"#
    return TestServer.Reply(200, [("Content-Type", "application/json")], Array(text.utf8))
  }

  private static func tree(_ model: Model) -> TestServer.Reply {
    let entries = model.files.keys.sorted().map { name -> String in
      let bytes = model.files[name] ?? []
      return
        #"{"type":"file","path":"\#(name)","size":\#(bytes.count),"oid":"\#(blob(bytes))"}"#
    }
    return TestServer.Reply(200, [], Array("[\(entries.joined(separator: ","))]".utf8))
  }

  package static func sha256(_ bytes: [UInt8]) -> String {
    SHA256.hash(data: bytes).map { String(format: "%02x", $0) }.joined()
  }

  package static func blob(_ bytes: [UInt8]) -> String {
    var hash = Insecure.SHA1()
    hash.update(data: Data("blob \(bytes.count)\0".utf8))
    hash.update(data: bytes)
    return hash.finalize().map { String(format: "%02x", $0) }.joined()
  }
}
