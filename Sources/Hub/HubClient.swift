import Foundation
import Load
import NIOCore
import NIOHTTP1
import Synchronization

/// Asks a hub, follows where it leads, and tries again what may pass.
///
/// The token goes to the endpoint's origin only. A redirect may lead to another host over TLS, never
/// to another scheme, nor to this machine unless the hub itself is there.
final class HubClient: Sendable {
  let settings: HubSettings
  let transport: HubTransport
  private let origin: HubOrigin?
  /// Seconds that requests of this run have waited together.
  private let waited = Mutex(0.0)

  init(_ settings: HubSettings) {
    self.settings = settings
    transport = HubTransport(settings)
    origin = HubOrigin(settings.endpoint)
  }

  struct Request: Sendable {
    var url: URL
    var range: Range<Int>?
    /// Bytes that the answer may have.
    var limit: Int
    /// What messages call what is asked for.
    var name: String
    var isRetried = true
  }

  struct Answer: Sendable {
    var status: Int
    var headers: HTTPHeaders
    var body: ByteBuffer
    /// Where the bytes came from.
    var url: URL
    /// What the hub says of a file before it leads to the bytes.
    var commit: String?
    var linkedTag: String?
    var linkedSize: Int?
  }

  enum Failure: Error {
    case final(LoadError)
    /// May be otherwise next time.
    case passing(String, wish: Double?)
  }

  func get(_ request: Request) throws(LoadError) -> Answer {
    try spend(request.range?.count ?? 0, on: request.name)
    var failures = 0
    while true {
      do throws(Failure) {
        return try attempt(request)
      } catch {
        switch error {
        case .final(let error): throw error
        case .passing(let reason, let wish):
          failures += 1
          guard request.isRetried, failures < settings.retry.attempts else {
            let times = failures > 1 ? " (\(failures) attempts)" : ""
            throw LoadError(.readFailed, "\(reason)\(times); try again later", file: request.name)
          }
          if let wish, wish > settings.retry.longestWish {
            throw LoadError(
              .readFailed,
              "\(reason), and asks to wait \(Int(min(wish, 1e9))) seconds; try again then",
              file: request.name)
          }
          let delay = settings.retry.delay(after: failures, wish: wish)
          let total = waited.withLock { waited in
            waited += delay
            return waited
          }
          guard total <= settings.retry.longestWait else {
            throw LoadError(
              .readFailed,
              "\(reason); waited \(Int(total - delay)) seconds in all, try again later",
              file: request.name)
          }
          settings.retry.sleep(delay)
        }
      }
    }
  }

  private func spend(_ count: Int, on name: String) throws(LoadError) {
    guard !settings.meter.take(count) else { return }
    throw LoadError(
      .limitExceeded,
      "reading it would take more from the hub than --budget allows, "
        + "\(settings.meter.budget ?? 0) bytes",
      file: name)
  }

  private func attempt(_ request: Request) throws(Failure) -> Answer {
    var url = request.url
    var visited: Set<URL> = [url]
    var (commit, tag, size): (String?, String?, Int?)
    for _ in 0...settings.limits.redirectCount {
      let isAtHub = HubOrigin(url) == origin
      let response = try send(request, to: url, isAtHub: isAtHub)
      if isAtHub {
        commit = response.headers.first(name: "X-Repo-Commit") ?? commit
        tag = response.headers.first(name: "X-Linked-ETag") ?? tag
        size = response.headers.first(name: "X-Linked-Size").flatMap { Int($0) } ?? size
      }
      switch response.status {
      case 200..<300:
        return Answer(
          status: response.status, headers: response.headers, body: response.body, url: url,
          commit: commit, linkedTag: tag, linkedSize: size)
      case 301, 302, 303, 307, 308:
        url = try next(response.headers.first(name: "Location"), from: url, of: request)
        guard visited.insert(url).inserted else {
          throw .final(refusal("the hub redirects in a circle", request))
        }
      default: throw failure(response, of: request, isAtHub: isAtHub)
      }
    }
    throw .final(
      refusal("the hub redirects more than \(settings.limits.redirectCount) times", request))
  }

