internal import Judge

/// A judgement for somebody who has to retell it: what was found, how sure that is, and what it does not
/// show.
struct PlainWords {
  var found: String
  var certainty: String
  var notShown: String
}

extension Language {
  func plainWords(_ judgement: Judgement) -> PlainWords {
    PlainWords(
      found: found(judgement), certainty: certainty(judgement), notShown: notShown(judgement))
  }

  private func choose(_ english: String, _ chinese: String) -> String {
    self == .zh ? chinese : english
  }

  private func found(_ judgement: Judgement) -> String {
    let name = judgement.subject.name
    let others = list(judgement.parents.map(\.reference))
    let share = judgement.parents.first?.modification.map { Figures.share($0.derivedShare, self) }
    let compared = judgement.candidates.count { !$0.isScreened }
    switch judgement.verdict.relation {
    case .identical:
      return choose(
        "The weights of \(name) are those of \(others), number for number.",
        "\(name) 的权重与 \(others) 逐个数值相同。")
    case .derived:
      return choose(
        "\(name) was made from \(others)"
          + (share.map { ": \($0) of what its weights hold is accounted for by that model." } ?? "."),
        "\(name) 由 \(others) 制成" + (share.map { "：其权重内容的 \($0) 可由后者解释。" } ?? "。"))
    case .partial:
      return choose(
        "Parts of \(name) were taken from \(others); the rest is from elsewhere or new.",
        "\(name) 的部分权重取自 \(others)，其余另有来源或为新增。")
    case .merged:
      return choose(
        "\(name) was mixed from several models: \(others).",
        "\(name) 由多个模型混合而成：\(others)。")
    case .related:
      return choose(
        "\(name) and \(others) share a history of training. One was made from the other, or both from a "
          + "third model; the weights do not show which.",
        "\(name) 与 \(others) 有共同的训练历史：其一由另一方制成，或两者同出于第三个模型；仅凭权重无法判定是哪一种。")
    case .sharedInitialisation:
      return choose(
        "\(name) and \(others) began from the same random numbers and were then trained apart.",
        "\(name) 与 \(others) 从相同的随机数出发，此后各自训练。")
    case .noEvidence:
      return choose(
        "Nothing in the weights of \(name) shows that it was made from any of the \(compared) models it "
          + "was held against.",
        "\(name) 的权重中没有迹象表明它由所比较的 \(compared) 个模型中的任何一个制成。")
    case .inconclusive:
      return choose(
        "Nothing can be said of where \(name) comes from: too little of it could be compared.",
        "无法判断 \(name) 的来历：能够比较的部分太少。")
    }
  }

  private func certainty(_ judgement: Judgement) -> String {
    let p = Figures.raised(barePValue(judgement.verdict.log10P))
    let bar = Figures.raised(Figures.pValue(log10: Calibration.significantLog10P))
    switch judgement.verdict.relation {
    case .noEvidence:
      return choose(
        "The strongest likeness to any of them is not more than models trained apart reach (\(p); a "
          + "verdict needs p ≤ \(bar)).",
        "与其中任何一个的最强相似程度，都不超出各自独立训练的模型之间所能达到的程度（\(p)；判定需 p ≤ \(bar)）。")
    case .inconclusive:
      return choose(
        "That is no acquittal and no accusation.", "这既不是洗清，也不是指控。")
    case .sharedInitialisation:
      return choose(
        "Models that began from other random numbers do not get this alike by accident (\(p); a verdict "
          + "needs p ≤ \(bar)).",
        "从不同随机数出发的模型不会偶然相似到这种程度（\(p)；判定需 p ≤ \(bar)）。")
    default:
      return choose(
        "Models that were trained apart do not get this alike by accident (\(p); a verdict needs p ≤ "
          + "\(bar)).",
        "各自独立训练的模型不会偶然相似到这种程度（\(p)；判定需 p ≤ \(bar)）。")
    }
  }

  private func notShown(_ judgement: Judgement) -> String {
    switch judgement.verdict.relation {
    case .noEvidence, .inconclusive:
      return choose(
        "It does not show that the model was trained from nothing: parents that were not among the models "
          + "compared, and learning from another model's answers, leave nothing to be seen.",
        "这并不说明该模型是从零训练的：未参与比较的父模型，以及学习其他模型的回答，都不会留下可见的痕迹。")
    default:
      let first =
        switch judgement.parents.first?.direction.because {
        case _ where judgement.verdict.relation == .sharedInitialisation:
          choose(
            "It does not show that one was made from the other. ", "这并不说明其一由另一方制成。")
        case .declared:
          choose(
            "Which of the two came first is what the model's card says, not what the weights show. ",
            "两者孰先孰后出自模型卡的声明，而非权重所示。")
        case .corpus:
          choose(
            "Which of the two came first is what the corpus or the reference's card says, not what the "
              + "weights show. ",
            "两者孰先孰后出自参考库或参考模型的模型卡，而非权重所示。")
        default: ""
        }
      return first
        + choose(
          "It does not show whether that was allowed, who did it, or with what intent: licences, "
            + "agreements and people are not in weights.",
          "这并不说明此举是否获得许可、由谁所为、出于何种意图：许可、约定与当事人都不在权重之中。")
    }
  }
}
