import TestSupport
import Testing

@testable import Load

private typealias Read = (String, LoadLimits, inout [LoadError]) throws -> Vocabulary

private func tokens(_ bytes: [UInt8], _ read: Read) throws -> [Int: String] {
  let folder = try TemporaryFolder()
  var notes: [LoadError] = []
  return try read(try folder.write("vocabulary", bytes), .standard, &notes)
    .tokens.mapValues { String(decoding: $0, as: UTF8.self) }
}

@Suite struct VocabularyJSONTests {
  private func tokens(_ text: String) throws -> [Int: String] {
    try LoadTests.tokens(Array(text.utf8), VocabularyJSON.read)
  }

  @Test func seesByteLetters() throws {
    let text = ####"{"<|endoftext|>":0,"Ġthe":1,"Ċ":2,"###":3,"<s>":4}"####
    #expect(try tokens(text) == [1: " the", 2: "\n", 3: "###"])
  }

  @Test func seesTheSpaceMark() throws {
    #expect(try tokens(#"{"▁the":1,"<0x41>":2,"</s>":3}"#) == [1: " the", 2: "A"])
  }

  @Test func seesContinuations() throws {
    #expect(try tokens(###"{"play":1,"##ing":2,"[CLS]":3}"###) == [1: " play", 2: "ing"])
  }

  @Test func seesEndsOfWords() throws {
    #expect(try tokens(#"{"the":1,"the</w>":2}"#) == [1: "the", 2: " the"])
  }

  @Test func takesCharactersAsTheyAre() throws {
    #expect(try tokens(###"{" ":3,"e":4,"\n":5,"#":6}"###) == [3: " ", 4: "e", 5: "\n", 6: "#"])
  }

  @Test(arguments: ["{}", "[]", #"{"a":"b"}"#, #"{"a":1,"a":2}"#, "{\"a\":1"])
  func refusesWhatIsNoVocabulary(text: String) {
    #expect(throws: LoadError.self) { try tokens(text) }
  }
}

@Suite struct WordPieceTextTests {
  @Test func numbersTheLines() throws {
    let text = "[PAD]\n[unused0]\nthe\r\n##s\n\né"
    #expect(
      try tokens(Array(text.utf8), WordPieceText.read) == [2: " the", 3: "s", 4: " ", 5: " é"])
  }

  @Test func refusesLinesThatAreNotUTF8() {
    let error = #expect(throws: LoadError.self) {
      try tokens([0x61, 0x0A, 0xFF, 0x0A], WordPieceText.read)
    }
    #expect(error?.offset == 2)
    #expect(error?.message.contains("line 2") == true)
  }
}

@Suite struct TiktokenTextTests {
  @Test func decodesTokensAndRanks() throws {
    #expect(
      try tokens(Array("IHRoZQ== 5\nIQ== 0\n\nYWJj 1\r\n".utf8), TiktokenText.read)
        == [5: " the", 0: "!", 1: "abc"])
  }

  @Test(arguments: [
    "", "IQ==", "IQ== x", "IQ== -1", "IQ 0", "I=Q= 0", "!!== 0", "IQ== 99999999999999999999",
    "IQ== 0 1", "==== 0", "IQ==  0",
  ])
  func refusesMalformedLines(text: String) {
    let error = #expect(throws: LoadError.self) {
      try tokens(Array(text.utf8), TiktokenText.read)
    }
    #expect(error != nil)
  }
}

@Suite struct SentencePieceModelTests {
  private func piece(_ text: String, _ type: UInt8? = nil) -> [UInt8] {
    var fields: [UInt8] = [0x0A, UInt8(text.utf8.count)] + text.utf8 + [0x15, 0, 0, 0x80, 0xBF]
    if let type { fields += [0x18, type] }
    return [0x0A, UInt8(fields.count)] + fields
  }

  @Test func readsPiecesByTheirTypes() throws {
    let model =
      piece("<unk>", 2) + piece("<s>", 3) + piece("<0x0A>", 6) + piece("▁the") + piece("user", 4)
      + piece("old", 5) + [0x12, 3, 1, 2, 3, 0x20, 0x96, 0x01, 0x29, 1, 2, 3, 4, 5, 6, 7, 8]
      + piece("a", 1)
    #expect(
      try tokens(
        model, { path, limits, _ in try SentencePieceModel.read(path: path, limits: limits) }) == [
          2: "\n", 3: " the", 4: "user", 6: "a",
        ])
  }

  @Test(
    arguments: [
      [0x0A], [0x0A, 5, 0x0A], [0x0A, 0], [0x0A, 2, 0x0A, 9], [0x0A, 3, 0x0A, 1, 0xFF],
      [0x0B, 1], [0x00, 1], [0x0A] + [UInt8](repeating: 0xFF, count: 12),
      [0x0A] + [UInt8](repeating: 0xFF, count: 9) + [0x01], [0x12, 0],
      [0x08] + [UInt8](repeating: 0xFF, count: 9) + [0x02], [0x15, 1, 2],
    ] as [[UInt8]])
  func refusesDamagedModels(bytes: [UInt8]) {
    let error = #expect(throws: LoadError.self) {
      try tokens(
        bytes, { path, limits, _ in try SentencePieceModel.read(path: path, limits: limits) })
    }
    #expect(error?.code == .metadataMalformed)
  }

  @Test func survivesAnyDamage() throws {
    let model = piece("▁the") + piece("<0x0A>", 6) + [0x20, 0x96, 0x01]
    let folder = try TemporaryFolder()
    var random = TestSupport.SplitMix64(seed: 3)
    var refused = 0
    for _ in 0..<1000 {
      var damaged = model
      damaged[Int.random(in: model.indices, using: &random)] = UInt8.random(
        in: 0...255, using: &random)
      let path = try folder.write("tokenizer.model", damaged)
      let result = Result { () throws(LoadError) in
        try SentencePieceModel.read(path: path, limits: .standard).tokens.count
      }
      switch result {
      case .success(let count): #expect(count <= 2)
      case .failure(let error):
        refused += 1
        #expect(error.code == .metadataMalformed)
      }
    }
    #expect(refused > 100)
  }
}
