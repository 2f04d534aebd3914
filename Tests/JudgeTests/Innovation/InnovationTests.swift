import Foundation
import Judge
import Load
import TestSupport
import Testing

@Suite struct InnovationTests {
  private let base = Models.base()

  private func assess(
    _ subject: Checkpoint, _ references: [Checkpoint], policy: String = "", results: String? = nil
  ) async throws -> Innovation {
    let folder = try TemporaryFolder()
    let benchmarks = try results.map {
      try BenchmarkResults.read(path: folder.write("results.json", text: $0))
    }
    let judge = Judge(
      policy: try PolicyFile.parse(policy, file: "p.yml"), innovation: try .standard(),
      benchmarks: benchmarks)
    let comparison = try await Models.compare(subject, with: references)
    return try #require(judge.judge(comparison).innovation)
  }

  private static let scores = """
    {"schema":1,"scores":[
      {"name":"accuracy","subject":0.8,"reference":0.6,"higherIsBetter":true},
      {"name":"loss","subject":2,"reference":2.5,"higherIsBetter":false},
      {"name":"zero","subject":0,"reference":0,"higherIsBetter":true}]}
    """

  @Test func copyIsNotNew() async throws {
    let found = try await assess(base.checkpoint("copy"), [base.checkpoint("base")])
    #expect(found.architecture == 0)
    #expect(found.weights == 0)
    #expect(found.results == nil)
    #expect(found.composite == nil)
    #expect(found.inputs["missing"] == .texts(["results"]))
    #expect(!found.isRequested)
  }

  @Test func compositeIsTheWeightedMeanOfItsIngredients() async throws {
    let found = try await assess(
      Models.base(seed: 6).checkpoint("new"), [base.checkpoint("base")], results: Self.scores)
    #expect(found.architecture == 0)
    #expect(found.weights == 1)
    let results = try #require(found.results)
    #expect(abs(results - (0.25 + 0.2 + 0) / 3) < 1e-12)
    #expect(abs((found.composite ?? 0) - (0.4 + 0.3 * results)) < 1e-12)
    #expect(found.inputs["results.loss.gain"] == .number(0.2))
    #expect(found.inputs["nearestReference"] == .text("base"))
    #expect(found.isRequested)
  }

  @Test func trainingAndAlgorithmHaveTheirPlaceBesideWhatIsMeasured() async throws {
    let scores = """
      {"schema":1,"scores":[
        {"name":"hours","subject":6,"reference":12,"higherIsBetter":false,"part":"training"},
        {"name":"repeats","subject":0.8,"reference":0.4,"higherIsBetter":true,"part":"algorithm"}]}
      """
    let found = try await assess(
      Models.base(seed: 6).checkpoint("new"), [base.checkpoint("base")], results: scores)
    #expect(found.inputs["structure"] == .number(0) && found.inputs["novelty"] == .number(1))
    #expect(found.architecture == 0.25 && found.weights == 0.75)
    #expect(found.results == nil && found.composite == nil)
    #expect(found.inputs["training.hours.gain"] == .number(0.5))
  }

  @Test func deeperNetworkDiffersInDepthAlone() async throws {
    let found = try await assess(
      Models.base(seed: 6, layers: 5).checkpoint("deep"),
      [Models.base(seed: 1, layers: 4, hidden: 32).checkpoint("narrow"), base.checkpoint("base")])
    #expect(found.inputs["nearestReference"] == .text("base"))
    #expect(found.inputs["architecture.depth.change"] == .number(1 - 4.0 / 5))
    let others = found.inputs.filter {
      $0.key.hasSuffix(".change") && $0.key != "architecture.depth.change"
    }
    #expect(!others.isEmpty && others.allSatisfy { $0.value == .number(0) })
    // Complexities of the parts that a Llama has: 1 + 3 + 2 + 1 + 1 + 1 + 1.
    #expect(abs((found.architecture ?? 0) - 0.2 / 10) < 1e-12)
  }

  @Test func weightsAreThoseOfThePolicy() async throws {
    let found = try await assess(
      Models.base(seed: 6, layers: 5).checkpoint("deep"), [base.checkpoint("base")],
      policy: """
        innovation:
          weights: {architecture: 1, weights: 1, results: 0}
          components: {depth: 0}
        """)
    #expect(found.architecture == 0)
    #expect(found.composite == 0.5)
    #expect(found.inputs["architecture.depth.weight"] == .number(0))
    #expect(found.isRequested)
  }

  @Test func whatCannotBeComparedIsNotNew() async throws {
    let found = try await assess(
      Models.dense("subject", widths: [40, 72, 24], seed: 4), [base.checkpoint("base")])
    #expect(found.weights == nil)
    #expect(found.inputs["missing"] == .texts(["weights", "results"]))
  }

  @Test func mergeOfStrangersIsNotNew() async throws {
    let other = Models.base(seed: 5)
    let found = try await assess(
      base.combined(0.5, other, 0.5).checkpoint("merge"),
      [base.checkpoint("base"), other.checkpoint("other")])
    #expect((found.weights ?? 1) < 0.05)
  }

  @Test(arguments: [
    "", "[]", #"{"schema":2,"scores":[]}"#, #"{"schema":1,"scores":[]}"#,
    scores.replacing("zero", with: "loss"), scores.replacing("higherIsBetter", with: "higher"),
    scores.replacing("\"schema\":1", with: "\"schema\":1,\"model\":\"x\""),
    scores.replacing("0.8", with: "\"0.8\""),
  ])
  func resultsThatAreNoneAreRefused(text: String) throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("results.json", text: text)
    #expect(throws: InnovationError.self) { try BenchmarkResults.read(path: path) }
  }
}
