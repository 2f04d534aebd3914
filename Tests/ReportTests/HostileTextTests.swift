import Judge
import Testing

@testable import Report

/// Text that a stranger chose, in every place and every form of a report.
@Suite struct HostileTextTests {
  static let texts = [
    // Clears the screen, retitles the window, makes a link; the same by C1 controls.
    "\u{1B}[2J", "\u{1B}]0;owned\u{7}", "\u{1B}]8;;http://x/\u{1B}\\here", "\u{9B}31m\u{90}\u{9C}",
    // Ends lines, goes back on them, deletes.
    "a\r\nb\u{B}\u{C}\u{85}", "gone\u{8}\u{7F}\u{0}",
    // Turns direction: overrides, embeddings, isolates, marks.
    "\u{202E}txt.exe\u{202C}", "\u{202A}a\u{202B}b", "\u{2066}a\u{2067}b\u{2068}c\u{2069}",
    "\u{200E}\u{200F}\u{61C}",
    // Cannot be seen: zero width, joiners, byte order mark, fillers, tags, variation selectors.
    "lla\u{200B}ma\u{200C}-\u{200D}s1\u{2060}\u{FEFF}", "\u{115F}\u{3164}\u{FFA0}\u{34F}\u{AD}",
    "\u{E0001}\u{E0041}\u{E007F}", "a\u{FE0F}\u{E0100}",
    // Separates lines for some readers; private use; not a character.
    "a\u{2028}b\u{2029}c", "\u{E000}\u{F8FF}", "\u{FFFE}\u{FFFF}",
  ]

  private func report(_ text: String) -> ForensicReport {
    var judgement = Samples.derivedUndeclared
    judgement.subject.name = text
    judgement.subject.format = text
    judgement.subject.family = text
    judgement.subject.components = [text]
    judgement.subject.declared = Declared(baseModels: [text], relation: text, license: text)
    judgement.verdict.statement = .identical(to: text)
    judgement.parents[0].reference = text
    judgement.parents[0].license = text
    judgement.parents[0].layerGrids[0].component = text
    judgement.candidates[0].reference = text
    judgement.components[0].name = text
    judgement.components[0].reference = text
    judgement.findings[1].fact = .undeclared(text)
    judgement.findings[1].location = text
    judgement.limits = [.note(text)]
    judgement.layers[0].component = text
    judgement.tensors[0].name = text
    judgement.tensors[0].role = text
    judgement.tensors[0].referenceTensor = text
    return Samples.report(judgement, errors: [InputError(input: text, message: text)])
  }

  private func unprintable(_ text: String) -> [Unicode.Scalar] {
    text.unicodeScalars.filter { $0 != "\n" && $0.isUnprintable }
  }

  @Test(arguments: ReportFormats.all.map { $0.format })
  func nothingInvisibleOrSteeringIsInAnyReport(format: String) throws {
    let writer = try #require(ReportFormats.named(format))
    let report = report(Self.texts.joined(separator: " "))
    for language in Language.allCases {
      let options = WriterOptions(detail: .tensors, language: language)
      let written = writer.init(options: options).write(report)
      #expect(unprintable(written) == [])
      #expect(!written.isEmpty)
    }
  }

  @Test(arguments: texts)
  func norInTheDescriptionOfAModel(text: String) {
    let description = ModelDescription(
      name: text, path: text, format: text, family: text, parameters: 1, byteCount: 1,
      components: [.init(name: text, layers: 1, parameters: 1)],
      tensors: [
        .init(name: text, elementType: text, shape: [1], component: text, role: text, layer: 0)
      ],
      declared: Declared(baseModels: [text], relation: text, license: text), notes: [text])
    let written = DescriptionWriter(options: WriterOptions()).write(description)
    #expect(unprintable(written) == [])
    #expect(written.contains(#"\u{"#))
  }
}
