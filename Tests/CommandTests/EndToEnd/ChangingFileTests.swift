import Foundation
import Glibc
import TestSupport
import Testing

/// Files that change under the tool's hands.
///
/// The parser of HDF5 structure runs when the file is mapped and its weights are not yet read, so a
/// script in its place can change the file at just the right moment.
@Suite struct ChangingFileTests {
  private static let shrink = #"truncate -s 4096 "$2""#
  private static let touch = #"touch -d 2001-01-01 "$2""#

  /// Runs the tool on a copy of a model and on another one, with a script that is told the copy's
  /// path as `$2` in place of the parser.
  private func run(_ script: String) async throws -> (subject: String, run: ToolProcess.Result) {
    let sandbox = try Sandbox()
    let subject = try sandbox.copy(Demo.suspect("sentiment-lstm-twin.weights.h5"), to: "m.h5")
    let tool = try ToolProcess.executable().path(percentEncoded: false)
    let parser = try sandbox.folder.write(
      "parser",
      text: "#!/bin/sh\nSHELLCHECK_MODEL_EXECUTABLE= '\(tool)' \"$@\" || exit\n\(script)\n")
    try #require(chmod(parser, 0o700) == 0)
    let run = try await sandbox.run(
      subject, Demo.suspect("mirror-digits"), "--ref", Demo.reference("digits-mlp.safetensors"),
      "--format", "quiet",
      // Swift's own handler would print a backtrace, and forget the signal unless it is a fault.
      environment: [
        "SHELLCHECK_MODEL_EXECUTABLE": parser, "SWIFT_BACKTRACE": "enable=no",
      ])
    return (subject, run)
  }

  @Test(arguments: [
    (#"truncate -s 4096 "$2""#, "became shorter while it was read"),
    (#"touch -d 2001-01-01 "$2""#, "changed while it was read"),
  ])
  func oneLineNamesTheFileAndTheOthersAreJudged(script: String, message: String) async throws {
    let (subject, run) = try await run(script)
    #expect(run.status == 2)
    #expect(run.diagnostics.hasPrefix("shellcheck-model: error: \(subject): "))
    #expect(run.diagnostics.contains(message))
    #expect(run.diagnostics.count { $0 == "\n" } == 1)
    #expect(run.output.hasPrefix("mirror-digits: derived from digits-mlp.safetensors"))
  }

  /// A signal that is not about a file that shrank ends the program as ever.
  @Test func otherBusErrorsAreNotSwallowed() async throws {
    let (_, run) = try await run("kill -BUS $PPID")
    #expect(run.status == SIGBUS)
    #expect(run.output.isEmpty)
  }
}
