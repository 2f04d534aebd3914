import Foundation
import Testing

@testable import Load

@Suite struct HDF5IndexProcessTests {
  /// Runs a shell script in place of the parser.
  private func refusal(
    by script: String, limits: LoadLimits.Parser = .init()
  ) throws -> LoadError? {
    let error = #expect(throws: LoadError.self) {
      try HDF5IndexProcess.index(
        ofFileAt: "subject.h5", program: ["/bin/sh", "-c", script], limits: limits)
    }
    #expect(error?.file == "subject.h5")
    return error
  }

  @Test(arguments: ["SEGV", "BUS", "ABRT"])
  func namesTheSignalOfACrash(signal: String) throws {
    let error = try refusal(by: "kill -\(signal) $$")
    #expect(error?.code == .parserFailed)
    #expect(error?.message.contains("SIG\(signal)") == true)
  }

  @Test func killsAParserThatHangs() throws {
    let limits = LoadLimits.Parser(wallSeconds: 0.2)
    #expect(try refusal(by: "exec sleep 600", limits: limits)?.code == .parserTimedOut)
    #expect(
      try refusal(by: "exec >/dev/null; exec sleep 600", limits: limits)?.code == .parserTimedOut)
  }

  @Test func killsAParserThatPrintsWithoutEnd() throws {
    let limits = LoadLimits.Parser(outputBytes: 1 << 20)
    #expect(try refusal(by: "exec cat /dev/zero", limits: limits)?.code == .limitExceeded)
  }

  @Test(arguments: ["exit 3", "echo nonsense", "true", "printf '{\"index\":{}}'"])
  func refusesAnswersThatAreNotAnIndex(script: String) throws {
    #expect(try refusal(by: script)?.code == .parserFailed)
  }

  @Test func passesOnWhatTheParserSaysOfTheFile() throws {
    let error = try refusal(by: #"printf '{"refusal":{"code":"truncated","message":"short"}}'"#)
    #expect(error?.code == .truncated)
    #expect(error?.message == "short")
  }

  @Test func saysThatTheParserIsNotThere() {
    let error = #expect(throws: LoadError.self) {
      try HDF5IndexProcess.index(ofFileAt: "subject.h5", program: ["/nowhere/parser"])
    }
    #expect(error?.code == .parserFailed)
    #expect(error?.message.contains("/nowhere/parser") == true)
  }

  @Test func indexesSurviveTheTripThroughJSON() throws {
    let index = try HDF5IndexProcess.index(ofFileAt: HDF5Fixture.path("layouts.h5"))
    let copy = try JSONDecoder().decode(HDF5Index.self, from: JSONEncoder().encode(index))
    #expect(copy == index)
    #expect(index == (try HDF5IndexBuilder.index(ofFileAt: HDF5Fixture.path("layouts.h5"))))
  }

  @Test func manyFilesAtOnceDoNotDisturbEachOther() async throws {
    let counts = try await withThrowingTaskGroup(of: Int.self) { group in
      for _ in 0..<8 {
        group.addTask { try HDF5Fixture.checkpoint("types.h5").tensors.count }
      }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(counts == [Int](repeating: 24, count: 8))
  }
}
