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
    let mine = try count(project, known: other?.history.commits ?? [])
    return ProjectReport(
      since: since?.description, until: until?.description, project: mine.side,
      own: other == nil ? nil : mine.history.own.tally, reference: other?.side)
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
    _ checkout: Checkout, known: Set<String> = []
  ) throws(InputFailure) -> (side: ProjectSide, history: ProjectHistory) {
    let period = period
    var history = ProjectHistory(period: period, known: known)
    var side: ProjectSide
    do throws(GitCheckout.Failure) {
      let git = try GitCheckout(path: checkout.path, environment: environment)
      let commit = try git.text(["rev-parse", "--verify", "--end-of-options", "HEAD^{commit}"])
      let isShallow = try git.text(["rev-parse", "--is-shallow-repository"]) == "true"
      var (files, pages) = (0, 0)
      var names = LineReader(separator: 0)
      try git.run(["ls-tree", "-r", "-z", "--name-only", "--full-tree", commit]) {
        (bytes) throws(GitCheckout.Failure) in
        try names.take(bytes) { (name) throws(GitCheckout.Failure) in
          files += 1
          if ProjectHistory.isDocumentation(name) { pages += 1 }
        }
      }
      var lines = LineReader(separator: UInt8(ascii: "\n"))
      try git.run(ProjectHistory.arguments) { (bytes) throws(GitCheckout.Failure) in
        try lines.take(bytes) { (line) throws(GitCheckout.Failure) in try history.line(line) }
      }
      side = ProjectSide(
        name: checkout.path, commit: commit, isShallow: isShallow, tally: history.all.tally,
        files: files, documentationPages: pages)
    } catch {
      throw InputFailure(
        input: checkout.path, message: error.message, kind: error == .noGit ? .usage : .input)
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
    return (side, history)
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
