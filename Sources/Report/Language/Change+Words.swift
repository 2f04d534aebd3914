internal import Judge

extension Language {
  /// The change in plain words: `quantised (4 bits, 12 matrices)`, `renamed (a → b, 57 tensors)`.
  func words(_ change: Change) -> String {
    var rest = change.detail
    var details: [String] = []
    if let from = rest["from"], let to = rest["to"] {
      details.append(value(from, for: "from") + " → " + value(to, for: "to"))
      rest["from"] = nil
      rest["to"] = nil
    }
    details += rest.sorted { $0.key < $1.key }.map { key, value in
      // Sizes before and after, which are no set of layers.
      if change.kind == .widthPrune, case .integers(let sizes) = value {
        return name(of: key) + " " + sizes.map(String.init).joined(separator: " → ")
      }
      return phrase(value, for: key)
    }
    let listed = details.joined(separator: separator)
    return self(change.kind) + (details.isEmpty ? "" : bracketed(listed))
  }

  /// A count before its noun (`12 matrices`), anything else after its name (`rank 8`).
  private func phrase(_ detail: DetailValue, for key: String) -> String {
    let name = name(of: key)
    if self == .en, case .integer(let count) = detail, name.hasSuffix("s") {
      return "\(count) " + (count == 1 ? name.singular : name)
    }
    return name + " " + value(detail, for: key)
  }

  /// A detail's value for people; shares are in percent.
  func value(_ detail: DetailValue, for key: String) -> String {
    switch detail {
    case .integer(let value): return String(value)
    case .number(let value):
      return Self.shares.contains(key) ? Figures.percent(value) : Figures.short(value)
    case .text(let value): return Self.fixedTerms.contains(key) ? term(value) : value
    case .integers(let values): return Figures.runs(values)
    case .texts(let values):
      let words = Self.fixedTerms.contains(key) ? values.map(term) : values
      let listed = words.prefix(Self.listed).joined(separator: comma)
      let more = values.count - Self.listed
      return more > 0 ? listed + say(.andMore, String(more)) : listed
    // Whoever shares the model owes every one of them.
    case .notices(let values): return values.map(words).joined(separator: comma)
    }
  }

  /// Details that are shares between 0 and 1.
  private static let shares: Set<String> = [
    "sparsity", "share", "coverage", "unchanged", "derivedShare",
  ]
  /// Details whose texts are words of this program, not names from a file.
  private static let fixedTerms: Set<String> = [
    "axes", "direction", "duties", "kinds", "measured", "policy", "scopes",
  ]
  private static let listed = 4

  /// What a detail or a piece of evidence is called: `groupSize` → `group size`, `组大小`.
  func name(of key: String) -> String {
    self == .zh ? Self.chineseNames[key] ?? key.separatedWords : key.separatedWords
  }

  /// A fixed word among a detail's texts, such as a kind of change; anything else as it is.
  func term(_ text: String) -> String {
    self == .zh ? Self.chineseNames[text] ?? text : text
  }

  private static let chineseNames = [
    "axes": "维度", "bits": "比特", "circuitsMean": "功能相似度", "coefficient": "系数",
    "coverage": "覆盖率", "derivedShare": "派生比例", "dropped": "被删除", "experts": "专家数",
    "frozen": "未变动", "group": "组大小", "groupSize": "组大小", "heads": "注意力头",
    "hidden": "隐藏维", "kinds": "方式", "layers": "层", "linearMean": "数值相似度",
    "log10P": "log₁₀ p", "matrices": "矩阵数", "neurons": "神经元", "parents": "父模型数",
    "permuted": "重新排列", "rank": "秩", "rebased": "更换内部坐标", "reference": "参考模型",
    "references": "参考模型", "relativeChange": "相对改变量", "repeated": "被重复", "rescaled": "重新缩放",
    "roles": "张量角色", "rotated": "旋转", "scopes": "范围", "sparsity": "稀疏度", "tensors": "张量",
    "units": "单元", "values": "数值个数", "license": "许可证", "parent": "父模型", "declared": "声明",
    "found": "实测", "clause": "条款", "file": "文件", "field": "字段", "asked": "规定的文字",
    "subjectDigest": "摘要",
    "keptDimensions": "保留的维度", "relation": "关系", "identical": "未变", "reencoded": "重编码",
    "modified": "已修改", "new": "新增", "allowed": "允许", "clauses": "条款", "contradictions": "矛盾",
    "declaredAs": "声明名称", "declaredIn": "声明位置", "direction": "方向", "duties": "义务",
    "licence": "许可证", "measured": "实测", "missing": "缺少", "namedAs": "出现的名称",
    "namedIn": "出现位置", "parentLicence": "父模型许可证", "parentLicenceName": "父模型许可证全称",
    "policy": "策略", "problem": "问题", "shown": "权重所示", "stated": "配置所述", "subjects": "项目",
    "undeclared": "未声明", "unseen": "未见", "url": "网址", "version": "版本", "copy": "逐字节的副本",
    "merge": "多个模型的合并", "restructured": "结构不同的网络", "trained": "继续训练所得",
    "from-reference": "参考模型为父模型", "to-reference": "参考模型为子模型", "undirected": "方向未定",
    "licence-text": "附许可证文本", "notice-file": "附 NOTICE 文件", "notice-text": "附规定的声明",
    "display-text": "展示规定的文字", "name-prefix": "名称前缀", "share-alike": "相同方式共享",
    "no-derivatives": "禁止演绎", "non-commercial": "非商业使用", "use-restrictions": "使用限制",
    "user-threshold": "用户数上限", "warn": "警告", "fail": "不通过",
  ]
}

extension ChangeKind: Translated {
  var texts: (en: String, zh: String) {
    switch self {
    case .cast: ("stored in another number format", "改用其他数值格式存储")
    case .rename: ("tensors renamed", "张量改名")
    case .reshard: ("split into other files", "重新分片存储")
    case .finetune: ("fine-tuned", "微调")
    case .lowRank:
      ("a low-rank update merged in, as a LoRA leaves it", "并入低秩更新（LoRA 的特征）")
    case .partialFinetune: ("some layers fine-tuned, others untouched", "仅部分层经过微调，其余未动")
    case .continuedPretraining: ("trained on at length", "长时间继续预训练")
    case .quantise: ("quantised", "量化")
    case .valuePrune: ("small values set to zero", "小数值被置零（稀疏化）")
    case .widthPrune:
      ("narrowed: neurons, heads or hidden dimensions cut", "变窄：裁剪了神经元、注意力头或隐藏维")
    case .depthPrune: ("layers removed", "删除了若干层")
    case .depthUpscale: ("layers duplicated", "复制了若干层（深度扩展）")
    case .layerReorder: ("layers in another order", "层的顺序被打乱")
    case .vocabulary: ("vocabulary changed", "词表改变")
    case .expertUpcycle: ("feed-forward blocks copied into experts", "前馈块被复制为专家（MoE）")
    case .merge: ("merged with other models", "与其他模型合并")
    case .headReplaced: ("head replaced", "输出头被替换")
    case .componentGraft:
      ("only some parts are from here, the others from elsewhere", "仅部分组件来源于此，其余另有来源")
    case .permuted:
      ("neurons, heads or hidden dimensions reordered", "神经元、注意力头或隐藏维被重新排列")
    case .rotated: ("residual stream rotated", "残差流被旋转")
    case .rescaled: ("weights rescaled without changing the function", "权重被重新缩放而功能不变")
    case .rebased: ("inner coordinates of attention replaced", "注意力的内部坐标被更换")
    }
  }
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