  private func send(
    _ request: Request, to url: URL, isAtHub: Bool
  ) throws(Failure) -> HubTransport.Response {
    var headers: HTTPHeaders = [
      "User-Agent": "shellcheck-model", "Accept": "*/*", "Accept-Encoding": "identity",
    ]
    if let range = request.range {
      headers.add(name: "Range", value: "bytes=\(range.lowerBound)-\(range.upperBound - 1)")
    }
    if isAtHub, let token = settings.token {
      for (name, value) in settings.dialect.credentials(token) {
        headers.add(name: name, value: value)
      }
    }
    let expected = request.range?.count ?? min(request.limit, 16 << 20)
    do throws(HubTransport.Failure) {
      return try transport.get(url, headers: headers, expected: expected) {
        [limit = request.limit] status, _ in (200..<300).contains(status) ? limit : 1 << 16
      }
    } catch {
      switch error {
      case .tooLong:
        throw .final(
          request.range == nil
            ? LoadError(
              .limitExceeded, "the hub sends more than \(request.limit) bytes", file: request.name)
            : refusal("the hub sends more than the part that was asked for", request))
      case .unusable: throw .final(refusal("the address cannot be used", request))
      case .broken(let reason): throw .passing(reason, wish: nil)
      }
    }
  }

  /// Where a redirect leads, if it may be followed.
  func next(
    _ location: String?, from url: URL, of request: Request
  ) throws(Failure) -> URL {
    guard let location, location.utf8.count <= 16_384,
      let next = URL(string: location, relativeTo: url)?.absoluteURL, let target = HubOrigin(next),
      next.user == nil, next.password == nil
    else {
      throw .final(refusal("the hub redirects to what is no address over HTTPS", request))
    }
    let isLocal = origin?.isLoopback ?? false
    guard target.isProtected, isLocal || !target.mayBeHere else {
      throw .final(
        refusal("the hub redirects to \(target.scheme)://\(target.host), which is refused", request)
      )
    }
    return next
  }

  private func refusal(_ message: String, _ request: Request) -> LoadError {
    LoadError(.readFailed, message, file: request.name)
  }

  private func failure(
    _ response: HubTransport.Response, of request: Request, isAtHub: Bool
  ) -> Failure {
    let status = response.status
    let wish = response.headers.first(name: "Retry-After").flatMap(Self.seconds)
    switch status {
    case 429: return .passing("the hub answers 429, too many requests", wish: wish)
    case 408, 425, 500...599: return .passing("the hub answers \(status)", wish: wish)
    case 416:
      return .final(
        LoadError(
          .changedWhileRead, "the hub has fewer bytes of it than it lists", file: request.name))
    case _ where !isAtHub:
      return .passing("the storage behind the hub answers \(status)", wish: wish)
    default:
      let code = response.headers.first(name: "X-Error-Code")
      return .final(denial(status, code, request.name))
    }
  }

  private func denial(_ status: Int, _ code: String?, _ name: String) -> LoadError {
    let hasToken = settings.token != nil
    let token =
      hasToken
      ? "use the token of an account that may" : "set \(settings.dialect.tokenVariable)"
    switch (status, code) {
    case (401, "GatedRepo"?), (403, "GatedRepo"?):
      return LoadError(
        .notPermitted, "is gated: agree to its terms on its page, and \(token)", file: name)
    case (404, "RevisionNotFound"?):
      return LoadError(.notFound, "the hub has no such revision of it", file: name)
    case (404, "EntryNotFound"?):
      return LoadError(.notFound, "the hub has no such file", file: name)
    case (401, _):
      return LoadError(
        .notPermitted,
        "is not there or private: look at the name" + (hasToken ? ", or " : ", or ") + token,
        file: name)
    case (403, _):
      return LoadError(.notPermitted, "the hub refuses access; \(token)", file: name)
    case (404, _), (410, _):
      return LoadError(.notFound, "the hub has no such model", file: name)
    default:
      return LoadError(.readFailed, "the hub answers \(status)", file: name)
    }
  }

  /// `Retry-After`: seconds, or a date.
  static func seconds(_ text: String) -> Double? {
    if let seconds = Double(text.trimmingCharacters(in: .whitespaces)) {
      return seconds.isFinite && seconds >= 0 ? seconds : nil
    }
    let format = DateFormatter()
    format.locale = Locale(identifier: "en_US_POSIX")
    format.timeZone = TimeZone(identifier: "GMT")
    format.dateFormat = "EEE, dd MMM yyyy HH:mm:ss zzz"
    return format.date(from: text).map { max(0, $0.timeIntervalSinceNow) }
  }
}
