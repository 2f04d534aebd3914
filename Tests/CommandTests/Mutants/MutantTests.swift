import Foundation
import Glibc
import TestSupport
import Testing

/// Real files, changed at random from fixed seeds, each run through the program in a process of its
/// own: never a signal, never late, never large, always a report or one clear line.
///
/// `SHELLCHECK_MODEL_MUTANTS` sets how many of each kind and batch are made, for a longer search.
@Suite struct MutantTests {
  private static let batches = 5
  private static let batchSize =
    ProcessInfo.processInfo.environment["SHELLCHECK_MODEL_MUTANTS"].flatMap { Int($0) } ?? 25

  @Test(arguments: MutantKind.allCases, 0..<batches)
  func everyMutantGetsAnAnswer(kind: MutantKind, batch: Int) async throws {
    let sandbox = try Sandbox()
    let scene = try await MutantScene(kind, in: sandbox)
    for number in 0..<Self.batchSize {
      let seed = UInt64(batch * Self.batchSize + number)
      var random = SplitMix64(seed: seed << 8 | UInt64(kind.number))
      let arguments = try scene.mutate(with: &random)
      let process = try await MeasuredProcess.run(
        arguments: arguments,
        environment: ["HOME": sandbox.folder.path("home"), "XDG_CACHE_HOME": sandbox.cache],
        folder: sandbox.folder.path)
      guard let problem = Self.problem(with: process) else { continue }
      let kept = "\(FileManager.default.temporaryDirectory.path)/mutant-\(kind)-\(seed)"
      try? FileManager.default.removeItem(atPath: kept)
      try FileManager.default.copyItem(atPath: sandbox.folder.path, toPath: kept)
      Issue.record("\(kind) \(seed): \(problem); kept in \(kept)")
    }
  }

  private static let mostSeconds = 10.0
  /// A model and the references of the demo.
  private static let mostInputs = 5

  /// What is wrong with an answer, or nil.
  private static func problem(with process: MeasuredProcess) -> String? {
    guard case .exited(let status) = process.end else { return "\(process.end)" }
    guard let output = String(data: process.output, encoding: .utf8),
      let diagnostics = String(data: process.diagnostics, encoding: .utf8)
    else { return "its words are not UTF-8" }
    if process.seconds > mostSeconds { return "\(process.seconds) s of processors" }
    if process.peakByteCount > max(1 << 30, MeasuredProcess.ownPeakByteCount) {
      return "\(process.peakByteCount >> 20) MiB of memory"
    }
    let shown = (output + diagnostics).unicodeScalars
    if let obeyed = shown.first(where: { $0 != "\n" && Self.isObeyed($0) }) {
      return "U+\(String(obeyed.value, radix: 16)) goes to the terminal"
    }
    let lines = diagnostics.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
    switch status {
    case 0:
      if output.isEmpty { return "status 0 without a report" }
      if !lines.isEmpty { return "status 0 with diagnostics: \(diagnostics)" }
    case 1:
      if output.isEmpty { return "status 1 without a report" }
      // A finding outweighs that nothing else could be said, which is said all the same.
      if !lines.allSatisfy({ $0.hasPrefix("shellcheck-model: error: ") }) {
        return "diagnostics: \(diagnostics)"
      }
    case 2:
      // One line for each input that is wrong: a manifest may name several.
      if lines.isEmpty || lines.count > mostInputs
        || !lines.allSatisfy({ $0.hasPrefix("shellcheck-model: error: ") })
      {
        return "diagnostics: \(diagnostics)"
      }
    default: return "status \(status): \(diagnostics)"
    }
    return nil
  }

  /// Whether a terminal acts on a character, or shows text in another order or not at all.
  private static func isObeyed(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator: true
    default: false
    }
  }
}
