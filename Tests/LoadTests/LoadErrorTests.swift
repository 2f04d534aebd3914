import Load
import Testing

@Suite struct LoadErrorTests {
  @Test func describesItselfOnOneLine() {
    let error = LoadError(
      .sizeMismatch, "needs 4 bytes", file: "a.safetensors", offset: 8, tensor: "w")
    #expect(error.description == "a.safetensors: byte 8: tensor 'w': needs 4 bytes [sizeMismatch]")
  }

  @Test func showsNothingATerminalWouldObey() {
    let error = LoadError(.noWeights, "none", file: "a\u{1B}[2J", tensor: "x\n\u{202E}y")
    #expect(
      error.description == #"a\u{1b}[2J: tensor 'x\u{a}\u{202e}y': none [noWeights]"#)
  }

  @Test func shortensWhatItQuotes() {
    #expect(LoadError.quote("é\t") == #"'é\u{9}'"#)
    #expect(LoadError.quote(String(repeating: "n", count: 81)).count == 83)
    #expect(LoadError.quote(String(repeating: "n", count: 80)).count == 82)
  }
}
