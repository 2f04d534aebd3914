internal import Judge

extension Language {
  /// What a finding says.
  func message(_ finding: Finding) -> String { self(finding.fact) }

  /// Until when the policy accepts the finding, and why; nil if it does not.
  func acceptance(_ finding: Finding) -> String? {
    finding.accepted.map { say(.acceptedUntil, $0.expires.description, $0.reason) }
  }

  /// What the policy accepts and was not found.
  func unusedAcceptances(_ judgement: Judgement) -> [String] {
    judgement.unusedAcceptances.map { entry in
      say(
        .unusedAcceptance, entry.code.rawValue + (entry.reference.map(bracketed) ?? ""),
        entry.expires.description, entry.reason)
    }
  }

  /// The name beside the code.
  func title(_ code: FindingCode) -> String { self == .zh ? code.chinese : code.name }

  /// Names in a sentence.
  func list(_ names: [String]) -> String { names.joined(separator: comma) }
}

extension Fact: Translated {
  var texts: (en: String, zh: String) {
    switch self {
    case .notFiniteValues(let count, let tensors, let tensorCount):
      (
        "values that are NaN or infinite, left out: \(count), in \(tensorCount) of the tensors",
        "有 \(count) 个数值为 NaN 或无穷大，已被略去；涉及 \(tensorCount) 个张量：\(Language.zh.short(tensors, of: tensorCount))"
      )
    case .ambiguousFile(let file, let problem):
      (
        "\(quoted(file)) \(problem)",
        "\(quoted(file)) 的内容与其名称所示格式不符：\(ReaderSentences.translated(problem, to: .zh))"
      )
    case .unreadWeights(let unread): unread.texts
    case .undecodedWeights(let groups, let share):
      Self.undecoded(groups, share: share)
    case .unsafePickle(let pickle): pickle.texts
    case .rivalParts(let parts):
      (
        "\(parts.count) parts claim the same places in the network, each was judged by itself: "
          + Language.en.short(parts.map(quoted)),
        "有 \(parts.count) 个部分占用网络中的同一位置，已逐一判断：\(Language.zh.short(parts.map(quoted)))"
      )
    case .lineage(let lineage): lineage.statement.texts
    case .undeclaredParent(let parent): parent.texts
    case .declaredParentNotFound(let parent):
      (
        "declares descent from \(parent.reference), of which the weights show nothing, compared "
          + "over \(Figures.share(parent.coverage, .en)) of the parameters",
        "声明派生自 \(parent.reference)，但在 \(Figures.share(parent.coverage, .zh)) 的参数中没有发现任何迹象"
      )
    case .wrongRelation(let relation):
      (
        "declares the relation \(relation.declared) to \(relation.reference), but the weights are "
          + relation.measured.texts.en,
        "声明与 \(relation.reference) 的关系为 \(relation.declared)，但权重实为\(relation.measured.texts.zh)"
      )
    case .undeclaredIngredients(let list):
      (
        "is a merge of \(Language.en.list(list.found)), of which it does not declare "
          + Language.en.list(list.amiss),
        "由 \(Language.zh.list(list.found)) 合并而成，其中 \(Language.zh.list(list.amiss)) 未经声明"
      )
    case .unseenIngredients(let list):
      (
        "declares a merge with \(Language.en.list(list.amiss)), of which the weights show nothing; "
          + "they show \(Language.en.list(list.found))",
        "声明与 \(Language.zh.list(list.amiss)) 合并，但权重中没有其迹象；权重显示的来源是 \(Language.zh.list(list.found))"
      )
    case .parentNotAllowed(let reference, _):
      (
        "has trained weights of \(reference) or its kin, which the policy does not allow",
        "权重与 \(reference) 同源，而策略不允许使用该模型"
      )
    case .licenceConflict(let conflict): conflict.texts
    case .licenceNotice(let notice): notice.texts
    case .licenceNotAllowed(let licence, let reference, _):
      Self.notAllowed(licence: licence, reference: reference)
    case .obfuscatedWeights(let obfuscated): obfuscated.texts
    case .noiseDisguise(let noise): noise.texts
    case .faithfulQuantisation(let quantisation): quantisation.faithful
    case .unfaithfulQuantisation(let quantisation): quantisation.unfaithful
    case .configContradictsWeights(let contradictions):
      (
        "config.json contradicts the tensors: "
          + Language.en.list(
            contradictions.map {
              "\($0.subject) is \(quoted($0.stated)) there and \(quoted($0.shown)) here"
            }),
        "config.json 与张量相矛盾："
          + contradictions.map {
            "\($0.subject) 在配置中为 \(quoted($0.stated))，权重所示为 \(quoted($0.shown))"
          }.joined(separator: "；")
      )
    case .vocabularyContradictsWeights(let contradiction):
      Self.contradicting(contradiction)
    case .lowCoverage(let coverage):
      (
        "only \(Figures.rounded(100 * coverage, 0)) % of the parameters could be compared with any "
          + "reference",
        "只有 \(Figures.rounded(100 * coverage, 0)) % 的参数能与某个参考模型比较"
      )
    case .unreadTensors(let count, let tensors, let read):
      Self.unreadTensors(count, tensors, read: read)
    case .quickLook(let read, _):
      (
        "a quick look read \(Figures.smallShare(read)) of the weights: it may show descent, and "
          + "never that there is none",
        "快速查看只读取了 \(Figures.smallShare(read)) 的权重：可以显示派生，但绝不能证明没有派生"
      )
    case .corpusDamaged(let problem):
      ("a reference could not be used: \(problem)", "有参考模型无法使用：\(problem)")
    case .corpusContradiction(let reference, let asserted, let shown):
      (
        "the corpus and the weights disagree about \(reference): "
          + "\(Language.en.words(asserted)), says the corpus; \(Language.en.words(shown)), say the "
          + "weights",
        "关于 \(reference)，参考库与权重不一致：参考库称\(Language.zh.words(asserted))；权重显示\(Language.zh.words(shown))"
      )
    case .inconclusive(.stop):
      (
        "too little could be compared to say anything about descent: the model was not checked",
        "可供比较的内容太少，无法判断血缘：该模型未经检查"
      )
    case .inconclusive:
      (
        "too little could be compared to say anything about descent, which the policy does not let "
          + "pass",
        "可供比较的内容太少，无法判断血缘，而策略不予放行"
      )
    case .blindToOrder(let references):
      (
        "nothing was found in the same places, and other places could not be looked at in full in "
          + "\(Language.en.count(references.count, .reference)): a copy whose units stand in another "
          + "order may not be seen",
        "同一位置上没有发现相同之处，而对 \(references.count) 个参考模型未能完整查找其他位置：改变了单元次序的副本可能不会被发现"
      )
    case .modelsNotLookedAt(let prefixes):
      (
        "a quick look reads one model, and the files hold others, of which nothing was read: "
          + Language.en.list(prefixes.map { "'\($0)'" }),
        "快速查看只读取一个模型，而文件中还有其他模型未读取：" + Language.zh.list(prefixes.map { "'\($0)'" })
      )
    case .brokenWeights(let files):
      (
        "nobody can say what is in weights that cannot be read: "
          + "\(Language.en.short(files)), beside what was judged",
        "无法读取的权重内容不得而知：\(Language.zh.short(files))，与已判定的权重同在一处"
      )
    case .undescribedRest(let share):
      (
        "\(Figures.share(share, .en)) of the parameters come from none of the parents, and nothing tells their part in "
          + "the network: a copy of a reference in another basis would not be seen there",
        "\(Figures.share(share, .zh)) 的参数不来自任何父模型，也无从得知其在网络中的作用：其中若有换了基的参考模型副本，不会被发现"
      )
    case .undescribedPart(let share, let matrices):
      (
        "\(Figures.share(share, .en)) of the parameters, in \(matrices) \(matrices == 1 ? "matrix" : "matrices"), come "
          + "from no parent that was found, and nothing tells their part in the network: they were compared in "
          + "place only, if at all",
        "\(Figures.share(share, .zh)) 的参数（\(matrices) 个矩阵）不来自任何已发现的父模型，也无从得知其在网络中的作用：至多只作了原位比较"
      )
    case .sharedSpectrum(let references):
      (
        "an embedding has the singular values of that of \(Language.en.short(references)), of which nothing else "
          + "was found: turned and dealt anew, it would look so",
        "有词嵌入的奇异值与 \(Language.zh.short(references)) 的相同，此外没有发现与之相同之处：经过旋转并重排词元后正是如此"
      )
    case .adapterAlone(let declared):
      (
        "an adapter by itself is no model: put the weights of its base"
          + "\(declared.first.map { " (\($0))" } ?? "") among the references"
          + "\(declared.isEmpty ? " and name it with --declared" : ""), or merge it and check the result",
        "适配器本身不是模型：请把基础模型\(declared.first.map { "（\($0)）" } ?? "")的权重放入参考模型"
          + "\(declared.isEmpty ? "并用 --declared 指明" : "")，或合并后再检查"
      )
    }
  }

