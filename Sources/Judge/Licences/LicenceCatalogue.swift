import Canonicalise
import Foundation

/// The licences whose rules are known, by their names.
package struct LicenceCatalogue: Sendable {
  package let licences: [Licence]
  private let byName: [String: Int]

  /// The licences that the tool is built with.
  package static func bundled() throws(LicenceError) -> LicenceCatalogue {
    try embedded.get()
  }

  /// Decoded once, however many models are judged.
  private static let embedded = Result { () throws(LicenceError) in
    try LicenceCatalogue(files: embeddedLicences)
  }

  /// Knows no licence.
  package init() {
    licences = []
    byName = [:]
  }

  /// Takes the name without extension and the JSON text of each file of `Corpus/Licences`.
  package init(files: [(name: String, text: String)]) throws(LicenceError) {
    var licences: [Licence] = []
    var byName: [String: Int] = [:]
    for file in files {
      let licence: Licence
      do {
        licence = try JSONDecoder().decode(Licence.self, from: Data(file.text.utf8))
      } catch {
        throw LicenceError(file: file.name, message: CanonicaliseError.words(for: error))
      }
      guard licence.id == file.name else {
        throw LicenceError(file: file.name, message: "has the id '\(licence.id)'")
      }
      for name in [licence.id] + licence.aliases {
        guard byName.updateValue(licences.count, forKey: Self.plain(name)) == nil else {
          throw LicenceError(file: file.name, message: "claims the name '\(name)', which is taken")
        }
      }
      licences.append(licence)
    }
    let known = Set(licences.map(\.id))
    for licence in licences {
      for id in licence.duties.flatMap(\.accepts) where !known.contains(id) {
        throw LicenceError(file: licence.id, message: "accepts '\(id)', which is no licence")
      }
    }
    self.licences = licences
    self.byName = byName
  }

  /// The licence of a name, however it is spelt.
  package func licence(named name: String) -> Licence? {
    byName[Self.plain(name)].map { licences[$0] }
  }

  /// Names are compared without case, and blanks and underscores are hyphens.
  private static func plain(_ name: String) -> String {
    name.trimmingCharacters(in: .whitespacesAndNewlines).lowercased()
      .replacing(" ", with: "-").replacing("_", with: "-")
  }
}

/// A file of `Corpus/Licences` that cannot be used.
package struct LicenceError: Error, Sendable, Equatable, CustomStringConvertible {
  /// Name without extension.
  package var file: String
  package var message: String

  package var description: String { "licence '\(file)': \(message)" }
}

/// The licence of a model in its own words, and what is known of it.
struct StatedLicence {
  /// As the card has it: `apache-2.0`, `other (llama3.1)`.
  let text: String
  let licences: [Licence]
  /// Whether all that is stated is known.
  let isKnown: Bool

  /// - Returns: nil where nothing is stated.
  init?(_ license: String?, name: String?, in catalogue: LicenceCatalogue) {
    guard let license, !license.isEmpty else { return nil }
    let parts = license.split(separator: /,|\s+(?i:or|and)\s+/).map {
      $0.trimmingCharacters(in: .whitespaces)
    }
    let found = parts.map { part in
      catalogue.licence(named: part) ?? name.flatMap(catalogue.licence(named:))
    }
    licences = found.compactMap(\.self)
    isKnown = !found.isEmpty && found.allSatisfy { $0 != nil }
    text = name.map { "\(license) (\($0))" } ?? license
  }

  func has(_ kind: LicenceDuty.Kind) -> Bool { licences.contains { $0.has(kind) } }

  /// Duties that hold whichever of the stated licences is meant.
  var duties: [(licence: Licence, duty: LicenceDuty)] {
    guard isKnown, let first = licences.first else { return [] }
    return first.duties.filter { duty in licences.allSatisfy { $0.has(duty.kind) } }
      .map { (first, $0) }
  }
}
