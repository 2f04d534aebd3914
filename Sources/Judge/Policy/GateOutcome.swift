/// What the gate says of a whole run.
package struct GateOutcome: Sendable, Equatable {
  /// Models with findings that stop the pipeline, by their place among the judgements.
  package var failing: Set<Int>
  /// Models that could not be cleared (SCM6003), and stop the pipeline on that account.
  package var unchecked: Set<Int>
  /// Inputs that could not be inspected, references included.
  package var unread: Int
  package var models: Int
  package var failOn: Policy.FailLevel
  /// Findings that would stop the pipeline, and are known from the baseline.
  package var known = 0

  package enum Status: Int32, Sendable {
    case passes = 0
    case findings = 1
    case unread = 2
  }

  /// An input that could not be read outweighs findings.
  ///
  /// Nobody may take status 1 for the whole truth. A finding outweighs that a model could not be cleared otherwise.
  package var status: Status {
    if unread > 0 { return .unread }
    if !failing.isEmpty { return .findings }
    return unchecked.isEmpty ? .passes : .unread
  }
}

extension Gate {
  /// - Parameters:
  ///   - unread: inputs that could not be inspected, references included.
  ///   - unreadModels: how many of them are models.
  package func outcome(
    _ judgements: [Judgement], unread: Int, unreadModels: Int
  ) -> GateOutcome {
    func places(_ isAmong: (Judgement) -> Bool) -> Set<Int> {
      Set(judgements.indices.filter { isAmong(judgements[$0]) })
    }
    var outcome = GateOutcome(
      failing: places { judgement in
        judgement.findings.contains { stops($0, of: judgement) }
      },
      unchecked: places(isStopped), unread: unread, models: judgements.count + unreadModels,
      failOn: failOn)
    outcome.known = judgements.reduce(0) { sum, judgement in
      sum + judgement.findings.count { counts($0) && !stops($0, of: judgement) }
    }
    return outcome
  }
}
