import Fingerprint

/// SCM1001: values that are no numbers.
enum NotFiniteRule: FindingRule {
  static func findings(_ context: FindingContext) -> [Finding] {
    // A mask is written with infinities.
    let broken = context.subject.tensors.filter {
      $0.moments.nans + $0.moments.infinities > 0 && $0.formula != .mask
    }
    guard !broken.isEmpty else { return [] }
    let count = broken.reduce(0) { $0 + $1.moments.nans + $1.moments.infinities }
    return [
      context.finding(
        .notFiniteValues(
          count: count, tensors: broken.prefix(Fact.namedItems).map(\.name),
          tensorCount: broken.count), .warning
      )
    ]
  }
}
