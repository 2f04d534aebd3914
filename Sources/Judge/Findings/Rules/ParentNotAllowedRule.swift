/// SCM3005: a parent that the policy does not allow, declared or not.
enum ParentNotAllowedRule: FindingRule {
  static func findings(_ context: FindingContext) -> [Finding] {
    guard let allowed = context.policy.allowedParents else { return [] }
    return context.parents.filter { parent in
      parent.direction.value != .toReference
        && !allowed.contains { context.declarations.isNamed(parent.reference, by: $0) }
        && !context.isReferenceItself(parent)
    }.map { parent in
      context.finding(
        .parentNotAllowed(reference: parent.reference, allowed: allowed),
        parent.binds ? .error : .warning)
    }
  }
}
