import Foundation
import HubServer
import Load
import TestSupport
import Testing

@testable import Hub

/// Hubs that mean harm: none gets a token that is not its own, more memory than is meant for it, or the
/// tool to ask somebody else.
@Suite struct HostileHubTests {
  private static let token = ["HF_TOKEN": "hf_secret"]

  @Test func theTokenGoesToTheHubOnly() throws {
    let fixture = try HubFixture()
    #expect(try fixture.failure(Self.token) == nil)
    let hub = fixture.hub.hub.requests
    #expect(!hub.isEmpty && hub.allSatisfy { $0.authorization == "Bearer hf_secret" })
    #expect(!fixture.storageRequests.isEmpty)
    #expect(fixture.storageRequests.allSatisfy { $0.authorization == nil })
  }

  @Test func aTokenIsNoPartOfAMessage() throws {
    let fixture = try HubFixture()
    fixture.hub.deviate { _ in TestServer.Reply(403) }
    #expect(try fixture.failure(Self.token)?.description.contains("secret") == false)
  }

  @Test func anotherHostNeverGetsTheTokenWhateverTheHubSays() throws {
    let fixture = try HubFixture()
    let other = try TestServer { _ in TestServer.Reply(404) }
    let address = other.address
    fixture.hub.deviate { request in
      TestServer.Reply(307, [("Location", address + request.path)])
    }
    _ = try fixture.failure(Self.token) { $0.retry.attempts = 1 }
    #expect(!other.requests.isEmpty)
    #expect(other.requests.allSatisfy { $0.authorization == nil })
  }

  @Test(arguments: [
    "file:///etc/passwd", "ftp://127.0.0.1/x", "gopher://x", "http://example.com/x",
    "https://user:password@example.com/", "//", "", "data:text/plain,x", "http://10.0.0.1/x",
    "https://127.0.0.1:70000/", "https://1.2.3.4:70000/", "https://1.2.3.4:0/",
  ])
  func aRedirectElsewhereIsRefused(location: String) throws {
    let fixture = try HubFixture()
    fixture.hub.deviate { _ in TestServer.Reply(302, [("Location", location)]) }
    let error = try #require(try fixture.failure(Self.token))
    #expect(error.code == .readFailed)
    #expect(error.message.contains("redirects"))
    #expect(fixture.hub.hub.requests.count == 1)
  }

  /// The fixture's hub is here itself; one elsewhere leads to nothing on this machine.
  @Test(arguments: [
    "https://127.0.0.1/", "https://localhost/x", "https://localhost./", "https://127.8.9.1/",
    "https://0.0.0.0/", "https://[::1]/", "https://[::ffff:127.0.0.1]/", "https://2130706433/",
  ])
  func aRedirectToThisMachineIsRefused(location: String) throws {
    let settings = try HubSettings(
      environment: ["HF_ENDPOINT": "https://hub.example"], cacheFolder: nil)
    let request = HubClient.Request(
      url: try #require(URL(string: "https://hub.example/x")), limit: 1, name: "x")
    let client = HubClient(settings)
    #expect(throws: HubClient.Failure.self) {
      try client.next(location, from: request.url, of: request)
    }
    let elsewhere = try client.next("https://cdn.example/x", from: request.url, of: request)
    #expect(elsewhere.absoluteString == "https://cdn.example/x")
  }

  @Test func sizesBeyondAllMeasureAreRefused() throws {
    let fixture = try HubFixture()
    let sibling = #"{"rfilename": "NUMBER.safetensors", "size": 8796093022208}"#
    let siblings = (0..<9000).map { sibling.replacing("NUMBER", with: String($0)) }
    let body =
      #"{"sha": "\#(HubFixture.commit)", "siblings": ["# + siblings.joined(separator: ",") + "]}"
    fixture.hub.deviate { _ in TestServer.Reply(200, [], Array(body.utf8)) }
    #expect(try fixture.failure()?.message.contains("lists more than") == true)
  }

  /// A pattern that goes back and forth would take seconds for the first of these.
  @Test func aLongLinkIsReadOnce() throws {
    let fixture = try HubFixture()
    fixture.hub.set(knowsBlobs: false)
    let link = String(repeating: "<>;", count: 5_000) + "<https://other.example/>; rel=next"
    fixture.hub.deviate { request in
      request.path.contains("/tree/")
        ? TestServer.Reply(200, [("Link", link)], Array("[]".utf8)) : nil
    }
    #expect(try fixture.failure()?.message.contains("at another place") == true)
    fixture.hub.deviate { request in
      request.path.contains("/tree/")
        ? TestServer.Reply(200, [("Link", link + link)], Array("[]".utf8)) : nil
    }
    #expect(try fixture.failure()?.message.contains("too long") == true)
  }

