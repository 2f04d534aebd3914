/// Training that moved the weights far: a relative change that fine-tuning does not reach.
enum ContinuedPretrainingRule: ChangeRule {
  /// Fine-tunes in the zoo moved by 0.02 to 0.15, continued pre-training by 0.7.
  static let minimumChange = 0.3

  static func change(_ context: ParentContext) -> Change? {
    let change = ModificationShares.relativeChange(context)
    guard FinetuneRule.trained(context), change >= minimumChange else { return nil }
    return Change(.continuedPretraining, [.relativeChange: .number(change)])
  }
}
