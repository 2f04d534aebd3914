internal import Judge

extension Language {
  /// What speaks for and against an explanation, one phrase each.
  func arguments(_ explanation: Explanation) -> [String] {
    explanation.arguments.map { pick(("for: ", "支持：")) + self($0) }
      + explanation.counterarguments.map { pick(("against: ", "反对：")) + self($0) }
  }
}

extension Explanation.Kind: Translated {
  var texts: (en: String, zh: String) {
    switch self {
    case .descent: ("made from the reference", "由参考模型衍生")
    case .reverse: ("the reference was made from this model", "参考模型由被检模型衍生")
    case .commonAncestor: ("both were made from a third", "两者均由第三个模型衍生")
    case .sharedInitialisation:
      ("the same initial weights, trained apart", "初始权重相同，训练各自独立")
    }
  }
}

extension Explanation.Standing: Translated {
  var texts: (en: String, zh: String) {
    switch self {
    case .shown: ("shown", "已证明")
    case .open: ("open", "未定")
    case .excluded: ("excluded", "已排除")
    }
  }
}

extension Explanation.Argument: Translated {
  var texts: (en: String, zh: String) {
    switch self {
    case .direction(let direction):
      (
        Language.en.words(direction) + " (says: \(direction.because.texts.en))",
        Language.zh.words(direction) + "（依据：\(direction.because.texts.zh)）"
      )
    case .trace(let trace): trace.texts
    case .noOwnHistory(let drift): drift.texts
    case .partOfHistory(let drift): drift.texts
    case .foreignTensors(let count, let reference):
      (
        "\(count) matrices are byte for byte those of \(reference ?? "another relative"), and not "
          + "the reference's",
        "\(count) 个矩阵与 \(reference ?? "另一近亲") 逐字节相同，而与参考模型不同"
      )
    case .fitsAsWell(let names):
      (
        "\(Language.en.list(names)) fit\(names.count == 1 ? "s" : "") as well",
        "\(Language.zh.list(names)) 同样吻合"
      )
    case .effect(let shared, let limit):
      (
        "\(Figures.share(shared, .en)) is shared; a common initialisation leaves less than "
          + Figures.share(limit, .en),
        "共有 \(Figures.share(shared, .zh))；仅同一初始化所留不足 \(Figures.share(limit, .zh))"
      )
    case .needsOutgroup:
      (
        "two models alone do not decide it; a second model made from the same base, in the corpus, "
          + "would",
        "仅凭两个模型无法判定；若参考库中另有一个由同一基础模型衍生的模型，则可判定"
      )
    }
  }
}
