import Judge
import Testing

@testable import Report

@Suite struct TerminalTests {
  @Test(arguments: [
    ("plain – ÄÖ 模型", "plain – ÄÖ 模型"),
    ("\u{1B}[2J", "\\u{1B}[2J"),
    ("\u{9B}31m", "\\u{9B}31m"),
    ("a\nb\r\t\u{7F}", "a\\u{A}b\\u{D}\\u{9}\\u{7F}"),
    ("\u{202E}gnp", "\\u{202E}gnp"),
    ("zero\u{200B}width\u{2028}", "zero\\u{200B}width\\u{2028}"),
    ("tag\u{E0041}\u{115F}", "tag\\u{E0041}\\u{115F}"),
  ])
  func neutralisesWhatSteersATerminal(text: String, shown: String) {
    #expect(printable(text) == shown)
  }

  @Test func noTextOfAJudgementReachesTheTerminalRaw() {
    let hostile = "\u{1B}]0;owned\u{7}\u{202E}"
    var judgement = Samples.derivedUndeclared
    judgement.subject.name = hostile
    judgement.subject.digest = hostile
    judgement.subject.format = hostile
    judgement.subject.family = hostile
    judgement.subject.declared = Declared(
      baseModels: [hostile], relation: hostile, license: hostile)
    judgement.verdict.statement = .identical(to: hostile)
    judgement.parents[0].reference = hostile
    judgement.parents[0].changes = [
      Change(.rename, [.from: .text(hostile), .tensors: .texts([hostile])])
    ]
    judgement.candidates[0].reference = hostile
    judgement.components += [judgement.components[0]]
    judgement.components[0].name = hostile
    judgement.components[0].reference = hostile
    judgement.findings[0].fact = .undeclared(hostile)
    judgement.findings[0].location = hostile + "elsewhere"
    judgement.limits = [.note(hostile)]
    judgement.layers[0].component = hostile
    judgement.layers[0].reference = hostile
    judgement.tensors[0].name = hostile
    var report = Samples.report(judgement)
    report.corpus.path = hostile
    report.corpus.digest = hostile
    for writer in ReportFormats.all {
      let text = writer.init(options: WriterOptions(detail: .tensors)).write(report)
      #expect(!text.unicodeScalars.contains { $0 != "\n" && $0.isUnprintable }, "\(writer.format)")
    }
  }

  @Test(arguments: [40, 53, 64, 80, 90, 200])
  func linesKeepToTheColumns(columns: Int) {
    var judgement = Samples.derivedUndeclared
    judgement.subject.name = String(repeating: "long-name-", count: 40)
    judgement.candidates[0].reference = String(repeating: "模", count: 80)
    judgement.parents[0].reference = String(repeating: "x", count: 200)
    judgement.parents[0].layerMap = (0..<130).map {
      LayerPair(subject: $0, reference: $0 + 1, similarity: 0.5)
    }
    judgement.findings[0].fact = .undeclared(String(repeating: "word ", count: 60))
    judgement.limits = [.note(String(repeating: "y", count: 300))]
    judgement.tensors[0].shape = [1024, 1024, 1024, 1024, 3, 3]
    judgement.layers[0].component = "vision_encoder"
    judgement.layers[0].relativeChange = 0.0000123
    let text = TTYWriter(options: WriterOptions(detail: .tensors, columns: columns))
      .write(Samples.report(judgement, Samples.merged))
    for line in text.split(separator: "\n") {
      #expect(TextLayout.width(String(line)) <= columns, "\(line)")
    }
  }

