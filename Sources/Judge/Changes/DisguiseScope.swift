/// What a disguise moved.
package enum DisguiseScope: String, Sendable, CaseIterable, Codable {
  case residual
  case neurons
  case heads
  case valueOutput = "value-output"
  case queryKey = "query-key"
  case units

  /// What the share of it is called that found its counterpart.
  var matchedKey: DetailKey {
    switch self {
    case .residual: .residualMatched
    case .neurons: .neuronsMatched
    case .heads: .headsMatched
    case .valueOutput: .valueOutputMatched
    case .queryKey: .queryKeyMatched
    case .units: .unitsMatched
    }
  }
}
