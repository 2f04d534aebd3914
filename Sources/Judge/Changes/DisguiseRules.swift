import Compare

/// Neurons, heads or hidden dimensions were put into another order.
enum PermutedRule: ChangeRule {
  static func change(_ context: ParentContext) -> Change? {
    Disguise.change(.permuted, context, kind: .permuted)
  }
}

/// The residual stream was rotated.
enum RotatedRule: ChangeRule {
  static func change(_ context: ParentContext) -> Change? {
    Disguise.change(.rotated, context, kind: .rotated)
  }
}

/// Factors were moved from one matrix to the next.
enum RescaledRule: ChangeRule {
  static func change(_ context: ParentContext) -> Change? {
    Disguise.change(.rescaled, context, kind: .rescaled)
  }
}

/// An inner map was put between value and output, or a rotation between query and key.
enum RebasedRule: ChangeRule {
  static func change(_ context: ParentContext) -> Change? {
    Disguise.change(.rebased, context, kind: .rebased)
  }
}

/// Reads the transformations of one kind off what was recovered.
private enum Disguise {
  static func change(
    _ change: ChangeKind, _ context: ParentContext, kind: Recovery.Transformation.Kind
  ) -> Change? {
    let found = context.comparison.recovery?.transformations.filter { $0.kind == kind } ?? []
    guard !found.isEmpty else { return nil }
    var detail: [String: DetailValue] = ["scopes": .texts(found.map(\.scope.rawValue))]
    for transformation in found {
      detail["\(transformation.scope)Matched"] = .number(transformation.matchedShare)
    }
    let layers = Set(found.flatMap(\.layers))
    if !layers.isEmpty { detail["layers"] = .integers(layers.sorted()) }
    return Change(change, detail)
  }
}
