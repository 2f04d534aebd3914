import Fingerprint

/// Tensors carry other names.
///
/// Layer and expert numbers do not count: moving those is another change.
enum RenameRule: ChangeRule {
  static let minimumShare = 0.25

  static func change(_ context: ParentContext) -> Change? {
    let renamed = context.matched.filter {
      $0.tensor.expert == nil && $0.other.expert == nil
        && !context.folds.contains($0.index) && plain($0.tensor.name) != plain($0.other.name)
    }
    let share = Double(renamed.count) / Double(max(context.matched.count, 1))
    guard share >= Self.minimumShare, let first = renamed.first else { return nil }
    return Change(
      .rename,
      [
        .tensors: .integer(renamed.count), .from: .text(first.other.name),
        .to: .text(first.tensor.name),
      ])
  }

  private static func plain(_ name: String) -> String { name.filter { !$0.isNumber } }
}
