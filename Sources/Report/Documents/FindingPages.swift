package import Judge

/// The manual pages of the findings in every language, built into the program so that it can be moved
/// anywhere.
///
/// The texts are `docs/findings/<code>.md` and `docs/findings/zh/<code>.md`; `scripts/generate` writes
/// `FindingPages+<language>+Generated.swift` from them.
package enum FindingPages {
  /// Markdown by code.
  package static func pages(in language: Language) -> [String: String] {
    switch language {
    case .en: english
    case .zh: chinese
    }
  }

  /// The page of a finding; empty only where a page is missing, which the tests do not let pass.
  package static func page(of code: FindingCode, in language: Language) -> String {
    pages(in: language)[code.rawValue] ?? ""
  }
}
