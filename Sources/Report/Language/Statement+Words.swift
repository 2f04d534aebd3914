internal import Judge

extension Language {
  /// The verdict as one sentence.
  func sentence(_ judgement: Judgement) -> String { words(judgement.verdict.statement) }

  func words(_ statement: Statement) -> String {
    pick(statement.texts)
  }

  /// One of the texts that stand side by side.
  func pick(_ texts: (en: String, zh: String)) -> String { self == .zh ? texts.zh : texts.en }
}

extension Statement: Translated {
  var texts: (en: String, zh: String) {
    switch self {
    case .identical(let reference):
      (
        "The weights are those of \(reference), byte for byte.",
        "权重与 \(reference) 逐字节相同。"
      )
    case .derived(let reference, let share):
      (
        "The weights are built on \(reference)\(Self.explained(share).en).",
        "权重派生自 \(reference)\(Self.explained(share).zh)。"
      )
    case .partial(let reference, let share, let parts):
      (
        "Part of the weights\(Self.named(parts).en) comes from \(reference)"
          + "\(Self.explained(share).en).",
        "部分权重\(Self.named(parts).zh)来自 \(reference)\(Self.explained(share).zh)。"
      )
    case .merged(let parts, let isBlend): Self.merged(parts, isBlend: isBlend)
    case .related(let reference, let direction, let alternatives):
      Self.related(reference, direction, alternatives)
    case .sharedInitialisation(let reference, let share):
      (
        "The weights share their initialisation with \(reference), but not its training"
          + "\(Self.explained(share).en).",
        "权重与 \(reference) 出自同一初始化，但训练各自独立\(Self.explained(share).zh)。"
      )
    case .noEvidence(let compared):
      (
        "Nothing in the weights shows descent from \(Self.silent(compared).en).",
        "权重中没有派生自\(Self.silent(compared).zh)的迹象。"
      )
    case .inconclusive:
      (
        "Too little could be compared to say anything about descent.",
        "可供比较的内容太少，无法判断血缘关系。"
      )
    case .fewMatrices:
      (
        "The model has too few matrices that feed one another: likeness would say nothing of descent.",
        "模型中相互连接的矩阵太少：即使相似也不能说明血缘关系。"
      )
    case .alikeAdapters(let reference, let cosine):
      (
        "The adapter changes weights much as \(reference) does (cosine \(Figures.cosine(cosine))): one "
          + "was trained on from the other, or both alike on like data: undecided.",
        "该适配器对权重的改动与 \(reference) 相近（余弦 \(Figures.cosine(cosine))）：其一由另一继续训练而来，或两者"
          + "在相近的数据上各自训练：无法判定。"
      )
    case .adapterAlone(let declared): Self.adapterAlone(declared)
    case .mostlyUnread:
      (
        "Most of the model's weights were not read, and the rest shows no descent: undecided.",
        "模型的大部分权重没有读取，其余部分没有派生迹象：无法判定。"
      )
    case .rivalParts:
      (
        "Several parts of the model claim the same places in the network, and which of them is used is "
          + "not known: undecided.",
        "模型有多个部分占用网络中的同一位置，无从得知实际使用哪一部分：无法判定。"
      )
    case .sameSpectrum(let reference):
      (
        "The token embedding has the singular values of that of \(reference), as one has that was turned and "
          + "whose tokens were dealt anew, and by tokens nothing else was found: undecided.",
        "词嵌入的奇异值与 \(reference) 的相同，正如经过旋转并重排词元之后那样；按词元比较则别无发现：无法判定。"
      )
    case .undescribed(let share):
      (
        "Not comparable: nothing tells what \(Figures.share(share, .en)) of the parameters are in the "
          + "network, so that a copy in another basis would not be seen: undecided.",
        "无法比较：占 \(Figures.share(share, .zh)) 的参数在网络中的作用无从得知，因而看不出更换坐标的副本：无法判定。"
      )
    case .resembles(let reference, let log10P, let circuits, let numbers):
      (
        "The weights resemble those of \(reference) beyond chance (log10 p = "
          + "\(Figures.rounded(log10P, 1))), but by no more than models that were trained apart reach (numbers "
          + "\(Figures.cosine(numbers))\(circuits.map { ", circuits \(Figures.cosine($0))" } ?? "")): undecided.",
        "权重与 \(reference) 的相似超出偶然（log10 p = \(Figures.rounded(log10P, 1))），但不超过各自训练的模型所能达到的程度"
          + "（数值 \(Figures.cosine(numbers))\(circuits.map { "，功能 \(Figures.cosine($0))" } ?? "")）：无法判定。"
      )
    case .suggests(let reference, let log10P, let circuits, let numbers):
      (
        "The weights are as like those of \(reference) as descent leaves them (numbers "
          + "\(Figures.cosine(numbers))\(circuits.map { ", circuits \(Figures.cosine($0))" } ?? "")), and chance "
          + "is unlikely (log10 p = \(Figures.rounded(log10P, 1))), but not excluded as far as a verdict needs it "
          + "(\(Int(Calibration.significantLog10P))): undecided.",
        "权重与 \(reference) 相似到派生关系所留下的程度（数值 \(Figures.cosine(numbers))"
          + "\(circuits.map { "，功能 \(Figures.cosine($0))" } ?? "")），且不大可能出于偶然（log10 p = "
          + "\(Figures.rounded(log10P, 1))），但尚未达到下结论所需的程度（\(Int(Calibration.significantLog10P))）：无法判定。"
      )
    case .quickKinship(let reference):
      (
        "A quick look shows trained weights of \(reference), or of a relative of it.",
        "快速查看发现与 \(reference) 同源的权重。"
      )
    case .quickNoDescent(let compared):
      (
        "A quick look shows no descent from \(Self.all(compared).en); it cannot exclude it.",
        "快速查看没有发现派生自\(Self.all(compared).zh)的迹象，但不能排除。"
      )
    case .quickOpen(let compared):
      (
        "A quick look does not tell whether the weights descend from \(Self.all(compared).en).",
        "快速查看无法判断权重是否派生自\(Self.all(compared).zh)。"
      )
    }
  }

