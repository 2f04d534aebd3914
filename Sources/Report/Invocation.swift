/// How a report came about, so that anybody can repeat it.
package struct Invocation: Sendable, Equatable, Codable {
  /// The command that makes the same JSON report, program first: without what decides only where
  /// reports go and how fast they are made.
  package var command: [String]
  /// Level from which findings fail the gate.
  package var failOn: String
  package var policy: PolicyFileReference?
  /// Nil unless somebody asked for it: equal runs write equal reports.
  package var stamp: Stamp?

  package struct PolicyFileReference: Sendable, Equatable, Codable {
    package var path: String
    /// Of its bytes, as 64 hexadecimal digits.
    package var sha256: String

    package init(path: String, sha256: String) {
      (self.path, self.sha256) = (path, sha256)
    }
  }

  /// When and where.
  package struct Stamp: Sendable, Equatable, Codable {
    /// `2026-11-26T08:30:00Z`.
    package var date: String
    /// Operating system, architecture, cores and memory; no name that would tell whose it is.
    package var machine: String?

    package init(date: String, machine: String?) {
      (self.date, self.machine) = (date, machine)
    }
  }

  package init(
    command: [String], failOn: String, policy: PolicyFileReference? = nil, stamp: Stamp? = nil
  ) {
    self.command = command
    self.failOn = failOn
    self.policy = policy
    self.stamp = stamp
  }
}
