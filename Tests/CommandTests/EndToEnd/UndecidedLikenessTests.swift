import Load
import TestSupport
import Testing

/// Few small matrices under names that mean nothing: no test of them reaches the bar of a verdict.
@Suite struct UndecidedLikenessTests {
  private static let side = 11

  private static func checkpoint(_ matrices: [[Float]], named name: (Int) -> String) -> [UInt8] {
    var file = SafetensorsBuilder()
    for (number, matrix) in matrices.enumerated() { file.add(name(number), [side, side], matrix) }
    return file.bytes
  }

  @Test func anEffectOfDescentWithAPThatMissesTheBarIsUndecidedAndNotNothing() async throws {
    let sandbox = try Sandbox()
    var undecided = 0
    for seed in 0..<60 as Range<UInt64> {
      var random = ModelRandom(seed: seed)
      let matrices = (0..<3).map { _ in random.floats(Self.side * Self.side) }
      try sandbox.folder.write(
        "reference.safetensors", Self.checkpoint(matrices) { "net.\($0).weight" })
      let child = matrices.map { matrix in
        zip(matrix, random.floats(matrix.count)).map { $0 + 0.3 * $1 }
      }
      try sandbox.folder.write("child.safetensors", Self.checkpoint(child) { "w\(9 - $0)" })
      let run = try await sandbox.run(
        sandbox.folder.path("child.safetensors"), "--ref",
        sandbox.folder.path("reference.safetensors"), "--format", "json")
      let report = try #require(try EmittedReport(run.output).subjects.first)
      let candidate = try #require(report["candidates"]?.array?.first)
      let log10P = try #require(candidate["log10P"]?.number)
      let mean = try #require(candidate["linearMean"]?.number)
      guard log10P > -10, log10P <= -6, mean >= 0.7 else { continue }
      undecided += 1
      #expect(report.relation == "inconclusive" && run.status == 2)
      #expect(report.findings.contains("SCM6003"))
    }
    #expect(undecided > 0)
  }
}
