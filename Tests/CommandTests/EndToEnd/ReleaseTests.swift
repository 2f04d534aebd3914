import Foundation
import TestSupport
import Testing

/// The script that fetches a released tool instead of building it.
@Suite struct ReleaseTests {
  private let sandbox: Sandbox
  private let script = Demo.project.appending(path: "scripts/fetch-release")
    .path(percentEncoded: false)

  init() throws {
    sandbox = try Sandbox()
  }

  private func shell(_ line: String, _ environment: [String: String] = [:]) async throws
    -> ToolProcess.Result
  {
    try await ToolProcess.runShell(
      "cd \"$1\" && SCRIPT=\"$2\" && " + line,
      arguments: [sandbox.folder.path(""), script],
      environment: ["RELEASE_DIGESTS": "digests"].merging(environment) { $1 })
  }

  /// An archive with a tool that says its version, and the line that names it.
  private func publish(_ program: String = "echo 1.0.0") async throws {
    let made = try await shell(
      """
      mkdir -p tree/bin out/v1.0.0 && printf '#!/bin/sh\\n%s\\n' "$PROGRAM" > tree/bin/shellcheck-model &&
      chmod +x tree/bin/shellcheck-model &&
      name="shellcheck-model-1.0.0-$("$SCRIPT" --system).tar.gz" &&
      tar -C tree -czf "out/v1.0.0/$name" bin &&
      echo "$(sha256sum < "out/v1.0.0/$name" | cut -d' ' -f1) $("$SCRIPT" --sources) v1.0.0 $name" > digests
      """, ["PROGRAM": program])
    #expect(made.status == 0, "\(made.diagnostics)")
  }

  private func fetch() async throws -> ToolProcess.Result {
    try await shell("\"$SCRIPT\" prefix \"file://$PWD/out\"")
  }

  private func isInstalled() -> Bool {
    FileManager.default.fileExists(atPath: sandbox.folder.path("prefix/bin/shellcheck-model"))
  }

  @Test func anArchiveOfTheSourcesIsFetched() async throws {
    try await publish()
    let result = try await fetch()
    #expect(result.status == 0, "\(result.diagnostics)")
    #expect(isInstalled())
  }

  @Test func anotherArchiveOfTheNameIsNotUnpacked() async throws {
    try await publish()
    _ = try await shell("for file in out/v1.0.0/*; do printf x >> \"$file\"; done")
    let result = try await fetch()
    #expect(result.status == 1)
    #expect(result.diagnostics.contains("SHA-256"))
    #expect(!isInstalled())
  }

  @Test func aToolThatDoesNotRunIsNotInstalled() async throws {
    try await publish("exit 127")
    #expect(try await fetch().status == 1)
    #expect(!isInstalled())
  }

  @Test(arguments: ["1", "2"])
  func withoutOneOfTheseSourcesOrThisSystemItHasToBeBuilt(field: String) async throws {
    try await publish()
    _ = try await shell(
      field == "1"
        ? "awk '{ $2 = \"0\"; print }' digests > d && mv d digests"
        : "awk '{ $4 = \"shellcheck-model-1.0.0-other-1-x.tar.gz\"; print }' digests > d && mv d digests"
    )
    #expect(try await fetch().status == 3)
    #expect(!isInstalled())
  }

  @Test func whatCannotBeFetchedHasToBeBuilt() async throws {
    try await publish()
    _ = try await shell("rm -r out")
    let result = try await fetch()
    #expect(result.status == 3, "\(result.diagnostics)")
    #expect(!isInstalled())
  }

  /// Lines of the list are part of no command.
  @Test func aLineThatIsNoneIsRefused() async throws {
    try await publish()
    _ = try await shell("awk '{ $3 = \"v1/../../x\"; print }' digests > d && mv d digests")
    #expect(try await fetch().status == 1)
    #expect(!isInstalled())
  }
}
