/// Something the gate should know about, with the numbers it rests on.
package struct Finding: Sendable, Equatable, Codable {
  package enum Level: String, Sendable, Codable, CaseIterable, Comparable {
    case info
    case warning
    case error

    package static func < (left: Level, right: Level) -> Bool { left.rank < right.rank }

    private var rank: Int {
      switch self {
      case .info: 0
      case .warning: 1
      case .error: 2
      }
    }
  }

  package var level: Level
  package var fact: Fact
  /// A file of the subject, a tensor or a reference.
  package var location: String
  /// Set where the policy accepts the finding: it is shown all the same.
  package var accepted: Acceptance?

  package init(
    _ fact: Fact, level: Level, location: String, accepted: Acceptance? = nil
  ) {
    self.fact = fact
    self.level = level
    self.location = location
    self.accepted = accepted
  }

  package var code: FindingCode { fact.code }

  /// Whether somebody has to look before the model goes on: SCM6003 is of level info by default, for it says
  /// nothing against the model, and ends the run with status 2 all the same.
  package var needsAttention: Bool { level > .info || code == .inconclusive }

  package var evidence: Details { fact.evidence }
}