  @Test func redirectsInACircleEnd() throws {
    let fixture = try HubFixture()
    fixture.hub.deviate { request in TestServer.Reply(302, [("Location", request.path)]) }
    #expect(try fixture.failure()?.message.contains("in a circle") == true)
    fixture.hub.hub.forget()
    fixture.hub.deviate { request in TestServer.Reply(302, [("Location", request.path + "x")]) }
    #expect(try fixture.failure()?.message.contains("more than 5 times") == true)
    #expect(fixture.hub.hub.requests.count == 6)
  }

  @Test func anEndlessListingEnds() throws {
    let fixture = try HubFixture()
    fixture.hub.deviate { _ in
      TestServer.Reply(200, [], [UInt8](repeating: 32, count: 1 << 16), ending: .endless)
    }
    let error = try fixture.failure { $0.limits.listingByteCount = 1 << 20 }
    #expect(error?.code == .limitExceeded)
  }

  @Test func anEndlessRefusalEnds() throws {
    let fixture = try HubFixture()
    fixture.hub.deviate { _ in
      TestServer.Reply(404, [], [UInt8](repeating: 32, count: 1 << 16), ending: .endless)
    }
    #expect(try fixture.failure()?.code == .notFound)
  }

  @Test func anEndlessPartEnds() throws {
    let fixture = try HubFixture()
    fixture.hub.deviateInStorage { _ in
      TestServer.Reply(206, [], [UInt8](repeating: 1, count: 1 << 16), ending: .endless)
    }
    let error = try fixture.failure { $0.retry.attempts = 1 }
    #expect(error?.message.contains("more than the part") == true)
  }

  @Test func aGiganticListingIsRefused() throws {
    let fixture = try HubFixture()
    let names = (0..<50).map { #"{"rfilename":"f\#($0)","size":1}"# }.joined(separator: ",")
    let text = #"{"sha":"\#(HubFixture.commit)","siblings":[\#(names)]}"#
    fixture.hub.deviate { _ in TestServer.Reply(200, [], Array(text.utf8)) }
    #expect(try fixture.failure { $0.limits.fileCount = 49 }?.code == .limitExceeded)
  }

  @Test func pagesWithoutEndEnd() throws {
    let fixture = try HubFixture()
    fixture.hub.set(knowsBlobs: false)
    fixture.hub.deviate { request in
      request.path.contains("/tree/")
        ? TestServer.Reply(
          200, [("Link", "<\(request.path)x>; rel=\"next\"")], Array("[]".utf8)) : nil
    }
    #expect(try fixture.failure { $0.limits.pageCount = 3 }?.code == .limitExceeded)
    fixture.hub.deviate { request in
      request.path.contains("/tree/")
        ? TestServer.Reply(
          200, [("Link", "<https://example.com/x>; rel=\"next\"")], Array("[]".utf8)) : nil
    }
    #expect(try fixture.failure()?.message.contains("another place") == true)
  }

  @Test(arguments: [
    "../../evil", "/etc/passwd", "a/../../b", "a//b", "", "a\\b", "a\u{0}b",
  ])
  func aFileOutsideTheRepositoryIsRefused(name: String) throws {
    let fixture = try HubFixture()
    let quoted = name.replacing("\\", with: "\\\\").replacing("\u{0}", with: "\\u0000")
    let text =
      #"{"sha":"\#(HubFixture.commit)","siblings":[{"rfilename":"\#(quoted)","size":1}]}"#
    fixture.hub.deviate { _ in TestServer.Reply(200, [], Array(text.utf8)) }
    #expect(try fixture.failure()?.code == .metadataMalformed)
  }

  @Test(arguments: [
    "", "{", "[]", "{}", #"{"sha":"x"}"#, #"{"sha":5,"siblings":{}}"#,
    #"{"sha":"../../../../../../../../../../../../../etc"}"#,
  ])
  func whatIsNoListingIsRefused(text: String) throws {
    let fixture = try HubFixture()
    fixture.hub.deviate { _ in TestServer.Reply(200, [], Array(text.utf8)) }
    #expect(try fixture.failure()?.code == .metadataMalformed)
  }

  @Test(arguments: [-1, Int.max])
  func aSizeThatIsNoneIsRefused(size: Int) throws {
    let fixture = try HubFixture()
    let text =
      #"{"sha":"\#(HubFixture.commit)","siblings":[{"rfilename":"model.safetensors","size":\#(size)}]}"#
    fixture.hub.deviate { _ in TestServer.Reply(200, [], Array(text.utf8)) }
    #expect(try fixture.failure()?.code == .metadataMalformed)
  }
}
