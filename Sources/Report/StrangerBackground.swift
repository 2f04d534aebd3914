internal import Judge

/// What the references of this run that the model does not descend from reach: the background before
/// which an effect is seen.
struct StrangerBackground {
  struct Level {
    var mean: Double
    /// Standard deviation over the references; nil of one.
    var spread: Double?
    var references: Int
  }

  /// Cosine of numbers in place, and of functions; nil where none could be compared.
  let numbers: Level?
  let circuits: Level?

  init(_ judgement: Judgement) {
    let parents = Set(judgement.parents.map(\.reference))
    let strangers = judgement.candidates.filter {
      $0.relation == .noEvidence && !$0.isScreened && !parents.contains($0.reference)
    }
    numbers = Self.level(
      strangers.filter { ($0.coverage?.numbers ?? 1) > 0 }.map(\.linearMean))
    circuits = Self.level(strangers.compactMap(\.circuitsMean))
  }

  private static func level(_ values: [Double]) -> Level? {
    guard !values.isEmpty else { return nil }
    let mean = values.reduce(0, +) / Double(values.count)
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return Level(
      mean: mean,
      spread: values.count > 1 ? (squares / Double(values.count - 1)).squareRoot() : nil,
      references: values.count)
  }
}

extension Language {
  /// `0.00 ± 0.01`, or nothing where too few strangers are there.
  func background(_ level: StrangerBackground.Level?) -> String {
    guard let level else { return "–" }
    return Figures.cosine(level.mean) + (level.spread.map { " ± " + Figures.cosine($0) } ?? "")
  }
}
