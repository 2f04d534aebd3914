import Foundation
import Report
import TestSupport
import Testing

/// Every format, written by the program from real models.
@Suite struct FormatTests {
  private static let formats = ReportFormats.all.map { $0.format }

  /// One run that writes every format to a file of its own.
  private func reports(
    _ sandbox: Sandbox, _ run: String, _ options: [String]
  ) async throws -> [String: String] {
    let folder = sandbox.folder.path(run)
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let outputs = Self.formats.flatMap { ["--format", $0, "--output", "\(folder)/\($0)"] }
    let result = try await sandbox.run(
      arguments: [
        Demo.suspect("helpdesk-lstm"), Demo.suspect("mirror-digits"), "--ref",
        Demo.reference("sentiment-lstm.h5"), "--ref", Demo.reference("digits-mlp.safetensors"),
        "--detail", "tensors",
      ] + outputs + options)
    #expect(result.status == 0, "\(result.diagnostics)")
    return try Dictionary(
      uniqueKeysWithValues: Self.formats.map {
        ($0, try String(contentsOfFile: "\(folder)/\($0)", encoding: .utf8))
      })
  }

  @Test func runsAndThreadsDoNotChangeAByteOfAnyFormat() async throws {
    let sandbox = try Sandbox()
    let first = try await reports(sandbox, "first", ["--threads", "1"])
    let again = try await reports(sandbox, "again", ["--threads", "1"])
    let threads = try await reports(sandbox, "threads", ["--threads", "2", "--no-cache"])
    for format in Self.formats {
      #expect(first[format]?.isEmpty == false)
      #expect(first[format] == again[format], "\(format) differs between two runs")
      #expect(first[format] == threads[format], "\(format) differs with two threads")
    }
  }

  /// Nobody vouches for files that nobody read.
  @Test func digestsAreThoseOfTheFilesThatWereRead() async throws {
    let sandbox = try Sandbox()
    let model = sandbox.folder.path("helpdesk-lstm")
    try FileManager.default.copyItem(atPath: Demo.suspect("helpdesk-lstm"), toPath: model)
    let read = try FileManager.default.contentsOfDirectory(atPath: model).count
    for name in ["pytorch_model.bin", "stolen.gguf", "notes.txt"] {
      try sandbox.folder.write("helpdesk-lstm/\(name)", text: "anything")
    }
    let report = try await sandbox.run(
      model, "--ref", Demo.reference("sentiment-lstm.h5"), "--format", "in-toto")
    let statement = try JSONSchemaValue(parsing: report.output)
    let subjects = try #require(statement["subject"]?.array)
    #expect(subjects.count == read)
    #expect(
      statement["predicate"]?["unreadWeights"]?.array?.compactMap(\.string).sorted()
        == ["pytorch_model.bin", "stolen.gguf"])
    for subject in subjects {
      let name = try #require(subject["name"]?.string?.split(separator: "/").last)
      let sum = try await ToolProcess.runShell(
        "sha256sum < \"$1\"", arguments: ["\(model)/\(name)"])
      #expect(subject["digest"]?["sha256"]?.string == String(sum.output.prefix(64)), "\(name)")
    }
  }

  @Test func theActionKeepsTheStatusForItsLastStep() async throws {
    let sandbox = try Sandbox()
    let folder = sandbox.folder.path("")
    let result = try await ToolProcess.runShell(
      "cd \"$1\" && \"$2/scripts/action\"",
      arguments: [folder, Demo.project.path(percentEncoded: false)],
      environment: [
        "TOOL": try ToolProcess.executable().path(percentEncoded: false),
        "MODELS": "\n\(Demo.suspect("our-own-model"))\n  \n", "REF": Demo.reference("tiny-llama"),
        "ARGUMENTS": "--no-cache\n--lang=zh", "SARIF": "a b.sarif", "GITHUB_OUTPUT": "output",
        "GITHUB_STEP_SUMMARY": "summary",
      ])
    #expect(result.status == 0, "\(result.diagnostics)")
    func text(_ name: String) throws -> String {
      try String(contentsOfFile: sandbox.folder.path(name), encoding: .utf8)
    }
    #expect(try text("output") == "status=1\nsarif=a b.sarif\n")
    #expect(try text("summary").contains("未声明的父模型"))
    #expect(try text("a b.sarif").contains(#""ruleId": "SCM3001""#))
  }
}
