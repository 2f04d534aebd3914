/// What could not be said of licences, and what the sayings are worth.
enum LicenceLimits {
  static func limits(_ context: FindingContext) -> [Limit] {
    let licensors = context.licensors
    guard !licensors.isEmpty else { return [] }
    var limits: [Limit] = []
    for parent in licensors {
      let stated = context.licensing.reference(parent.reference)?.licence
      if let stated, !stated.isKnown {
        limits.append(
          .licenceWithoutRules(reference: parent.reference, licence: stated.text))
      } else if stated == nil {
        limits.append(.licenceUnknown(reference: parent.reference))
      }
    }
    let known = licensors.contains {
      context.licensing.reference($0.reference)?.licence?.isKnown ?? false
    }
    guard known else { return limits }
    if let own = context.licensing.subject, !own.isKnown {
      limits.append(.ownLicenceWithoutRules(licence: own.text))
    }
    if context.licensing.documents == nil {
      limits.append(.noModelFolder)
    }
    limits.append(.noLegalAdvice)
    return limits
  }
}
