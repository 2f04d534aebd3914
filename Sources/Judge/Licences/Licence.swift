import Canonicalise

/// What a licence asks of those who share a model made from its work: a file of `Corpus/Licences`.
///
/// Decoding is strict: an unknown key is an error that names the file and the key. Rules restate
/// clauses, so each names its own; they are not legal advice.
package struct Licence: Sendable, Equatable {
  /// As hubs and SPDX spell it, in lower case: `apache-2.0`, `llama3.1`.
  package var id: String
  package var name: String
  /// Date of the version that the rules restate.
  package var version: String
  package var url: String
  /// Other spellings that cards use.
  package var aliases: [String]
  package var duties: [LicenceDuty]

  func has(_ kind: LicenceDuty.Kind) -> Bool { duties.contains { $0.kind == kind } }
}

/// One thing that a licence asks for, and the clause that does.
package struct LicenceDuty: Sendable, Equatable {
  package enum Kind: String, Sendable, Codable, CaseIterable {
    /// A copy of the licence goes along; `texts` are phrases by which one is known.
    case licenceText = "licence-text"
    /// A NOTICE file that the parent has goes along.
    case noticeFile = "notice-file"
    /// A notice file holds one of `texts`.
    case noticeText = "notice-text"
    /// The card shows one of `texts`.
    case displayText = "display-text"
    /// The model's name begins with one of `texts`.
    case namePrefix = "name-prefix"
    /// The child is under this licence or one that `accepts` lists.
    case shareAlike = "share-alike"
    case nonCommercial = "non-commercial"
    /// Adaptations are not shared.
    case noDerivatives = "no-derivatives"
    /// Restrictions of use are passed on.
    case useRestrictions = "use-restrictions"
    /// From this number of users on (`users`), another licence or a notice is needed.
    case userThreshold = "user-threshold"
  }

  package var kind: Kind
  package var clause: String
  package var texts: [String]
  package var accepts: [String]
  package var users: Int?
}

extension Licence: Decodable {
  private enum CodingKeys: String, CodingKey, CaseIterable {
    case id, name, version, url, aliases, duties
  }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.strictContainer(keyedBy: CodingKeys.self)
    id = try container.decode(String.self, forKey: .id)
    name = try container.decode(String.self, forKey: .name)
    version = try container.decode(String.self, forKey: .version)
    url = try container.decode(String.self, forKey: .url)
    aliases = try container.decodeIfPresent([String].self, forKey: .aliases) ?? []
    duties = try container.decode([LicenceDuty].self, forKey: .duties)
  }
}

extension LicenceDuty: Decodable {
  private enum CodingKeys: String, CodingKey, CaseIterable {
    case kind, clause, texts, accepts, users
  }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.strictContainer(keyedBy: CodingKeys.self)
    kind = try container.decode(Kind.self, forKey: .kind)
    clause = try container.decode(String.self, forKey: .clause)
    texts = try container.decodeIfPresent([String].self, forKey: .texts) ?? []
    accepts = try container.decodeIfPresent([String].self, forKey: .accepts) ?? []
    users = try container.decodeIfPresent(Int.self, forKey: .users)
    let needed: CodingKeys? =
      switch kind {
      case .noticeText, .displayText, .namePrefix: texts.isEmpty ? .texts : nil
      case .shareAlike: accepts.isEmpty ? .accepts : nil
      case .userThreshold: users == nil ? .users : nil
      default: nil
      }
    if let needed {
      throw DecodingError.keyNotFound(
        needed,
        .init(codingPath: decoder.codingPath, debugDescription: "a duty lacks \(needed.rawValue)"))
    }
  }
}
