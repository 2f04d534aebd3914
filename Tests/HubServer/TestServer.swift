import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// A server over HTTP/1.1 on a port of this machine, which answers as it is told.
package final class TestServer: Sendable {
  package struct Request: Sendable {
    /// With the query, as it was sent.
    package var path: String
    package var authorization: String?
    package var cookie: String?
    package var range: Range<Int>?
  }

  package struct Reply: Sendable {
    package enum Ending: Sendable {
      case whole
      /// The connection ends after so many bytes of the body.
      case cut(Int)
      /// So many bytes come, and then nothing.
      case stall(Int)
      /// The body is sent again and again, for as long as anybody listens.
      case endless
    }

    package var status: Int
    package var headers: [(String, String)]
    package var body: [UInt8]
    package var ending = Ending.whole

    package init(
      _ status: Int, _ headers: [(String, String)] = [], _ body: [UInt8] = [],
      ending: Ending = .whole
    ) {
      (self.status, self.headers, self.body, self.ending) = (status, headers, body, ending)
    }
  }

  private let channel: any Channel
  private let log = Mutex<[Request]>([])
  private let sent = Mutex<Int>(0)

  /// - Parameter answer: called on a thread of the server's.
  package init(answer: @escaping @Sendable (Request) -> Reply) throws {
    let holder = Holder()
    channel = try ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.configureHTTPServerPipeline()
          try channel.pipeline.syncOperations.addHandler(
            Connection { request in
              holder.server?.record(request)
              return answer(request)
            } sent: {
              holder.server?.count($0)
            })
        }
      }
      .bind(host: "127.0.0.1", port: 0).wait()
    holder.server = self
  }

  /// `@unchecked Sendable`: set once, before the address is known to anybody.
  private final class Holder: @unchecked Sendable {
    weak var server: TestServer?
  }

  package var address: String { "http://127.0.0.1:\(channel.localAddress?.port ?? 0)" }

  /// What was asked, in order.
  package var requests: [Request] { log.withLock { $0 } }

  /// Bytes of bodies that were sent.
  package var bytesSent: Int { sent.withLock { $0 } }

  package func forget() {
    log.withLock { $0 = [] }
    sent.withLock { $0 = 0 }
  }

  private func record(_ request: Request) { log.withLock { $0.append(request) } }
  private func count(_ bytes: Int) { sent.withLock { $0 += bytes } }

  package func stop() { try? channel.close().wait() }

  deinit { channel.close(promise: nil) }
}

private final class Connection: ChannelInboundHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias OutboundOut = HTTPServerResponsePart

  private let answer: (TestServer.Request) -> TestServer.Reply
  private let sent: (Int) -> Void
  private var request: TestServer.Request?
  private var repeated: [UInt8]?

  init(
    answer: @escaping (TestServer.Request) -> TestServer.Reply, sent: @escaping (Int) -> Void
  ) {
    self.answer = answer
    self.sent = sent
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head(let head):
      request = TestServer.Request(
        path: head.uri, authorization: head.headers.first(name: "Authorization"),
        cookie: head.headers.first(name: "Cookie"),
        range: head.headers.first(name: "Range").flatMap(Self.range))
    case .body: break
    case .end:
      guard let request else { return }
      self.request = nil
      reply(answer(request), context)
    }
  }

  private static func range(_ text: String) -> Range<Int>? {
    guard let match = text.wholeMatch(of: /bytes=(\d+)-(\d+)/), let first = Int(match.1),
      let last = Int(match.2), first <= last
    else { return nil }
    return first..<last + 1
  }

  private func reply(_ reply: TestServer.Reply, _ context: ChannelHandlerContext) {
    var headers = HTTPHeaders(reply.headers)
    var body = reply.body[...]
    switch reply.ending {
    case .endless: headers.replaceOrAdd(name: "Transfer-Encoding", value: "chunked")
    default:
      if !headers.contains(name: "Content-Length"), !headers.contains(name: "Transfer-Encoding") {
        headers.add(name: "Content-Length", value: "\(reply.body.count)")
      }
    }
    if case .cut(let count) = reply.ending { body = body.prefix(count) }
    if case .stall(let count) = reply.ending { body = body.prefix(count) }
    context.write(
      wrapOutboundOut(
        .head(
          HTTPResponseHead(
            version: .http1_1, status: HTTPResponseStatus(statusCode: reply.status),
            headers: headers))), promise: nil)
    context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: body)))), promise: nil)
    sent(body.count)
    switch reply.ending {
    case .whole: context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    case .stall: context.flush()
    case .cut:
      context.flush()
      context.close(promise: nil)
    case .endless:
      repeated = reply.body
      `repeat`(context)
    }
  }

  private func `repeat`(_ context: ChannelHandlerContext) {
    guard let repeated, context.channel.isActive else { return }
    sent(repeated.count)
    let next = context.loopBound
    context.writeAndFlush(
      wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: repeated))))
    ).assumeIsolated().whenSuccess { self.repeat(next.value) }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    context.close(promise: nil)
  }
}
