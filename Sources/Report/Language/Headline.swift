internal import Judge

/// What a person with ten seconds reads of a judgement: the verdict with its reason, what it does not
/// show, and what to do next; not yet escaped for any format.
struct Headline {
  /// The relation, or what is amiss: `derived`, `undeclared parent`.
  var title: String
  var sentence: String
  /// What the sentence must not be taken for.
  var caveat: String?
  var nextStep: String?
}

extension Language {
  func headline(_ judgement: Judgement) -> Headline {
    let gravest = judgement.gravestFinding
    var headline = Headline(
      title: self(judgement.verdict.relation), sentence: sentence(judgement),
      caveat: judgement.verdict.relation == .noEvidence ? say(.noProof) : nil,
      nextStep: pick(judgement.mergeDeclaration ?? judgement.pressingFinding?.fact.nextStep))
    guard let gravest, gravest.level == .error else { return headline }
    headline.title = title(gravest.code).replacing("-", with: " ")
    let reason = self(gravest.fact)
    headline.sentence =
      gravest.fact.isPredicate
      ? offence(gravest.fact, of: judgement)
      : headline.sentence + (self == .zh ? "" : " ") + ended(capitalised(reason))
    return headline
  }

  /// What the subject does wrong, as a sentence about it.
  private func offence(_ fact: Fact, of judgement: Judgement) -> String {
    let name = judgement.subject.name
    if judgement.hidesAMerge {
      let parents = judgement.parents.map(\.reference)
      return pick(
        (
          "\(name) is made of \(Language.en.list(parents)), and declares no parent.",
          "\(name) 由 \(Language.zh.list(parents)) 合并或拼合而成，却未声明任何父模型。"
        ))
    }
    if case .undeclaredParent(let parent) = fact, parent.grounds == .nothingDeclared,
      parent.unread.isEmpty
    {
      let share = parent.derivedShare.map { Figures.share($0, self) }
      return pick(
        (
          "\(name) is built on \(parent.reference)"
            + (share.map { " (about \($0) of it)" } ?? "") + ", and declares no parent.",
          "\(name) 派生自 \(parent.reference)" + (share.map { "（约占 \($0)）" } ?? "")
            + "，却未声明任何父模型。"
        ))
    }
    return ended(pick(("\(name) \(fact.texts.en)", "\(name)：\(fact.texts.zh)")))
  }

  private func ended(_ text: String) -> String { text + (self == .zh ? "。" : ".") }

  private func capitalised(_ text: String) -> String {
    text.prefix(1).uppercased() + text.dropFirst()
  }

  private func pick(_ texts: (en: String, zh: String)?) -> String? {
    guard let texts else { return nil }
    return self == .zh ? texts.zh : texts.en
  }
}

extension Judgement {
  /// Whether it has several parents, and the gravest of what is amiss is that it declares none.
  fileprivate var hidesAMerge: Bool {
    guard parents.count > 1, case .undeclaredParent(let parent)? = gravestFinding?.fact else {
      return false
    }
    return parent.grounds == .nothingDeclared && parent.unread.isEmpty
  }

  /// How such a model declares its parents.
  fileprivate var mergeDeclaration: (en: String, zh: String)? {
    guard hidesAMerge else { return nil }
    let list = "`base_model: [\(parents.map(\.reference).joined(separator: ", "))]`"
    return (
      "add \(list) to README.md, or vouch for each with --declared",
      "在 README.md 中加入 \(list)，或用 --declared 逐一予以担保"
    )
  }

  /// The first of the gravest findings that nobody accepted.
  var gravestFinding: Finding? { orderedFindings.first { $0.accepted == nil } }
}

extension Judgement {
  /// What to do something about first: that nothing could be said, where nothing graver was.
  fileprivate var pressingFinding: Finding? {
    let gravest = gravestFinding
    return orderedFindings.first {
      $0.code == .inconclusive && $0.accepted == nil
        && (gravest?.level != .error || $0.level == .error)
    } ?? gravest
  }

  /// Whether nothing could be said, and nobody accepted that.
  var isOpen: Bool { findings.contains { $0.code == .inconclusive && $0.accepted == nil } }
}

extension Fact {
  /// Whether its words are a predicate whose subject is the model.
  fileprivate var isPredicate: Bool {
    switch self {
    case .undeclaredParent, .declaredParentNotFound, .wrongRelation, .undeclaredIngredients,
      .unseenIngredients, .parentNotAllowed, .licenceConflict, .licenceNotice, .licenceNotAllowed:
      true
    case .notFiniteValues, .ambiguousFile, .unreadWeights, .undecodedWeights, .unsafePickle,
      .rivalParts, .lineage, .obfuscatedWeights, .noiseDisguise, .faithfulQuantisation,
      .unfaithfulQuantisation, .configContradictsWeights,
      .vocabularyContradictsWeights, .lowCoverage,
      .unreadTensors, .quickLook, .corpusDamaged, .inconclusive, .blindToOrder,
      .undescribedRest, .undescribedPart, .unanchoredPart, .sharedSpectrum, .modelsNotLookedAt,
      .brokenWeights,
      .adapterAlone, .corpusContradiction:
      false
    }
  }

