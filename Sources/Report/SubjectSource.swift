internal import Judge

/// Where a subject lies, for formats that point at files.
package struct SubjectSource: Sendable, Equatable, Codable {
  package struct File: Sendable, Equatable, Codable {
    /// Relative to the folder that the tool was run in, with `/` between names: reports that others
    /// reproduce, and hosts that show them beside the source, know no absolute paths.
    package var path: String
    package var isWeights: Bool
    /// Of the file's bytes, as 64 hexadecimal digits.
    ///
    /// Nil unless a format asked for it: it costs another reading.
    package var sha256: String?
    /// Whether it lies outside the folder that the tool was run in, so that the path is a part only.
    package var isOutside = false
    /// Of a card: the lines at which it declares parents and licence, from 1.
    package var lines: [String: Int] = [:]

    package init(path: String, isWeights: Bool, sha256: String? = nil) {
      self.path = path
      self.isWeights = isWeights
      self.sha256 = sha256
    }

    package var name: String { path.split(separator: "/").last.map(String.init) ?? path }
  }

  /// How far the weights of a model on a hub were read.
  package struct HubReading: Sendable, Equatable, Codable {
    package enum Step: String, Sendable, Codable {
      /// The hub lists the files that a reference was made from: nothing was read.
      case listing
      case quickLook = "quick-look"
      case full
    }

    /// What decided.
    package var step: Step
    /// The commit.
    package var revision: String
    /// Bytes of weights that were looked at, whether they came from the hub or from a cache.
    package var bytesRead: Int
    /// Bytes of the files that are called like weights, as the hub lists them.
    package var byteCount: Int

    package init(step: Step, revision: String, bytesRead: Int, byteCount: Int) {
      (self.step, self.revision) = (step, revision)
      (self.bytesRead, self.byteCount) = (bytesRead, byteCount)
    }
  }

  /// What was read, in the order of the paths.
  package var files: [File]
  /// Nil for a model on this machine, also in a hub's cache.
  package var hub: HubReading?
  /// Files of weights that were not read, as seen from the model's folder.
  package var unread: [String]

  package init(files: [File], unread: [String] = []) {
    self.files = files
    self.unread = unread
  }

  /// The file that a finding is about: the one its location names, else the first with weights.
  func file(of finding: Finding) -> File? {
    files.first { $0.path == finding.location || $0.name == finding.location } ?? weights.first
      ?? files.first
  }

  var weights: [File] { files.filter(\.isWeights) }

  /// The card, in which an author declares parents and licence.
  var card: File? { files.first { $0.name.lowercased() == "readme.md" } }

  /// The path as seen from a folder; of a file that lies elsewhere, its name below its folder's.
  package static func relative(_ path: String, to folder: String) -> String {
    let parts = normalised(path.hasPrefix("/") ? path : folder + "/" + path)
    let base = normalised(folder)
    return parts.starts(with: base) && parts.count > base.count
      ? parts.dropFirst(base.count).joined(separator: "/") : parts.suffix(2).joined(separator: "/")
  }

  private static func normalised(_ path: String) -> [Substring] {
    path.split(separator: "/").reduce(into: []) { parts, part in
      switch part {
      case ".": break
      case "..": _ = parts.popLast()
      default: parts.append(part)
      }
    }
  }
}

/// A judgement and the files it is about.
struct ReportedSubject {
  let judgement: Judgement
  let source: SubjectSource

  var subject: Subject { judgement.subject }

  /// Where somebody has to act on a finding.
  ///
  /// What is declared stands in the card, at its line; weights have no lines, and services that are told
  /// one read the whole file to find it.
  func place(
    of finding: Finding
  ) -> (file: SubjectSource.File?, line: Int?, related: SubjectSource.File?) {
    let file = source.file(of: finding)
    guard ["disclosure", "licence"].contains(finding.code.stage), let card = source.card else {
      return (file, file != nil && file == source.card ? 1 : nil, nil)
    }
    let member = finding.code.stage == "licence" ? "license" : "base_model"
    return (card, card.lines[member] ?? 1, source.weights.first)
  }
}
