/// What was done in a project in a period, and in the project that it may have come from: counts of a
/// history, which say how much was done, not how well, and nothing of weights.
package struct ProjectReport: Sendable, Equatable {
  /// Days of the period, the first and the last included; nil: no bound.
  package var since: String?
  package var until: String?
  package var project: ProjectSide
  /// What of the project's counts is in commits that the reference does not have, on no branch; nil without
  /// a reference, and where older commits of either are missing.
  package var own: ProjectTally?
  package var reference: ProjectSide?

  package init(
    since: String?, until: String?, project: ProjectSide, own: ProjectTally? = nil,
    reference: ProjectSide? = nil
  ) {
    self.since = since
    self.until = until
    self.project = project
    self.own = own
    self.reference = reference
  }
}

/// One project.
package struct ProjectSide: Sendable, Equatable {
  /// As it was named.
  package var name: String
  /// The commit that the history was read from, in hexadecimal.
  package var commit: String
  /// Whether older commits are missing from the checkout.
  package var isShallow: Bool
  package var tally: ProjectTally
  /// Files at that commit, and those of documentation among them.
  package var files: Int
  package var documentationPages: Int
  /// Closed in the period; nil without an export of the tracker.
  package var issuesClosed: Int?
  package var requestsClosed: Int?

  package init(
    name: String, commit: String, isShallow: Bool, tally: ProjectTally, files: Int,
    documentationPages: Int, issuesClosed: Int? = nil, requestsClosed: Int? = nil
  ) {
    self.name = name
    self.commit = commit
    self.isShallow = isShallow
    self.tally = tally
    self.files = files
    self.documentationPages = documentationPages
    self.issuesClosed = issuesClosed
    self.requestsClosed = requestsClosed
  }
}

/// What commits of a period come to.
package struct ProjectTally: Sendable, Equatable {
  package var commits = 0
  /// Commits with several parents, among them.
  package var merges = 0
  /// Different addresses of authors.
  package var authors = 0
  /// Of texts, renames counted as removed and added.
  package var linesAdded = 0
  package var linesRemoved = 0
  /// Pages of documentation that the commits touched, each once.
  package var pagesTouched = 0

  package init() {}
}