  /// What to do about it first; its page says more.
  var nextStep: (en: String, zh: String)? {
    switch self {
    case .lineage, .faithfulQuantisation: nil
    case .unfaithfulQuantisation(let quantisation):
      (
        "ask the author what was changed beside the rounding of \(quantisation.reference)",
        "请作者说明除对 \(quantisation.reference) 舍入之外还改动了什么"
      )
    case .undeclaredParent(let parent): parent.nextStep
    case .declaredParentNotFound(let parent):
      (
        "correct base_model, or hold the model against the weights that \(parent.declaredAs) stands for",
        "更正 base_model，或与 \(parent.declaredAs) 所指的权重重新比较"
      )
    case .wrongRelation:
      ("correct base_model_relation in the card", "更正模型卡中的 base_model_relation")
    case .undeclaredIngredients(let list):
      (
        "add \(Language.en.list(list.amiss)) to base_model in the card",
        "在模型卡的 base_model 中补上 \(Language.zh.list(list.amiss))"
      )
    case .unseenIngredients(let list):
      (
        "take \(Language.en.list(list.amiss)) out of base_model, or ask for the weights that were merged",
        "从 base_model 中删去 \(Language.zh.list(list.amiss))，或索取实际参与合并的权重"
      )
    case .parentNotAllowed(let reference, _):
      (
        "replace \(reference), or have it added to allowed-parents of the policy",
        "更换 \(reference)，或将其加入策略的 allowed-parents"
      )
    case .licenceConflict(let conflict):
      (
        "take a licence that \(conflict.parentLicence) lets, or get permission and accept the finding",
        "改用 \(conflict.parentLicence) 允许的许可证，或取得许可后接受该发现"
      )
    case .licenceNotice:
      ("put what is missing beside the weights", "将所缺内容补在权重旁")
    case .licenceNotAllowed:
      (
        "replace what is under it, or have the licence added to allowed-licences of the policy",
        "更换采用该许可证的部分，或将其加入策略的 allowed-licences"
      )
    case .obfuscatedWeights(let obfuscated):
      (
        "ask the author why, and hold both models' weights against each other: compare … "
          + obfuscated.reference,
        "请作者说明原因，并用双方权重直接比较：compare … \(obfuscated.reference)"
      )
    case .noiseDisguise:
      ("ask the author what the noise is for", "请作者说明加入噪声的用途")
    case .configContradictsWeights:
      ("put the config.json beside the weights that is theirs", "换上与权重相符的 config.json")
    case .vocabularyContradictsWeights:
      ("ask for the tokenizer that the model was trained with", "索取训练该模型时所用的分词器")
    case .ambiguousFile:
      ("ask for the file under a name that is its own", "索取名称与内容相符的文件")
    case .rivalParts:
      (
        "ask which part is the model, and what the others are for",
        "询问哪一部分才是模型，其余部分有何用途"
      )
    case .unreadWeights:
      (
        "name the file that is the model, or remove the others",
        "指明哪个文件是该模型，或移除其余文件"
      )
    case .undecodedWeights:
      (
        "check a form of the model that is decoded, such as safetensors in bfloat16",
        "改为检查可解码的形式，例如 bfloat16 的 safetensors"
      )
    case .unsafePickle:
      ("do not load it; ask for safetensors", "不要加载；请索取 safetensors 格式")
    case .notFiniteValues:
      ("ask for an intact copy", "索取完好的副本")
    case .lowCoverage:
      ("add references of the model's family and size", "加入同一家族、同等规模的参考模型")
    case .unreadTensors:
      ("get the files whole, and check again", "取得完整文件后重新检查")
    case .quickLook:
      ("check without --quick", "不带 --quick 重新检查")
    case .corpusDamaged:
      ("make the reference's fingerprint again", "重新生成该参考模型的指纹")
    case .inconclusive:
      (
        "add references of the model's family and size", "加入同一家族、同等规模的参考模型"
      )
    case .blindToOrder:
      (
        "make fingerprints of references of the same shapes again, or put their weights into the corpus",
        "重新生成形状相同的参考模型的指纹，或在参考库中放入其权重"
      )
    case .brokenWeights:
      ("remove what cannot be read, or get it whole", "移除无法读取的文件，或取得完整文件")
    case .modelsNotLookedAt: ("check without --quick", "不带 --quick 检查")
    case .undescribedRest, .undescribedPart, .unanchoredPart:
      (
        "ask for the rest under the names of its family, and for what it is",
        "请其他部分按其家族的命名方式提供，并说明其用途"
      )
    case .sharedSpectrum(let references):
      (
        "ask what the table is for, and put the weights of \(Language.en.short(references)) among the "
          + "references",
        "询问该表的用途，并将 \(Language.zh.short(references)) 的权重放入参考模型"
      )
    case .adapterAlone:
      (
        "add the weights of its base to the references, and name it with --declared if the card does not",
        "把基础模型的权重加入参考模型；若模型卡没有写明，用 --declared 指明"
      )
    case .corpusContradiction:
      ("look at what the manifest says of the reference", "核对参考库清单对该模型的记载")
    }
  }
}

extension Fact.UndeclaredParent {
  fileprivate var nextStep: (en: String, zh: String) {
    switch grounds {
    case .nothingDeclared, .others, .hint:
      (
        "add `base_model: \(reference)` to README.md, or vouch for it with --declared \(reference)",
        "在 README.md 中加入 `base_model: \(reference)`，或用 --declared \(reference) 予以担保"
      )
    case .kinshipUndeclared, .nearer, .adapter:
      (
        "have the parent declared; if \(reference) was made from this model, have its card say so",
        "请声明父模型；若 \(reference) 由本模型衍生，请在其模型卡中写明"
      )
    case .unknownParents(let names):
      (
        "add \(Language.en.list(names)) to the corpus, and check again",
        "将 \(Language.zh.list(names)) 加入参考库后重新检查"
      )
    case .namedByReference(let name):
      (
        "add \(name) to the corpus to see how both descend from it",
        "将 \(name) 加入参考库，以查明两者如何由其衍生"
      )
    }
  }
}
