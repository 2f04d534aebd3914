import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// One request over HTTP at a time and thread, answered with a bounded body.
///
/// The caller's thread waits, which must be one of its own and none of Swift's pool; the bytes come in
/// on the threads of NIO, which never wait for the caller.
final class HubTransport: Sendable {
  private let client: HTTPClient
  private let retry: HubRetry
  private let meter: HubMeter

  init(_ settings: HubSettings) {
    retry = settings.retry
    meter = settings.meter
    var configuration = HTTPClient.Configuration(
      redirectConfiguration: .disallow,
      timeout: .init(
        connect: .milliseconds(Int64(min(retry.idleSeconds, 15) * 1000)),
        read: .milliseconds(Int64(retry.idleSeconds * 1000))),
      decompression: .disabled)
    // Several connections carry more than one, and one that breaks takes one request with it.
    configuration.httpVersion = .http1Only
    configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit =
      settings.limits.connections
    // Whether it is worth another attempt is decided in one place.
    configuration.connectionPool.retryConnectionEstablishment = false
    configuration.proxy = settings.proxy.map { proxy in
      .server(
        host: proxy.host, port: proxy.port,
        authorization: proxy.user.map {
          .basic(username: $0, password: proxy.password ?? "")
        })
    }
    client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
  }

  deinit { try? client.syncShutdown() }

  struct Response: Sendable {
    var status: Int
    var headers: HTTPHeaders
    var body: ByteBuffer
  }

  enum Failure: Error {
    /// The body is longer than it may be.
    case tooLong
    case unusable
    /// The connection failed; another may not.
    case broken(String)
  }

  /// - Parameters:
  ///   - url: of a scheme and host that were approved.
  ///   - limit: bytes that the body may have, by status and headers.
  ///   - expected: bytes that it should have, from which the time follows that it may take.
  func get(
    _ url: URL, headers: HTTPHeaders, expected: Int,
    limit: @escaping @Sendable (Int, HTTPHeaders) -> Int
  ) throws(Failure) -> Response {
    meter.addRequest()
    let answer = BoundedAnswer(limit: limit)
    do {
      let request = try HTTPClient.Request(url: url, headers: headers)
      let task = client.execute(
        request: request, delegate: answer,
        deadline: .now() + .milliseconds(Int64(retry.deadline(for: expected) * 1000)))
      let response = try task.wait()
      meter.add(bytes: response.body.readableBytes)
      return response
    } catch let error as Failure {
      meter.add(bytes: answer.count)
      if let head = answer.headOfRefusal { return head }
      throw error
    } catch let error as HTTPClientError {
      meter.add(bytes: answer.count)
      if let head = answer.headOfRefusal { return head }
      switch error {
      case .readTimeout, .deadlineExceeded: throw .broken("no answer came in time")
      case .connectTimeout, .getConnectionFromPoolTimeout: throw .broken("no connection in time")
      case .remoteConnectionClosed: throw .broken("the connection was cut")
      case .invalidURL, .emptyHost, .emptyScheme: throw .unusable
      default: throw .broken("the connection failed (\(error.shortDescription))")
      }
    } catch {
      meter.add(bytes: answer.count)
      if let head = answer.headOfRefusal { return head }
      throw .broken(Self.words(for: error))
    }
  }

  /// What errors of sockets and TLS come to, without what a server wrote.
  private static func words(for error: any Error) -> String {
    switch error {
    case let error as NIOConnectionError:
      error.dnsAError != nil && error.connectionErrors.isEmpty
        ? "the name \(error.host) leads nowhere" : "no connection to \(error.host):\(error.port)"
    case let error as IOError
    where [ECONNREFUSED, EHOSTUNREACH, ENETUNREACH].contains(error.errnoCode):
      "there is no connection to the hub"
    case is ChannelError, is IOError: "the connection was cut"
    case is HTTPParserError: "the answer is not HTTP"
    default: "the connection failed (\(type(of: error)))"
    }
  }
}

/// Collects an answer, and stops one that is longer than it may be.
private final class BoundedAnswer: HTTPClientResponseDelegate {
  typealias Response = HubTransport.Response

  private struct State {
    var head: HTTPResponseHead?
    var limit = 0
    var body = ByteBuffer()
    var wasStopped = false
  }

  private let limit: @Sendable (Int, HTTPHeaders) -> Int
  private let state = Mutex(State())

  init(limit: @escaping @Sendable (Int, HTTPHeaders) -> Int) { self.limit = limit }

  var count: Int { state.withLock { $0.body.readableBytes } }

  /// The head of an answer that is no success, whose body came to nothing.
  var headOfRefusal: Response? {
    state.withLock { state in
      guard state.wasStopped, let head = state.head, head.status.code >= 300 else { return nil }
      return Response(
        status: Int(head.status.code), headers: head.headers, body: ByteBuffer())
    }
  }

  func didReceiveHead(
    task: HTTPClient.Task<Response>, _ head: HTTPResponseHead
  ) -> EventLoopFuture<Void> {
    let limit = limit(Int(head.status.code), head.headers)
    let announced = head.headers.first(name: "Content-Length").flatMap { Int($0) }
    let isTooLong = state.withLock { state in
      state.head = head
      state.limit = limit
      return (announced ?? 0) > limit
    }
    return isTooLong ? stop(task) : task.eventLoop.makeSucceededVoidFuture()
  }

  func didReceiveBodyPart(
    task: HTTPClient.Task<Response>, _ buffer: ByteBuffer
  ) -> EventLoopFuture<Void> {
    let isTooLong = state.withLock { state in
      guard state.body.readableBytes + buffer.readableBytes <= state.limit else { return true }
      var buffer = buffer
      state.body.writeBuffer(&buffer)
      return false
    }
    return isTooLong ? stop(task) : task.eventLoop.makeSucceededVoidFuture()
  }

  private func stop(_ task: HTTPClient.Task<Response>) -> EventLoopFuture<Void> {
    state.withLock { $0.wasStopped = true }
    return task.eventLoop.makeFailedFuture(HubTransport.Failure.tooLong)
  }

  func didFinishRequest(task: HTTPClient.Task<Response>) throws -> Response {
    try state.withLock { state in
      guard let head = state.head else { throw HTTPClientError.remoteConnectionClosed }
      let body = state.body
      state.body = ByteBuffer()
      return Response(status: Int(head.status.code), headers: head.headers, body: body)
    }
  }
}
