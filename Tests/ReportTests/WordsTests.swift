import Foundation
import Testing

@testable import Report

/// Words for what earlier stages name: none is forgotten, and none is of what nobody says.
@Suite struct WordsTests {
  private static let sources = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Sources")

  @Test func everyRoleHasWords() throws {
    let text = try String(
      contentsOf: Self.sources.appending(path: "Canonicalise/TensorRole.swift"), encoding: .utf8)
    let roles = text.prefix(upTo: try #require(text.range(of: "\n}")).lowerBound)
      .matches(of: /\n  case (\w+)/).map { String($0.output.1) }
    #expect(roles.count > 50)
    for role in roles {
      let words = RoleWords.texts(role)
      #expect(words.zh != role, "\(role)")
      #expect(TextLayout.width(words.en) <= 24, "\(role)")
    }
  }

  @Test func sentencesOfReadersAreThoseThatTheySay() throws {
    var text = ""
    for stage in ["Load", "Canonicalise", "Fingerprint", "ShellcheckModel"] {
      let files = FileManager.default.enumerator(
        at: Self.sources.appending(path: stage), includingPropertiesForKeys: nil)
      for case let file as URL in try #require(files) where file.pathExtension == "swift" {
        text += try String(contentsOf: file, encoding: .utf8)
      }
    }
    // Literals that are joined by `+` across lines are one sentence.
    let joined = text.replacing(/"\s*\+\s*"/, with: "")
    for (english, chinese) in ReaderSentences.sentences + ReaderSentences.notes {
      let parts = english.split(separator: /\{\d\}/).map(String.init)
      // Words that go with a number are put in where the sentence is made.
      let literal = try #require(
        parts.flatMap { $0.split(separator: Self.counted) }.max { $0.count < $1.count })
      let words = literal.split(separator: "; ").map {
        $0.trimmingCharacters(in: .whitespaces)
      }
      for part in words where part.count > 12 {
        let found = joined.contains(part) || part.split(separator: ": ").allSatisfy(joined.contains)
        #expect(found, "\(part)")
      }
      for number in 0..<(parts.count - 1) where english.contains("{\(number)}") {
        #expect(chinese.contains("{\(number)}"), "\(english)")
      }
    }
  }

  private static var counted: Regex<Substring> {
    /\b(?:is|are|was|were|has|have|holds?|one|arrays?|tensors?|variables?)\b/
  }

  @Test func aSentenceIsTranslatedWithItsNames() {
    func chinese(_ text: String) -> String { ReaderSentences.translated(text, to: .zh) }
    #expect(
      chinese("3 tensors have no values and count as missing (a/b, …)")
        == "3 个张量没有数值，按缺失处理（a/b 等）")
    #expect(
      chinese("'ema' (1 tensor) has what an optimizer keeps; it was left out")
        == "'ema'（1 个张量）为优化器所存，已略去")
    #expect(chinese("a and 2 more: not described by 'llama'") == "a 及另外 2 个张量：“llama”的定义未作描述")
    #expect(chinese("no token embedding: circuits cannot be anchored") == "没有词嵌入，无法锚定功能回路")
    #expect(chinese("is one shard of 4; the others were not read") == "是 4 个分片之一，其余分片未读取")
    #expect(chinese("holds GGUF; its name promises ONNX") == "内容为 GGUF，而名称表示 ONNX")
    #expect(
      chinese("a b and 3 more: their values are too large to be compared").contains("a b 及另外 3"))
    #expect(chinese("something else") == "something else")
    #expect(
      ReaderSentences.translated("is of a format that is not read", to: .en)
        == "is of a format that is not read")
  }

  @Test func aFailureIsSaidInChineseByItsKindWithWhatTheReaderSaid() {
    let message = "model.safetensors: tensor 'x': ends at byte 9 [truncated]"
    #expect(Language.en.failure(message) == message)
    #expect(Language.zh.failure(message) == "文件不完整，缺少头部所述的数据（\(message)）")
    #expect(Language.zh.failure("made by a later version [unknownVersion]").hasPrefix("指纹的版本未知（"))
    #expect(Language.zh.failure("no code at all") == "no code at all")
    #expect(Language.zh.failure("a [strange] one [nowhere]") == "a [strange] one [nowhere]")
  }

  @Test func chineseCountsHaveTheirOwnUnits() {
    #expect(Figures.count(4096, .zh) == "4096 ")
    #expect(Figures.count(430_912, .zh) == "43.1 万")
    #expect(Figures.count(3_900_000, .zh) == "390 万")
    #expect(Figures.count(7_241_732_096, .zh) == "72.4 亿")
    #expect(Figures.count(99_999_999, .zh) == "1 亿")
    #expect(Figures.count(430_912, .en) == "430.9 k")
  }
}
