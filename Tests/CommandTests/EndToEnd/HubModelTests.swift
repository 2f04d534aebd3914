import Crypto
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

  // MARK: Without reading weights

  /// A corpus with a fingerprint of a model here, and a hub that has its files under another name.
  private func renamedCopy(
    in sandbox: Sandbox, card: String = "---\nlicense: mit\n---\n"
  ) async throws -> (hub: TestHub, corpus: String) {
    let original = Demo.reference("tiny-llama")
    let added = try await sandbox.run(
      "corpus", "add", original, "--id", "base/tiny", "--corpus", "corpus")
    try #require(added.status == 0)
    var files: [String: [UInt8]] = ["README.md": Array(card.utf8)]
    for name in try FileManager.default.contentsOfDirectory(atPath: original)
    where !name.hasSuffix(".md") {
      files[name] = [UInt8](try Data(contentsOf: URL(filePath: original + "/" + name)))
    }
    var model = TestHub.Model(files, commit: Self.commit)
    // The tokenizer is none of the large files.
    model.largeFrom = 100_000
    return (try TestHub(["lab/ours": model]), "corpus")
  }

  @Test func aRenamedCopyIsKnownWithoutReadingAWeight() async throws {
    let sandbox = try Sandbox()
    let (hub, corpus) = try await renamedCopy(in: sandbox)
    let run = try await sandbox.run(
      "check", "hub:lab/ours", "--ref", corpus, "--format", "json",
      environment: ["HF_ENDPOINT": hub.hub.address])
    #expect(run.status == 1)
    let subject = try #require(try EmittedReport(run.output).subjects.first)
    #expect(subject.relation == "identical")
    #expect(subject.parents == ["base/tiny"])
    #expect(subject["subject"]?["hub"]?["step"]?.string == "listing")
    #expect(subject["subject"]?["hub"]?["bytesRead"] == .number(0))
    #expect(subject["subject"]?["hub"]?["revision"]?.string == Self.commit)
    #expect(run.output.contains("no weights were read"))
    #expect(hub.storage.requests.isEmpty)
    #expect(!hub.hub.requests.contains { $0.path.contains("safetensors") })
  }

  @Test func whatItsCardDeclaresIsItsOwn() async throws {
    let sandbox = try Sandbox()
    let (hub, corpus) = try await renamedCopy(
      in: sandbox, card: "---\nbase_model: base/tiny\nlicense: apache-2.0\n---\n")
    let run = try await sandbox.run(
      "check", "hub:lab/ours", "--ref", corpus, "--format", "json",
      environment: ["HF_ENDPOINT": hub.hub.address])
    let subject = try #require(try EmittedReport(run.output).subjects.first)
    #expect(subject.relation == "identical")
    #expect(!subject.findings.contains("SCM3001"))
    #expect(hub.storage.requests.isEmpty)
  }

  @Test func evidenceOfWhatNobodyReadGivesTheSameVerdict() async throws {
    let sandbox = try Sandbox()
    let (hub, corpus) = try await renamedCopy(in: sandbox)
    let run = try await sandbox.run(
      "check", "hub:lab/ours", "--ref", corpus, "--evidence", "case", "--format", "quiet",
      environment: ["HF_ENDPOINT": hub.hub.address])
    #expect(run.status == 1)
    let verified = try await sandbox.run("verify", "case")
    #expect(verified.status == 0, "\(verified.output)")
  }

  @Test func aBudgetIsKeptAndALargerModelLookedAt() async throws {
    let sandbox = try Sandbox()
    let hub = try Self.hub(["lab/ours": Demo.suspect("our-own-model")])
    let environment = ["HF_ENDPOINT": hub.hub.address]
    func check(_ budget: String) async throws -> ToolProcess.Result {
      hub.storage.forget()
      return try await sandbox.run(
        "check", "hub:lab/ours", "--ref", Demo.reference("tiny-llama"), "--budget", budget,
        "--format", "json", "--no-cache", environment: environment)
    }
    let whole = try await check("1GB")
    let full = try #require(try EmittedReport(whole.output).subjects.first)
    #expect(full["subject"]?["hub"]?["step"]?.string == "full")
    let size = Int(try #require(full["subject"]?["hub"]?["bytes"]?.number))
    let part = try await check("\(size - 1)")
    let looked = try #require(try EmittedReport(part.output).subjects.first)
    #expect(looked["subject"]?["hub"]?["step"]?.string == "quick-look")
    #expect(part.output.contains("may take more than --budget leaves"))
    let none = try await check("10 kB")
    #expect(none.status == 2)
    #expect(none.diagnostics.contains("than --budget allows"))
    #expect(hub.bytesSent < size)
  }

  // MARK: References from elsewhere

  @Test func modelsOfAListAreAddedFromAHub() async throws {
    let sandbox = try Sandbox()
    let hub = try Self.hub([
      "base/tiny": Demo.reference("tiny-llama"), "lab/digits": Demo.suspect("mirror-digits"),
    ])
    let environment = ["HF_ENDPOINT": hub.hub.address]
    try sandbox.folder.write(
      "here/list.json",
      text: #"""
        {"schema": 1, "sources": [
          {"id": "base/tiny", "family": "tiny", "original": true, "license": "mit",
            "licenseSeen": true},
          {"id": "base/gone", "family": "tiny"},
          {"id": "lab/digits", "family": "digits"}]}
        """#)
    let run = try await sandbox.run(
      "corpus", "pull", "--from", "list.json", "--corpus", "corpus", "--format", "json",
      environment: environment)
    // What is not there is said, and the rest is taken.
    #expect(run.status == 2)
    #expect(run.diagnostics.contains("hub:base/gone"))
    let local = try await sandbox.run(
      "fingerprint", Demo.reference("tiny-llama"), "-o", "local.fingerprint.safetensors", "--id",
      "base/tiny")
    #expect(local.status == 0)
    func bytes(_ name: String) throws -> Data {
      try Data(contentsOf: URL(filePath: sandbox.folder.path("here/" + name)))
    }
    #expect(
      try bytes("corpus/base--tiny.fingerprint.safetensors")
        == bytes("local.fingerprint.safetensors"))
    let manifest = try String(
      contentsOfFile: sandbox.folder.path("here/corpus/manifest.json"), encoding: .utf8)
    #expect(manifest.contains(#""sourceRevision" : "\#(Self.commit)""#))
    #expect(manifest.contains(#""sourceDigests""#))
    #expect(manifest.contains(#""original" : true"#))
    hub.storage.forget()
    let again = try await sandbox.run(
      "corpus", "pull", "--from", "list.json", "--family", "digits", "--corpus", "corpus",
      environment: environment)
    #expect(again.status == 0)
    #expect(again.output.contains("already there"))
    #expect(hub.storage.requests.isEmpty)
  }

  /// A corpus of two models, and a server of its files.
  private func published(in sandbox: Sandbox) async throws -> (folder: String, TestServer) {
    for (model, id) in [("tiny-llama", "base/tiny"), ("digits-mlp.safetensors", "lab/digits")] {
      let run = try await sandbox.run(
        "corpus", "add", Demo.reference(model), "--id", id, "--corpus", "theirs")
      try #require(run.status == 0)
    }
    let folder = sandbox.folder.path("here/theirs")
    let server = try TestServer { request in
      let name = request.path.removingPercentEncoding ?? ""
      guard let bytes = FileManager.default.contents(atPath: folder + name) else {
        return TestServer.Reply(404)
      }
      return TestServer.Reply(200, [], [UInt8](bytes))
    }
    return (folder, server)
  }

  @Test func aPublishedCorpusIsTakenOnce() async throws {
    let sandbox = try Sandbox()
    let (theirs, server) = try await published(in: sandbox)
    let key = Curve25519.Signing.PrivateKey()
    let manifest = try Data(contentsOf: URL(filePath: theirs + "/manifest.json"))
    try key.signature(for: manifest).write(to: URL(filePath: theirs + "/manifest.json.sig"))
    try sandbox.folder.write(
      "here/key.txt", text: key.publicKey.rawRepresentation.base64EncodedString() + "\n")
    let run = try await sandbox.run(
      "corpus", "sync", server.address, "--corpus", "ours", "--key", "key.txt",
      environment: ["HF_TOKEN": "hf_secret"])
    #expect(run.status == 0, "\(run.diagnostics)")
    #expect(server.requests.allSatisfy { $0.authorization == nil })
    let listed = try await sandbox.run("corpus", "verify", "--corpus", "ours")
    #expect(listed.status == 0)
    #expect(listed.output.contains("2 references can be used, 2 of them"))
    server.forget()
    let again = try await sandbox.run(
      "corpus", "sync", server.address + "/manifest.json", "--corpus", "ours")
    #expect(again.output.contains("2 were there already"))
    #expect(server.requests.map(\.path) == ["/manifest.json"])
  }

  private static let calibration =
    #"{"corpus":"\#(String(repeating: "a", count: 64))","models":30,"nulls":[{"evidence":"numbers","#
    + #""location":0.5,"samples":60,"scale":1.5}],"pairs":60,"schema":1}"#

  /// What was measured of a published corpus comes with it, as its manifest has it.
  @Test func theCalibrationOfAPublishedCorpusIsTaken() async throws {
    let sandbox = try Sandbox()
    let (theirs, server) = try await published(in: sandbox)
    let bytes = Data(Self.calibration.utf8)
    try bytes.write(to: URL(filePath: theirs + "/calibration.json"))
    let digest = SHA256.hash(data: bytes).map { String(format: "%02x", $0) }.joined()
    let path = theirs + "/manifest.json"
    let manifest = try String(contentsOfFile: path, encoding: .utf8)
    func publish(_ digest: String) throws {
      let text = manifest.replacing(
        "\"schema\" : 1", with: "\"schema\" : 1, \"calibration\" : \"\(digest)\"")
      try Data(text.utf8).write(to: URL(filePath: path))
    }
    try publish(String(repeating: "0", count: 64))
    let refused = try await sandbox.run("corpus", "sync", server.address, "--corpus", "ours")
    #expect(refused.status == 2)
    #expect(refused.diagnostics.contains("the calibration has the SHA-256 \(digest)"))
    let kept = sandbox.folder.path("here/ours/calibration.json")
    #expect(!FileManager.default.fileExists(atPath: kept))
    try publish(digest)
    let run = try await sandbox.run("corpus", "sync", server.address, "--corpus", "ours")
    #expect(run.status == 0, "\(run.diagnostics)")
    #expect(run.output.contains("calibration.json: what its pairs reached"))
    let verified = try await sandbox.run("corpus", "verify", "--corpus", "ours")
    #expect(verified.status == 0, "\(verified.output)")
    server.forget()
    let again = try await sandbox.run(
      "corpus", "sync", server.address, "--corpus", "ours", "--format", "json")
    #expect(again.output.contains(#""calibration": "present""#), "\(again.output)")
    #expect(server.requests.map(\.path) == ["/manifest.json"])
    let check = try await sandbox.run(
      "check", Demo.suspect("mirror-digits"), "--ref", "ours", "--format", "json")
    #expect(check.output.contains("scale 1.50"))
  }

  @Test func whatDoesNotVerifyIsNotTaken() async throws {
    let sandbox = try Sandbox()
    let (theirs, server) = try await published(in: sandbox)
    let other = Curve25519.Signing.PrivateKey()
    let manifest = try Data(contentsOf: URL(filePath: theirs + "/manifest.json"))
    try other.signature(for: manifest + Data([0x20]))
      .write(to: URL(filePath: theirs + "/manifest.json.sig"))
    try sandbox.folder.write(
      "here/key.txt", text: other.publicKey.rawRepresentation.base64EncodedString())
    let unsigned = try await sandbox.run(
      "corpus", "sync", server.address, "--corpus", "ours", "--key", "key.txt")
    #expect(unsigned.status == 2)
    #expect(unsigned.diagnostics.contains("its signature is not one by the key"))
    let file = theirs + "/base--tiny.fingerprint.safetensors"
    var bytes = try Data(contentsOf: URL(filePath: file))
    bytes[bytes.count - 1] ^= 1
    try bytes.write(to: URL(filePath: file))
    let changed = try await sandbox.run("corpus", "sync", server.address, "--corpus", "ours")
    #expect(changed.status == 2)
    #expect(changed.diagnostics.contains("and the manifest has"))
    let left = try FileManager.default.contentsOfDirectory(
      atPath: sandbox.folder.path("here/ours"))
    #expect(
      left.filter { !$0.hasPrefix(".") }.sorted()
        == ["lab--digits.fingerprint.safetensors", "manifest.json"])
    let nowhere = try await sandbox.run("corpus", "sync", "file:///etc", "--corpus", "ours")
    #expect(nowhere.status == 2)
    #expect(nowhere.diagnostics.contains("is not the address of a corpus"))
  }
}
