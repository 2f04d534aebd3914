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
        "\(Self.quoted(file)) \(problem)",
        "\(Self.quoted(file)) 的内容与其名称所示格式不符：\(ReaderSentences.translated(problem, to: .zh))"
      )
    case .unreadWeights(let unread): unread.texts
    case .undecodedWeights(let groups, let share):
      Self.undecoded(groups, share: share)
    case .unsafePickle(let pickle): pickle.texts
    case .rivalParts(let parts):
      (
        "\(parts.count) parts claim the same places in the network, each was judged by itself: "
          + Language.en.short(parts.map(Self.quoted)),
        "有 \(parts.count) 个部分占用网络中的同一位置，已逐一判断：\(Language.zh.short(parts.map(Self.quoted)))"
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
              "\($0.subject) is \(Self.quoted($0.stated)) there and \(Self.quoted($0.shown)) here"
            }),
        "config.json 与张量相矛盾："
          + contradictions.map {
            "\($0.subject) 在配置中为 \(Self.quoted($0.stated))，权重所示为 \(Self.quoted($0.shown))"
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
    case .unanchoredPart(let references):
      (
        "what comes from none of the parents has matrices of the shapes of \(Language.en.short(references)) in parts of "
          + "which no circuits can be made: a copy in another order or basis would not be seen there",
        "不来自任何父模型、也无法得出功能回路的部分，其矩阵形状与 \(Language.zh.short(references)) 的相同："
          + "其中若有改变了单元次序或更换了坐标的副本，不会被发现"
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
    let (file, tokens) = (Self.quoted(contradiction.file), contradiction.tokens)
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

extension Fact {
  /// Text from a file within a sentence, cut where it is long.
  static func quoted(_ text: String) -> String { "'\(TextLayout.shortened(text, to: 100))'" }
}

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
