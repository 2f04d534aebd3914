/// Something the gate should know about, with the numbers it rests on.
package struct Finding: Sendable, Equatable {
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

  package var code: FindingCode
  package var level: Level
  package var message: String
  /// A file of the subject, a tensor or a reference.
  package var location: String
  package var evidence: [String: DetailValue]
  /// Set where the policy accepts the finding: it is shown all the same.
  package var accepted: Acceptance?

  package init(
    code: FindingCode, level: Level, message: String, location: String,
    evidence: [String: DetailValue] = [:], accepted: Acceptance? = nil
  ) {
    self.code = code
    self.level = level
    self.message = message
    self.location = location
    self.evidence = evidence
    self.accepted = accepted
  }
}