  private static func contradicting(
    _ contradiction: Fact.Vocabulary
  ) -> (en: String, zh: String) {
    let (file, tokens) = (quoted(contradiction.file), contradiction.tokens)
    let others = tokens - contradiction.agreeing
    guard let reference = contradiction.reference else {
      return (
        "\(file) contradicts the weights: \(others) of \(tokens) tokens stand at other places than in the "
          + "references by whose places descent was found",
        "\(file) 与权重相矛盾：\(tokens) 个词元中有 \(others) 个的编号与参考模型不同，而按参考模型的编号才发现了血缘"
      )
    }
    return (
      "\(file) contradicts the weights: by their embeddings, \(others) of \(tokens) tokens are others of "
        + "\(reference) than it says",
      "\(file) 与权重相矛盾：按词嵌入判断，\(tokens) 个词元中有 \(others) 个对应 \(reference) 的其他词元，与该文件所述不符"
    )
  }

  private static func unreadTensors(
    _ count: Int, _ tensors: [String], read: Double?
  ) -> (en: String, zh: String) {
    let names = Language.en.short(tensors)
    guard let read else {
      return (
        "\(count) of the tensors could not be read, of unknown size: \(names)",
        "有 \(count) 个大小未知的张量无法读取：\(names)"
      )
    }
    return (
      "only \(Figures.rounded(100 * read, 0)) % of the numbers could be read; \(count) of the tensors "
        + "could not: \(names)",
      "只读取到 \(Figures.rounded(100 * read, 0)) % 的数值；有 \(count) 个张量无法读取：\(names)"
    )
  }

