/// The findings of an earlier report: they are shown as ever, and stop no pipeline.
package struct Baseline: Sendable, Equatable {
  /// One finding that is known.
  private struct Entry: Sendable, Equatable, Hashable {
    var code: FindingCode
    /// The reference that it is about, if any.
    var reference: String?
    /// A file or a tensor; nil where it is about the model as a whole.
    var place: String?
  }

  /// The gravest level at which each was found, by the subject's digest and by its path.
  private var byDigest: [String: [Entry: Finding.Level]] = [:]
  private var byPath: [String: [Entry: Finding.Level]] = [:]

  /// Nothing is known.
  package init() {}

  /// What a report found, accepted or not.
  package init(_ judgements: [Judgement]) {
    for judgement in judgements {
      let subject = judgement.subject
      for finding in judgement.findings {
        let entry = Self.entry(finding, of: subject)
        if let digest = subject.digest {
          byDigest[digest, default: [:]].raise(entry, to: finding.level)
        }
        if let path = subject.path {
          byPath[path, default: [:]].raise(entry, to: finding.level)
        }
      }
    }
  }

  /// Whether the same model, by its weights or by its path, had the finding at no lower a level.
  package func contains(_ finding: Finding, of subject: Subject) -> Bool {
    let entry = Self.entry(finding, of: subject)
    let levels = [
      subject.digest.flatMap { byDigest[$0]?[entry] }, subject.path.flatMap { byPath[$0]?[entry] },
    ]
    return levels.contains { $0.map { $0 >= finding.level } ?? false }
  }

  private static func entry(_ finding: Finding, of subject: Subject) -> Entry {
    Entry(
      code: finding.code, reference: finding.fact.reference,
      place: finding.location == subject.name ? nil : finding.location)
  }
}

extension Dictionary where Value == Finding.Level {
  fileprivate mutating func raise(_ entry: Key, to level: Finding.Level) {
    self[entry] = Swift.max(self[entry] ?? level, level)
  }
}
