import Foundation
import TestSupport
import Testing

/// Many models from a list: lines as they are judged, and a run that goes on where one stopped.
@Suite struct WatchTests {
  private let sandbox: Sandbox
  /// One that hides its parent, one that has none, and one that is not there.
  private let models: [String]

  init() throws {
    sandbox = try Sandbox()
    models = [
      try sandbox.copy(
        Demo.suspect("mirror-digits/model.safetensors"), to: "hidden/model.safetensors"),
      Demo.suspect("digits-mlp-twin.safetensors"), sandbox.folder.path("nothing-here"),
    ]
    try write(models)
  }

  private var output: String { sandbox.folder.path("out.jsonl") }

  private func write(_ models: [String]) throws {
    try sandbox.folder.write(
      "list.txt", text: "# suspects\n\n" + models.map { "\($0)\n" }.joined() + models[0])
  }

  private func run(_ options: String...) async throws -> ToolProcess.Result {
    try await sandbox.run(
      arguments: [
        "check", "--from", sandbox.folder.path("list.txt"), "--ref",
        Demo.reference("digits-mlp.safetensors"),
      ] + options)
  }

  private func lines(_ text: String) throws -> [JSONSchemaValue] {
    let schema = try JSONSchema.published("watch-1")
    return try text.split(separator: "\n").map { line in
      let value = try JSONSchemaValue(parsing: String(line))
      #expect(schema.violations(in: value) == [])
      return value
    }
  }

  private func written() throws -> String { try String(contentsOfFile: output, encoding: .utf8) }

  /// To the system two spellings of one letter are two names, and a blank is part of one.
  @Test func namesAreToldApartByTheirBytes() async throws {
    let names = ["caf\u{E9}", "cafe\u{301}", "x", "x ", "y\u{2028}", "y"]
    try write(names)
    let lines = try lines(try await run().output)
    let subjects = lines.compactMap { $0["subject"]?.string.map { Array($0.utf8) } }
    #expect(subjects == names.map { Array($0.utf8) })
  }

  @Test func everyModelGetsALineAndAllASummary() async throws {
    let run = try await run()
    #expect(run.status == 2)
    #expect(run.diagnostics.contains("nothing-here"))
    let lines = try lines(run.output)
    #expect(lines.count == 5)
    #expect(lines.map { $0["subject"]?.string } == [nil] + models + [nil])
    #expect(lines.map { $0["status"]?.number } == [nil, 1, 0, 2, nil])
    let summary = lines[4]["summary"]
    #expect(summary?["subjects"] == .number(3))
    #expect(summary?["failed"] == .number(1))
    #expect(summary?["findings"]?["SCM3001"] == .number(1))
    #expect(summary?["status"] == .number(2))
    // The report is the one that a run of its own writes.
    let alone = try await sandbox.run(
      models[1], "--ref", Demo.reference("digits-mlp.safetensors"), "--format", "json")
    let report = try JSONSchemaValue(parsing: alone.output)["reports"]?.array?.first
    #expect(lines[2]["report"] == report)
  }

  @Test func anInterruptedRunGoesOnWhereItStopped() async throws {
    let first = try await run("-o", output)
    #expect(first.output.isEmpty)
    let whole = try written()
    let ends = whole.indices.filter { whole[$0] == "\n" }
    // Killed before anything, in the header, between lines, in a line, before and after the summary.
    for place in [
      whole.startIndex, whole.index(whole.startIndex, offsetBy: 9), whole.index(after: ends[0]),
      whole.index(after: ends[1]), whole.index(ends[1], offsetBy: 20), whole.index(after: ends[3]),
      whole.endIndex,
    ] {
      try sandbox.folder.write("out.jsonl", text: String(whole[..<place]))
      #expect(try await run("-o", output).status == 2)
      #expect(try written() == whole)
    }
  }

  /// What is in the file is not done again, and counts.
  @Test func whatIsDoneIsNotDoneAgain() async throws {
    try write([models[0]])
    #expect(try await run("-o", output).status == 1)
    let before = try lines(written())
    try write(models)
    let again = try await run("-o", output)
    #expect(again.status == 2)
    #expect(again.diagnostics.contains("1 of 3 models are in"))
    let after = try lines(written())
    #expect(after[1] == before[1])
    #expect(after.count == 5)
    try write([models[1]])
    #expect(try await run("-o", output).status == 2)
    #expect(try lines(written()).last?["summary"]?["subjects"] == .number(3))
  }

  @Test func anotherRunsFileIsLeftAlone() async throws {
    _ = try await run("-o", output)
    let before = try written()
    let other = try await run("-o", output, "--quick")
    #expect(other.status == 73)
    #expect(other.diagnostics.contains("begins otherwise than this run would"))
    #expect(try written() == before)
    for notes in ["my notes\nof today\n", "one line without an end", "{"] {
      let file = try sandbox.folder.write("notes.txt", text: notes)
      let run = try await run("-o", file)
      // The beginning of a header is a header that was cut off.
      #expect(run.status == (notes == "{" ? 2 : 73))
      let text = try String(contentsOfFile: file, encoding: .utf8)
      #expect(text == (notes == "{" ? before : notes))
    }
    let (header, rest) = (before.prefix { $0 != "\n" } + "\n", "{\"subject\":1}\n")
    try sandbox.folder.write("out.jsonl", text: header + rest)
    #expect(try await run("-o", output).diagnostics.contains("line 2 is no line"))
  }

  @Test(arguments: [
    ["model"], ["--format", "json"], ["-o", "a", "-o", "b"], ["--stamp"], ["--results", "r.json"],
  ])
  func wrongUsageIs64(options: [String]) async throws {
    let run = try await sandbox.run(
      arguments: ["check", "--from", sandbox.folder.path("list.txt")] + options)
    #expect(run.status == 64)
    #expect(run.output.isEmpty)
  }

  @Test func aListThatNamesNothingIsAnError() async throws {
    try sandbox.folder.write("list.txt", text: "# none\n\n")
    let run = try await run()
    #expect(run.status == 64)
    #expect(run.diagnostics.contains("names no model"))
  }
}
