import Foundation
import HubServer
import Judge
import Report
import ShellcheckModel
import TestSupport
import Testing

/// The cheapest evidence of a model on a hub comes first, and what it leaves open is read.
@Suite struct HubStepTests {
  private static let commit = String(repeating: "a", count: 40)
  private let sandbox: Sandbox
  private let hub: TestHub

  init() throws {
    sandbox = try Sandbox()
    let names = ["our-own-model", "honest-llama", "tiny-llama-chat"]
    hub = try TestHub(
      Dictionary(
        uniqueKeysWithValues: try names.map { name in
          let folder = Demo.suspect(name)
          let files = try FileManager.default.contentsOfDirectory(atPath: folder).map { file in
            (file, [UInt8](try Data(contentsOf: URL(filePath: folder + "/" + file))))
          }
          return (
            "lab/" + name,
            TestHub.Model(Dictionary(uniqueKeysWithValues: files), commit: Self.commit)
          )
        }))
  }

  private func check(
    _ name: String, site: String = "hub", _ adjust: (inout InspectionOptions) -> Void = { _ in }
  ) async throws -> (judgement: Judgement, reading: SubjectSource.HubReading, sent: Int) {
    var options = InspectionOptions(
      threads: 1, usesCache: false,
      environment: [
        "HF_ENDPOINT": hub.hub.address, "MODELSCOPE_ENDPOINT": hub.hub.address,
        "HOME": sandbox.folder.path("home"),
      ])
    (options.looksFirst, options.lookFirstFrom) = (true, 0)
    adjust(&options)
    let before = hub.storage.bytesSent
    let outcome = await Inspection(options: options).check(
      models: ["\(site):lab/\(name)"],
      references: [Demo.reference("tiny-llama"), Demo.reference("tiny-llama-b")])
    #expect(outcome.failures.isEmpty, "\(outcome.failures)")
    return (
      try #require(outcome.report.judgements.first),
      try #require(outcome.report.sources.first?.hub), hub.storage.bytesSent - before
    )
  }

  private func isSettled(_ judgement: Judgement) -> Bool {
    judgement.limits.contains { if case .lookSettled = $0 { true } else { false } }
  }

  @Test(arguments: ["hub", "modelscope"])
  func anUndisclosedParentIsSettledByALook(site: String) async throws {
    let found = try await check("our-own-model", site: site)
    #expect(found.judgement.parents.map(\.reference) == ["tiny-llama"])
    #expect(found.judgement.findings.contains { $0.code == .undeclaredParent })
    #expect(found.reading.step == .quickLook)
    #expect(isSettled(found.judgement))
    #expect(found.reading.bytesRead < found.reading.byteCount)
    #expect(found.sent < found.reading.byteCount)
  }

  /// A hundredth never shows that there is nothing.
  @Test func whatALookDoesNotFindIsReadInFull() async throws {
    let found = try await check("honest-llama")
    #expect(found.judgement.verdict.relation == .noEvidence)
    #expect(found.reading.step == .full)
    #expect(found.reading.bytesRead == found.reading.byteCount)
    #expect(found.sent >= found.reading.byteCount)
    #expect(!found.judgement.findings.contains { $0.code == .lowCoverage })
  }

  /// Beside the parent that a card names there may be another.
  @Test func aDisclosedParentIsReadInFull() async throws {
    let found = try await check("tiny-llama-chat")
    #expect(found.judgement.verdict.relation == .derived)
    #expect(found.reading.step == .full)
    #expect(found.judgement.parents.first?.modification != nil)
  }

  @Test func whoAsksForAllOfItGetsAllOfIt() async throws {
    let whole = try await check("our-own-model") {
      $0.isWhole = true; $0.looksFirst = false
    }
    #expect(whole.reading.step == .full)
    #expect(whole.judgement.parents.first?.modification != nil)
    #expect(!isSettled(whole.judgement))
    // To tell the format of a small one takes as much as a look.
    let small = try await check("our-own-model") { $0.lookFirstFrom = 64 << 20 }
    #expect(small.reading.step == .full)
  }

  @Test func aLookThatIsAskedForStaysOne() async throws {
    let found = try await check("honest-llama") { $0.isQuick = true }
    #expect(found.judgement.verdict.relation == .noEvidence)
    #expect(found.reading.step == .quickLook)
    #expect(!isSettled(found.judgement))
  }

  /// The look itself may take what all of the weights lack then.
  @Test func whatIsOpenAndNoLongerInTheBudgetStaysALook() async throws {
    var options = InspectionOptions(
      threads: 1, usesCache: false, isQuick: true,
      environment: ["HF_ENDPOINT": hub.hub.address, "HOME": sandbox.folder.path("home")])
    options.hubBudget = nil
    let quick = await Inspection(options: options).check(
      models: ["hub:lab/honest-llama"], references: [Demo.reference("tiny-llama")])
    let came = try #require(quick.hubTraffic?.bytes)
    let weights = try #require(quick.report.sources.first?.hub?.byteCount)
    let found = try await check("honest-llama") {
      $0.hubBudget = weights + weights / 20 + (64 << 20) + came - 1
    }
    #expect(found.reading.step == .quickLook)
    #expect(
      found.judgement.limits.contains {
        if case .overBudget = $0 { true } else { false }
      })
  }

  @Test func theCommandSaysWhichIsMeant() async throws {
    let both = try await sandbox.run("check", "hub:lab/our-own-model", "--quick", "--full")
    #expect(both.status == 64)
    let run = try await sandbox.run(
      "check", "hub:lab/our-own-model", "--ref", Demo.reference("tiny-llama"), "--full", "--budget",
      "1MB", environment: ["HF_ENDPOINT": hub.hub.address])
    #expect(run.status == 2)
    #expect(run.diagnostics.contains("may take more from the hub than --budget leaves"))
    #expect(!hub.storage.requests.contains { $0.range != nil })
  }
}
