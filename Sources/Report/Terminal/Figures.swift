private import Foundation
internal import Judge

/// Numbers as people read them.
package enum Figures {
  /// A p-value from its logarithm: `0.42`, `0.0031`, `10^-89`, and `< 10^-300` where it is a bound.
  static func pValue(log10 value: Double) -> String {
    guard !value.isNaN, value < 0 else { return "1" }
    if value <= Calibration.smallestLog10P {
      return "< 10^" + integer(Calibration.smallestLog10P)
    }
    if value > -1 { return String(format: "%.2f", exp10(value)) }
    if value > -4 { return String(format: "%.1g", exp10(value)) }
    return "10^" + integer(max(value, -99_999))
  }

  /// The same with a raised exponent, `10⁻⁸⁹`, where fonts are richer than a terminal's.
  static func raised(_ pValue: String) -> String {
    let raised: [Character: Character] = [
      "-": "⁻", "0": "⁰", "1": "¹", "2": "²", "3": "³", "4": "⁴", "5": "⁵", "6": "⁶", "7": "⁷",
      "8": "⁸", "9": "⁹",
    ]
    guard let power = pValue.firstIndex(of: "^") else { return pValue }
    let exponent = pValue[pValue.index(after: power)...].map { raised[$0] ?? $0 }
    return pValue[..<power] + String(exponent)
  }

  /// 4096 → `4096`, 4 100 000 → `4.1 M`, 7 240 000 000 → `7.2 B`.
  static func count(_ value: Int) -> String {
    let size = Double(value)
    return switch size {
    case ..<10_000: String(value)
    case ..<999_950: String(format: "%.1f k", size / 1e3)
    case ..<999_950_000: String(format: "%.1f M", size / 1e6)
    default: String(format: "%.1f B", size / 1e9)
    }
  }

  /// Before a noun: in Chinese by ten thousands and hundred millions, `43.1 万`, `72.4 亿`.
  static func count(_ value: Int, _ language: Language) -> String {
    guard language == .zh else { return count(value) }
    func figure(_ number: Double, _ unit: String) -> String {
      let text = String(format: number < 1000 ? "%.1f" : "%.0f", number)
      return (text.hasSuffix(".0") ? String(text.dropLast(2)) : text) + " " + unit
    }
    let size = Double(value)
    return switch size {
    case ..<10_000: "\(value) "
    case ..<99_995_000: figure(size / 1e4, "万")
    default: figure(size / 1e8, "亿")
    }
  }

  /// 16 400 000 → `16.4 MB`.
  package static func bytes(_ count: Double) -> String {
    switch count {
    case ..<1e3: String(format: "%.0f B", count)
    case ..<999_950: String(format: "%.1f kB", count / 1e3)
    case ..<999_950_000: String(format: "%.1f MB", count / 1e6)
    default: String(format: "%.2f GB", count / 1e9)
    }
  }

  /// A share in percent, never 0 for some nor 100 for nearly all.
  ///
  /// `0 %`, `< 1 %`, `38 %`, `> 99 %`, `100 %`
  static func percent(_ share: Double) -> String {
    guard share.isFinite else { return "?" }
    if share > 0, share < 0.005 { return "< 1 %" }
    if share < 1, share >= 0.995 { return "> 99 %" }
    return integer(share * 100) + " %"
  }

  /// A cosine or another number near one: two decimals.
  static func cosine(_ value: Double?) -> String {
    guard let value, value.isFinite else { return "–" }
    let text = String(format: "%.2f", value)
    return text == "-0.00" ? "0.00" : text
  }

  static func z(_ value: Double) -> String {
    value.isFinite ? String(format: "%.1f", value) : "?"
  }

  /// Three significant digits, for figures whose meaning is not known here.
  static func short(_ value: Double) -> String { String(format: "%.3g", value) }

  /// Runs of consecutive numbers: `0–3, 7`.
  static func runs(_ values: [Int], comma: String = ", ") -> String {
    var runs: [ClosedRange<Int>] = []
    for value in Set(values).sorted() {
      if let last = runs.last, last.upperBound < Int.max, last.upperBound + 1 == value {
        runs[runs.count - 1] = last.lowerBound...value
      } else {
        runs.append(value...value)
      }
    }
    return runs.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)–\($0.upperBound)" }
      .joined(separator: comma)
  }

  static func plural(_ count: Int, _ noun: String) -> String {
    "\(count) \(noun)\(count == 1 ? "" : "s")"
  }

  /// A share that may be small, with two significant digits: `0.83 %`.
  static func smallShare(_ share: Double) -> String { String(format: "%.2g %%", 100 * share) }

  static func rounded(_ value: Double, _ digits: Int) -> String {
    String(format: "%.\(digits)f", value)
  }

  private static func integer(_ value: Double) -> String { String(format: "%.0f", value) }

  private static func exp10(_ value: Double) -> Double { pow(10, value) }
}
