import Foundation
import Testing

/// The manual page is made from the parser, so it cannot lag behind it.
@Suite struct ManualTests {
  private static let root = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  @Test func theManualPageIsFresh() async throws {
    let result = try await ToolProcess.runShell(
      "exec \"$0\" --check \"$1\"", name: Self.root.appending(path: "scripts/manual").path,
      arguments: [try ToolProcess.executable().path])
    #expect(result.status == 0, "\(result.diagnostics)")
  }

  @Test(arguments: ["bash", "zsh", "fish"])
  func completionsKnowCommandsAndFormats(shell: String) async throws {
    let result = try await ToolProcess.run(arguments: ["--generate-completion-script", shell])
    #expect(result.status == 0)
    for word in ["check", "compare", "tree", "explain", "fail-on", "SCM3001"] {
      #expect(result.output.contains(word), "\(word)")
    }
  }
}
