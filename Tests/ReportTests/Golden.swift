import Foundation
import Testing

/// Expected documents, kept as files beside the tests.
///
/// `UPDATE_GOLDEN=1 swift test` rewrites those that differ; the run fails all the same, so that a
/// rewritten file is looked at before anything passes.
func expectGolden(
  _ text: String, _ name: String, sourceLocation: SourceLocation = #_sourceLocation
) throws {
  let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden/\(name)")
  let expected = try? String(contentsOf: file, encoding: .utf8)
  if text == expected { return }
  if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] == "1" {
    try text.write(to: file, atomically: true, encoding: .utf8)
    Issue.record("rewrote \(name): look at the difference", sourceLocation: sourceLocation)
    return
  }
  let written = text.split(separator: "\n", omittingEmptySubsequences: false)
  let wanted = (expected ?? "").split(separator: "\n", omittingEmptySubsequences: false)
  let line = zip(written, wanted).prefix { $0 == $1 }.count
  Issue.record(
    """
    \(name) differs from line \(line + 1) on
    expected: \(line < wanted.count ? wanted[line] : "(end)")
    written:  \(line < written.count ? written[line] : "(end)")
    """, sourceLocation: sourceLocation)
}
