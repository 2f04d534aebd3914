/// A model's name as people and tools write it: `org/name`, a URL of a hub, a path, a file, a snapshot
/// in the cache of a hub's client.
///
/// Only spelling is settled here, never whether two names mean the same model.
package struct HubName: Sendable, Hashable {
  /// Lower-case; nil where the name has none, or is a path whose folders are not owners.
  package let owner: String?
  /// Lower-case, without the ending of a file and the number of a shard.
  package let name: String

  /// - Returns: nil for a name without letters.
  package init?(_ text: String) {
    let text = text.trimmed.lowercased().replacing("\\", with: "/")
    let address = Address(text)
    guard let (owner, last) = address.ownerAndName else { return nil }
    let name = Self.withoutEnding(last)
    guard !name.isEmpty, name.contains(where: { $0.isLetter || $0.isNumber }) else { return nil }
    self.name = name
    self.owner = owner
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

  private static let endings = [".fingerprint.safetensors"] + FormatCatalogue.endings

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

  /// Whether a file's name is one that hubs give to the weights of any model.
  fileprivate static func isAnybodys(_ file: Substring) -> Bool {
    let stem = withoutEnding(String(file))
    return stem != file && FormatCatalogue.stems.contains(stem)
  }
}

/// The steps of a name, and what kind of name it is.
private struct Address {
  private var steps: [Substring]
  /// Whether the first of two steps may be an owner.
  private var hasOwner: Bool

  /// - Parameter text: lower-case, with slashes.
  init(_ text: String) {
    var text = Substring(text)
    hasOwner = !["/", ".", "~"].contains { text.hasPrefix($0) }
    var (isAddress, isHub) = (false, false)
    if let scheme = text.firstRange(of: "://") {
      isHub = Self.schemesOfHubs.contains(String(text[..<scheme.lowerBound]))
      text = text[scheme.upperBound...]
      if !isHub {
        isHub = Self.hosts.contains(String(text.prefix { $0 != "/" }))
        text = text.drop { $0 != "/" }
      }
      (isAddress, hasOwner) = (true, true)
    } else if let hub = Self.schemesOfHubs.first(where: { text.hasPrefix($0 + ":") }) {
      text = text.dropFirst(hub.count + 1)
    } else if let host = Self.hosts.first(where: { text.hasPrefix($0 + "/") }) {
      text = text.dropFirst(host.count)
      (isAddress, isHub, hasOwner) = (true, true, true)
    } else if text.contains(/^[a-z]:\//) {
      // C:/models/name
      hasOwner = false
    }
    if isAddress { text = text.prefix { $0 != "?" && $0 != "#" } }
    text = text.prefix(upTo: Self.revision(text))
    steps = text.split(separator: "/")
    if isAddress { cutPages(ofHub: isHub) }
    cutCache()
    if steps.count > 1, let last = steps.last, HubName.isAnybodys(last) { steps.removeLast() }
  }

  /// Names of hubs by which tools start an address without a host.
  private static let schemesOfHubs = ["hf", "hub", "huggingface", "ms", "modelscope"]
  private static let hosts = [
    "huggingface.co", "www.huggingface.co", "hf.co", "hf-mirror.com", "modelscope.cn",
    "www.modelscope.cn", "modelscope.ai", "www.modelscope.ai",
  ]

  /// Where `@revision`, or `:revision` after the name of a model, begins.
  private static func revision(_ text: Substring) -> Substring.Index {
    let start = text.lastIndex(of: "/").map(text.index(after:)) ?? text.startIndex
    let name = text[start...]
    if let mark = name.lastIndex(of: "@"), mark > start { return mark }
    // A name without owner may have a tag that says which model is meant: `llama3:8b`.
    let hasOwner = text.count { $0 == "/" } == 1
    if hasOwner, let mark = name.lastIndex(of: ":"), mark > start { return mark }
    return text.endIndex
  }

  /// What addresses of a model's pages have after its id.
  private static let pages: Set<Substring> = [
    "tree", "blob", "resolve", "raw", "commit", "commits", "discussions", "summary", "files",
    "file",
  ]

  /// `models/org/name/tree/main`: the id stands first, whatever page of the model it is.
  private mutating func cutPages(ofHub isHub: Bool) {
    while let first = steps.first, ["api", "models"].contains(first), steps.count > 2 {
      steps.removeFirst()
    }
    guard steps.count > 2, isHub || Self.pages.contains(steps[2]) else { return }
    steps = Array(steps.prefix(2))
    steps[1] = steps[1].prefix(upTo: Self.revision(steps[1]))
  }

  /// `…/models--org--name/snapshots/revision/…`, and ModelScope's `…/name___1`.
  private mutating func cutCache() {
    guard let place = steps.lastIndex(where: { $0.hasPrefix("models--") && $0.count > 8 }) else {
      if !hasOwner, let last = steps.last, last.contains("___") {
        steps[steps.count - 1] = Substring(last.replacing("___", with: "."))
      }
      return
    }
    let parts = String(steps[place].dropFirst(8)).split(separator: "--", maxSplits: 1)
    // Neither owners nor names of a hub have two hyphens in a row; a name alone is one part.
    let below = steps[(place + 1)...]
    steps = parts.filter { !$0.isEmpty }
    hasOwner = steps.count == 2
    // A folder of the snapshot is a part of the model: `unet`.
    if below.first == "snapshots", below.count > 2, let last = below.last, hasOwner,
      !HubName.isAnybodys(last)
    {
      steps = [steps[0], steps[1] + "/" + below.dropFirst(2).joined(separator: "/")]
    }
  }

  /// Nil for a text without any step.
  var ownerAndName: (owner: String?, name: String)? {
    guard let last = steps.last else { return nil }
    return (hasOwner && steps.count == 2 ? String(steps[0]) : nil, String(last))
  }
}
