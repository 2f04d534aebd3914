import Compare

/// Single values were taken over from one relative's change, and the others left (DARE, TIES, element-wise
/// merges).
enum ElementMaskRule: ChangeRule {
  static func change(_ context: ParentContext) -> Change? {
    guard let mask = context.mask else { return nil }
    return Change(
      .elementMask,
      [
        .base: .text(mask.base), .donor: .text(mask.donor), .scale: .number(mask.scale),
        .taken: .number(mask.taken), .unchanged: .number(mask.unchanged),
        .matrices: .integer(mask.matrices),
      ])
  }
}
