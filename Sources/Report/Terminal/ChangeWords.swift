internal import Judge

extension Change {
  /// The change in plain words: `quantised to a coarse grid (bits 4, group 64)`.
  var words: String {
    let details = detail.sorted { $0.key < $1.key }.map { key, value in
      printable(key.separatedWords) + " " + value.words(for: key)
    }
    return kind.words + (details.isEmpty ? "" : " (" + details.joined(separator: ", ") + ")")
  }
}

extension ChangeKind {
  var words: String {
    switch self {
    case .cast: "stored in another number format"
    case .rename: "tensors renamed"
    case .reshard: "split into other files"
    case .finetune: "fine-tuned"
    case .lowRank: "a low-rank update merged in, as a LoRA leaves it"
    case .partialFinetune: "some layers fine-tuned, others untouched"
    case .continuedPretraining: "trained on at length"
    case .quantise: "quantised"
    case .valuePrune: "small values set to zero"
    case .widthPrune: "narrowed: neurons, heads or hidden dimensions cut"
    case .depthPrune: "layers removed"
    case .depthUpscale: "layers duplicated"
    case .layerReorder: "layers in another order"
    case .vocabulary: "vocabulary changed"
    case .expertUpcycle: "feed-forward blocks copied into experts"
    case .merge: "merged with other models"
    case .headReplaced: "head replaced"
    case .componentGraft: "a component taken from another model"
    case .permuted: "neurons, heads or hidden dimensions reordered"
    case .rotated: "residual stream rotated"
    case .rescaled: "weights rescaled without changing the function"
    case .rebased: "inner coordinates of attention replaced"
    }
  }

  /// Whether training never does this: it hides where weights come from.
  var isDisguise: Bool {
    switch self {
    case .permuted, .rotated, .rescaled, .rebased: true
    default: false
    }
  }
}

extension DetailValue {
  fileprivate func words(for key: String) -> String {
    switch self {
    case .integer(let value): String(value)
    case .number(let value):
      Self.shares.contains(key) ? Figures.percent(value) : Figures.short(value)
    case .text(let value): printable(value)
    case .integers(let values): Figures.runs(values)
    case .texts(let values):
      values.prefix(Self.listed).map(printable).joined(separator: ", ")
        + (values.count > Self.listed ? ", and \(values.count - Self.listed) more" : "")
    }
  }

  /// Details that are shares between 0 and 1.
  private static let shares: Set<String> = ["sparsity", "share", "coverage", "unchanged"]
  private static let listed = 4
}

extension String {
  /// `groupSize` → `group size`.
  fileprivate var separatedWords: String {
    reduce(into: "") { words, character in
      words += character.isUppercase ? " " + character.lowercased() : String(character)
    }
  }
}
