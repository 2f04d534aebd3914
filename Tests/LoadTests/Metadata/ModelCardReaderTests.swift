import TestSupport
import Testing

@testable import Load

@Suite struct ModelCardReaderTests {
  private func reading(
    _ bytes: some Sequence<UInt8>, limits: LoadLimits = .standard
  ) throws -> ModelCardReader.Reading {
    let folder = try TemporaryFolder()
    return ModelCardReader.read(
      path: try folder.write("README.md", Array(bytes)), limits: limits)
  }

  private func reading(
    _ text: String, limits: LoadLimits = .standard
  ) throws -> ModelCardReader.Reading {
    try reading(text.utf8, limits: limits)
  }

  /// The card of a text that has nothing wrong with it.
  private func card(_ text: String) throws -> ModelCard? {
    let reading = try reading(text)
    #expect(reading.problems == [])
    #expect(!reading.mayNameParents)
    return reading.card
  }

  @Test func readsWhatACardDeclares() throws {
    let card = try card(
      """
      ---
      language:
      - en
      license: other
      license_name: "llama3.1"
      base_model: meta-llama/Llama-3.1-8B # the parent
      base_model_relation: finetune
      tags: [a, b]
      ---
      # Title
      base_model: not/this
      """)
    #expect(
      card
        == ModelCard(
          baseModels: ["meta-llama/Llama-3.1-8B"], relation: "finetune", license: "other",
          licenseName: "llama3.1"))
  }

  @Test(arguments: [
    "base_model:\n- a/b\n- c/d", "base_model:\n  - a/b\n  - 'c/d'", "base_model: [a/b, \"c/d\"]",
    "base_model: [\n  a/b,\n  c/d\n]", "\"base_model\":\n- a/b\n# note\n- c/d",
    "base_model: a/b, c/d", "  base_model: [a/b, c/d]\n  license: mit #",
    "base_model: [\na/b,\nc/d\n]",
    "{base_model: [a/b, c/d], license: mit} #", "base_model: &both [a/b, c/d]",
    "base_model: |\n  a/b,\n  c/d", "base_model: [a/b, c/d] # R&D, *all* of it",
  ])
  func readsAListOfParents(yaml: String) throws {
    let tail = yaml.hasSuffix("#") ? "" : "\nlicense: mit"
    #expect(try card("---\n\(yaml)\(tail)\n---\n")?.baseModels == ["a/b", "c/d"])
    let lines = "---\n\(yaml)\(tail)\n---\n".replacing("\n", with: "\r\n")
    #expect(try card(lines)?.license == "mit")
  }

  @Test(arguments: [
    "\n", "\n\n  \n", "\u{FEFF}", "\u{FEFF}\n\n", "\r\n\r\n", " \t\n", "  ",
  ])
  func passesOverWhiteSpaceBeforeTheFirstLine(start: String) throws {
    #expect(try card(start + "---\nbase_model: a/b\n---\n")?.baseModels == ["a/b"])
  }

  @Test func readsLinesThatEndInCarriageReturnsAlone() throws {
    #expect(try card("---\rbase_model: a/b\r---\r# Title")?.baseModels == ["a/b"])
  }

  @Test func readsUTF16AndSaysSo() throws {
    let text = "\u{FEFF}---\nbase_model: a/b\n---\n"
    for isLittle in [true, false] {
      let bytes = text.utf16.flatMap { unit in
        isLittle
          ? [UInt8(unit & 0xFF), UInt8(unit >> 8)] : [UInt8(unit >> 8), UInt8(unit & 0xFF)]
      }
      let reading = try reading(bytes)
      #expect(reading.card?.baseModels == ["a/b"])
      #expect(reading.problems.map { $0.message.contains("UTF-16") } == [true])
      #expect(!reading.mayNameParents)
    }
  }

  @Test(arguments: ["", "# Title\n---\nlicense: mit\n---", "----\nlicense: mit\n----\n"])
  func findsNoCardWithoutFrontMatter(text: String) throws {
    #expect(try card(text + "\n") == nil)
  }

  @Test func anEmptyCardNamesNobody() throws {
    let reading = try reading("")
    #expect(reading.problems.map(\.code) == [.emptyFile])
    #expect(!reading.mayNameParents)
  }

  @Test(arguments: ["base_model:", "base_model: null", "base_model: []", "base_model: ''", ""])
  func findsNoParentWhereNoneIsNamed(yaml: String) throws {
    #expect(try card("---\n\(yaml)\n---\n") == ModelCard())
  }

  @Test func theOtherSpellingOfLicenceIsReadWhereHubsOwnIsMissing() throws {
    let other = try card("---\nlicence: mit\nlicence_name: m\nlicence_link: l\n---\n")
    #expect(other == ModelCard(license: "mit", licenseName: "m", licenseLink: "l"))
    #expect(try card("---\nlicence: mit\nlicense: apache-2.0\n---\n")?.license == "apache-2.0")
    #expect(try card("---\nlicense: apache-2.0\nlicence: mit\n---\n")?.license == "apache-2.0")
  }

  @Test func keepsAFigureAsItIsWritten() throws {
    #expect(try card("---\nlicense: 1.0\nlicense_name: no\n---\n")?.license == "1.0")
  }

  @Test(arguments: [
    "license_name: Research & Development Licence", "license_name: 'A & *B*'",
    "license: other # legal & compliance *said* yes",
  ])
  func textMayHaveTheSignsOfAnchors(yaml: String) throws {
    #expect(
      try card("---\n\(yaml)\nbase_model: a/b  # merged & healed\n---\n")?.baseModels == ["a/b"])
  }

  @Test(arguments: [
    "widget:\n- text: *bold* & [broken\nlicense: mit\nfoo: : bar",
    "license_name: [\nlicense: mit", "license_link: *x\nlicense: mit",
    "license: mit\nextra: 'unclosed",
  ])
  func oneBrokenMemberTakesNoOtherWithIt(yaml: String) throws {
    let reading = try reading("---\nbase_model: a/b\n\(yaml)\n---\n")
    #expect(reading.card?.license == "mit")
    #expect(reading.card?.baseModels == ["a/b"])
    #expect(!reading.mayNameParents)
  }

  // MARK: Mappings

  @Test(arguments: [
    "- name: a/b\n  revision: main", "- model: {path: a/b}", "- {id: a/b, weight: 0.5}",
    "  name: a/b\n  revision: main", "  model:\n    model: {path: a/b}", "- repo_id: a/b",
    "- a/b: main", "- url: a/b", "- - a/b",
  ])
  func readsTheNamesInMappings(yaml: String) throws {
    let reading = try reading("---\nbase_model:\n\(yaml)\n---\n")
    #expect(reading.card?.baseModels == ["a/b"])
    #expect(!reading.mayNameParents)
    let isList = yaml == "- - a/b"
    #expect(
      reading.problems.map { $0.message.contains("which hubs refuse") } == (isList ? [] : [true]))
  }

  @Test(arguments: [
    "base_model: {a: b}", "base_model:\n- c/d\n- {weight: 1}", "base_model: [a", "base_model: *x",
    "base_model: 'lab/base\nlicense: mit", "base_model: a: b",
  ])
  func saysWhatMayHaveNamedParents(yaml: String) throws {
    let reading = try reading("---\n\(yaml)\n---\n")
    #expect(reading.problems.map(\.code) == [.metadataMalformed])
    #expect(reading.problems.allSatisfy { $0.message.contains("line 2") })
    #expect(reading.mayNameParents)
  }

  @Test func aKeyThatIsThereTwiceCountsTwice() throws {
    let found = try reading("---\nbase_model: a/b\nbase_model: c/d\n---\n")
    #expect(found.card?.baseModels == ["a/b", "c/d"])
  }

  @Test func saysTheLineOfTheFile() throws {
    let reading = try reading("\n---\nlanguage:\n- en\nbase_model: 'x\n---\n")
    #expect(reading.problems.first?.message.contains("line 5") == true)
  }

  // MARK: Attacks

  @Test(arguments: [
    "base_model: &a x\nlicense: *a", "base_model: [&a x, *a]", "license: *x",
    "base_model: {a: *b}",
  ])
  func refusesAliases(yaml: String) throws {
    let reading = try reading("---\n\(yaml)\n---\n")
    #expect(reading.problems.contains { $0.message.contains("aliases") })
  }

  @Test(arguments: [
    "license: " + String(repeating: "[", count: 100_000),
    "license: " + String(repeating: "{a: ", count: 60_000),
    "base_model:\n" + String(repeating: "- ", count: 100_000) + "a",
    "base_model:\n " + String(repeating: "? ", count: 100_000) + "a",
    "base_model:\n" + (0..<400).map { String(repeating: " ", count: $0) + "-\n" }.joined(),
  ])
  func refusesDeepNestingQuickly(yaml: String) throws {
    #expect(try reading("---\n\(yaml)\n---\n").problems.map(\.code) == [.nestingTooDeep])
  }

  @Test func refusesAnAliasBombQuickly() throws {
    var yaml = "base_model:\n  a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    for level in 1...30 {
      yaml += "  a\(level): &a\(level) [*a\(level - 1), *a\(level - 1), *a\(level - 1)]\n"
    }
    let reading = try reading("---\n\(yaml)---\n")
    #expect(reading.problems.map(\.code) == [.metadataMalformed])
    #expect(reading.mayNameParents)
  }

  @Test func refusesFrontMatterThatDoesNotEnd() throws {
    let open = try reading("---\nlicense: mit\n")
    #expect(open.problems.map(\.code) == [.metadataMalformed])
    #expect(open.mayNameParents)
    let long = try reading(
      "---\n" + String(repeating: "a: b\n", count: 1_000_000) + "---\n")
    #expect(long.problems.map(\.code) == [.limitExceeded])
    #expect(long.mayNameParents)
  }

  @Test func readsThroughMegabytesOfResults() throws {
    let results = String(repeating: "  - {type: x, value: 0.5}\n", count: 100_000)
    let text = "---\nmodel-index:\n\(results)base_model: a/b\nother:\n- x\n---\n"
    #expect(text.utf8.count > 2 << 20)
    #expect(try card(text)?.baseModels == ["a/b"])
  }

  @Test(arguments: [
    ("version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n", "git lfs pull"),
    ("<!DOCTYPE html><html>", "HTML page"),
  ])
  func saysWhatStandsInItsPlace(text: String, message: String) throws {
    let reading = try reading(text)
    #expect(reading.problems.map { $0.message.contains(message) } == [true])
    #expect(reading.mayNameParents)
  }

  @Test func boundsTheNumberOfParents() throws {
    let names = (0...1000).map { "- a/b\($0)\n" }.joined()
    let reading = try reading("---\nbase_model:\n\(names)---\n")
    #expect(reading.problems.map(\.code) == [.limitExceeded])
    #expect(reading.mayNameParents)
  }

  @Test func ofSeveralSpellingsTheUsualOneSpeaksFirst() throws {
    let folder = try TemporaryFolder()
    try folder.write("readme.md", text: "---\nbase_model: a/b\n---\n")
    #expect(MetadataReader.read(folder: folder.path).card?.baseModels == ["a/b"])
    try folder.write("README.md", text: "---\nbase_model: c/d\n---\n")
    #expect(MetadataReader.read(folder: folder.path).card?.baseModels == ["c/d"])
    try folder.write("README.md", text: "# Title\n")
    #expect(MetadataReader.read(folder: folder.path).card?.baseModels == ["a/b"])
  }
}
