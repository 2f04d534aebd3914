import Foundation

/// A normal distribution through scores of which those below 0 are stated as 0, nowhere narrower than the
/// standard one: the widening that scores of independent models ask for.
///
/// - Source: maximum likelihood of a censored sample by conditional maximisation (ECM; Meng and Rubin 1993),
///   location ≥ 0 and scale ≥ 1.
struct CensoredNormal: Equatable {
  private(set) var location = 0.0
  private(set) var scale = 1.0

  private static let steps = 200

  /// - Parameter scores: in any order.
  init(_ scores: [Double]) {
    guard !scores.isEmpty else { return }
    let seen = scores.filter { $0 > 0 }
    let hidden = Double(scores.count - seen.count)
    for _ in 0..<Self.steps {
      let (mean, variance) = hiddenMoments
      let before = self
      location = max(0, (seen.reduce(0, +) + hidden * mean) / Double(scores.count))
      let squares =
        seen.reduce(0) { $0 + ($1 - location) * ($1 - location) }
        + hidden * (variance + (mean - location) * (mean - location))
      scale = max(1, (squares / Double(scores.count)).squareRoot())
      if abs(location - before.location) + abs(scale - before.scale) < 1e-9 { break }
    }
  }

  /// Mean and variance of what lies below 0.
  private var hiddenMoments: (mean: Double, variance: Double) {
    let edge = -location / scale
    let share = 0.5 * erfc(-edge / 2.0.squareRoot())
    guard share > 1e-12 else { return (0, 0) }
    let hazard = exp(-edge * edge / 2) / (2 * Double.pi).squareRoot() / share
    return (
      location - scale * hazard, max(0, scale * scale * (1 - edge * hazard - hazard * hazard))
    )
  }

  /// Widens it until a score is no rarer than one z of a standard normal.
  mutating func reach(_ score: Double, at z: Double) {
    guard z > 0 else { return }
    scale = max(scale, (score - location) / z)
  }

  /// How far sorted scores above 0 lie above it: the largest excess of its distribution function over
  /// theirs.
  func excess(_ scores: [Double]) -> Double {
    scores.enumerated().reduce(0) { largest, entry in
      guard entry.element > 0 else { return largest }
      let below = 0.5 * erfc((location - entry.element) / scale / 2.0.squareRoot())
      return max(largest, below - Double(entry.offset) / Double(scores.count))
    }
  }

  /// Widens it until sorted scores lie above it by no more than that.
  mutating func cover(_ scores: [Double], within admissible: Double) {
    while scale < 10, excess(scores) > admissible { scale *= 1.02 }
  }
}
