import Fingerprint
import Load

/// SCM1006: a pickle that runs, or may run, code where it is loaded.
///
/// Nothing of it ran here. One finding for each degree of danger, so that a policy can accept the
/// classes of a known trainer without accepting `os.system`.
enum UnsafePickleRule: FindingRule {
  private static let grades: [(LoadProblem.Kind, Fact.UnsafePickle.Danger, Finding.Level)] = [
    (.dangerousPickle, .dangerous, .error), (.callingPickle, .called, .warning),
    (.namingPickle, .named, .info),
  ]

  static func findings(_ context: FindingContext) -> [Finding] {
    grades.compactMap { kind, danger, level in
      let problems = context.subject.identity.problems(kind)
      guard !problems.isEmpty else { return nil }
      let shown = problems.prefix(Fact.namedItems)
      return context.finding(
        .unsafePickle(
          Fact.UnsafePickle(
            danger: danger, files: shown.map(\.subject), problems: shown.map(\.message),
            count: problems.count)),
        level)
    }
  }
}
