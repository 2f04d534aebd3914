internal import Compare
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
        "\(Language.en.some(names)) fit\(names.count == 1 ? "s" : "") as well",
        "\(Language.zh.some(names)) 同样吻合"
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
    case .undecided(let obstacle, let relatives, let unread, let drift):
      Self.undecided(obstacle, relatives: relatives, unread: unread, drift: drift)
    }
  }

  private static func undecided(
    _ obstacle: DriftTest.Obstacle, relatives: Int, unread: Int, drift: Direction.Drift?
  ) -> (en: String, zh: String) {
    let models = "\(relatives) related model\(relatives == 1 ? "" : "s")"
    let reason: (en: String, zh: String) =
      switch obstacle {
      case .noOutgroup:
        (
          "of the \(models) in the corpus none is a sibling of the reference, made from the same base "
            + "with like data; one would decide it",
          "参考库中的 \(relatives) 个相关模型里，没有参考模型的同类（由同一基础模型以相近数据训练而成者）；若有则可判定"
        )
      case .noBase:
        (
          "of the \(models) in the corpus none beside the reference and its sibling shows where their "
            + "ways began; their base would decide it",
          "参考库中的 \(relatives) 个相关模型里，除参考模型及其同类外，没有可用作起点者；若有二者的基础模型则可判定"
        )
      case .noOwnHistory:
        (
          "among the \(models) in the corpus the reference shows no history of its own that could be "
            + "looked for in this model",
          "与参考库中的 \(relatives) 个相关模型相比，参考模型没有可在被检模型中查找的自身训练历程"
        )
      case .tooFewTensors:
        (
          "fewer than \(DriftTest.minimumTensors) matrices are at the same places in the \(models) in "
            + "the corpus",
          "参考库中的 \(relatives) 个相关模型在相同位置上的矩阵不足 \(DriftTest.minimumTensors) 个"
        )
      case .mayBeSibling:
        (
          "among the \(models) in the corpus the model has the reference's own history, and lies where "
            + "a sibling by the very same data may lie, too",
          "与参考库中的 \(relatives) 个相关模型相比，被检模型含有参考模型自身的训练历程，但以相同数据训练的同类也可能位于其处"
        )
      case .tooNoisy:
        (
          "what the \(models) in the corpus show is not sharp enough to decide it",
          "参考库中的 \(relatives) 个相关模型所示不够明确，无法判定"
        )
      }
    let figure = drift.map {
      "β = \(Figures.rounded($0.beta, 2)) ± \(Figures.rounded($0.error, 2))"
    }
    let more = "\(unread) more that may be related \(unread == 1 ? "was" : "were")"
    return (
      reason.en + (figure.map { " (\($0))" } ?? "")
        + (unread > 0 ? "; \(more) only screened" : ""),
      reason.zh + (figure.map { "（\($0)）" } ?? "")
        + (unread > 0 ? "；另有 \(unread) 个可能相关的模型仅经筛查" : "")
    )
  }
}
