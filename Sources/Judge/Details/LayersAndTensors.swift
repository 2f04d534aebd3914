import Canonicalise
import Compare
import Fingerprint

/// The rows behind `--detail layers` and `--detail tensors`.
enum DetailRows {
  /// Each layer against the parent it comes from.
  static func layers(
    contexts: [ParentContext], ruling: Ruling, blend: Blend? = nil
  ) -> [LayerDetail] {
    let coefficients = Dictionary(
      (blend?.units ?? []).map {
        (LayerKey(component: $0.component, layer: $0.layer), $0.coefficients)
      },
      uniquingKeysWith: { first, _ in first })
    return layers(contexts, ruling).map { row in
      var row = row
      row.coefficients = coefficients[LayerKey(component: row.component, layer: row.layer)]
      return row
    }
  }

  private static func layers(_ contexts: [ParentContext], _ ruling: Ruling) -> [LayerDetail] {
    guard let first = contexts.first else { return [] }
    let origins = Dictionary(
      uniqueKeysWithValues: ruling.parentage.units.map { ($0.key, ruling.parentage.origin(of: $0)) }
    )
    let untested = Set(
      ruling.parentage.units.filter { !Parentage.isTested($0) }.map(\.key))
    var rows: [UnitKey: [Int]] = [:]
    for (index, tensor) in first.subject.tensors.enumerated()
    where tensor.layer != nil && tensor.isEvidence {
      rows[UnitKey(tensor), default: []].append(index)
    }
    let mappings = contexts.map { context in
      Dictionary(
        (context.layerMap?.pairs ?? []).map { ($0.subject, $0) },
        uniquingKeysWith: { first, _ in first })
    }
    let alignedLayers = contexts.map { context in
      Dictionary(grouping: context.recovered?.layers ?? []) {
        LayerKey(component: $0.component, layer: $0.subject)
      }
    }
    return rows.keys.sorted().compactMap { key in
      guard let layer = key.layer, let indices = rows[key] else { return nil }
      let origin = origins[key] ?? nil
      let context = contexts[origin ?? 0]
      let mapped = mappings[origin ?? 0][layer]
      var (share, change, norm, same, total) = (0.0, 0.0, 0.0, 0.0, 0.0)
      for index in indices {
        let weight = Double(context.subject.tensors[index].elementCount)
        total += weight
        if context.statuses[index] == .identical { same += weight }
        guard let pair = context.comparison.pairs[index] else { continue }
        share += weight * Retention.retained(context.subject.tensors[index], pair)
        let size = context.reference.tensors[pair.reference].moments.frobeniusNorm
        change += pair.relativeChange * pair.relativeChange * size * size
        norm += size * size
      }
      let blocks = alignedLayers[origin ?? 0][LayerKey(component: key.component, layer: layer)]
      if let blocks, let first = blocks.first {
        return aligned(blocks, first: first, context, similarity: mapped?.similarity)
      }
      return LayerDetail(
        component: key.component, layer: layer,
        reference: origin == nil ? nil : context.comparison.id,
        referenceLayer: origin == nil ? nil : mapped?.reference,
        similarity: mapped?.similarity ?? 0, derivedShare: total > 0 ? share / total : 0,
        relativeChange: norm > 0 ? (change / norm).squareRoot() : 0,
        unchanged: total > 0 ? same / total : 0, isTested: !untested.contains(key))
    }
  }

  private struct LayerKey: Hashable {
    var component: String
    var layer: Int?
  }

  /// A layer as it is once a disguise is undone, or a narrower layer held against the part that it
  /// kept.
  private static func aligned(
    _ blocks: [Recovery.Layer], first: Recovery.Layer, _ context: ParentContext,
    similarity: Double?
  ) -> LayerDetail {
    let share = Retention.share(alignedLayers: blocks) ?? 0
    return LayerDetail(
      component: first.component, layer: first.subject, reference: context.comparison.id,
      referenceLayer: first.reference, similarity: similarity ?? 0, derivedShare: share,
      // What a scale cannot explain: ‖B − A‖² / ‖A‖² of equal norms is 2 (1 − r).
      relativeChange: (2 * (1 - share.squareRoot())).squareRoot(), unchanged: 0,
      keptNeurons: blocks.compactMap(\.keptNeurons).first,
      keptHeads: blocks.compactMap(\.keptHeads).first)
  }

  /// Each tensor against its counterpart in the parent that explains it best.
  static func tensors(_ subject: ModelFingerprint, contexts: [ParentContext]) -> [TensorDetail] {
    subject.tensors.enumerated().map { index, tensor in
      let best = contexts.max { value(index, $0) < value(index, $1) }
      let pair = best?.comparison.pairs[index]
      let status = best?.statuses[index] ?? .new
      let known = status.isCounterpart ? pair : nil
      var detail = TensorDetail(
        name: tensor.name, role: tensor.role.rawValue, shape: tensor.shape,
        reference: known == nil ? nil : best?.comparison.id,
        referenceTensor: known.flatMap { best?.reference.tensors[$0.reference].name },
        status: status, cosine: pair.map { min(1, max(-1, $0.cosine)) }, z: pair?.z,
        relativeChange: known?.relativeChange)
      detail.component = tensor.component
      return detail
    }
  }

  private static func value(_ index: Int, _ context: ParentContext) -> Double {
    context.comparison.pairs[index]?.cosine ?? -1
  }
}
