import Canonicalise
import Compare
import Fingerprint

/// Only some layers were trained; the others are untouched to the last bit.
enum PartialFinetuneRule: ChangeRule {
  static func change(_ context: ParentContext) -> Change? {
    guard FinetuneRule.trained(context) else { return nil }
    var frozen: [UnitKey: Bool] = [:]
    for (index, tensor) in context.subject.tensors.enumerated() {
      guard tensor.isEvidence, tensor.matrix != nil else { continue }
      frozen[UnitKey(tensor)] =
        (frozen[UnitKey(tensor)] ?? true) && context.statuses[index] == .identical
    }
    let layered = frozen.filter { $0.key.layer != nil }
    let stays = layered.filter(\.value).keys.compactMap(\.layer).sorted()
    let moves = layered.filter { !$0.value }.keys.compactMap(\.layer).sorted()
    if !layered.isEmpty {
      guard !stays.isEmpty, moves.count < layered.count else { return nil }
      return Change(.partialFinetune, [.layers: .integers(moves), .frozen: .integers(stays)])
    }
    let untouched = context.subject.tensors.indices.filter {
      context.subject.tensors[$0].matrix != nil && context.statuses[$0] == .identical
    }
    guard !untouched.isEmpty else { return nil }
    return Change(
      .partialFinetune, [.frozen: .texts(untouched.map { context.subject.tensors[$0].name })])
  }
}
