/// SCM4003: a licence, of the model or of a parent, that the policy does not allow.
enum LicenceNotAllowedRule: FindingRule {
  static func findings(_ context: FindingContext) -> [Finding] {
    guard let allowed = context.policy.allowedLicences else { return [] }
    var findings: [Finding] = []
    let own = context.licensing.subject
    if !isAllowed(own, allowed) {
      findings.append(
        context.finding(
          .licenceNotAllowed(licence: own?.text, reference: nil, allowed: allowed), .error))
    }
    for parent in context.licensors {
      // A parent of unknown licence is among the limits.
      guard let stated = context.licensing.reference(parent.reference)?.licence,
        !isAllowed(stated, allowed)
      else { continue }
      findings.append(
        context.finding(
          .licenceNotAllowed(
            licence: stated.text, reference: parent.reference, allowed: allowed), .error))
    }
    return findings
  }

  private static func isAllowed(_ stated: StatedLicence?, _ allowed: [String]) -> Bool {
    guard let stated else { return false }
    let names = Set(allowed.map { $0.lowercased() })
    guard stated.isKnown else { return names.contains(stated.text.lowercased()) }
    return stated.licences.allSatisfy { licence in
      ([licence.id] + licence.aliases).contains { names.contains($0.lowercased()) }
    }
  }
}
