/// What could not be said of licences, and what the sayings are worth.
enum LicenceLimits {
  static func limits(_ context: FindingContext) -> [String] {
    let licensors = context.licensors
    guard !licensors.isEmpty else { return [] }
    var limits: [String] = []
    for parent in licensors {
      let stated = context.licensing.reference(parent.reference)?.licence
      if let stated, !stated.isKnown {
        limits.append(
          "no rules are known for the licence of \(parent.reference), \(stated.text)")
      } else if stated == nil {
        limits.append(
          "the licence of \(parent.reference) is not known: nothing was held against it")
      }
    }
    let known = licensors.contains {
      context.licensing.reference($0.reference)?.licence?.isKnown ?? false
    }
    guard known else { return limits }
    if let own = context.licensing.subject, !own.isKnown {
      limits.append("no rules are known for the model's own licence, \(own.text)")
    }
    if context.licensing.documents == nil {
      limits.append(
        "no folder that is the model's alone: licence texts and notices beside it were not judged")
    }
    limits.append("licences were held against rules kept as data, which is not legal advice")
    return limits
  }
}
