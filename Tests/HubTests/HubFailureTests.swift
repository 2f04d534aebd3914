import Foundation
import HubServer
import Load
import Synchronization
import TestSupport
import Testing

@testable import Hub

/// Hubs that refuse, fail or break off: one line that says what is to be done.
@Suite struct HubFailureTests {
  @Test(arguments: [
    (401, "", LoadError.Code.notPermitted, "not there or private"),
    (401, "GatedRepo", .notPermitted, "gated"), (403, "GatedRepo", .notPermitted, "gated"),
    (403, "", .notPermitted, "refuses access"), (404, "", .notFound, "no such model"),
    (404, "RevisionNotFound", .notFound, "no such revision"),
  ])
  func aRefusalIsSaidAndNotTriedAgain(
    status: Int, code: String, expected: LoadError.Code, words: String
  ) throws {
    let fixture = try HubFixture()
    fixture.hub.deviate { _ in TestServer.Reply(status, [("X-Error-Code", code)]) }
    let error = try #require(try fixture.failure())
    #expect(error.code == expected)
    #expect(error.message.contains(words))
    #expect(fixture.hub.hub.requests.count == 1)
    #expect(fixture.waits.all.isEmpty)
  }

  @Test(arguments: [429, 500, 502, 503, 504])
  func whatMayPassIsTriedAgain(status: Int) throws {
    let fixture = try HubFixture()
    let failures = Mutex(0)
    fixture.hub.deviate { _ in
      failures.withLock { count in
        count += 1
        return count < 4 ? TestServer.Reply(status) : nil
      }
    }
    #expect(try fixture.failure() == nil)
    // Twice as long each time, three quarters of it: half, and half of half by chance.
    #expect(fixture.waits.all == [0.375, 0.75, 1.5])
  }

  @Test func aHubIsGivenTheTimeItAsksFor() throws {
    let fixture = try HubFixture()
    let failures = Mutex(0)
    fixture.hub.deviate { _ in
      failures.withLock { count in
        count += 1
        return count == 1 ? TestServer.Reply(429, [("Retry-After", "7")]) : nil
      }
    }
    #expect(try fixture.failure() == nil)
    #expect(fixture.waits.all == [7])
    fixture.hub.deviate { _ in TestServer.Reply(429, [("Retry-After", "86400")]) }
    let error = try #require(try fixture.failure())
    #expect(error.message.contains("asks to wait 86400 seconds"))
    #expect(fixture.waits.all == [7])
  }

  @Test func whatDoesNotPassIsGivenUp() throws {
    let fixture = try HubFixture()
    fixture.hub.deviate { _ in TestServer.Reply(503) }
    let error = try #require(try fixture.failure())
    #expect(error.code == .readFailed)
    #expect(error.message.contains("503 (5 attempts)"))
    #expect(fixture.hub.hub.requests.count == 5)
  }

  @Test func aConnectionThatIsCutIsMadeAgain() throws {
    let fixture = try HubFixture()
    let failures = Mutex(0)
    fixture.hub.deviateInStorage { request in
      failures.withLock { count in
        count += 1
        guard count < 3 else { return nil }
        var reply = TestHub.part(HubFixture.weights, request.range)
        reply.ending = .cut(100)
        return reply
      }
    }
    #expect(try fixture.failure() == nil)
    #expect(fixture.waits.all.count == 2)
  }

  @Test func aBodyThatStopsComingIsGivenUp() throws {
    let fixture = try HubFixture()
    fixture.hub.deviateInStorage { request in
      var reply = TestHub.part(HubFixture.weights, request.range)
      reply.ending = .stall(10)
      return reply
    }
    let error = try fixture.failure {
      $0.retry.idleSeconds = 0.2
      $0.retry.attempts = 2
    }
    #expect(error?.message.contains("in time") == true)
  }

  @Test func aHubThatIsNotThereIsSaid() throws {
    let fixture = try HubFixture()
    let error = try #require(
      try fixture.failure(["HF_ENDPOINT": "http://127.0.0.1:1"]) { $0.retry.attempts = 2 })
    #expect(error.code == .readFailed)
    #expect(error.message.contains("no connection"))
  }

  // MARK: Wrong answers

  private func storageFailure(
    _ answer: @escaping @Sendable (TestServer.Request) -> TestServer.Reply?
  ) throws -> LoadError? {
    let fixture = try HubFixture()
    fixture.hub.deviateInStorage(answer)
    return try fixture.failure { $0.retry.attempts = 1 }
  }

  @Test func aHubThatIgnoresRangesIsSaidTo() throws {
    let files = ["model.safetensors": HubFixture.weights + [UInt8](repeating: 0, count: 5 << 20)]
    let fixture = try HubFixture(files)
    fixture.hub.deviateInStorage { _ in
      TestServer.Reply(200, [], files["model.safetensors"] ?? [])
    }
    let error = try #require(try fixture.failure())
    #expect(error.message.contains("more than the part that was asked for"))
    // The whole was not taken in.
    #expect(fixture.storageRequests.count == 1)
  }

  @Test func anotherPartThanTheOneAskedForIsNoAnswer() throws {
    let error = try #require(
      try storageFailure { request in
        guard let range = request.range else { return nil }
        let other = range.lowerBound..<max(range.lowerBound + 1, range.upperBound - 1)
        return TestHub.part(HubFixture.weights, other)
      })
    #expect(error.message.contains("another part"))
  }

  @Test func aFileOfAnotherLengthHasChanged() throws {
    let error = try #require(
      try storageFailure { request in
        TestHub.part(HubFixture.weights + [0], request.range)
      })
    #expect(error.code == .changedWhileRead)
  }

  @Test func aFileThatBecomesAnotherHasChanged() throws {
    let fixture = try HubFixture()
    let answers = Mutex(0)
    fixture.hub.deviateInStorage { request in
      let number = answers.withLock { count in
        count += 1
        return count
      }
      return TestHub.part(HubFixture.weights, request.range, [("ETag", "\"\(min(number, 2))\"")])
    }
    let source = try fixture.weights(of: try fixture.library())
    _ = try HubFixture.bytes(source, 0..<10)
    let error = #expect(throws: LoadError.self) {
      _ = try HubFixture.bytes(source, 30_000..<30_010)
    }
    #expect(error?.code == .changedWhileRead)
  }

  @Test func aFileOfAnotherDigestOrCommitHasChanged() throws {
    for header in [
      ("X-Linked-ETag", "\"\(String(repeating: "0", count: 64))\""), ("X-Linked-Size", "5"),
      ("X-Repo-Commit", String(repeating: "d", count: 40)),
    ] {
      let fixture = try HubFixture()
      fixture.hub.deviate { request in
        request.path.hasSuffix("model.safetensors")
          ? TestHub.part(HubFixture.weights, request.range, [header]) : nil
      }
      #expect(try fixture.failure()?.code == .changedWhileRead)
    }
  }

  @Test func aSmallFileWithOtherBytesIsRefused() throws {
    let fixture = try HubFixture()
    fixture.hub.deviate { request in
      request.path.hasSuffix("config.json")
        ? TestServer.Reply(200, [], Array(#"{"model_type":"y"}"#.utf8)) : nil
    }
    #expect(try fixture.failure()?.code == .dataCorrupt)
  }
}
