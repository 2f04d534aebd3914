import Foundation
import Judge
import Testing

/// What the built program does, seen from outside.
@Suite struct ProgramTests {
  @Test func helpNamesEveryCommandAndTheExitStatuses() async throws {
    let result = try await ToolProcess.run("--help")
    #expect(result.status == 0)
    for word in ["check", "compare", "fingerprint", "inspect", "explain", "Exit status"] {
      #expect(result.output.contains(word))
    }
    #expect(result.diagnostics.isEmpty)
  }

  @Test func versionIsOneLine() async throws {
    let result = try await ToolProcess.run("--version")
    #expect(result.status == 0)
    #expect(result.output.wholeMatch(of: #/\d+\.\d+\.\d+( \([0-9a-f]{12}\))?\n/#) != nil)
  }

  @Test(arguments: [
    (["--nonsense", "x"], "Unknown option '--nonsense'"),
    (["check"], "Missing expected argument"),
    (["check", "x", "--format", "bogus"], "There is no format 'bogus'"),
    (["check", "x", "--format", "json", "--format", "tty"], "would go to standard output"),
    (["check", "x", "-o", "a", "-o", "b"], "more --output than --format"),
    (["check", "x", "--fail-on", "banana"], "--fail-on"),
    (["check", "x", "--threads", "0"], "between 1 and 1024"),
    (["compare", "x"], "Missing expected argument"),
    (["fingerprint", "a", "b", "-o", "c"], "--output takes one model"),
    (["fingerprint", "a", "--into", "b", "-o", "c"], "exclude each other"),
    (["explain", "SCM9999"], "no finding of the code or name"),
    (["check", "x", "--\u{1B}[31m"], "\\u{1B}[31m"),
    (["-"], "weights are read from files"),
    (["check", "x", "-"], "weights are read from files"),
    (["check", "x", "--ref", "-"], "weights are read from files"),
    (["compare", "x", "-"], "weights are read from files"),
    (["fingerprint", "-", "--into", "c"], "weights are read from files"),
    (["inspect", "-"], "weights are read from files"),
    (["inspect", ""], "'' names none"),
  ])
  func wrongUsageIsStatus64(arguments: [String], message: String) async throws {
    let result = try await ToolProcess.run(arguments: arguments)
    #expect(result.status == 64)
    #expect(result.diagnostics.contains(message))
    #expect(result.output.isEmpty)
  }

  @Test(arguments: FindingCode.allCases)
  func explainsEveryCode(code: FindingCode) async throws {
    let result = try await ToolProcess.run("explain", code.rawValue.lowercased())
    #expect(result.status == 0)
    #expect(result.output.hasPrefix("# \(code.rawValue) \(code.name)\n"))
    #expect(result.output.hasSuffix("\n") && !result.output.hasSuffix("\n\n"))
  }

  @Test func explainsByName() async throws {
    let result = try await ToolProcess.run("explain", "undeclared-parent")
    #expect(result.output.hasPrefix("# SCM3001 "))
  }

  @Test(arguments: ["bash", "zsh", "fish"])
  func writesShellCompletions(shell: String) async throws {
    let result = try await ToolProcess.run("--generate-completion-script", shell)
    #expect(result.status == 0)
    #expect(result.output.contains("fingerprint"))
  }

  @Test func aModelThatIsNotThereIsStatus2AndOneLine() async throws {
    let result = try await ToolProcess.run("no-such-model.safetensors", "--ref", "no-such-corpus")
    #expect(result.status == 2)
    let lines = result.diagnostics.split(separator: "\n")
    #expect(!lines.isEmpty)
    #expect(lines.allSatisfy { $0.hasPrefix("shellcheck-model: error: ") })
  }

  @Test(.enabled(if: FileManager.default.fileExists(atPath: "/dev/full")))
  func aFullDiskIsStatus73() throws {
    let process = Process()
    process.executableURL = try ToolProcess.executable()
    process.arguments = ["explain", "SCM3001"]
    process.standardOutput = FileHandle(forWritingAtPath: "/dev/full")
    let diagnostics = Pipe()
    process.standardError = diagnostics
    try process.run()
    process.waitUntilExit()
    #expect(process.terminationStatus == 73)
    try diagnostics.fileHandleForWriting.close()
    let text = String(
      decoding: try diagnostics.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
    #expect(
      text == "shellcheck-model: error: standard output: cannot write: No space left on device\n")
  }

  @Test func endsQuietlyWhenItsReaderHasGone() async throws {
    let pipe = Pipe()
    let process = Process()
    process.executableURL = try ToolProcess.executable()
    process.arguments = ["explain", "SCM3001"]
    process.standardOutput = pipe
    let diagnostics = Pipe()
    process.standardError = diagnostics
    try pipe.fileHandleForReading.close()
    try process.run()
    process.waitUntilExit()
    #expect(process.terminationReason == .exit)
    #expect(process.terminationStatus == 0)
    try diagnostics.fileHandleForWriting.close()
    #expect(try diagnostics.fileHandleForReading.readToEnd() ?? Data() == Data())
  }
}
