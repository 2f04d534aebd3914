internal import Judge

extension Fact.UnreadWeights: Translated {
  var texts: (en: String, zh: String) {
    let items = zip(files, problems).prefix(3).map { "\(Fact.quoted($0)) \($1)" }
    let more = count > items.count ? (", …", "……") : ("", "")
    return (
      "\(count == 1 ? "a file" : "\(count) files") of weights that \(count == 1 ? "was" : "were") not "
        + "read: \(items.joined(separator: "; "))\(more.0)",
      "有 \(count) 个权重文件未被读取：\(items.joined(separator: "；"))\(more.1)"
    )
  }
}

extension Fact.UnsafePickle: Translated {
  var texts: (en: String, zh: String) {
    let items = zip(files, problems).prefix(3).map { "\(Fact.quoted($0)) \($1)" }
    let more = count > items.count ? (", …", "……") : ("", "")
    let (en, zh) =
      switch danger {
      case .dangerous:
        ("loading it with Python runs code, or can", "用 Python 加载时会（或可能）运行代码")
      case .called:
        (
          "loading it with Python calls what is not known to be harmless",
          "用 Python 加载时会调用未知是否无害的对象"
        )
      case .named:
        (
          "it names classes that are not known to be harmless, and calls none",
          "其中提到未知是否无害的类，但未调用"
        )
      }
    return (
      "\(en): \(items.joined(separator: "; "))\(more.0)",
      "\(zh)：\(items.joined(separator: "；"))\(more.1)"
    )
  }
}

extension Fact.UndeclaredParent: Translated {
  var texts: (en: String, zh: String) {
    let (text, files) = (grounds(reference), Language.en.list(unread))
    guard !unread.isEmpty else { return text }
    return (
      text.en + "; \(files) could not be read, and may declare it",
      text.zh + "；\(files) 无法读取，其中可能有声明"
    )
  }

  private func grounds(_ reference: String) -> (en: String, zh: String) {
    switch grounds {
    case .nothingDeclared:
      (
        "is built on \(reference), which is not declared", "权重派生自 \(reference)，但模型并未声明"
      )
    case .kinshipUndeclared:
      (
        "shares trained weights with \(reference), and declares no parent",
        "与 \(reference) 有共同的训练来源，却未声明任何父模型"
      )
    case .adapter:
      (
        "changes weights as \(reference) does, which is not declared",
        "对权重的改动与 \(reference) 相同，却未声明"
      )
    case .others(let names):
      (
        "is built on \(reference), and declares only \(Language.en.list(names))",
        "权重派生自 \(reference)，却只声明了 \(Language.zh.list(names))"
      )
    case .unknownParents(let names):
      (
        "shares trained weights with \(reference); what it declares, \(Language.en.list(names)), is "
          + "not among the references and may be the parent of both",
        "与 \(reference) 有共同的训练来源；所声明的 \(Language.zh.list(names)) 不在参考库中，可能是两者共同的父模型"
      )
    case .namedByReference(let name):
      (
        "shares trained weights with \(reference), which names the declared parent \(name) as its "
          + "own",
        "与 \(reference) 有共同的训练来源，后者同样以所声明的 \(name) 为父模型"
      )
    case .nearer(let name):
      (
        "shares more with \(reference) than with the declared parent \(name); the weights do not say "
          + "which it was made from",
        "与 \(reference) 的共同之处多于所声明的父模型 \(name)；仅凭权重无法判定由哪一个衍生"
      )
    case .hint(let hint):
      (
        "is related to \(reference), which only _name_or_path of \(hint.file) names",
        "与 \(reference) 有共同的训练来源，仅 \(hint.file) 的 _name_or_path 中出现其名称"
      )
    }
  }
}

extension Fact.LicenceConflict: Translated {
  var texts: (en: String, zh: String) {
    let duties = broken.map { "\($0.kind.demand.en) (\($0.clause))" }
    let chinese = broken.map { "\($0.kind.texts.zh)（\($0.clause)）" }
    return (
      "is shared under \(licence), but \(direction.kinship.en) \(reference) under \(parentLicence), which "
        + Language.en.list(duties),
      "以 \(licence) 发布，却\(direction.kinship.zh)采用 \(parentLicence) 的 \(reference)，与其以下义务冲突："
        + Language.zh.list(chinese)
    )
  }
}

extension Fact.LicenceNotice: Translated {
  var texts: (en: String, zh: String) {
    func words(_ language: Language) -> String {
      language.list(
        missing.map { item in
          language.words(item.notice) + (item.duty.map { language.bracketed($0.clause) } ?? "")
        })
    }
    return (
      "has trained weights of \(reference) under \(parentLicence), and lacks \(words(.en))",
      "与采用 \(parentLicence) 的 \(reference) 同源，但缺少：\(words(.zh))"
    )
  }
}