  private static func notAllowed(
    licence: String?, reference: String?
  ) -> (en: String, zh: String) {
    if let reference {
      let licence = licence ?? "–"
      return (
        "has trained weights of \(reference) or its kin, under \(licence), which the policy does not allow",
        "与采用 \(licence) 的 \(reference) 同源，而策略不允许该许可证"
      )
    }
    guard let licence else {
      return (
        "states no licence, where the policy allows only some", "没有声明许可证，而策略只允许若干许可证"
      )
    }
    return (
      "is under \(licence), which the policy does not allow", "许可证（\(licence)）不在策略所允许的范围内"
    )
  }
}

extension Fact.UnreadWeights: Translated {
  var texts: (en: String, zh: String) {
    let items = zip(files, problems).prefix(3).map { "\(quoted($0)) \($1)" }
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
    let items = zip(files, problems).prefix(3).map { "\(quoted($0)) \($1)" }
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

  fileprivate var faithful: (en: String, zh: String) {
    (
      "\(matrices) of \(quantised) quantised matrices are those of \(reference) by "
        + "\(method.en), in the \(values) numbers looked at: errors are up to \(Figures.short(ratio)) times "
        + "those of rounding; a change of less than \(share(resolution)) of a matrix's standard "
        + "deviation would not show",
      "\(quantised) 个量化矩阵中有 \(matrices) 个由 \(reference) 的矩阵经\(method.zh)得到（查看了 \(values) 个数值）："
        + "误差至多为舍入误差的 \(Figures.short(ratio)) 倍；小于矩阵标准差 \(share(resolution)) 的改动无法察觉"
    )
  }

  fileprivate var unfaithful: (en: String, zh: String) {
    (
      "\(tensorCount) \(tensorCount == 1 ? "tensor is" : "tensors are") not what rounding leaves of "
        + "\(reference): \(Language.en.short(tensors, of: tensorCount)) (errors up to \(Figures.short(ratio)) times those "
        + "of rounding, \(share(strayShare)) of the numbers on another level than the nearest)",
      "\(tensorCount) 个张量不是 \(reference) 经舍入所得：\(Language.zh.short(tensors, of: tensorCount))"
        + "（误差最大为舍入误差的 \(Figures.short(ratio)) 倍，\(share(strayShare)) 的数值不在最近的格点上）"
    )
  }
}

/// Text from a file within a sentence, cut where it is long.
private func quoted(_ text: String) -> String { "'\(TextLayout.shortened(text, to: 100))'" }

extension Language {
  /// The first few of a list.
  ///
  /// - Parameter count: of all, where the list has not all.
  func short(_ names: [String], of count: Int? = nil) -> String {
    let (listed, count) = (list(Array(names.prefix(4))), count ?? names.count)
    return count > 4 ? listed + say(.andMore, String(count - 4)) : listed
  }
}

extension Direction {
  /// "… A": descends from it, where that is known.
  var kinship: (en: String, zh: String) {
    value == .fromReference
      ? ("descends from", "派生自") : ("shares trained weights with", "同源于")
  }
}

extension Fact {
  /// `44 packed tensors (MLX, U32) were not decoded`.
  private static func undecoded(
    _ groups: [Undecoded], share: Double
  ) -> (en: String, zh: String) {
    let tensors = groups.reduce(0) { $0 + $1.tensors }
    let texts = groups.map { group in
      "\(group.tensors == 1 ? "one packed tensor" : "\(group.tensors) packed tensors") "
        + "(\(group.storage))"
    }
    return (
      "\(texts.joined(separator: " and ")) \(tensors == 1 ? "was" : "were") not decoded: "
        + "\(Figures.share(share, .en)) of the parameters are compared with nothing",
      "有 \(tensors) 个打包存储的张量（\(groups.map(\.storage).joined(separator: "、"))）未能解码：占 "
        + "\(Figures.share(share, .zh)) 的参数没有与任何模型比较"
    )
  }
}
