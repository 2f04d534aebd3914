/// Recognises one kind of change between a parent and the subject.
///
/// One file per rule.
protocol ChangeRule: Sendable {
  /// The change with its figures, or nil when it did not happen or cannot be told.
  static func change(_ context: ParentContext) -> Change?
}

/// All rules, in the order in which a report lists what they find.
enum ChangeRules {
  static let all: [any ChangeRule.Type] = [
    CastRule.self, RenameRule.self, ReshardRule.self, FoldRule.self, VocabularyRule.self,
    LowRankRule.self,
    PartialFinetuneRule.self, FinetuneRule.self, ContinuedPretrainingRule.self, QuantiseRule.self,
    ValuePruneRule.self, WidthPruneRule.self, DepthPruneRule.self, DepthUpscaleRule.self,
    DepthExtendRule.self, LayerReorderRule.self, ExpertUpcycleRule.self, HeadReplacedRule.self,
    PermutedRule.self,
    RotatedRule.self, RescaledRule.self, RebasedRule.self, NoiseRule.self, ElementMaskRule.self,
  ]

  static func changes(_ context: ParentContext) -> [Change] {
    all.compactMap { $0.change(context) }
  }
}