  private static func related(
    _ reference: String, _ direction: Direction, _ alternatives: [String]
  ) -> (en: String, zh: String) {
    switch direction.value {
    case .toReference:
      return ("\(reference) was made from this model.", "\(reference) 由被检模型衍生。")
    case .commonAncestor:
      return (
        "This model and \(reference) were both made from \(direction.via ?? "a third").",
        "被检模型与 \(reference) 均由\(direction.via.map { " \($0) " } ?? "第三个模型")衍生。"
      )
    case .fromReference, .undirected:
      guard !alternatives.isEmpty else {
        return (
          "The weights share training with \(reference): one was made from the other, or both from "
            + "a third.",
          "权重与 \(reference) 有共同的训练来源：其一由另一衍生，或两者均由第三个模型衍生。"
        )
      }
      let (en, zh) = (
        Language.en.oneOf([reference] + alternatives), Language.zh.oneOf([reference] + alternatives)
      )
      return (
        "The weights share training with \(en) or a relative of theirs; the weights cannot say which "
          + "it is.",
        "权重与 \(zh) 或其近亲有共同的训练来源；仅凭权重无法判定是哪一个。"
      )
    }
  }

  private static func adapterAlone(_ declared: [String]) -> (en: String, zh: String) {
    guard let base = declared.first else {
      return (
        "This is an adapter, which changes the weights of another model and does not say of which: "
          + "without that model nothing can be said of descent.",
        "这是适配器，只改动另一个模型的权重，且没有说明是哪一个：缺少该模型，无法判断血缘关系。"
      )
    }
    return (
      "This is an adapter, which changes the weights of another model (it declares \(base)): without "
        + "the weights of that model nothing can be said of descent.",
      "这是适配器，只改动另一个模型的权重（声明为 \(base)）：缺少该模型的权重，无法判断血缘关系。"
    )
  }

  private static func named(_ parts: [String]) -> (en: String, zh: String) {
    parts.isEmpty ? ("", "") : (" (\(Language.en.short(parts)))", "（\(Language.zh.short(parts))）")
  }

  private static func explained(_ share: Double?) -> (en: String, zh: String) {
    guard let share else { return ("", "") }
    return (
      "; \(Figures.share(share, .en)) of their variance is explained by it",
      "，其方差的 \(Figures.share(share, .zh)) 可由后者解释"
    )
  }

  private static func merged(_ parts: [MergePart], isBlend: Bool) -> (en: String, zh: String) {
    if parts.count == 2, parts.allSatisfy({ $0.isSpherical == true }), let way = parts[1].share {
      let (first, second) = (parts[0].reference, parts[1].reference)
      return (
        "The weights lie on the arc between \(first) and \(second), as a spherical merge (SLERP) puts "
          + "them, \(Figures.share(way, .en)) of the way from the first.",
        "权重位于 \(first) 与 \(second) 之间的弧上，正如球面插值合并（SLERP）所得，距前者占全程的 "
          + "\(Figures.share(way, .zh))。"
      )
    }
    let en = parts.map { part in
      (part.share.map { Figures.share($0, .en) + " " } ?? "") + part.reference
        + (part.coefficient.map { " (coefficient \(Figures.cosine($0)))" } ?? "")
    }.joined(separator: " and ")
    let zh = parts.map { part in
      part.reference
        + (part.share.map { Language.zh.bracketed(Figures.share($0, .zh)) } ?? "")
        + (part.coefficient.map { Language.zh.bracketed("系数 " + Figures.cosine($0)) } ?? "")
    }.joined(separator: "、")
    let gap = zh.hasSuffix("）") ? "" : " "
    return (
      "The weights \(isBlend ? "are a merge of" : "are put together from") \(en).",
      "权重由 \(zh)\(gap)" + (isBlend ? "合并而成。" : "拼合而成。")
    )
  }

  /// Those of which nothing was found, which may not be all.
  private static func silent(_ compared: Compared) -> (en: String, zh: String) {
    guard compared.silent < compared.references, compared.only == nil else { return all(compared) }
    return (
      "the \(compared.silent) of \(compared.references) references that could be compared",
      " \(compared.silent) 个可比较的参考模型（共 \(compared.references) 个）"
    )
  }

  private static func all(_ compared: Compared) -> (en: String, zh: String) {
    if let only = compared.only { return (only, " \(only) ") }
    return (
      "any of the \(compared.references) references",
      "任何一个参考模型（共 \(compared.references) 个）"
    )
  }
}

extension Figures {
  /// A share in a sentence: rounded, but never to a bound that is not reached.
  static func share(_ share: Double, _ language: Language) -> String {
    if share == 1 { return "100 %" }
    if share > 0.999 { return language == .zh ? "99.9 % 以上" : "over 99.9 %" }
    let percent = 100 * share
    return share >= 0.0995 && share < 0.995
      ? rounded(percent, 0) + " %" : rounded(percent, 1) + " %"
  }
}
