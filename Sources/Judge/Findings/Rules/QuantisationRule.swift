import Compare
import Fingerprint

/// SCM2007 and SCM5004: whether rounding alone led from a parent to its quantised form.
enum QuantisationRule: FindingRule {
  /// Share of the quantised parameters that must have been judged before rounding alone is claimed.
  static let judgedShare = 0.9
  /// Names in a finding.
  static let namedTensors = 20

  static func findings(_ context: FindingContext) -> [Finding] {
    zip(context.parents, context.contexts).compactMap { parent, weights in
      // The reference may be the one that was made from the other.
      guard parent.direction.value != .toReference, let all = weights.rounding else {
        return nil
      }
      let quantisation = quantisation(of: parent.reference, all, weights)
      if quantisation.tensorCount > 0 {
        return context.finding(.unfaithfulQuantisation(quantisation), level(parent, context))
      }
      let told = parameters(all.filter { $0.outcome != .untold })
      guard told > 0, told >= judgedShare * parameters(all) else { return nil }
      return context.finding(.faithfulQuantisation(quantisation), .info)
    }
  }

  /// Whoever says that a model was trained on says as much; and where relatives fit as well as the
  /// parent, it may be faithful to one of those.
  private static func level(_ parent: Parent, _ context: FindingContext) -> Finding.Level {
    let isDeclared = context.declarations.declaration(of: parent.reference) != nil
    let relation = context.declarations.relation?.lowercased() ?? ""
    let saysMore = isDeclared && ["finetune", "adapter", "merge"].contains(relation)
    return saysMore || !parent.alternatives.isEmpty ? .info : .warning
  }

  private static func parameters(_ matrices: [MatrixRounding]) -> Double {
    matrices.reduce(0) { $0 + Double($1.parameters) }
  }

  private static func quantisation(
    of reference: String, _ all: [MatrixRounding], _ weights: ParentContext
  ) -> Fact.Quantisation {
    let rounding = all.filter { $0.outcome != .untold }
    let changed = rounding.filter { $0.outcome == .changed }.map(\.index)
    let names = (changed + Self.kept(weights, all)).sorted()
      .map { weights.subject.tensors[$0].name }
    let values = rounding.reduce(0) { $0 + $1.values }
    let strays = rounding.reduce(0.0) { $0 + $1.strayShare * Double($1.values) }
    return Fact.Quantisation(
      reference: reference, matrices: rounding.count, quantised: all.count,
      values: values, ratio: rounding.map(\.ratio).filter(\.isFinite).max() ?? 0,
      strayShare: strays / Double(max(1, values)),
      resolution: rounding.map(\.resolution).filter(\.isFinite).max() ?? 0,
      compensated: rounding.count { $0.outcome == .compensated },
      rescaled: rounding.count { $0.outcome == .rescaled },
      tensors: Array(names.prefix(namedTensors)), tensorCount: names.count)
  }

  /// Tensors that were not quantised and have other numbers than the parent's.
  private static func kept(_ weights: ParentContext, _ all: [MatrixRounding]) -> [Int] {
    let indices = Set(all.map(\.index))
    let mayBeScaled = all.contains { $0.outcome == .rescaled || $0.outcome == .untold }
    // On a grid that was not found among floats a matrix looks as if it had been changed.
    let isCoded = indices.contains { weights.subject.tensors[$0].encoding != nil }
    return weights.subject.tensors.indices.filter { index in
      let tensor = weights.subject.tensors[index]
      guard !indices.contains(index), !weights.folds.contains(index), tensor.isEvidence,
        tensor.encoding == nil,
        let pair = weights.comparison.pairs[index], pair.match == .place
      else { return false }
      let other = weights.reference.tensors[pair.reference]
      let status = weights.statuses[index]
      guard other.encoding == nil, status == .modified || !status.isCounterpart else {
        return false
      }
      // What takes up the scales: gains and biases.
      return tensor.matrix == nil ? !mayBeScaled : isCoded
    }
  }
}
