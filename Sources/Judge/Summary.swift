import Foundation

/// The verdict as one sentence.
struct Summary {
  let relation: Relation
  let parents: [Parent]
  let candidates: [Candidate]
  let ruling: Ruling

  var sentence: String {
    let names = parents.map(\.reference)
    let first = names.first ?? "a reference"
    switch relation {
    case .identical:
      return "The weights are those of \(first), byte for byte."
    case .derived:
      return "The weights descend from \(first)\(retained)."
    case .partial:
      return "Part of the weights comes from \(first)\(retained)."
    case .merged:
      let parts = parents.map { parent in
        parent.coefficient.map { "\(Self.percent($0)) \(parent.reference)" } ?? parent.reference
      }
      let verb = ruling.parentage.mixesWithinUnits ? "are a merge of" : "are put together from"
      return "The weights \(verb) \(parts.joined(separator: " and "))."
    case .sharedInitialisation:
      return
        "The weights share their initialisation with \(first), but not its training\(retained)."
    case .noEvidence:
      return candidates.count == 1
        ? "Nothing in the weights shows descent from \(candidates[0].reference)."
        : "Nothing in the weights shows descent from any of the \(candidates.count) references."
    case .inconclusive:
      return "Too little could be compared to say anything about descent."
    }
  }

  private var retained: String {
    guard let modification = parents.first?.modification else { return "" }
    return "; \(Self.percent(modification.derivedShare)) of their variance is explained by it"
  }

  /// Rounds, but never to a bound that is not reached.
  static func percent(_ share: Double) -> String {
    if share == 1 { return "100 %" }
    if share > 0.999 { return "over 99.9 %" }
    return String(format: share >= 0.0995 && share < 0.995 ? "%.0f %%" : "%.1f %%", share * 100)
  }
}