extension Fact.Obfuscated: Translated {
  var texts: (en: String, zh: String) {
    if let unitsCosine, unitsCosine < Calibration.sameFunctionCosine {
      let cosine = Figures.rounded(unitsCosine, 3)
      return (
        "units stand in another order than those of \(reference): in that order the weights have a cosine "
          + "of \(cosine); which of the two was re-ordered does not follow",
        "单元的次序与 \(reference) 不同：调整为其次序后权重的余弦为 \(cosine)；由此不能推断是哪一方改变了次序"
      )
    }
    if let equilibrated, kinds == [.rescaled] {
      let (cosine, spread) = (
        Figures.cosine(equilibrated.cosine), Figures.rounded(equilibrated.spread, 1)
      )
      return (
        "rows and columns of \(Language.en.count(equilibrated.matrices, .tensor)) are scaled against each other by more "
          + "than training leaves (standard deviation of ln up to \(spread)): without these scales the weights have a "
          + "cosine of \(cosine) with those of \(reference)",
        "\(equilibrated.matrices) 个矩阵的行与列之间的比例超出训练所能留下的程度（对数标准差最大 \(spread)）：去除这些比例后，"
          + "权重与 \(reference) 的余弦为 \(cosine)"
      )
    }
    let english =
      kinds.isEmpty
      ? "in a way that needs the reference's weights to be told"
      : Language.en.list(kinds.map(\.rawValue))
    let chinese = kinds.isEmpty ? "方式须有参考模型的权重才能判明" : Language.zh.list(kinds.map { $0.word.zh })
    return (
      "the weights of \(reference) were re-based without changing what they compute (\(english)), "
        + "which training alone never does",
      "\(reference) 的权重被更换坐标而功能不变（\(chinese)），单靠训练不会产生这种改变"
    )
  }
}

extension Fact.Noise: Translated {
  var texts: (en: String, zh: String) {
    let size: (en: String, zh: String) =
      switch scale {
      case .everywhere:
        ("σ = \(Figures.short(sigma)) in every matrix", "各矩阵 σ 同为 \(Figures.short(sigma))")
      case .proportional:
        (
          "\(Figures.short(100 * relativeSigma)) % of each matrix's standard deviation",
          "各矩阵标准差的 \(Figures.short(100 * relativeSigma)) %"
        )
      }
    return (
      "the weights differ from those of \(reference) by white noise (\(size.en)), which training does "
        + "not leave",
      "权重与 \(reference) 之差是白噪声（\(size.zh)），训练不会留下这种差异"
    )
  }
}

extension Fact.Quantisation {
  private func share(_ value: Double) -> String { Figures.short(100 * value) + " %" }

  private var method: (en: String, zh: String) {
    if rescaled > 0 {
      return (
        "rounding, after rows or columns of \(rescaled) of them were scaled",
        "舍入（其中 \(rescaled) 个先按行或列缩放）"
      )
    }
    return compensated > 0
      ? (
        "rounding, with larger errors than the nearest level leaves in \(compensated) of them",
        "舍入（其中 \(compensated) 个的误差大于就近舍入）"
      ) : ("rounding to the nearest level", "就近舍入")
  }

  var faithful: (en: String, zh: String) {
    (
      "\(matrices) of \(quantised) quantised matrices are those of \(reference) by "
        + "\(method.en), in the \(values) numbers looked at: errors are up to \(Figures.short(ratio)) times "
        + "those of rounding; a change of less than \(share(resolution)) of a matrix's standard "
        + "deviation would not show",
      "\(quantised) 个量化矩阵中有 \(matrices) 个由 \(reference) 的矩阵经\(method.zh)得到（查看了 \(values) 个数值）："
        + "误差至多为舍入误差的 \(Figures.short(ratio)) 倍；小于矩阵标准差 \(share(resolution)) 的改动无法察觉"
    )
  }

  var unfaithful: (en: String, zh: String) {
    (
      "\(tensorCount) \(tensorCount == 1 ? "tensor is" : "tensors are") not what rounding leaves of "
        + "\(reference): \(Language.en.short(tensors, of: tensorCount)) (errors up to \(Figures.short(ratio)) times those "
        + "of rounding, \(share(strayShare)) of the numbers on another level than the nearest)",
      "\(tensorCount) 个张量不是 \(reference) 经舍入所得：\(Language.zh.short(tensors, of: tensorCount))"
        + "（误差最大为舍入误差的 \(Figures.short(ratio)) 倍，\(share(strayShare)) 的数值不在最近的格点上）"
    )
  }
}
