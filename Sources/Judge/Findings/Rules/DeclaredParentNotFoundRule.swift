import Compare
import Fingerprint
import Load

/// SCM3002: a declared parent of which the weights show nothing.
///
/// Only where the comparison spoke: a grandparent is found though another reference explains more,
/// and where too little could be compared the limits say so.
enum DeclaredParentNotFoundRule: FindingRule {
  static func findings(_ context: FindingContext) -> [Finding] {
    MissingParents.all(context).map { declared, candidate in
      context.finding(
        .declaredParentNotFound(
          Fact.MissingParent(
            reference: candidate.reference, declaredAs: declared.name,
            declaredIn: declared.source.rawValue, log10P: candidate.log10P,
            coverage: context.coverage(of: candidate.reference), linearMean: candidate.linearMean)),
        .warning)
    }
  }
}

/// Which declared parents the weights do not show.
enum MissingParents {
  /// Each reference once, whatever the number of names and files that declare it.
  ///
  /// Of a part of the model none: the declared parent may be another part's.
  static func all(_ context: FindingContext) -> [(declared: DeclaredParent, Candidate)] {
    guard !context.subject.isOfReading else { return [] }
    var missing: [(declared: DeclaredParent, Candidate)] = []
    for declared in context.declarations.parents where declared.isPlain {
      guard let candidate = reference(meantBy: declared, context),
        !missing.contains(where: { $0.1.reference == candidate.reference })
      else { continue }
      missing.append((declared, candidate))
    }
    return missing
  }

  /// The reference that a declared name means, if the comparison spoke and found nothing.
  private static func reference(
    meantBy declared: DeclaredParent, _ context: FindingContext
  ) -> Candidate? {
    let meant = context.judgement.candidates.filter {
      context.declarations.isNamed($0.reference, by: declared.name)
    }
    // One name for several references, such as revisions: any of them will do.
    guard meant.allSatisfy({ $0.relation == .noEvidence }) else { return nil }
    return meant.first
  }
}

extension FindingContext {
  /// Share of the subject's parameters that could be compared with a reference, by whichever
  /// evidence saw more.
  func coverage(of reference: String) -> Double {
    evidence.first { $0.comparison.id == reference }.map {
      $0.comparison.coverage
    } ?? 0
  }
}
