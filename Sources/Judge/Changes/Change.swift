package enum ChangeKind: String, Sendable, Codable, CaseIterable {
  case cast
  case rename
  case reshard
  case fold
  case finetune
  case lowRank = "low-rank"
  case partialFinetune = "partial-finetune"
  case continuedPretraining = "continued-pretraining"
  case quantise
  case valuePrune = "value-prune"
  case widthPrune = "width-prune"
  case depthPrune = "depth-prune"
  case depthUpscale = "depth-upscale"
  case depthExtend = "depth-extend"
  case layerReorder = "layer-reorder"
  case vocabulary
  case expertUpcycle = "expert-upcycle"
  case merge
  case headReplaced = "head-replaced"
  case componentGraft = "component-graft"
  case permuted
  case rotated
  case rescaled
  case rebased
  case noise
  case elementMask = "element-mask"

  /// Whether the change keeps what the network computes and only moves the numbers: training does
  /// none of these.
  ///
  /// Noise changes what is computed.
  package var isDisguise: Bool {
    switch self {
    case .permuted, .rotated, .rescaled, .rebased: true
    default: false
    }
  }
}

package struct Change: Sendable, Equatable, Codable {
  package var kind: ChangeKind
  /// Figures and short texts that belong to the kind, such as `rank`, `bits` or `layers`.
  package var detail: Details

  package init(_ kind: ChangeKind, _ detail: Details = [:]) {
    self.kind = kind
    self.detail = detail
  }
}
