import Compare
import Fingerprint

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
    let matching = context.comparison.reordering
    var all = context.comparison.recovery?.transformations ?? matching?.transformations ?? []
    if let scaled = context.subject.equilibrated {
      all.append(Recovery.Transformation(scaled, of: context.subject))
    }
    let found = all.filter { $0.kind == kind }
    guard !found.isEmpty else { return nil }
    let scopes = found.map { DisguiseScope($0.scope) }
    var detail: Details = [.scopes: .terms(scopes.map(Term.scope))]
    for (scope, transformation) in zip(scopes, found) {
      detail[scope.matchedKey] = .number(transformation.matchedShare)
    }
    let layers = Set(found.flatMap(\.layers))
    if !layers.isEmpty { detail[.layers] = .integers(layers.sorted()) }
    if let matching, found.first == all.first {
      detail[.unitsCompared] = .integer(matching.units)
      detail[.unitsMoved] = .integer(matching.moved)
      detail[.unitsAppended] = matching.appended.map(DetailValue.integer)
      detail[.unitsCosine] = .number(matching.cosine)
      detail[.unitsChance] = .number(matching.chance)
      detail[.log10P] = .number(matching.log10P)
    }
    return Change(change, detail)
  }
}

extension Recovery.Transformation {
  fileprivate init(_ scaled: EquilibratedMatrices, of subject: ModelFingerprint) {
    self.init(
      kind: .rescaled, scope: .units,
      matchedShare: Double(scaled.parameters) / Double(max(subject.identity.parameters, 1)),
      layers: [],
      detail: "rows and columns rescaled against each other in \(scaled.matrices) matrices")
  }
}

extension DisguiseScope {
  fileprivate init(_ scope: Recovery.Transformation.Scope) {
    switch scope {
    case .residual: self = .residual
    case .neurons: self = .neurons
    case .heads: self = .heads
    case .valueOutput: self = .valueOutput
    case .queryKey: self = .queryKey
    case .units: self = .units
    }
  }
}
