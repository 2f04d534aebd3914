/// The manual pages of the findings, built into the program so that it can be moved anywhere.
///
/// The texts are `docs/findings/<code>.md`; `scripts/generate` writes
/// `FindingPages+Generated.swift` from them.
package enum FindingPages {
  /// The page of a code (`SCM3001`) or a name (`undeclared-parent`), in any case of letters.
  package static func page(for name: String) -> String? {
    code(named: name).flatMap { pages[$0.rawValue] }
  }

  package static func code(named name: String) -> FindingCode? {
    FindingCode.allCases.first {
      $0.rawValue == name.uppercased() || $0.name == name.lowercased()
    }
  }
}
