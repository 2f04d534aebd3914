import Foundation
import Testing

/// A passage of a document with numbers or names of the program in it, written with the constants themselves: who
/// changes one finds the document.
struct DocumentedClaim: Sendable, CustomTestStringConvertible {
  /// From the root of the repository.
  var document: String
  var passage: String

  var testDescription: String { "\(document): \(passage)" }

  /// The page of a finding, in both languages.
  static func page(_ code: String, en: String, zh: String) -> [DocumentedClaim] {
    [
      DocumentedClaim(document: "docs/findings/\(code).md", passage: en),
      DocumentedClaim(document: "docs/findings/zh/\(code).md", passage: zh),
    ]
  }

  static func document(_ name: String, _ passages: [String]) -> [DocumentedClaim] {
    passages.map { DocumentedClaim(document: name, passage: $0) }
  }

  private static let root = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// Whether the documents lie where they did when the tests were built.
  static let hasDocuments = FileManager.default.fileExists(
    atPath: root.appending(path: "docs").path(percentEncoded: false))

  /// Whether the document has the passage, however its lines are broken.
  func holds() throws -> Bool {
    let text = try String(contentsOf: Self.root.appending(path: document), encoding: .utf8)
    return Self.joined(text).contains(Self.joined(passage))
  }

  /// Without emphasis and line breaks; between two Chinese characters a break is no blank.
  private static func joined(_ text: String) -> String {
    text.replacing("*", with: "").replacing(#/\s+/#, with: " ")
      .replacing(#/(\p{Han}|[，。；、：（）]) (\p{Han}|[，。；、：（）])/#) { "\($0.1)\($0.2)" }
      .replacing(#/(\p{Han}|[，。；、：（）]) (\p{Han}|[，。；、：（）])/#) { "\($0.1)\($0.2)" }
  }
}

/// Numbers as documents write them.
enum Written {
  /// A share, such as `20 %`.
  static func percent(_ share: Double) -> String { "\(Int((100 * share).rounded())) %" }

  /// A number, such as `0.09` or `2`.
  static func figure(_ value: Double) -> String {
    value == value.rounded() ? String(Int(value)) : String(value)
  }

  /// A power of two, such as `2²⁵`.
  static func power(_ value: Int) -> String {
    precondition(value.nonzeroBitCount == 1)
    let digits = Array("⁰¹²³⁴⁵⁶⁷⁸⁹")
    return "2" + String(String(value.trailingZeroBitCount).map { digits[$0.wholeNumberValue ?? 0] })
  }

  /// A count, such as `262 144`.
  static func grouped(_ value: Int) -> String {
    let digits = String(value)
    guard digits.count > 4 else { return digits }
    return digits.dropLast(3) + " " + digits.suffix(3)
  }

  /// A share in words, such as `a fifth`.
  static func words(_ share: Double) -> (en: String, zh: String) {
    switch share {
    case 0.2: ("a fifth", "五分之一")
    case 0.25: ("a quarter", "四分之一")
    case 0.3: ("three tenths", "十分之三")
    case 0.5: ("half", "一半")
    case 0.8: ("four fifths", "五分之四")
    case 0.9: ("nine tenths", "十分之九")
    default: ("\(share), which needs words", "\(share)")
    }
  }

  /// A count in words, such as `four`.
  static func words(_ count: Int) -> (en: String, zh: String) {
    switch count {
    case 2: ("two", "两")
    case 3: ("three", "三")
    case 4: ("four", "四")
    case 6: ("six", "六")
    case 8: ("eight", "八")
    case 10: ("ten", "十")
    case 20: ("twenty", "二十")
    default: ("\(count), which needs words", "\(count)")
    }
  }
}
