import Fingerprint
import Report

/// Counts the commits of a period from what `git log` prints.
struct ProjectHistory {
  /// Seconds since 1970, the first included, the last not.
  let period: Range<Int>
  /// Hashes of the ids of the other project's commits, whose work is not this one's own.
  let known: Set<UInt64>

  private(set) var all = Counter()
  private(set) var own = Counter()
  private var commits = 0

  struct Counter {
    fileprivate(set) var tally = ProjectTally()
    /// Of hashes, which take the same room whatever names are given.
    private var authors: Set<UInt64> = []
    private var pages: Set<UInt64> = []

    fileprivate mutating func add(author: UInt64, isMerge: Bool) {
      tally.commits += 1
      if isMerge { tally.merges += 1 }
      authors.insert(author)
      tally.authors = authors.count
    }

    fileprivate mutating func add(
      lines: (added: Int, removed: Int), page: UInt64?
    ) throws(GitCheckout.Failure) {
      tally.linesAdded = clamped(tally.linesAdded, lines.added)
      tally.linesRemoved = clamped(tally.linesRemoved, lines.removed)
      guard let page else { return }
      pages.insert(page)
      guard pages.count <= ProjectHistory.limit else { throw .tooMuch }
      tally.pagesTouched = pages.count
    }

    private func clamped(_ sum: Int, _ more: Int) -> Int { min(1 << 52, sum + min(more, 1 << 51)) }
  }

  /// Commits, files or touched pages of one project at most.
  static let limit = 5_000_000

  /// What `line(_:)` reads: a line for each commit that begins with a byte 1, then its lines of numbers.
  static let arguments = [
    "log", "--no-color", "--no-ext-diff", "--no-textconv", "--no-renames", "--no-show-signature",
    "--no-mailmap", "--no-notes", "--numstat", "--format=%x01%ct%x02%H%x02%P%x02%ae",
  ]

  /// An id as it is in `known`.
  static func hash(_ id: Substring) -> UInt64 { StableHash.of(id.utf8) }

  private var isInPeriod = false
  private var isOwn = false

  init(period: Range<Int>, known: Set<UInt64> = []) {
    self.period = period
    self.known = known
  }

  /// - Throws: `.tooMuch` beyond the limit of commits.
  mutating func line(_ line: Substring) throws(GitCheckout.Failure) {
    if line.first == "\u{1}" {
      try commit(line.dropFirst())
    } else if isInPeriod, !line.isEmpty {
      try numbers(line)
    }
  }

  private mutating func commit(_ line: Substring) throws(GitCheckout.Failure) {
    let fields = line.split(
      separator: "\u{2}", maxSplits: 3, omittingEmptySubsequences: false)
    guard fields.count == 4, let time = Int(fields[0]) else {
      isInPeriod = false
      return
    }
    guard commits < Self.limit else { throw .tooMuch }
    commits += 1
    isInPeriod = period.contains(time)
    isOwn = !known.contains(Self.hash(fields[1]))
    guard isInPeriod else { return }
    let author = StableHash.of(fields[3].lowercased())
    let isMerge = fields[2].contains(" ")
    all.add(author: author, isMerge: isMerge)
    if isOwn { own.add(author: author, isMerge: isMerge) }
  }

  /// `12<tab>3<tab>path`; binary files have `-` in place of numbers.
  private mutating func numbers(_ line: Substring) throws(GitCheckout.Failure) {
    let fields = line.split(separator: "\t", maxSplits: 2, omittingEmptySubsequences: false)
    guard fields.count == 3 else { return }
    let lines = (added: Int(fields[0]) ?? 0, removed: Int(fields[1]) ?? 0)
    guard lines.added >= 0, lines.removed >= 0 else { return }
    let page = Self.isDocumentation(fields[2]) ? StableHash.of(fields[2].utf8) : nil
    try all.add(lines: lines, page: page)
    if isOwn { try own.add(lines: lines, page: page) }
  }

  private static let endings = [
    ".md", ".markdown", ".rst", ".adoc", ".asciidoc", ".mdx", ".txt", ".org", ".ipynb", ".tex",
    ".html",
  ]
  private static let folders: Set<Substring> = [
    "doc", "docs", "documentation", "wiki", "tutorials",
  ]

  /// Markdown and its like anywhere; other texts in a folder of documentation.
  static func isDocumentation(_ path: Substring) -> Bool {
    // Unusual names are in quotation marks.
    let path = path.lowercased().drop { $0 == "\"" }.prefix { $0 != "\"" }
    guard let ending = endings.firstIndex(where: path.hasSuffix) else { return false }
    return ending < 6 || path.split(separator: "/").dropLast().contains(where: folders.contains)
  }
}
