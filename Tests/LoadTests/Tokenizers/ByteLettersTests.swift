import Testing

@testable import Load

@Suite struct ByteLettersTests {
  @Test func everyByteHasOneLetter() {
    var letters: [Unicode.Scalar] = []
    var next: UInt32 = 0x100
    for byte in UInt8.min...UInt8.max {
      if ByteLetters.isPrintable(byte) {
        letters.append(Unicode.Scalar(byte))
      } else {
        letters.append(Unicode.Scalar(next) ?? " ")
        next += 1
      }
    }
    #expect(next == 0x144)
    #expect(Set(letters).count == 256)
    for (byte, letter) in letters.enumerated() {
      #expect(ByteLetters.bytes(of: String(Character(letter))) == [UInt8(byte)])
    }
  }

  @Test(
    arguments: [
      ("Ġ", 0x20), ("Ċ", 0x0A), ("ĉ", 0x09), ("č", 0x0D), ("Ń", 0xAD), ("ł", 0xA0), ("ġ", 0x7F),
      ("¡", 0xA1), ("ÿ", 0xFF), ("!", 0x21),
    ] as [(String, UInt8)])
  func knowsTheLettersOfGPT2(letter: String, byte: UInt8) {
    #expect(ByteLetters.bytes(of: letter) == [byte])
  }

  @Test(arguments: [" ", "\n", "中", "ń", "▁", "a b"])
  func refusesWhatIsNoLetterOfTheTable(text: String) {
    #expect(ByteLetters.bytes(of: text) == nil)
  }
}
