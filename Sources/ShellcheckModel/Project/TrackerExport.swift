import Foundation
import Load

/// Issues of a tracker, as its interface exports them: a list of objects with `state` and `closed_at`
/// (GitHub, GitLab, Gitee, Forgejo), or `closedAt` (`gh issue list --json state,closedAt`).
struct TrackerExport {
  private(set) var issuesClosed = 0
  private(set) var requestsClosed = 0

  private static let byteLimit = 1 << 28

  /// - Parameter period: seconds since 1970.
  init(path: String, period: Range<Int>) throws(LoadError) {
    let file = try MappedFile(path: path)
    guard file.byteCount <= Self.byteLimit else {
      throw LoadError(.limitExceeded, "is larger than \(Self.byteLimit) bytes", file: path)
    }
    var limits = LoadLimits.standard
    limits.jsonValueCount = 20_000_000
    let document = try file.read(0..<file.byteCount, tensor: nil, scratch: ByteScratch()) {
      [limits] (bytes) throws(LoadError) in
      try JSONReader.parse(bytes, source: JSONSource(file: path), limits: limits)
    }
    guard let issues = document.array else {
      throw LoadError(.metadataMalformed, "is not a list of issues", file: path)
    }
    for issue in issues {
      guard case .object = issue, let state = issue["state"]?.string?.lowercased() else {
        throw LoadError(.metadataMalformed, "has an entry without a state", file: path)
      }
      guard state == "closed" || state == "merged" || state == "rejected",
        let moment = (issue["closed_at"] ?? issue["closedAt"] ?? issue["finished_at"])?.string,
        let time = Self.seconds(moment), period.contains(time)
      else { continue }
      if issue["pull_request"].map({ $0 != .null }) ?? false || state == "merged" {
        requestsClosed += 1
      } else {
        issuesClosed += 1
      }
    }
  }

  /// `2026-01-31T12:00:00Z`, with or without fractions, or with an offset.
  private static func seconds(_ text: String) -> Int? {
    guard
      let match = text.wholeMatch(
        of:
          /([0-9]{4})-([0-9]{2})-([0-9]{2})[T ]([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.[0-9]+)?(Z|[+-][0-9]{2}:?[0-9]{2})?/
      )
    else { return nil }
    var parts = DateComponents()
    (parts.year, parts.month, parts.day) = (Int(match.1), Int(match.2), Int(match.3))
    (parts.hour, parts.minute, parts.second) = (Int(match.4), Int(match.5), Int(match.6))
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = .gmt
    guard let date = calendar.date(from: parts) else { return nil }
    var seconds = Int(date.timeIntervalSince1970)
    if let offset = match.7, offset != "Z" {
      let digits = offset.dropFirst().filter(\.isNumber)
      guard let hours = Int(digits.prefix(2)), let minutes = Int(digits.suffix(2)) else {
        return nil
      }
      seconds -= (offset.first == "-" ? -1 : 1) * (hours * 3600 + minutes * 60)
    }
    return seconds
  }
}
