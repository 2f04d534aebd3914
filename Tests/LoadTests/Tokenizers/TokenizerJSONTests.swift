import TestSupport
import Testing

@testable import Load

@Suite struct TokenizerJSONTests {
  private func vocabulary(
    _ text: String, limits: LoadLimits = .standard
  ) throws -> [Int: String] {
    let folder = try TemporaryFolder()
    let path = try folder.write("tokenizer.json", text: text)
    var notes: [LoadError] = []
    let vocabulary = try TokenizerJSON.read(path: path, limits: limits, notes: &notes)
    #expect(notes == [])
    #expect(vocabulary.source == path)
    return vocabulary.tokens.mapValues { String(decoding: $0, as: UTF8.self) }
  }

  @Test func decodesByteLettersOfAByteLevelTokenizer() throws {
    let tokens = try vocabulary(
      """
      {"added_tokens":[{"id":0,"content":"<s>","special":true},
        {"id":9,"content":" Ġ raw","special":false}],
       "pre_tokenizer":{"type":"Sequence","pretokenizers":[{"type":"Split"},{"type":"ByteLevel"}]},
       "model":{"type":"BPE","merges":["a b"],
        "vocab":{"<s>":0,"Ġthe":1,"Ċ":2,"ä¸Ń":3,"é":4,"!":5,"中":6}}}
      """)
    #expect(tokens[0] == nil)
    #expect(tokens[1] == " the")
    #expect(tokens[2] == "\n")
    #expect(tokens[3] == "中")
    // The letter é is the byte E9, which alone is no UTF-8.
    #expect(tokens[4] == "\u{FFFD}")
    #expect(tokens[5] == "!")
    // Not spelt in byte letters: taken as it is. Its text is token 3's already.
    #expect(tokens[6] == nil)
    #expect(tokens[9] == " Ġ raw")
  }

  @Test(arguments: [
    #""pre_tokenizer":{"type":"Metaspace","replacement":"▁"},"#,
    #""decoder":{"type":"Sequence","decoders":[{"type":"Replace","pattern":{"String":"▁"}}]},"#,
    #""normalizer":{"type":"Prepend","prepend":"▁"},"#,
  ])
  func replacesTheSpaceMarkOfSentencePiece(component: String) throws {
    let tokens = try vocabulary(
      """
      {\(component)"model":{"type":"BPE","byte_fallback":true,
       "vocab":{"▁the":0,"<0x0A>":1,"▁▁":2,"Ġ":3,"<0xZZ>":4,"a▁b":5}}}
      """)
    #expect(
      tokens == [0: " the", 1: "\n", 2: "  ", 3: "Ġ", 4: "<0xZZ>", 5: "a b"])
  }

  @Test func prefersATokenOfItsOwnToAByteToken() throws {
    #expect(
      try vocabulary(
        #"{"model":{"type":"BPE","byte_fallback":true,"vocab":{"<0x68>":3,"<0x69>":4,"h":9}}}"#)
        == [9: "h", 4: "i"])
  }

  @Test func readsAUnigramModelInOrder() throws {
    let tokens = try vocabulary(
      """
      {"added_tokens":[{"id":0,"content":"<unk>","special":true}],
       "model":{"type":"Unigram","unk_id":0,"vocab":[["<unk>",0.0],["▁a",-1.5],["b",-2]]}}
      """)
    #expect(tokens == [1: " a", 2: "b"])
  }

  @Test func putsASpaceBeforeWordsOfWordPiece() throws {
    let tokens = try vocabulary(
      """
      {"model":{"type":"WordPiece","continuing_subword_prefix":"##",
       "vocab":{"[PAD]":0,"play":1,"##ing":2,".":3,"##":4}},
       "added_tokens":[{"id":0,"content":"[PAD]","special":true}]}
      """)
    #expect(tokens == [1: " play", 2: "ing", 3: " ."])
  }

  @Test func takesWordLevelTokensAsTheyAre() throws {
    #expect(
      try vocabulary(#"{"model":{"type":"WordLevel","vocab":{"the":3,"Ġ":4}}}"#)
        == [3: "the", 4: "Ġ"])
  }

  @Test func marksWordsThatEndInASuffix() throws {
    let text = """
      {"decoder":{"type":"ByteLevel"},
       "model":{"type":"BPE","end_of_word_suffix":"</w>","vocab":{"the":0,"the</w>":1,"Â":2}}}
      """
    #expect(try vocabulary(text)[0] == "the")
    #expect(try vocabulary(text)[1] == " the")
  }

  @Test func givesATextToTheLowestOfItsIDs() throws {
    #expect(
      try vocabulary(
        #"{"model":{"type":"BPE","byte_fallback":true,"vocab":{"▁":9," ":3,"a":5,"b":5}}}"#)
        == [3: " ", 5: "a"])
  }

  @Test(arguments: [
    #"{}"#, #"{"model":{}}"#, #"{"model":{"vocab":{}}}"#, #"{"model":{"vocab":{"a":"b"}}}"#,
    #"{"model":{"vocab":{"a":-1}}}"#, #"{"model":{"vocab":{"a":2147483647}}}"#,
    #"{"model":{"vocab":{"a":1.5}}}"#, #"{"model":{"vocab":[[1,2]]}}"#, "[]",
    #"{"model":{"vocab":[[]]}}"#, #"{"added_tokens":[{"id":0}],"model":{"vocab":{"a":1}}}"#,
    #"{"model":{"vocab":{"a":1}}"#, #"{"model":{"vocab":{"a":1}}} x"#,
  ])
  func refusesWhatIsNotATokenizer(text: String) throws {
    let error = #expect(throws: LoadError.self) { try vocabulary(text) }
    #expect(error?.code == .metadataMalformed)
  }

  @Test func boundsTheVocabulary() throws {
    var limits = LoadLimits()
    limits.vocabularySize = 2
    let error = #expect(throws: LoadError.self) {
      try vocabulary(#"{"model":{"vocab":{"a":1,"b":2,"c":3}}}"#, limits: limits)
    }
    #expect(error?.code == .limitExceeded)
    limits.metadataFileByteCount = 10
    let large = #expect(throws: LoadError.self) {
      try vocabulary(#"{"model":{"vocab":{"a":1}}}"#, limits: limits)
    }
    #expect(large?.code == .limitExceeded)
  }
}
