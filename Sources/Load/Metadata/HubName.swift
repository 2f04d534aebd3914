import Foundation

/// A model's name as people write it: `org/name`, a URL of a hub, a path, a file.
///
/// Only spelling is settled here, never whether two names mean the same model.
package struct HubName: Sendable, Hashable {
  /// Lower-case; nil where the name has none, or is a path whose folders are not owners.
  package let owner: String?
  /// Lower-case, without the ending of a file and the number of a shard.
  package let name: String

  /// - Returns: nil for a name without letters.
  package init?(_ text: String) {
    var text = text.trimmingCharacters(in: .whitespacesAndNewlines).lowercased()
    var isPath = text.hasPrefix("/") || text.hasPrefix(".") || text.hasPrefix("~")
    if let scheme = text.range(of: "://") {
      // https://hub/org/name/tree/main
      isPath = false
      text = String(text[scheme.upperBound...].drop { $0 != "/" })
      for tail in ["/tree/", "/blob/", "/resolve/"] {
        if let range = text.range(of: tail) { text = String(text[..<range.lowerBound]) }
      }
    }
    if let revision = text.lastIndex(of: "@"), revision != text.startIndex {
      text = String(text[..<revision])
    }
    text = text.replacing("\\", with: "/")
    let steps = text.split(separator: "/")
    guard let last = steps.last else { return nil }
    let name = Self.withoutEnding(String(last))
    guard !name.isEmpty, name.contains(where: { $0.isLetter || $0.isNumber }) else { return nil }
    self.name = name
    owner = steps.count == 2 && !isPath ? String(steps[0]) : nil
  }

  /// Whether a text is written as the id of a model on a hub, rather than as a path or a file.
  static func isHubID(_ text: String) -> Bool {
    let steps = text.split(separator: "/", omittingEmptySubsequences: false)
    guard (1...2).contains(steps.count), let last = steps.last else { return false }
    return steps.allSatisfy { step in
      guard let first = step.first, first.isLetter || first.isNumber else { return false }
      return step.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-_.".contains($0)) }
    } && withoutEnding(last.lowercased()) == last.lowercased()
  }

  private static let endings = [
    ".fingerprint.safetensors", ".safetensors.index.json", ".bin.index.json", ".safetensors",
    ".weights.h5", ".hdf5", ".h5", ".keras", ".gguf", ".onnx", ".bin", ".pth", ".pt",
  ]

  private static func withoutEnding(_ name: String) -> String {
    var name = name
    // A fingerprint is named after the file it is of: two endings.
    for _ in 0..<2 {
      if let ending = endings.first(where: { name.hasSuffix($0) }), name != ending {
        name = String(name.dropLast(ending.count))
      }
    }
    return name.replacing(/-[0-9]{5}-of-[0-9]{5}$/, with: "")
  }
}
