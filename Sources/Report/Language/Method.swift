internal import Compare
internal import Judge

/// The method and its limits, as a report explains them to its reader.
enum Method: Translated, CaseIterable {
  case question, numbers, function, significance, share, names, absence, corpus, scope

  private var sketch: String { "\(MethodConstants.sketchSide) × \(MethodConstants.sketchSide)" }
  private var verdict: String { Self.power(Calibration.significantLog10P) }
  private var smallest: String { Self.power(Calibration.smallestLog10P) }

  private static func power(_ log10P: Double) -> String {
    Figures.raised("10^\(Int(log10P))")
  }

  var texts: (en: String, zh: String) {
    switch self {
    case .question:
      (
        "The question is whether the two models could have been initialised and trained "
          + "independently of each other. Everything below is tested against that hypothesis.",
        "要回答的问题是：两个模型是否可能各自独立地初始化并训练而成。以下各项检验均以此为原假设。"
      )
    case .numbers:
      (
        "“Numbers in place” compares a \(sketch) linear sketch of every tensor with its counterpart. It "
          + "works for any network, and shows copying, fine-tuning, quantising, pruning and merging.",
        "“原位数值”将每个张量的 \(sketch) 线性草图与其对应张量比较，适用于任何网络，能发现复制、微调、量化、剪枝与合并。"
      )
    case .function:
      (
        "“Function” compares what each layer does to the same tokens (qk, ov: attention; ud, gg: "
          + "feed-forward). It does not change when neurons or heads are reordered, the residual stream "
          + "is rotated or matrices are rescaled, so it sees through such disguises.",
        "“词元功能”比较每一层对相同词元所做的变换（qk、ov：注意力；ud、gg：前馈）。重排神经元或注意力头、旋转残差流、缩放矩阵都不会改变它，因此能识破此类伪装。"
      )
    case .significance:
      (
        "p is the probability of evidence this strong between independent models, corrected for the "
          + "number of tests and references. Descent is stated from p ≤ \(verdict) on, and only together "
          + "with an effect that descent leaves. p-values below \(smallest) are stated as that bound.",
        "p 值是相互独立的模型之间出现如此强证据的概率，已按检验次数与参考模型数校正。仅当 p ≤ \(verdict) 且效应量达到派生应有的程度时才判定为派生。低于 \(smallest) 的 p 值一律以该界限表示。"
      )
    case .share:
      (
        "The derived share is the part of the weights' variance that the parent explains, with an "
          + "interval of \(Calibration.confidencePercent) %. It counts numbers, not merit: a small change can matter most.",
        "派生比例是父模型所能解释的权重方差的比例，附 \(Calibration.confidencePercent) % 置信区间。它衡量的是数值而非价值：很小的改变也可能至关重要。"
      )
    case .names:
      (
        "Names, configuration and model card are never evidence of descent. They decide only whether "
          + "the descent that the weights show is declared.",
        "名称、配置和模型卡从不作为血缘证据，只用于判断权重所示的血缘是否已经声明。"
      )
    case .absence:
      (
        "“No evidence” means that nothing was found where the comparison could speak. Distillation and "
          + "training on another model's output leave no trace in weights.",
        "“未见血缘”仅表示在可比较的范围内没有发现迹象。蒸馏以及用其他模型的输出进行训练，不会在权重中留下痕迹。"
      )
    case .corpus:
      (
        "A parent that is not among the references cannot be found. Which of two related models came "
          + "first is stated only where the weights or a declaration show it.",
        "不在参考库中的父模型无法被发现。两个相关模型孰先孰后，只在权重或声明足以说明时才给出。"
      )
    case .scope:
      (
        "The report judges descent, not safety, quality or intent, and is not legal advice.",
        "本报告只判断血缘，不评价安全性、质量或主观意图，也不构成法律意见。"
      )
    }
  }
}
