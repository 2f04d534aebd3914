import Load

/// Declared parents that could not be checked, and why.
enum DisclosureLimits {
  static func limits(_ context: FindingContext) -> [Limit] {
    let parents = Set(context.judgement.parents.map(\.reference))
    return context.declarations.parents.filter(\.isPlain).compactMap { declared in
      let meant = context.judgement.candidates.filter {
        context.declarations.isNamed($0.reference, by: declared.name)
      }
      guard let candidate = meant.first else {
        return .declaredParentUnknown(name: declared.name)
      }
      guard !meant.contains(where: { parents.contains($0.reference) }),
        candidate.relation == .inconclusive
      else { return nil }
      return .declaredParentNotComparable(
        name: declared.name, coverage: context.coverage(of: candidate.reference))
    }
  }
}
