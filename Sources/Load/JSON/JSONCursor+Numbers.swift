extension JSONCursor {
  /// A number as it is written.
  enum NumberToken {
    case integer(Int64)
    /// Has a fraction or an exponent, or does not fit 64 bits.
    case number(Double)
  }

  /// Reads an integer that is written as one: `12`, not `12.0`.
  package mutating func integer() throws(LoadError) -> Int {
    skipSpace()
    let start = position
    if case .integer(let value) = try numberToken(), let value = Int(exactly: value) {
      return value
    }
    throw error(source.malformed, "has a number here that is not a 64-bit integer", at: start)
  }

  /// Reads a number.
  package mutating func number() throws(LoadError) -> Double {
    switch try numberToken() {
    case .integer(let value): Double(value)
    case .number(let value): value
    }
  }

  mutating func numberToken() throws(LoadError) -> NumberToken {
    skipSpace()
    let start = position
    if source.allowsPythonNumbers, let value = takePythonNumber() { return .number(value) }
    let isNegative = take(UInt8(ascii: "-"))
    let integerStart = position
    var magnitude: UInt64 = 0
    var fits = true
    while let digit = takeDigit() {
      let (product, overflow) = magnitude.multipliedReportingOverflow(by: 10)
      let (sum, carry) = product.addingReportingOverflow(UInt64(digit))
      fits = fits && !overflow && !carry
      magnitude = sum
    }
    let digitCount = position - integerStart
    guard digitCount > 0 else { throw error(source.malformed, "is not a number here", at: start) }
    guard digitCount == 1 || bytes[integerStart] != UInt8(ascii: "0") else {
      throw error(source.malformed, "has a number with a leading zero", at: start)
    }
    let isInteger = try !takeFractionAndExponent()
    if isInteger, fits, let value = Self.signed(magnitude, isNegative) { return .integer(value) }
    return .number(try double(start..<position))
  }

  private static func signed(_ magnitude: UInt64, _ isNegative: Bool) -> Int64? {
    if !isNegative { return Int64(exactly: magnitude) }
    if magnitude == Int64.min.magnitude { return Int64.min }
    return Int64(exactly: magnitude).map { -$0 }
  }

  /// True if there is a fraction or an exponent.
  private mutating func takeFractionAndExponent() throws(LoadError) -> Bool {
    var found = false
    if take(UInt8(ascii: ".")) {
      found = true
      guard takeDigits() > 0 else { throw malformed("has a number without digits after its point") }
    }
    if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
      found = true
      if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
      guard takeDigits() > 0 else { throw malformed("has a number without digits in its exponent") }
    }
    return found
  }

  private mutating func takeDigits() -> Int {
    let start = position
    while takeDigit() != nil {}
    return position - start
  }

  private mutating func takeDigit() -> UInt8? {
    guard let byte = peek(), (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else {
      return nil
    }
    position += 1
    return byte - UInt8(ascii: "0")
  }

  private func double(_ range: Range<Int>) throws(LoadError) -> Double {
    let text = String(decoding: UnsafeRawBufferPointer(rebasing: bytes[range]), as: UTF8.self)
    guard let value = Double(text), value.isFinite else {
      throw error(source.malformed, "has a number too large for 64-bit floating point",
        at: range.lowerBound)
    }
    return value
  }

  private mutating func takePythonNumber() -> Double? {
    if takeWord("NaN") { return .nan }
    if takeWord("Infinity") { return .infinity }
    if takeWord("-Infinity") { return -.infinity }
    return nil
  }
}
