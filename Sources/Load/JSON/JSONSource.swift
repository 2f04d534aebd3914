/// What a JSON text is, so that its errors name the file, the place in it and the kind of damage.
package struct JSONSource: Sendable {
  package var file: String?
  /// Offset of the text's first byte in the file.
  package var baseOffset: UInt64
  /// The code of a syntax error or a value of the wrong type.
  package var malformed: LoadError.Code
  package var notUTF8: LoadError.Code
  /// Whether `NaN`, `Infinity` and `-Infinity` are numbers. They are not JSON, but Python writes
  /// them, and the configurations of published models contain them.
  package var allowsPythonNumbers: Bool

  package init(
    file: String? = nil, baseOffset: UInt64 = 0, malformed: LoadError.Code = .metadataMalformed,
    notUTF8: LoadError.Code? = nil, allowsPythonNumbers: Bool = false
  ) {
    self.file = file
    self.baseOffset = baseOffset
    self.malformed = malformed
    self.notUTF8 = notUTF8 ?? malformed
    self.allowsPythonNumbers = allowsPythonNumbers
  }
}
