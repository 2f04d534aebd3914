import Fingerprint
import Load

/// SCM1002: a file whose content is of another format than its name promises.
///
/// Loaders go by the name or by the content: they read different models, or none.
enum AmbiguousFileRule: FindingRule {
  static func findings(_ context: FindingContext) -> [Finding] {
    context.subject.identity.problems(.misnamed).map { problem in
      Finding(
        .ambiguousFile(file: problem.subject, problem: problem.message), level: .error,
        location: problem.subject)
    }
  }
}
