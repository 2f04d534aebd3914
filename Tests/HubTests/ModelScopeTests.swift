import HubServer
import Load
import TestSupport
import Testing

@testable import Hub

/// Models on ModelScope, by its own routes.
@Suite struct ModelScopeTests {
  private static let address = "modelscope:lab/model"

  private static func library(
    _ fixture: HubFixture, _ environment: [String: String] = [:]
  ) throws -> HubLibrary {
    var settings = try HubSettings(
      environment: ["MODELSCOPE_ENDPOINT": fixture.hub.hub.address].merging(environment) { $1 },
      cacheFolder: fixture.folder.path("cache"), site: .modelScope)
    settings.retry.sleep = { _ in }
    return HubLibrary(settings)
  }

  private static func failure(
    _ fixture: HubFixture, _ address: String = address
  ) throws -> LoadError? {
    do {
      _ = try library(fixture).find(try HubAddress(address), isSampled: true)
      return nil
    } catch let error as LoadError {
      return error
    }
  }

  @Test(arguments: [true, false])
  func aModelIsReadAsItIs(isSampled: Bool) throws {
    let fixture = try HubFixture()
    let library = try Self.library(fixture)
    let place = try library.find(try HubAddress(Self.address), isSampled: isSampled)
    #expect(place.revision == HubFixture.commit)
    #expect(place.weightBytes == HubFixture.weights.count)
    #expect(place.weights.map(\.sha256) == [TestHub.sha256(HubFixture.weights)])
    let checkpoint = try CheckpointReader.open(place.folder)
    #expect(checkpoint.name == "lab/model")
    #expect(checkpoint.path == "modelscope:lab/model@" + HubFixture.commit)
    #expect(checkpoint.tensors.map(\.name) == ["a", "b"])
    #expect(checkpoint.metadata.card?.license == "mit")
    let source = try place.folder.open("model.safetensors")
    #expect(try HubFixture.bytes(source, 0..<source.byteCount) == HubFixture.weights)
    // Bytes are asked for by the commit that changed the file, so that they stay what was listed.
    #expect(
      fixture.hub.hub.requests.contains {
        $0.path.hasSuffix("repo?Revision=\(TestHub.earlierCommit)&FilePath=model.safetensors")
      })
    #expect(!fixture.hub.hub.requests.contains { $0.path.contains("picture") })
  }

  @Test func onlyWhatIsReadIsAskedFor() throws {
    let fixture = try HubFixture()
    let folder = try Self.library(fixture).find(try HubAddress(Self.address), isSampled: true)
      .folder
    let source = try folder.open("model.safetensors")
    let part = 20_000..<20_010
    #expect(try HubFixture.bytes(source, part) == Array(HubFixture.weights[part]))
    #expect(fixture.storageRequests.map(\.range) == [16_384..<32_768])
  }

  @Test func theTokenGoesToTheHubOnly() throws {
    let fixture = try HubFixture()
    let place = try Self.library(
      fixture, ["MODELSCOPE_API_TOKEN": "ms_secret", "HF_TOKEN": "hf_secret"]
    ).find(try HubAddress(Self.address), isSampled: true)
    let source = try place.folder.open("model.safetensors")
    _ = try HubFixture.bytes(source, 0..<source.byteCount)
    let hub = fixture.hub.hub.requests
    #expect(!hub.isEmpty && hub.allSatisfy { $0.authorization == "Bearer ms_secret" })
    #expect(hub.allSatisfy { $0.cookie == "m_session_id=ms_secret" })
    #expect(!fixture.storageRequests.isEmpty)
    #expect(fixture.storageRequests.allSatisfy { $0.authorization == nil && $0.cookie == nil })
  }

  @Test func aTokenThatWouldAddACookieIsRefused() throws {
    #expect(throws: LoadError.self) {
      _ = try HubSettings(
        environment: ["MODELSCOPE_API_TOKEN": "x;y=z"], cacheFolder: nil, site: .modelScope)
    }
  }

  @Test func aCommitIsHeld() throws {
    let fixture = try HubFixture()
    #expect(try Self.failure(fixture, Self.address + "@" + HubFixture.commit) == nil)
    let other = String(repeating: "d", count: 40)
    let error = try #require(try Self.failure(fixture, Self.address + "@" + other))
    #expect(error.code == .notFound)
    #expect(error.message.contains("no such revision"))
  }

  @Test func aModelThatIsNotThereIsSaid() throws {
    let error = try #require(try Self.failure(try HubFixture(), "modelscope:lab/none"))
    #expect(error.code == .notFound)
    #expect(error.message.contains("no such model"))
  }

  private static let file = #"{"Path":"a.bin","Size":1,"Sha256":"","Revision":"","Type":"blob"}"#

  @Test(arguments: [
    (#"{"Code":10010205001,"Success":false}"#, LoadError.Code.notFound),
    (#"{"Code":200,"Data":{"Files":[{"Path":"a.bin"}]}}"#, .metadataMalformed),
    (#"{"Code":200,"Data":{"Files":[\#(file)]}}"#, .metadataMalformed),
    (
      #"{"Code":200,"Data":{"LatestCommitter":{"ShortId":"../../.."},"Files":[\#(file)]}}"#,
      .metadataMalformed
    ),
    (
      #"{"Code":200,"Data":{"LatestCommitter":{"ShortId":"ccccccc"},"#
        + #""Files":[{"Path":"../a","Size":1,"Type":"blob"}]}}"#, .metadataMalformed
    ),
    (
      #"{"Code":200,"Data":{"LatestCommitter":{"ShortId":"ccccccc"},"Files":["#
        + Array(repeating: file, count: 3000).joined(separator: ",") + "]}}", .limitExceeded
    ),
    ("[1, 2", .metadataMalformed), (#"{"Data":7}"#, .notFound),
  ])
  func aListingThatSaysNothingIsRefused(body: String, code: LoadError.Code) throws {
    let fixture = try HubFixture()
    fixture.hub.deviate { _ in TestServer.Reply(200, [], Array(body.utf8)) }
    let error = try #require(try Self.failure(fixture))
    #expect(error.code == code, "\(error)")
  }

  /// A head that changed no file has no more than the digits that the hub gives.
  @Test func aHeadWithoutFilesGoesByItsDigits() throws {
    let fixture = try HubFixture()
    let body =
      #"{"Code":200,"Data":{"LatestCommitter":{"ShortId":"0123abcd"},"Files":[]}}"#
    fixture.hub.deviate { _ in TestServer.Reply(200, [], Array(body.utf8)) }
    let place = try Self.library(fixture).find(try HubAddress(Self.address), isSampled: true)
    #expect(place.revision == "0123abcd")
  }

  @Test(arguments: ["modelscope:model", "modelscope:", "modelscope:a/b@../c", "modelscope:../b"])
  func whatIsNoNameIsRefused(text: String) {
    #expect(throws: LoadError.self) { _ = try HubAddress(text) }
  }

  @Test func theSitesAreToldApart() throws {
    #expect(try HubAddress("modelscope:a/b@c").title == "modelscope:a/b")
    #expect(try HubAddress("hub:a/b@c").title == "hub:a/b")
    #expect(try HubAddress("a/b").site == .huggingFace)
    #expect(!HubAddress.isMeant(by: "modelscope/a"))
  }
}
