import Foundation
import Yams

/// Reads what a model card (`README.md`) declares in its front matter.
///
/// Only the members that matter are given to the YAML parser: real cards hold much else, some
/// of it broken, and less input is less to attack.
enum ModelCardReader {
  /// The card, or nil if the file has no front matter.
  static func read(path: String, limits: LoadLimits) throws(LoadError) -> ModelCard? {
    let text = try MetadataFile.withBytes(of: path, limit: limits.metadataFileByteCount) {
      (bytes) throws(LoadError) in try frontMatter(bytes, path: path, limits: limits)
    }
    guard let text else { return nil }
    return try parse(text, path: path, limits: limits)
  }

  /// What stands between the first line, `---`, and the next such line.
  private static func frontMatter(
    _ bytes: UnsafeRawBufferPointer, path: String, limits: LoadLimits
  ) throws(LoadError) -> String? {
    var start = bytes.prefix(limits.frontMatterByteCount + 16)
    if start.starts(with: [0xEF, 0xBB, 0xBF]) { start = start.dropFirst(3) }
    var lines = start.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)[...]
    func isFence(_ line: Slice<UnsafeRawBufferPointer>) -> Bool {
      line.starts(with: Array("---".utf8))
        && line.dropFirst(3).allSatisfy { [0x20, 0x09, 0x0D].contains($0) }
    }
    guard let first = lines.popFirst(), isFence(first) else { return nil }
    guard let end = lines.firstIndex(where: isFence) else {
      throw LoadError(
        start.endIndex < bytes.endIndex ? .limitExceeded : .metadataMalformed,
        "the front matter does not end within \(limits.frontMatterByteCount) bytes", file: path)
    }
    guard
      let text = String(
        validating: lines[..<end].joined(separator: [UInt8(ascii: "\n")]), as: UTF8.self)
    else { throw LoadError(.metadataMalformed, "the front matter is not UTF-8", file: path) }
    return text
  }

  private static let wanted = [
    "base_model", "base_model_relation", "license", "license_name", "license_link",
  ]

  private static func parse(
    _ text: String, path: String, limits: LoadLimits
  ) throws(LoadError) -> ModelCard {
    let excerpt = try excerpt(of: text, path: path, limits: limits)
    let root: Node?
    do {
      root = try compose(yaml: excerpt)
    } catch {
      throw LoadError(.metadataMalformed, "the front matter is not YAML", file: path)
    }
    guard let root else { return ModelCard() }
    guard case .mapping(let members) = root else {
      throw LoadError(.metadataMalformed, "the front matter is not a YAML mapping", file: path)
    }
    var card = ModelCard()
    for (key, value) in members {
      switch key.string {
      case "base_model": card.baseModels = try strings(value, path: path, limits: limits)
      case "base_model_relation": card.relation = value.string
      // A few cards list several licences; they are then named together.
      case "license":
        card.license = try strings(value, path: path, limits: limits).joined(separator: ", ")
      case "license_name": card.licenseName = value.string
      case "license_link": card.licenseLink = value.string
      default: break
      }
    }
    if card.license?.isEmpty == true { card.license = nil }
    return card
  }

  /// A string, or a list of them.
  private static func strings(
    _ node: Node, path: String, limits: LoadLimits
  ) throws(LoadError) -> [String] {
    switch node {
    case .scalar(let scalar):
      return scalar.string.isEmpty || node.null != nil ? [] : [scalar.string]
    case .sequence(let sequence):
      guard sequence.count <= limits.baseModelCount else {
        throw LoadError(
          .limitExceeded, "the front matter lists more than \(limits.baseModelCount) names",
          file: path)
      }
      var names: [String] = []
      for element in sequence {
        guard case .scalar(let scalar) = element else {
          throw LoadError(.metadataMalformed, "the front matter lists what is no name", file: path)
        }
        names.append(scalar.string)
      }
      return names
    case .mapping, .alias:
      throw LoadError(
        .metadataMalformed, "the front matter has a mapping where a name should be", file: path)
    }
  }

  /// The lines of the wanted members.
  ///
  /// - Throws: if they use anchors or aliases, with which a few lines unfold to gigabytes, or nest
  ///   deeper than the parser bears: its time grows with the square of the depth.
  private static func excerpt(
    of text: String, path: String, limits: LoadLimits
  ) throws(LoadError) -> String {
    var excerpt: [Substring] = []
    var isWanted = false
    for line in text.split(omittingEmptySubsequences: true, whereSeparator: \.isNewline) {
      // A list may stand at its key's own indentation.
      if let first = line.first, !first.isWhitespace, first != "-", first != "#", first != "]" {
        let key = line.prefix { $0 != ":" }.trimmingCharacters(in: .init(charactersIn: " \t\"'"))
        isWanted = wanted.contains(key)
      }
      if isWanted { excerpt.append(line) }
    }
    let joined = excerpt.joined(separator: "\n")
    try YAMLSafety.check(joined, of: "the front matter", file: path, limits: limits)
    return joined
  }
}
