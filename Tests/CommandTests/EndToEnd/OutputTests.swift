import Foundation
import TestSupport
import Testing

/// Reports on the terminal and in files.
@Suite struct OutputTests {
  private let subject = Demo.suspect("mirror-digits")
  private let reference = Demo.reference("digits-mlp.safetensors")

  @Test func everyFormatGoesToItsOutput() async throws {
    let sandbox = try Sandbox()
    let run = try await sandbox.run(
      subject, "--ref", reference, "--format", "json", "-o", "report.json", "--format", "quiet",
      "--format", "tty", "-o", "-")
    #expect(run.status == 64)

    let valid = try await sandbox.run(
      subject, "--ref", reference, "--format", "json", "-o", "report.json", "--format", "tty",
      "-o", "report.txt", "--format", "quiet")
    #expect(valid.status == 0)
    #expect(valid.output.hasPrefix("mirror-digits: derived from digits-mlp.safetensors"))
    #expect(valid.output.count { $0 == "\n" } == 1)
    let here = sandbox.folder.path("here")
    #expect(try Set(Sandbox.listing(of: here).keys) == ["report.json", "report.txt"])
    let json = try String(contentsOfFile: here + "/report.json", encoding: .utf8)
    #expect(try EmittedReport(json).subjects.map(\.relation) == ["derived"])
    let text = try String(contentsOfFile: here + "/report.txt", encoding: .utf8)
    #expect(text.contains("DERIVED") && !text.contains("\u{1B}"))
  }

  /// The shell limits the size of files to one block, and lets writing beyond it fail.
  @Test func aReportThatDoesNotFitLeavesTheOldOneAndNothingElse() async throws {
    let sandbox = try Sandbox()
    let file = try sandbox.folder.write("here/report.json", text: "old")
    let tool = try ToolProcess.executable().path(percentEncoded: false)
    let run = try await ToolProcess.runShell(
      #"trap '' XFSZ; ulimit -f 1; exec "$@""#,
      arguments: [
        tool, subject, "--ref", reference, "--no-cache", "--format", "json", "-o", file,
        "--detail", "tensors",
      ])
    #expect(run.status == 73)
    #expect(
      run.diagnostics == "shellcheck-model: error: \(file): cannot write: File too large\n")
    #expect(try String(contentsOfFile: file, encoding: .utf8) == "old")
    #expect(try Array(Sandbox.listing(of: sandbox.folder.path("here")).keys) == ["report.json"])
  }

  /// Status 73 and one line; the device is written to, not replaced by a file.
  @Test(
    .enabled(if: FileManager.default.fileExists(atPath: "/dev/full")),
    arguments: ["check", "compare", "fingerprint"])
  func aDiskThatIsFullIsNamed(command: String) async throws {
    let sandbox = try Sandbox()
    let output = sandbox.folder.path("here/out")
    try FileManager.default.createSymbolicLink(
      atPath: output, withDestinationPath: "/dev/full")
    let against =
      switch command {
      case "check": ["--ref", reference]
      case "compare": [reference]
      default: [String]()
      }
    let run = try await sandbox.run(arguments: [command, subject] + against + ["-o", output])
    #expect(run.status == 73)
    #expect(run.diagnostics.hasPrefix("shellcheck-model: error: \(output): "))
    #expect(run.diagnostics.contains("No space left on device"))
    #expect(run.diagnostics.count { $0 == "\n" } == 1)
    #expect(run.output.isEmpty)
    let here = try FileManager.default.contentsOfDirectory(atPath: sandbox.folder.path("here"))
    #expect(here == ["out"])
    #expect(try FileManager.default.destinationOfSymbolicLink(atPath: output) == "/dev/full")
  }

  static let script = "/usr/bin/script"

  /// util-linux's `script` gives the program a terminal.
  @Test(
    .enabled(if: FileManager.default.isExecutableFile(atPath: script), "needs \(script)"),
    arguments: [("", true), ("1", false)])
  func aTerminalGetsColoursUnlessNoColorIsSet(value: String, isColoured: Bool) async throws {
    let sandbox = try Sandbox()
    let tool = try ToolProcess.executable().path(percentEncoded: false)
    let run = try await ToolProcess.runShell(
      #"exec script -qec "'$0' '$1' --ref '$2' --no-cache" /dev/null"#,
      name: tool, arguments: [subject, reference],
      environment: ["NO_COLOR": value, "TERM": "xterm", "HOME": sandbox.folder.path("home")])
    #expect(run.output.contains("DERIVED"))
    #expect(run.output.contains(#/\x1B\[[0-9;]+m/#) == isColoured)
  }
}
