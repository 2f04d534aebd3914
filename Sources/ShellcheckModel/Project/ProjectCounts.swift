import Foundation
package import Judge
import Load
package import Report

/// Counts what was done in checkouts of projects, side by side.
package struct ProjectCounts {
  package struct Checkout: Sendable {
    package var path: String
    /// An export of its tracker.
    package var issues: String?

    package init(path: String, issues: String? = nil) {
      self.path = path
      self.issues = issues
    }
  }

  private let since: CalendarDate?
  private let until: CalendarDate?
  private let environment: [String: String]

  /// - Parameters:
  ///   - since: the first day that counts, in UTC.
  ///   - until: the last one.
  package init(since: CalendarDate?, until: CalendarDate?, environment: [String: String]) {
    self.since = since
    self.until = until
    self.environment = environment
  }

  package func report(
    on project: Checkout, beside reference: Checkout? = nil
  ) throws(InputFailure) -> ProjectReport {
    let other = try reference.map { (checkout) throws(InputFailure) in try count(checkout) }
    let known = try reference.map { (checkout) throws(InputFailure) in try commits(of: checkout) }
    let mine = try count(project, known: known ?? [])
    // Of a history that is cut off nobody knows whether the other's commits are in it.
    let isWhole = !mine.side.isShallow && other?.side.isShallow == false
    return ProjectReport(
      since: since?.description, until: until?.description, project: mine.side,
      own: isWhole ? mine.own : nil, reference: other?.side)
  }

  private var period: Range<Int> {
    let first = since.flatMap(Self.seconds) ?? Int.min
    // The whole of the last day.
    let last = until.flatMap(Self.seconds).map { $0 + 86_400 } ?? Int.max
    return first..<max(first, last)
  }

  private static func seconds(_ day: CalendarDate) -> Int? {
    let date = try? Date(day.description + "T00:00:00Z", strategy: .iso8601)
    return date.map { Int($0.timeIntervalSince1970) }
  }

  private func count(
    _ checkout: Checkout, known: Set<UInt64> = []
  ) throws(InputFailure) -> (side: ProjectSide, own: ProjectTally) {
    var history = ProjectHistory(period: period, known: known)
    var side = try ask(checkout) { (git) throws(GitCheckout.Failure) in
      let commit = try git.commit()
      let isShallow = try git.isShallow()
      var (files, pages) = (0, 0)
      var names = LineReader(separator: 0)
      try git.run(["ls-tree", "-r", "-z", "--name-only", "--full-tree", commit]) {
        (bytes) throws(GitCheckout.Failure) in
        try names.take(bytes) { (name) throws(GitCheckout.Failure) in
          guard files < ProjectHistory.limit else { throw .tooMuch }
          files += 1
          if ProjectHistory.isDocumentation(name) { pages += 1 }
        }
      }
      var lines = LineReader(separator: UInt8(ascii: "\n"))
      try git.run(ProjectHistory.arguments + [commit, "--"]) {
        (bytes) throws(GitCheckout.Failure) in
        try lines.take(bytes) { (line) throws(GitCheckout.Failure) in try history.line(line) }
      }
      return ProjectSide(
        name: checkout.path, commit: commit, isShallow: isShallow, tally: history.all.tally,
        files: files, documentationPages: pages)
    }
    if let issues = checkout.issues {
      do throws(LoadError) {
        let export = try TrackerExport(path: issues, period: period)
        side.issuesClosed = export.issuesClosed
        side.requestsClosed = export.requestsClosed
      } catch {
        throw InputFailure(path: error.file ?? issues, error)
      }
    }
    return (side, history.own.tally)
  }

  /// Hashes of the ids of all commits of all branches and tags: what a fork took may be on any.
  private func commits(of checkout: Checkout) throws(InputFailure) -> Set<UInt64> {
    var ids: Set<UInt64> = []
    try ask(checkout) { (git) throws(GitCheckout.Failure) in
      var lines = LineReader(separator: UInt8(ascii: "\n"))
      try git.run(["rev-list", "--ignore-missing", "--all", try git.commit(), "--"]) {
        (bytes) throws(GitCheckout.Failure) in
        try lines.take(bytes) { (id) throws(GitCheckout.Failure) in
          ids.insert(ProjectHistory.hash(id))
          guard ids.count <= ProjectHistory.limit else { throw .tooMuch }
        }
      }
    }
    return ids
  }

  private func ask<Answer>(
    _ checkout: Checkout, _ body: (GitCheckout) throws(GitCheckout.Failure) -> Answer
  ) throws(InputFailure) -> Answer {
    do throws(GitCheckout.Failure) {
      return try GitCheckout.opening(checkout.path, environment: environment, body)
    } catch {
      throw InputFailure(
        input: checkout.path, message: error.message, kind: error == .noGit ? .usage : .input)
    }
  }
}

/// Cuts a stream of bytes into lines; what is longer than any name is cut off.
private struct LineReader {
  let separator: UInt8
  private var rest: [UInt8] = []

  private static let limit = 1 << 16

  init(separator: UInt8) {
    self.separator = separator
  }

  mutating func take(
    _ bytes: UnsafeRawBufferPointer,
    _ line: (Substring) throws(GitCheckout.Failure) -> Void
  ) throws(GitCheckout.Failure) {
    for byte in bytes {
      if byte == separator {
        try line(Substring(String(decoding: rest, as: UTF8.self)))
        rest.removeAll(keepingCapacity: true)
      } else if rest.count < Self.limit {
        rest.append(byte)
      }
    }
  }
}
