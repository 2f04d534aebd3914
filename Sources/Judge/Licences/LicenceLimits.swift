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
          Limit(
            .licenceWithoutRules,
            "no rules are known for the licence of \(parent.reference), \(stated.text)",
            ["reference": .text(parent.reference), "licence": .text(stated.text)]))
      } else if stated == nil {
        limits.append(
          Limit(
            .licenceUnknown,
            "the licence of \(parent.reference) is not known: nothing was held against it",
            ["reference": .text(parent.reference)]))
      }
    }
    let known = licensors.contains {
      context.licensing.reference($0.reference)?.licence?.isKnown ?? false
    }
    guard known else { return limits }
    if let own = context.licensing.subject, !own.isKnown {
      limits.append(
        Limit(
          .ownLicenceWithoutRules, "no rules are known for the model's own licence, \(own.text)",
          ["licence": .text(own.text)]))
    }
    if context.licensing.documents == nil {
      limits.append(
        Limit(
          .noModelFolder,
          "no folder that is the model's alone: licence texts and notices beside it were not "
            + "judged"))
    }
    limits.append(
      Limit(
        .noLegalAdvice,
        "licences were held against rules kept as data, which is not legal advice"))
    return limits
  }
}
