import Canonicalise
import Compare
import Fingerprint

/// Dense feed-forward blocks were copied into experts.
enum ExpertUpcycleRule: ChangeRule {
  static func change(_ context: ParentContext) -> Change? {
    let blocks: Set<TensorRole> = [.mlpGate, .mlpUp, .mlpDown]
    let experts = context.matched.filter {
      $0.tensor.expert != nil && blocks.contains($0.tensor.role) && $0.other.expert == nil
        && blocks.contains($0.other.role)
    }
    let perLayer = Dictionary(grouping: experts) { $0.tensor.layer }.mapValues {
      Set($0.compactMap(\.tensor.expert)).count
    }
    guard let count = perLayer.values.max(), count >= 2 else { return nil }
    return Change(
      .expertUpcycle, [.experts: .integer(count), .layers: .integer(perLayer.count)])
  }
}
