import Crypto
import Foundation
import FoundationXML
import Judge
import TestSupport
import Testing

@testable import Report

@Suite struct FamilyWriterTests {
  /// A base, its children, a merge of two of them, siblings of an absent base, and two strangers.
  static func report(_ name: String = "lab/base") -> FamilyReport {
    func model(_ id: String, twins: [String] = [], isOriginal: Bool = false) -> FamilyModel {
      FamilyModel(
        id: id, twins: twins, digest: String(repeating: "a", count: 64), format: "safetensors",
        parameters: 1000, architecture: "llama", isOriginal: isOriginal)
    }
    let ids = ["base-sft", "child", "c-1", "c-2", "c-3", "merge", "other", "stranger", "vocab"]
    let models = [model(name, twins: ["mirror/base"], isOriginal: true)] + ids.map { model($0) }
    let drift = Direction(
      .fromReference, because: .weights,
      reason: .drift(
        Direction.Drift(beta: 0.91, error: 0.05, base: name, outgroup: "other")))
    let merge = Direction(.fromReference, because: .weights, reason: .merge(references: 2))
    func open(
      _ a: Family.Node, _ b: Family.Node, _ distance: Double?,
      _ excluded: Set<Family.Edge.Exclusion> = [], later: Family.Edge.Later? = nil
    ) -> Family.Edge {
      Family.Edge(
        from: a, to: b, kind: .open(excluded: excluded, later: later), distance: distance)
    }
    func arrow(_ a: Int, _ b: Int, _ direction: Direction, _ weight: Double? = nil) -> Family.Edge {
      Family.Edge(
        from: .model(a), to: .model(b), kind: .descent(direction, coefficient: weight),
        distance: 0.17)
    }
    let first = Family(
      models: [0, 1, 2, 6, 7, 9],
      edges: [
        arrow(1, 2, drift), arrow(1, 6, merge, 0.6), arrow(7, 6, merge, 0.4),
        open(.model(0), .model(1), 0.05, [.backward]), open(.model(0), .model(7), nil),
        open(
          .model(0), .model(9), 0.031,
          later: Family.Edge.Later(
            isTo: true, trace: Trace(.appendedRows, isSubjects: true, count: 256, share: 0.1))),
      ], root: .model(0))
    let second = Family(
      models: [3, 4, 5],
      ancestors: [
        UnknownAncestor(
          models: [3, 4, 5], nearest: 0.171, farthest: 0.174,
          exact: UnknownAncestor.Exact(models: [3, 4], matrices: 12))
      ],
      edges: [
        open(.ancestor(0), .model(3), 0.17), open(.ancestor(0), .model(4), 0.17),
        open(.ancestor(0), .model(5), 0.17),
      ], root: .ancestor(0))
    let said = [
      AssertedParent(child: 1, parent: 0, name: name, source: .manifest),
      AssertedParent(child: 2, parent: 1, name: "base-sft", source: .card("README.md")),
      AssertedParent(child: 3, parent: nil, name: "absent/base", source: .card("README.md")),
      AssertedParent(child: 8, parent: 0, name: name, source: .card("README.md")),
    ]
    let forest = FamilyForest(
      models: models, families: [first, second],
      strangers: [Stranger(model: 8, standing: .unrelated)], assertions: said,
      conflicts: [.unrelated(said[3]), .originalHasParent(original: 0, parent: 1)])
    return FamilyReport(
      tool: Tool(name: "shellcheck-model", version: "1.0"), forest: forest,
      inputErrors: [InputError(input: "broken.safetensors", message: "too short [truncated]")])
  }

  private static func written(
    _ writer: any FamilyWriter.Type, _ report: FamilyReport, _ language: Language = .en,
    palette: Palette = .plain
  ) -> String {
    writer.init(options: WriterOptions(palette: palette, language: language)).write(report)
  }

  @Test(arguments: FamilyFormats.all.map { $0.format })
  func drawingsAreAsTheyWere(format: String) throws {
    let writer = try #require(FamilyFormats.named(format))
    try expectGolden(Self.written(writer, Self.report()), "family.\(format).txt")
  }

  @Test func soIsTheChineseOne() throws {
    try expectGolden(
      Self.written(FamilyTextWriter.self, Self.report(), .zh), "family.zh.text.txt")
  }

