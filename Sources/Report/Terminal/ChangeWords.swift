internal import Judge

extension Change {
  /// The change in plain words: `quantised (4 bits, 12 matrices)`, `renamed (a → b, 57 tensors)`.
  var words: String {
    var rest = detail
    var details: [String] = []
    if let from = rest["from"], let to = rest["to"] {
      details.append(from.words(for: "from") + " → " + to.words(for: "to"))
      rest["from"] = nil
      rest["to"] = nil
    }
    details += rest.sorted { $0.key < $1.key }.map { key, value in
      // Sizes before and after, which are no set of layers.
      if kind == .widthPrune, case .integers(let sizes) = value {
        return printable(key.separatedWords) + " "
          + sizes.map(String.init).joined(separator: " → ")
      }
      return value.phrase(for: key)
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
    case .componentGraft: "only some parts are from here, the others from elsewhere"
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
  /// A count before its noun (`12 matrices`), anything else after its name (`rank 8`).
  fileprivate func phrase(for key: String) -> String {
    let name = printable(key.separatedWords)
    if case .integer(let count) = self, name.hasSuffix("s") {
      return "\(count) " + (count == 1 ? name.singular : name)
    }
    return name + " " + words(for: key)
  }

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
  /// The singular of the plurals that details are named by.
  fileprivate var singular: String {
    hasSuffix("matrices") ? dropLast(4) + "ix" : String(dropLast())
  }
}
