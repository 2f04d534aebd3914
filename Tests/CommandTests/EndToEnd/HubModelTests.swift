import Foundation
import HubServer
import TestSupport
import Testing

/// Models on a hub are judged as they would be here, and nobody is asked about those here.
@Suite struct HubModelTests {
  private static let commit = String(repeating: "a", count: 40)

  /// The demo's language models, as a lab would have them on a hub.
  private static func hub(_ models: [String: String]) throws -> TestHub {
    try TestHub(
      models.mapValues { folder in
        let names = try FileManager.default.contentsOfDirectory(atPath: folder)
        return TestHub.Model(
          Dictionary(
            uniqueKeysWithValues: try names.map {
              ($0, [UInt8](try Data(contentsOf: URL(filePath: folder + "/" + $0))))
            }), commit: commit)
      })
  }

  @Test func theFingerprintIsThatOfTheSameModelHere() async throws {
    let sandbox = try Sandbox()
    let hub = try Self.hub(["lab/digits": Demo.suspect("mirror-digits")])
    let here = try sandbox.copy(
      Demo.suspect("mirror-digits"), to: "models--lab--digits/snapshots/\(Self.commit)")
    let local = try await sandbox.run("fingerprint", here, "-o", "local.fingerprint.safetensors")
    #expect(local.status == 0)
    let run = try await sandbox.run(
      "fingerprint", "hub:lab/digits", "-o", "hub.fingerprint.safetensors",
      environment: ["HF_ENDPOINT": hub.hub.address])
    #expect(run.status == 0)
    #expect(run.diagnostics.contains("read from the hub"))
    func bytes(_ name: String) throws -> Data {
      try Data(contentsOf: URL(filePath: sandbox.folder.path("here/" + name)))
    }
    #expect(
      try bytes("hub.fingerprint.safetensors") == bytes("local.fingerprint.safetensors"))
    // Every byte of the weights was read once.
    #expect(hub.storage.requests.compactMap(\.range) == [0..<203_752])
  }

  @Test func aDerivedModelIsFoundOnAHub() async throws {
    let sandbox = try Sandbox()
    let hub = try Self.hub(["lab/ours": Demo.suspect("our-own-model")])
    let here = try await sandbox.run(
      arguments: [
        "check", Demo.suspect("our-own-model"), "--ref", Demo.reference("tiny-llama"), "--quick",
        "--format", "json",
      ])
    let run = try await sandbox.run(
      arguments: [
        "check", "hub:lab/ours", "--ref", Demo.reference("tiny-llama"), "--quick", "--format",
        "json",
      ],
      environment: ["HF_ENDPOINT": hub.hub.address])
    let (local, remote) = (
      try EmittedReport(here.output).subjects, try EmittedReport(run.output).subjects
    )
    #expect(remote.first?.parents == local.first?.parents)
    #expect(remote.first?.relation == local.first?.relation)
    #expect(remote.first?.findings == local.first?.findings)
    #expect(
      remote.first?["subject"]?["path"]?.string == "hub:lab/ours@" + Self.commit
        || run.output.contains("hub:lab/ours@" + Self.commit))
  }

  @Test func twoModelsOnAHubAreCompared() async throws {
    let sandbox = try Sandbox()
    let hub = try Self.hub([
      "lab/copy": Demo.suspect("mirror-digits"), "base/digits": Demo.suspect("mirror-digits"),
    ])
    let run = try await sandbox.run(
      "compare", "hub:lab/copy", "hub:base/digits", "--format", "json",
      environment: ["HF_ENDPOINT": hub.hub.address])
    #expect(try EmittedReport(run.output).subjects.first?.parents == ["base/digits"])
  }

  @Test func aModelThatIsNotThereIsOneLine() async throws {
    let sandbox = try Sandbox()
    let hub = try Self.hub([:])
    let run = try await sandbox.run(
      "check", "hub:lab/none", "--ref", Demo.reference("digits-mlp.safetensors"), "--format",
      "quiet",
      environment: ["HF_ENDPOINT": hub.hub.address])
    #expect(run.status == 2)
    #expect(run.diagnostics.contains("hub:lab/none: is not there or private"))
  }

  /// A library in front of the system's ends the program where it opens a socket: it does for a model
  /// on a hub, and not for one here, whatever the environment says of hubs and proxies.
  @Test func checkingNeedsNoNetwork() async throws {
    let sandbox = try Sandbox()
    let source = try sandbox.folder.write(
      "trap.c", text: "#include <unistd.h>\nint socket(int a, int b, int c) { _exit(99); }\n")
    let trap = sandbox.folder.path("trap.so")
    let compiled = try await ToolProcess.runShell(
      #"exec clang -shared -fPIC -w -o "$1" "$2""#, arguments: [trap, source])
    try #require(compiled.status == 0)
    let server = try TestServer { _ in TestServer.Reply(500) }
    let environment = [
      "LD_PRELOAD": trap, "HF_ENDPOINT": server.address, "HTTPS_PROXY": server.address,
      "HTTP_PROXY": server.address, "ALL_PROXY": server.address, "HF_TOKEN": "hf_secret",
    ]
    let asked = try await sandbox.run(
      "check", "hub:lab/model", "--ref", Demo.reference("digits-mlp.safetensors"),
      environment: environment)
    #expect(asked.status == 99)
    let run = try await sandbox.run(
      "check", Demo.suspect("digits-mlp-twin.safetensors"), "--ref",
      Demo.reference("digits-mlp.safetensors"), "--format", "quiet",
      environment: environment)
    #expect(run.status == 0)
    #expect(!run.diagnostics.contains("hub"))
    #expect(server.requests.isEmpty)
  }
}
