/// SPDX identifiers of licences as model hubs spell them.
enum SPDXNames {
  /// The SPDX identifier, or nil: many licences of models have none.
  static func identifier(of license: String) -> String? {
    let name = license.lowercased()
    return deprecated[name] ?? identifiers.first { $0.lowercased() == name }
  }

  /// The identifier, or one for a licence that SPDX does not list: `LicenseRef-` and the name, in the
  /// letters that such a reference may have.
  static func expression(of license: String) -> String {
    if let identifier = identifier(of: license) { return identifier }
    let letters = license.unicodeScalars.prefix(100).map { scalar -> Character in
      scalar.isASCII
        && (scalar.properties.isAlphabetic || "0123456789.".unicodeScalars.contains(scalar))
        ? Character(scalar) : "-"
    }
    return "LicenseRef-" + (letters.isEmpty ? "unnamed" : String(letters))
  }

  /// Hubs' short names of the GNU licences, of which SPDX wants to know whether later versions do.
  private static let deprecated = [
    "gpl-2.0": "GPL-2.0-only", "gpl-3.0": "GPL-3.0-only", "agpl-3.0": "AGPL-3.0-only",
    "lgpl-2.1": "LGPL-2.1-only", "lgpl-3.0": "LGPL-3.0-only",
  ]

  static let identifiers = [
    "AFL-3.0", "AGPL-3.0-only", "Apache-2.0", "Artistic-2.0", "BSD-2-Clause", "BSD-3-Clause",
    "BSD-3-Clause-Clear", "BSL-1.0", "CC-BY-2.0", "CC-BY-2.5", "CC-BY-3.0", "CC-BY-4.0",
    "CC-BY-NC-2.0", "CC-BY-NC-3.0", "CC-BY-NC-4.0", "CC-BY-NC-ND-3.0", "CC-BY-NC-ND-4.0",
    "CC-BY-NC-SA-2.0", "CC-BY-NC-SA-3.0", "CC-BY-NC-SA-4.0", "CC-BY-ND-4.0", "CC-BY-SA-3.0",
    "CC-BY-SA-4.0", "CC0-1.0", "CDLA-Permissive-1.0", "CDLA-Permissive-2.0", "CDLA-Sharing-1.0",
    "ECL-2.0", "EPL-1.0", "EPL-2.0", "EUPL-1.1", "EUPL-1.2", "GPL-2.0-only", "GPL-2.0-or-later",
    "GPL-3.0-only", "GPL-3.0-or-later", "ISC", "LGPL-2.1-only", "LGPL-3.0-only", "LPPL-1.3c", "MIT",
    "MPL-2.0", "MS-PL", "NCSA", "ODbL-1.0", "OFL-1.1", "OSL-3.0", "PDDL-1.0", "PostgreSQL",
    "Unlicense", "WTFPL", "Zlib",
  ]
}
