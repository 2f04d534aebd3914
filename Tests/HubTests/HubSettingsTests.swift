import Foundation
import Load
import TestSupport
import Testing

@testable import Hub

/// What of the environment is heard, and what is refused.
@Suite struct HubSettingsTests {
  private static func settings(_ environment: [String: String]) throws -> HubSettings {
    try HubSettings(environment: environment, cacheFolder: nil)
  }

  @Test func theHubIsTheUsualOneOverTLS() throws {
    #expect(try Self.settings([:]).endpoint.absoluteString == "https://huggingface.co")
    #expect(
      try Self.settings(["HF_ENDPOINT": "https://hub.example/x/"]).endpoint.absoluteString
        == "https://hub.example/x")
  }

  @Test(arguments: [
    "http://huggingface.co", "http://10.0.0.1", "http://127.0.0.1.example.com", "file:///x", "x",
    "ftp://127.0.0.1", "https://", "https://user:password@hub.example", "http://localhost.x",
  ])
  func otherHubsAreRefused(address: String) throws {
    #expect(throws: LoadError.self) { _ = try Self.settings(["HF_ENDPOINT": address]) }
  }

  @Test(arguments: ["http://127.0.0.1:8080", "http://localhost", "http://[::1]:80"])
  func plainHTTPIsForThisMachine(address: String) throws {
    #expect(try Self.settings(["HF_ENDPOINT": address]).endpoint.absoluteString == address)
  }

  /// A token that the hub's client stored is for that hub, not for whatever the endpoint names.
  @Test func aStoredTokenIsForTheUsualHubOnly() throws {
    let folder = try TemporaryFolder()
    try folder.write("token", text: "hf_stored\n")
    let home = ["HF_HOME": folder.path]
    #expect(try Self.settings(home).token == "hf_stored")
    #expect(
      try Self.settings(home.merging(["HF_ENDPOINT": "https://hub.example"]) { $1 }).token == nil)
    #expect(
      try Self.settings(
        home.merging(["HF_ENDPOINT": "https://huggingface.co.example"]) { $1 }
      ).token == nil)
    #expect(
      try Self.settings(home.merging(["HF_HUB_DISABLE_IMPLICIT_TOKEN": "1"]) { $1 }).token == nil)
    #expect(try Self.settings(home.merging(["HF_TOKEN": " hf_given "]) { $1 }).token == "hf_given")
  }

  @Test func aTokenThatWouldAddAHeaderIsRefused() throws {
    #expect(throws: LoadError.self) {
      _ = try Self.settings(["HF_TOKEN": "x\r\nHost: y"])
    }
  }

  @Test func theProxyIsTheUsualOne() throws {
    let proxy = try Self.settings(["HTTPS_PROXY": "http://user:word@proxy.example:3128"]).proxy
    #expect(proxy?.host == "proxy.example" && proxy?.port == 3128 && proxy?.user == "user")
    #expect(
      try Self.settings([
        "https_proxy": "proxy.example:3128", "NO_PROXY": "x.example,.huggingface.co",
      ]).proxy == nil)
    #expect(
      try Self.settings(["HTTPS_PROXY": "p:1", "HF_ENDPOINT": "http://127.0.0.1:9"]).proxy == nil)
    #expect(throws: LoadError.self) { _ = try Self.settings(["HTTPS_PROXY": "socks5://x"]) }
  }

  @Test(arguments: [
    ("hub:lab/model", "lab/model", "", String?.none), ("hub:gpt2", "gpt2", "", nil),
    ("hub:lab/model@v1.0", "lab/model", "", "v1.0"),
    ("hub:lab/model@refs/pr/1", "lab/model", "", "refs/pr/1"),
    ("hub:lab/model/a/b.gguf@main", "lab/model", "a/b.gguf", "main"),
  ])
  func anAddressIsRead(text: String, id: String, place: String, revision: String?) throws {
    let address = try HubAddress(text)
    #expect(address.id == id && address.place == place && address.revision == revision)
  }

  @Test(arguments: [
    "hub:", "hub:/", "hub:lab/", "hub:../x", "hub:lab/model/../x", "hub:lab/model@", "hub:lab/m@..",
    "hub:lab/m@-x", "hub:lab/m o", "hub:lab//x", "hub:la--b/x", "hub:lab/model?x", "hub:lab/%2e",
  ])
  func whatIsNoAddressIsRefused(text: String) throws {
    #expect(throws: LoadError.self) { _ = try HubAddress(text) }
  }

  @Test func theWaitThatIsAskedForMayBeADate() {
    #expect(HubClient.seconds("12") == 12)
    #expect(HubClient.seconds("Fri, 31 Dec 1999 23:59:59 GMT") == 0)
    #expect(HubClient.seconds("soon") == nil)
    #expect(HubClient.seconds("-1") == nil)
  }
}
