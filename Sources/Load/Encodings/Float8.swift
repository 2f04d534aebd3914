/// Values of the OCP eight-bit floats: E5M2 has infinities and NaNs like IEEE types, E4M3 only the NaN
/// 0x7f.
///
/// - Source: Micikevicius et al. "FP8 formats for deep learning." arXiv:2209.05433.
package enum Float8 {
  package static let e4m3 = table(exponentBits: 4, mantissaBits: 3)
  package static let e5m2 = table(exponentBits: 5, mantissaBits: 2)

  /// `[256]`, by code.
  package static func table(exponentBits: Int, mantissaBits: Int) -> [Float] {
    let bias = (1 << (exponentBits - 1)) - 1
    let topExponent = (1 << exponentBits) - 1
    let mantissaScale = Float(1 << mantissaBits)
    return (0..<256).map { code in
      let sign: Float = code & 0x80 == 0 ? 1 : -1
      let exponent = (code & 0x7f) >> mantissaBits
      let mantissa = code & ((1 << mantissaBits) - 1)
      if exponentBits == 5, exponent == topExponent {
        return mantissa == 0 ? sign * .infinity : .nan
      }
      if exponentBits == 4, code & 0x7f == 0x7f { return .nan }
      if exponent == 0 {
        return sign * Float(sign: .plus, exponent: 1 - bias, significand: 1)
          * Float(mantissa) / mantissaScale
      }
      return sign * Float(sign: .plus, exponent: exponent - bias, significand: 1)
        * (1 + Float(mantissa) / mantissaScale)
    }
  }
}
