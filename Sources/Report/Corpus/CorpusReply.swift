package import Compare

/// What a command that keeps a corpus came to.
package struct CorpusReply: Sendable {
  package enum Action: String, Sendable {
    case add, list, show, verify, remove, export, `import`, pull, sync
  }

  package var action: Action
  /// Where the corpus lies, for people.
  package var corpus = ""
  package var items: [CorpusItem] = []
  package var issues: [CorpusIssue] = []
  package var archive: CorpusStore.Archive?
  /// What came of a calibration that was there with the references.
  package var calibration: CorpusStore.CalibrationState?
  /// What could not be done.
  package var failures: [InputError] = []
  /// Whether something could not be written.
  package var isUnwritten = false
  /// Whether there was no corpus that could have been meant.
  package var isMisused = false

  package init(_ action: Action) {
    self.action = action
  }

  /// Whether a reference cannot be used.
  package var hasDamage: Bool { issues.contains { $0.kind == .damaged } }

  /// Whether what is said of the references cannot all be right.
  package var hasContradictions: Bool { issues.contains { $0.kind == .contradiction } }
}