  @Test func theJSONFollowsItsSchema() throws {
    let schema = try JSONSchema.published("tree-1")
    let empty = FamilyReport(
      tool: Tool(name: "t", version: "1"), forest: FamilyForest(models: []))
    for report in [Self.report(), empty] {
      let document = try JSONSchemaValue(parsing: Self.written(FamilyJSONWriter.self, report))
      #expect(schema.violations(in: document) == [])
    }
  }

  @Test func theSchemaKnowsEveryStandingAndTrace() throws {
    let schema = try JSONSchema.published("tree-1")
    var report = Self.report()
    for (standing, kind) in zip(Stranger.Standing.allCases, Trace.Kind.allCases) {
      report.forest.strangers = [Stranger(model: 8, standing: standing)]
      report.forest.families[0].edges[5].kind = .open(
        later: Family.Edge.Later(
          isTo: false, trace: Trace(kind, isSubjects: false, count: 1, share: 1)))
      let document = try JSONSchemaValue(parsing: Self.written(FamilyJSONWriter.self, report))
      #expect(schema.violations(in: document) == [])
    }
  }

  @Test func anUnknownAncestorIsSaidWithItsDoubts() {
    let forest = Self.report().forest
    var ancestor = forest.families[1].ancestors[0]
    #expect(
      Language.en.words(ancestor, forest)
        == "unknown ancestor of 3 models, at 0.17 from each, or one of them: c-1, c-2 have "
        + "12 matrices byte for byte in common that the others of the family have not")
    ancestor.exact = nil
    #expect(
      Language.en.words(ancestor, forest)
        == "unknown ancestor of 3 models, at 0.17 from each; or common training data")
  }

  @Test(arguments: FamilyFormats.all.map { $0.format })
  func nothingInvisibleOrSteeringIsInAnyDrawing(format: String) throws {
    let writer = try #require(FamilyFormats.named(format))
    let report = Self.report(HostileTextTests.texts.joined(separator: " "))
    for language in Language.allCases {
      let text = Self.written(writer, report, language)
      #expect(text.unicodeScalars.allSatisfy { $0 == "\n" || !$0.isUnprintable })
    }
  }

  @Test func namesCannotLeaveTheirQuotesInDOT() {
    let name = #"a"]; evil [label="b\" -> c; \N &quot; <b>"#
    let text = Self.written(FamilyDOTWriter.self, Self.report(name))
    #expect(
      text.contains(#"label="a\"]; evil [label=\"b\\\" -> c; \\N &amp;quot; <b> = mirror/base""#))
    for line in text.split(separator: "\n") {
      let bare = line.replacing("\\\\", with: "").replacing("\\\"", with: "")
      #expect(bare.count { $0 == "\"" }.isMultiple(of: 2), "\(line)")
    }
  }

  @Test func namesAreNoMarkupInHTML() throws {
    let name = "<script>alert(1)</script>&\"'"
    let text = Self.written(FamilyHTMLWriter.self, Self.report(name))
    #expect(!text.contains("<script"))
    #expect(text.contains("&lt;script&gt;alert(1)&lt;/script&gt;&amp;&quot;&#39;"))
    let parser = XMLParser(data: Data(text.utf8))
    #expect(parser.parse(), "\(String(describing: parser.parserError))")
  }

  /// A base with many children, and a chain of descendants under the first.
  private static func crowd(children: Int, chain: Int) -> FamilyReport {
    let models = (0...children + chain).map { number in
      FamilyModel(
        id: "model-\(number)", digest: String(repeating: "a", count: 64), format: "safetensors",
        parameters: 1000)
    }
    let direction = Direction(.fromReference, because: .weights, reason: .merge(references: 2))
    var edges = (1...children).map { number in
      Family.Edge(from: .model(0), to: .model(number), kind: .open(), distance: 0.1)
    }
    for link in 0..<chain {
      edges.append(
        Family.Edge(
          from: .model(link == 0 ? 1 : children + link), to: .model(children + link + 1),
          kind: .descent(direction, coefficient: nil), distance: 0.2))
    }
    let family = Family(models: Array(models.indices), edges: edges, root: .model(0))
    return FamilyReport(
      tool: Tool(name: "t", version: "1"),
      forest: FamilyForest(models: models, families: [family]), inputErrors: [])
  }

  @Test func aLargeFamilyIsAnOutlineThatUnfolds() throws {
    let text = Self.written(FamilyHTMLWriter.self, Self.crowd(children: 250, chain: 40))
    #expect(!text.contains("<svg"))
    let parser = XMLParser(data: Data(text.utf8))
    #expect(parser.parse(), "\(String(describing: parser.parserError))")
    // Each model stands in the outline once, and the index leads there.
    let places = text.matches(of: /<li id="(family-1-row-[0-9]+)"/).map { String($0.1) }
    let links = text.matches(of: /href="#(family-1-row-[0-9]+)"/).map { String($0.1) }
    #expect(places.count == 291 && Set(places).count == 291)
    #expect(links.sorted() == places.sorted())
    #expect(text.contains("290 below") && text.contains("model-2 to model-101 (100)"))
    var (depth, deepest) = (0, 0)
    for tag in text.matches(of: /<(\/?)details/) {
      depth += tag.1.isEmpty ? 1 : -1
      deepest = max(deepest, depth)
    }
    #expect(depth == 0 && (20...26).contains(deepest), "\(deepest)")
    // Deeper ones say what they hang from.
    #expect(text.contains("at model-289"))
  }

  @Test func aSmallFamilyIsAPicture() {
    let text = Self.written(FamilyHTMLWriter.self, Self.crowd(children: 40, chain: 3))
    #expect(text.contains("<svg") && !text.contains("class=\"outline\""))
    #expect(!text.contains("<script") && !text.contains("script-src"))
  }

  /// Pairs of siblings, and models of no family.
  private static func pairs(_ count: Int, strangers: Int) -> FamilyReport {
    let models = (0..<2 * count + strangers).map { number in
      FamilyModel(
        id: "<b>m\(number)", digest: String(repeating: "a", count: 64), format: "safetensors",
        parameters: 1000, architecture: number.isMultiple(of: 2) ? "llama" : "qwen2")
    }
    let families = (0..<count).map { pair in
      Family(
        models: [2 * pair, 2 * pair + 1],
        edges: [
          Family.Edge(
            from: .model(2 * pair), to: .model(2 * pair + 1), kind: .open(), distance: 0.1)
        ], root: .model(2 * pair))
    }
    let alone = (2 * count..<models.count).map { Stranger(model: $0, standing: .unrelated) }
    return FamilyReport(
      tool: Tool(name: "t", version: "1"),
      forest: FamilyForest(models: models, families: families, strangers: alone), inputErrors: [])
  }

  @Test func everyModelOfALargeDrawingIsInTheIndexThatLeadsToIt() throws {
    let text = Self.written(FamilyHTMLWriter.self, Self.pairs(30, strangers: 250))
    let places = text.matches(of: #/ id="([^"]+)"/#).map { String($0.1) }
    #expect(Set(places).count == places.count)
    let links = text.matches(of: /<li><a href="#([^"]+)">&lt;b&gt;m[0-9]+</).map { String($0.1) }
    #expect(links.count == 310 && Set(links).count == 310)
    #expect(Set(links).isSubset(of: places))
    #expect(text.contains(" · Family 3 · llama</span>"))
    // Many families are headings that unfold, and long lists have parts.
    #expect(text.ranges(of: "<details class=\"fold\">").count == 30)
    let parser = XMLParser(data: Data(text.utf8))
    #expect(parser.parse(), "\(String(describing: parser.parserError))")
  }

  @Test func onlyTheSearchMayRunInALargeDrawing() throws {
    let text = Self.written(FamilyHTMLWriter.self, Self.pairs(31, strangers: 0))
    let scripts = text.matches(of: #/(?s)<script>(.*?)</script>/#)
    #expect(scripts.count == 1 && text.ranges(of: "<script").count == 1)
    let script = try #require(scripts.first).1
    let digest = Data(SHA256.hash(data: Data(script.utf8))).base64EncodedString()
    #expect(
      text.contains(
        "default-src &#39;none&#39;; style-src &#39;unsafe-inline&#39;; "
          + "script-src &#39;sha256-\(digest)&#39;\""))
    // It neither asks for anything nor makes markup of text.
    for word in ["innerHTML", "eval", "fetch", "XMLHttp", "import", "src="] {
      #expect(!script.contains(word))
    }
    // Without it the box is not to be seen.
    #expect(text.contains("<div id=\"search\" hidden=\"hidden\">"))
  }

  @Test func colourAddsNothingButEscapeSequences() {
    let plain = Self.written(FamilyTextWriter.self, Self.report())
    let painted = Self.written(FamilyTextWriter.self, Self.report(), palette: .ansi)
    #expect(painted != plain)
    #expect(painted.replacing(/\u{1B}\[[0-9;]*m/, with: "") == plain)
  }
}
