import ArgumentParser
import Report

/// The language that somebody asks for.
enum LanguageChoice: String, ExpressibleByArgument, CaseIterable {
  case en, zh
  /// That of the user's messages, by the locale.
  case auto

  /// English where the locale names none that reports are written in.
  ///
  /// - Parameter environment: of which the first of LC_ALL, LC_MESSAGES and LANG holds that is set.
  func language(environment: [String: String]) -> Language {
    switch self {
    case .en: return .en
    case .zh: return .zh
    case .auto:
      let locale = ["LC_ALL", "LC_MESSAGES", "LANG"].lazy
        .compactMap { environment[$0] }.first { !$0.isEmpty }
      let code = locale?.prefix { $0.isLetter }.lowercased() ?? ""
      return Language(rawValue: code) ?? .en
    }
  }
}
