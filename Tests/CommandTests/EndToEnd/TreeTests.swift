import Foundation
import TestSupport
import Testing

/// `tree` by the real program.
@Suite struct TreeTests {
  private static func tree(_ arguments: [String]) async throws -> ToolProcess.Result {
    try await Sandbox().run(arguments: ["tree"] + arguments)
  }

  /// Parent and child of each arrow.
  private static func arrows(_ document: JSONSchemaValue) -> [String] {
    edges(document).filter { $0["kind"]?.string == "descent" }.map { edge in
      "\(edge["from"]?["model"]?.string ?? "?") → \(edge["to"]?["model"]?.string ?? "?")"
    }
  }

  private static func edges(_ document: JSONSchemaValue) -> [JSONSchemaValue] {
    (document["families"]?.array ?? []).flatMap { $0["edges"]?.array ?? [] }
  }

  private static func parsed(_ text: String) throws -> JSONSchemaValue {
    let document = try JSONSchemaValue(parsing: text)
    #expect(try JSONSchema.published("tree-1").violations(in: document) == [])
    return document
  }

  @Test func theDemoModelsFallIntoTheirFamilies() async throws {
    let run = try await Self.tree(
      Demo.suspectNames.map(Demo.suspect) + ["--ref", Demo.corpus, "--format", "json"])
    #expect(run.status == 0, "\(run.diagnostics)")
    let document = try Self.parsed(run.output)
    let families = (document["families"]?.array ?? []).map { family in
      Set((family["models"]?.array ?? []).compactMap(\.string))
    }
    #expect(
      Set(families) == [
        ["digits-mlp", "mirror-digits"], ["helpdesk-lstm", "sentiment-lstm.h5"],
        ["our-own-model", "tiny-llama", "tiny-llama-chat"],
      ])
    let said = (document["assertions"]?.array ?? []).compactMap { $0["standing"]?.string }
    #expect(said.count == 3 && !said.contains("contradicted"))
    // Two of a kind leave open which came first.
    #expect(Self.arrows(document) == [])
  }

  /// Verdicts are those of a check against the corpus, under the nulls that it has measured.
  @Test func aFamilyIsWhatIsMoreThanTheCorpusPairsReach() async throws {
    let sandbox = try Sandbox()
    let corpus = try sandbox.copy(Demo.corpus, to: "corpus")
    let arguments = ["tree", Demo.suspect("helpdesk-lstm"), "--ref", corpus, "--format", "json"]
    func family(_ run: ToolProcess.Result) throws -> [String] {
      let families = try Self.parsed(run.output)["families"]?.array ?? []
      return families.map { ($0["models"]?.array ?? []).compactMap(\.string) }
        .first { $0.contains("helpdesk-lstm") } ?? []
    }
    #expect(try family(try await sandbox.run(arguments: arguments)).contains("sentiment-lstm.h5"))
    let nulls = ["numbers", "circuits", "parts"].map {
      #"{"evidence":"\#($0)","samples":50,"location":10,"scale":10}"#
    }.joined(separator: ",")
    let digest = String(repeating: "a", count: 64)
    try Data(
      #"{"schema":1,"corpus":"\#(digest)","models":11,"pairs":55,"nulls":[\#(nulls)]}"#.utf8
    ).write(to: URL(filePath: corpus + "/calibration.json"))
    let wider = try await sandbox.run(arguments: arguments)
    #expect(wider.status == 0, "\(wider.diagnostics)")
    #expect(try !family(wider).contains("sentiment-lstm.h5"))
  }

  @Test func whatCannotBeReadIsSaidAndTheRestIsDrawn() async throws {
    let sandbox = try Sandbox()
    try sandbox.folder.write("broken.safetensors", [1, 2, 3])
    let run = try await sandbox.run(
      "tree", Demo.suspect("mirror-digits"), Demo.reference("digits-mlp.safetensors"),
      sandbox.folder.path("broken.safetensors"), sandbox.folder.path("nowhere"))
    #expect(run.status == 2)
    #expect(run.output.contains("1 family among 2 models; 2 could not be read"))
    #expect(run.output.contains("mirror-digits"))
    for name in ["broken.safetensors", "nowhere"] {
      #expect(run.diagnostics.contains(name))
    }
  }

  @Test func theSameModelsGiveTheSameBytes() async throws {
    let models = ["our-own-model", "tiny-llama-chat"].map(Demo.suspect)
    let formats = ["text", "json", "dot", "html"]
    let sandbox = try Sandbox()
    func drawings(_ arguments: [String]) async throws -> [String] {
      let run = try await sandbox.run(
        arguments: ["tree"] + arguments + ["--ref", Demo.corpus]
          + formats.flatMap { ["--format", $0, "--output", $0] })
      #expect(run.status == 0, "\(run.diagnostics)")
      return try formats.map {
        try String(contentsOfFile: sandbox.folder.path("here/\($0)"), encoding: .utf8)
      }
    }
    let first = try await drawings(models + ["--threads", "1"])
    let second = try await drawings(models.reversed() + ["--threads", "3", "--no-cache"])
    #expect(first == second)
    #expect(first.allSatisfy { $0.contains("our-own-model") && $0.hasSuffix("\n") })
  }

  @Test func aDrawingOfNothingIsWrongUsage() async throws {
    #expect(try await Self.tree([]).status == 64)
    #expect(try await Self.tree(["a", "--format", "png"]).status == 64)
  }

  /// Families with their descent on record; not part of the repository.
  @Test(
    .enabled(if: Shared.holds(Shared.zoo), "there is no ../shared/zoo"),
    arguments: [
      // An absent base; relatives that explain parts of each other; vocabularies of kin.
      ["s1-moe", "s1-prune-width", "s1-upscale", "s1-vocabext"], ["s1-sft", "s1-vocabext"],
      ["llama-s1", "s1-sft", "s1-cpt", "s1-top2", "s1-lora8"],
    ])
  func noArrowIsDrawnAmongModelsOfAnAbsentOrUnprovenBase(models: [String]) async throws {
    let run = try await Self.tree(models.map { "\(Shared.zoo)/\($0)" } + ["--format", "json"])
    let document = try Self.parsed(run.output)
    #expect(run.status == 0)
    #expect(Self.arrows(document) == [])
    #expect(document["families"]?.array?.count == 1)
  }

  @Test(.enabled(if: Shared.holds(Shared.textgenrnn), "there is no ../shared/real/textgenrnn"))
  func publishedFineTunesAreOneFamily() async throws {
    let run = try await Self.tree(["--ref", Shared.textgenrnn, "--format", "json", "--no-cache"])
    let document = try Self.parsed(run.output)
    #expect(document["models"]?.array?.count == 5)
    #expect(document["families"]?.array?.count == 1)
    #expect(Self.arrows(document).allSatisfy { $0.hasPrefix("textgenrnn_weights.hdf5 → ") })
  }
}