  @Test func whatIsTooWideGoesOnBelowItsBeginning() {
    #expect(TextLayout.fitted("one two", to: 7) == ["one two"])
    #expect(TextLayout.fitted("  one   two", to: 8) == ["  one", "    two"])
    #expect(TextLayout.fitted("abcdefghij", to: 6) == ["abcd", "  efgh", "  ij"])
    #expect(TextLayout.fitted("", to: 6) == [""])
    let painted = Palette.ansi.paint("one", .bold) + " " + Palette.ansi.paint("two", .dim)
    #expect(TextLayout.fitted(painted, to: 7) == [painted])
    #expect(
      TextLayout.fitted(painted, to: 6)
        == [Palette.ansi.paint("one", .bold), "  " + Palette.ansi.paint("two", .dim)])
  }

  @Test(arguments: Language.allCases, [40, 80])
  func pagesOfFindingsKeepToTheColumns(language: Language, columns: Int) {
    for code in FindingCode.allCases {
      let page = FindingPages.page(of: code, in: language)
      let text = FindingPages.text(of: page, palette: .plain, columns: columns)
      // What is typed stands as it is.
      for line in text.split(separator: "\n") where !line.hasPrefix("    ") {
        #expect(TextLayout.width(String(line)) <= columns, "\(code) \(line)")
      }
      let words = page.filter { !"\n `#".contains($0) }
      #expect(text.filter { !"\n `#".contains($0) } == words)
    }
  }

  @Test(arguments: [
    ("one two three", 8, ["one two", "three"]), ("abcdefghijkl", 8, ["abcdefgh", "ijkl"]),
    ("权重派生自该模型", 10, ["权重派生自", "该模型"]),
    ("共有词元。太少", 8, ["共有词", "元。太少"]), ("与 2 个模型（甲）", 12, ["与 2 个模型", "（甲）"]),
  ])
  func linesBreakWhereTheScriptAllows(text: String, columns: Int, lines: [String]) {
    #expect(TextLayout.wrapped(text, to: columns) == lines)
  }

  @Test func showsReferenceLayersOnlyWhereTheyDiffer() {
    let same = LayerStrip(
      pairs: (0..<4).map { LayerPair(subject: $0, reference: $0, similarity: 1) }, measure: 60)
    #expect(same.lines(.plain).map(\.line) == ["████  layers 0–3, similarity 1.00 … 1.00"])
    let moved = LayerStrip(
      pairs: [
        LayerPair(subject: 0, reference: 11, similarity: 0),
        LayerPair(subject: 1, reference: nil, similarity: 0),
      ], measure: 60)
    #expect(moved.lines(.plain).map(\.line) == [" 0  1", " ▁  ·", "11  –"])
  }

  @Test(arguments: [
    ([1.0, 0, 0], [10, 0, 0]), ([0.5, 0.5, 0], [5, 5, 0]), ([0.999, 0.001, 0], [9, 1, 0]),
    ([0, 0, 0], [0, 0, 0]), ([.nan, 1, -1], [0, 10, 0]),
  ])
  func barsFillTheirWidth(shares: [Double], cells: [Int]) {
    #expect(Blocks.cells(for: shares, width: 10) == cells)
  }

  @Test(arguments: [
    (0.0, "1"), (-0.3768, "0.42"), (-2.5, "0.003"), (-89.25, "10^-89"), (.nan, "1"),
  ])
  func pValuesAreReadable(log10: Double, text: String) {
    #expect(Figures.pValue(log10: log10) == text)
  }

  @Test(arguments: [
    (0.0, "0 %"), (0.0001, "< 1 %"), (0.38, "38 %"), (0.9999, "> 99 %"), (1.0, "100 %"),
  ])
  func percentagesNeverRoundToNoneOrAll(share: Double, text: String) {
    #expect(Figures.percent(share) == text)
  }

  @Test(arguments: [
    (983, "983"), (12_345, "12.3 k"), (999_960, "1.0 M"), (4_131_264, "4.1 M"),
    (7_240_000_000, "7.2 B"),
  ])
  func countsAreShort(count: Int, text: String) {
    #expect(Figures.count(count) == text)
  }

  @Test(arguments: [
    ([3, 1, 2, 7], "1–3, 7"), ([], ""), ([5], "5"), ([.max, .min], "\(Int.min), \(Int.max)"),
  ])
  func runsJoinConsecutiveNumbers(values: [Int], text: String) {
    #expect(Figures.runs(values) == text)
  }

  @Test(arguments: [
    (Change(.finetune), "fine-tuned"),
    (
      Change(.quantise, [.bits: .integer(4), .group: .integer(64)]),
      "quantised (4 bits, group 64)"
    ),
    (
      Change(.lowRank, [.rank: .integer(8), .matrices: .integer(1)]),
      "a low-rank update merged in, as a LoRA leaves it (1 matrix, rank 8)"
    ),
    (
      Change(.vocabulary, [.from: .integer(4096), .to: .integer(4160)]),
      "vocabulary changed (4096 → 4160)"
    ),
    (
      Change(.partialFinetune, [.layers: .integers([0, 1, 2, 5])]),
      "some layers fine-tuned, others untouched (layers 0–2, 5)"
    ),
    (
      Change(.widthPrune, [.hidden: .integers([192, 144])]),
      "narrowed: neurons, heads or hidden dimensions cut (hidden 192 → 144)"
    ),
    (Change(.valuePrune, [.sparsity: .number(0.5)]), "small values set to zero (sparsity 50 %)"),
    (
      Change(.componentGraft, [.units: .texts(["a", "b", "c", "d", "e"])]),
      "only some parts are from here, the others from elsewhere (units a, b, c, d, and 1 more)"
    ),
  ])
  func changesAreToldInPlainWords(change: Change, words: String) {
    #expect(Language.en.words(change) == words)
  }
}
