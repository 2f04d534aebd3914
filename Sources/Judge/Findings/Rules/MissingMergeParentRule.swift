import Load

/// SCM3004: the list of a merge's ingredients is not the list that the weights show.
///
/// An ingredient left out is an error. One that is listed, and of which the weights show nothing, is a
/// warning: a small weight, or a sparse delta, leaves little to see.
enum MissingMergeParentRule: FindingRule {
  static func findings(_ context: FindingContext) -> [Finding] {
    let parents = context.parents
    let found = parents.map(\.reference)
    let undeclared = found.filter {
      context.declarations.declaration(of: $0)?.isPlain != true
    }
    let plain = context.declarations.parents.filter(\.isPlain)
    let unseen = MissingParents.all(context).map(\.1.reference)
    let isMerge = context.judgement.verdict.relation == .merged
    // A merge that declares nothing at all hides its parents, which SCM3001 says of each.
    if isMerge, !undeclared.isEmpty,
      undeclared.count < found.count || context.declarations.saysMerge
    {
      return [
        context.finding(
          .undeclaredIngredients(
            Fact.MergeList(found: found, amiss: undeclared, declared: plain.map(\.name))),
          context.undeclaredLevel)
      ]
    }
    guard context.declarations.saysMerge || plain.count > 1, !unseen.isEmpty, !parents.isEmpty
    else { return [] }
    return [
      context.finding(
        .unseenIngredients(
          Fact.MergeList(found: found, amiss: unseen, declared: plain.map(\.name))), .warning)
    ]
  }
}
