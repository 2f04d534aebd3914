/// What the references of this run reach from which no descent was found: the background before which an
/// effect is seen.
///
/// What is a little alike, by whatever test, may be a relative that no verdict reaches, and is left out.
package struct StrangerBackground: Sendable, Equatable {
  package struct Level: Sendable, Equatable {
    package var mean: Double
    /// Standard deviation over the references; nil of one.
    package var spread: Double?
    package var references: Int
  }

  /// Cosine of numbers in place, and of functions; nil where none could be compared.
  package let numbers: Level?
  package let circuits: Level?

  package init(_ judgement: Judgement) {
    let parents = Set(judgement.parents.map(\.reference))
    let strangers = judgement.candidates.filter {
      $0.relation == .noEvidence && !$0.isScreened && !parents.contains($0.reference)
        && $0.log10P >= Calibration.strangerLog10P
        && abs($0.linearMean) < Calibration.numbersMean
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
