import Crypto
import Fingerprint
import Foundation
import Load
import Yams

/// Reads policies.
///
/// Strict: an unknown key is an error, because a misspelt one would silently open the gate.
package enum PolicyFile {
  private static let byteLimit = 1 << 20

  /// The policy of a folder: the file in it, or in the nearest folder above, no further than the
  /// root of a repository (the folder with `.git`).
  ///
  /// - Returns: the path of the file, or nil.
  package static func find(from folder: String) -> String? {
    var folder = URL(filePath: folder, directoryHint: .isDirectory).standardizedFileURL
    while true {
      let file = folder.appending(path: Policy.fileName).path(percentEncoded: false)
      if FileManager.default.fileExists(atPath: file) { return file }
      let git = folder.appending(path: ".git").path(percentEncoded: false)
      let above = folder.deletingLastPathComponent().standardizedFileURL
      let isRoot = above.path == folder.path || folder.path == "/"
      if isRoot || FileManager.default.fileExists(atPath: git) { return nil }
      folder = above
    }
  }

  /// - Returns: the policy, and the SHA-256 of the file as hexadecimal digits.
  package static func read(
    path: String
  ) throws(PolicyError) -> (policy: Policy, sha256: String) {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw PolicyError(file: path, message: "cannot be read")
    }
    guard data.count <= byteLimit, let text = String(data: data, encoding: .utf8) else {
      throw PolicyError(file: path, message: "is not UTF-8, or larger than \(byteLimit) bytes")
    }
    return (try parse(text, file: path), SHA256.hash(data: data).hexadecimal)
  }

  /// - Parameter file: for messages.
  package static func parse(_ text: String, file: String) throws(PolicyError) -> Policy {
    let roots: [Node]
    do throws(YAMLDocuments.Failure) {
      roots = try YAMLDocuments.roots(of: text)
    } catch {
      let line = error.line.map { "line \($0): " } ?? ""
      throw PolicyError(file: file, message: line + error.message)
    }
    guard let root = roots.first else { return Policy() }
    guard roots.count == 1 else {
      throw PolicyError(file: file, message: "has \(roots.count) documents; a policy is one")
    }
    let object = try PolicyObject(
      root, "the policy", file,
      known: [
        "fail-on", "declared", "allowed-parents", "allowed-licences", "allowed-licenses", "accept",
        "inconclusive", "innovation",
      ])
    var policy = Policy()
    policy.failOn = try object.choice("fail-on")
    policy.declared = try object.strings("declared") ?? []
    policy.allowedParents = try object.strings("allowed-parents")
    policy.allowedLicences = try object.strings(
      try object.only("allowed-licences", "allowed-licenses"))
    policy.inconclusive = try object.choice("inconclusive") ?? .stop
    if let node = object["innovation"] {
      policy.innovation = try InnovationWeights(node, file)
    }
    for node in try object.list("accept") { policy.accepted.append(try accepted(node, file)) }
    return policy
  }

  private static func accepted(
    _ node: Node, _ file: String
  ) throws(PolicyError) -> AcceptedFinding {
    let object = try PolicyObject(
      node, "an accepted finding", file,
      known: ["code", "subject", "reference", "reason", "expires"])
    let name = try object.required("code")
    guard let code = FindingCode(named: name) else {
      throw object.malformed("has the code \(LoadError.quote(name)), which there is not")
    }
    let subject = try object.required("subject").lowercased()
    guard subject.count == 64, subject.allSatisfy(\.isHexDigit) else {
      throw object.malformed(
        "has a subject that is not the 64 hexadecimal digits of a model's digest, which "
          + "--format json prints as subject.digest")
    }
    let reason = try object.required("reason")
    let day = try object.required("expires")
    guard let expires = CalendarDate(day) else {
      throw object.malformed("expires on \(LoadError.quote(day)), not a day such as 2026-12-31")
    }
    return AcceptedFinding(
      code: code, subject: subject, reference: try object.string("reference"), reason: reason,
      expires: expires)
  }
}

/// A policy that cannot be used.
package struct PolicyError: Error, Sendable, Equatable, CustomStringConvertible {
  package var file: String
  package var message: String

  package var description: String { "\(file): \(message)" }
}

/// An object of the policy that has no other keys than those it may have.
struct PolicyObject {
  private let node: Node
  private let what: String
  private let file: String

  init(_ node: Node, _ what: String, _ file: String, known: Set<String>) throws(PolicyError) {
    self.node = node
    self.what = what
    self.file = file
    guard case .mapping(let members) = node else { throw malformed("is not a mapping") }
    for (key, _) in members where !known.contains(key.string ?? "") {
      throw malformed(
        "has the unknown key \(LoadError.quote(key.string ?? "")); there are "
          + known.sorted().joined(separator: ", "), at: key)
    }
  }

  subscript(key: String) -> Node? { node[key] }

  func string(_ key: String) throws(PolicyError) -> String? {
    guard let value = node[key] else { return nil }
    guard let text = value.string, !text.isEmpty, value.null == nil else {
      throw malformed("has a \(key) that is no text", at: value)
    }
    return text
  }

  func required(_ key: String) throws(PolicyError) -> String {
    guard let text = try string(key) else { throw malformed("has no \(key)") }
    return text
  }

  /// A number of at least 0.
  func number(_ key: String) throws(PolicyError) -> Double? {
    guard let value = node[key] else { return nil }
    guard let number = value.float ?? value.int.map(Double.init), number.isFinite, number >= 0
    else { throw malformed("has a \(key) that is no number of at least 0", at: value) }
    return number
  }

  func choice<Choice: RawRepresentable & CaseIterable>(
    _ key: String
  ) throws(PolicyError) -> Choice? where Choice.RawValue == String {
    guard let text = try string(key) else { return nil }
    guard let choice = Choice(rawValue: text) else {
      let known = Choice.allCases.map(\.rawValue).joined(separator: ", ")
      throw malformed("has \(key) \(LoadError.quote(text)); there are \(known)")
    }
    return choice
  }

  func list(_ key: String) throws(PolicyError) -> [Node] {
    guard let value = node[key] else { return [] }
    guard case .sequence(let elements) = value else {
      throw malformed("has \(key) that is no list", at: value)
    }
    return Array(elements)
  }

  /// The spelling of a key that is there; the first, if none is.
  func only(_ key: String, _ other: String) throws(PolicyError) -> String {
    guard node[other] != nil else { return key }
    if node[key] != nil { throw malformed("has both \(key) and \(other)") }
    return other
  }

  /// A list of texts; nil where the key is not there.
  func strings(_ key: String) throws(PolicyError) -> [String]? {
    guard node[key] != nil else { return nil }
    return try list(key).map { (element) throws(PolicyError) in
      guard let text = element.string, !text.isEmpty, element.null == nil else {
        throw malformed("has \(key) that are no texts", at: element)
      }
      return text
    }
  }

  func malformed(_ problem: String, at place: Node? = nil) -> PolicyError {
    let line = (place ?? node).mark.map { "line \($0.line): " } ?? ""
    return PolicyError(file: file, message: "\(line)\(what) \(problem)")
  }
}
