package import Fingerprint
import Foundation

extension CorpusManifest {
  /// Writes the manifest, replacing what is there in one step.
  ///
  /// Equal manifests are equal files.
  package func write(to path: String) throws(FingerprintError) {
    try AtomicFile.write(try bytes(path: path), to: path)
  }

  /// - Parameter path: what errors call it.
  func bytes(path: String) throws(FingerprintError) -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    let text: Data
    do {
      text = try encoder.encode(self)
    } catch {
      throw FingerprintError(.notWritten, "cannot be put in words: \(error)", file: path)
    }
    guard text.count < Self.byteLimit else {
      throw FingerprintError(
        .notWritten, "would have \(text.count + 1) bytes; at most \(Self.byteLimit) are read",
        file: path)
    }
    return Array(text) + [0x0A]
  }
}

extension CorpusManifest: Encodable {
  private enum CodingKeys: String, CodingKey {
    case schema
    case calibration
    case references
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(Self.schema, forKey: .schema)
    try container.encodeIfPresent(calibration, forKey: .calibration)
    try container.encode(references.sorted { $0.id < $1.id }, forKey: .references)
  }
}

extension CorpusManifest.Entry: Encodable {
  private enum CodingKeys: String, CodingKey {
    case id
    case name
    case family
    case license
    case sourceRevision
    case sourceDigests
    case file
    case sha256
    case aliases
    case isOriginal = "original"
    case parents
    case released
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(id, forKey: .id)
    try container.encodeIfPresent(name, forKey: .name)
    try container.encodeIfPresent(family, forKey: .family)
    try container.encodeIfPresent(license, forKey: .license)
    try container.encodeIfPresent(sourceRevision, forKey: .sourceRevision)
    if !sourceDigests.isEmpty { try container.encode(sourceDigests, forKey: .sourceDigests) }
    try container.encode(file, forKey: .file)
    try container.encodeIfPresent(sha256, forKey: .sha256)
    if !aliases.isEmpty { try container.encode(aliases, forKey: .aliases) }
    if isOriginal { try container.encode(isOriginal, forKey: .isOriginal) }
    if !parents.isEmpty { try container.encode(parents, forKey: .parents) }
    try container.encodeIfPresent(released, forKey: .released)
  }
}
