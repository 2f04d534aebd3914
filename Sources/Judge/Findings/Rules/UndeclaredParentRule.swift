import Fingerprint
import Load

/// SCM3001: being derived is no offence; hiding it is.
///
/// A parent that only `_name_or_path` of config.json names is not hidden, but nobody who looks for it
/// would look there: a warning. So is one that a card may name that is there and could not be read.
enum UndeclaredParentRule: FindingRule {
  static func findings(_ context: FindingContext) -> [Finding] {
    context.parents.compactMap { parent in
      let declaration = context.declarations.declaration(of: parent.reference)
      guard declaration?.isPlain != true, !context.isReferenceItself(parent) else { return nil }
      return context.finding(
        .undeclaredParent(
          Fact.UndeclaredParent(
            reference: parent.reference, log10P: parent.log10P, direction: parent.direction,
            derivedShare: parent.modification?.derivedShare,
            hint: declaration.map { .init(file: $0.source.rawValue, name: $0.name) },
            unread: context.subject.identity.disclosure.unread.map(\.rawValue))),
        declaration == nil ? context.undeclaredLevel : .warning)
    }
  }
}
