internal import Judge

// The fixed words among details. A word that cards or licences coined stays as it is in English.

extension Term: Translated {
  var texts: (en: String, zh: String) {
    switch self {
    case .change(let kind): kind.word
    case .scope(let scope): scope.texts
    case .direction(let direction): (direction.rawValue, direction.texts.zh)
    case .trace(let kind): kind.texts
    case .duty(let kind): kind.texts
    case .measured(let relation): (relation.rawValue, relation.texts.zh)
    case .policy(let policy): policy.texts
    case .noise(let scale): scale.texts
    }
  }
}

extension NoiseScale: Translated {
  /// Behind "noise of".
  var texts: (en: String, zh: String) {
    switch self {
    case .everywhere: ("one size everywhere", "各处大小相同")
    case .proportional: ("one share of each matrix's deviation", "与各矩阵标准差成同一比例")
    }
  }
}

extension DisguiseScope: Translated {
  var texts: (en: String, zh: String) {
    switch self {
    case .residual: (rawValue, "残差流")
    case .neurons: (rawValue, "神经元")
    case .heads: (rawValue, "注意力头")
    case .valueOutput: (rawValue, "值与输出之间")
    case .queryKey: (rawValue, "查询与键之间")
    case .units: (rawValue, "单元与通道")
    }
  }
}

extension LicenceDuty.Kind: Translated {
  var texts: (en: String, zh: String) {
    switch self {
    case .licenceText: (rawValue, "附许可证文本")
    case .noticeFile: (rawValue, "附 NOTICE 文件")
    case .noticeText: (rawValue, "附规定的声明")
    case .displayText: (rawValue, "展示规定的文字")
    case .namePrefix: (rawValue, "名称前缀")
    case .shareAlike: (rawValue, "相同方式共享")
    case .noDerivatives: (rawValue, "禁止演绎")
    case .nonCommercial: (rawValue, "非商业使用")
    case .useRestrictions: (rawValue, "使用限制")
    case .userThreshold: (rawValue, "用户数上限")
    }
  }

  /// What the licence does: "its licence …".
  var demand: (en: String, zh: String) {
    switch self {
    case .licenceText: ("asks for a copy of the licence", texts.zh)
    case .noticeFile: ("asks for the parent's NOTICE file", texts.zh)
    case .noticeText: ("asks for a notice file", texts.zh)
    case .displayText: ("asks for a text on the card", texts.zh)
    case .namePrefix: ("asks for a beginning of the model's name", texts.zh)
    case .shareAlike: ("asks that what is made from it is under the same licence", texts.zh)
    case .nonCommercial: ("forbids commercial use", texts.zh)
    case .noDerivatives: ("forbids sharing adaptations", texts.zh)
    case .useRestrictions: ("asks that its restrictions of use are passed on", texts.zh)
    case .userThreshold: ("sets a limit of users", texts.zh)
    }
  }
}

extension MeasuredRelation: Translated {
  /// Behind "the weights are".
  var texts: (en: String, zh: String) {
    switch self {
    case .copy: ("a copy, byte for byte", "逐字节的副本")
    case .reencoded: ("the same numbers in another format", "换了格式的相同数值")
    case .merge: ("a merge of several models", "多个模型的合并")
    case .restructured: ("those of a network of another structure", "结构不同的网络")
    case .trained: ("trained further", "继续训练所得")
    }
  }
}

extension Policy.Inconclusive: Translated {
  var texts: (en: String, zh: String) {
    switch self {
    case .stop: (rawValue, "中止")
    case .pass: (rawValue, "放行")
    case .warn: (rawValue, "警告")
    case .fail: (rawValue, "不通过")
    }
  }
}

extension TensorStatus: Translated {
  var texts: (en: String, zh: String) {
    switch self {
    case .identical: ("identical", "未变")
    case .reencoded: ("reencoded", "重编码")
    case .modified: ("modified", "已修改")
    case .new: ("new", "新增")
    case .untested: ("not tested", "未检验")
    }
  }
}

extension DetailKey: Translated {
  /// What a detail or a piece of evidence is called.
  var texts: (en: String, zh: String) {
    switch self {
    case .added: ("added", "新增")
    case .allowed: ("allowed", "允许")
    case .asked: ("asked", "规定的文字")
    case .axes: ("axes", "维度")
    case .bits: ("bits", "比特")
    case .circuitsMean: ("circuits mean", "功能相似度")
    case .clauses: ("clauses", "条款")
    case .coefficient: ("coefficient", "系数")
    case .count: ("count", "数量")
    case .coverage: ("coverage", "覆盖率")
    case .declared: ("declared", "声明")
    case .declaredAs: ("declared as", "声明名称")
    case .declaredIn: ("declared in", "声明位置")
    case .derivedShare: ("derived share", "派生比例")
    case .direction: ("direction", "方向")
    case .dropped: ("dropped", "被删除")
    case .duties: ("duties", "义务")
    case .encodings: ("stored as", "存储方式")
    case .experts: ("experts", "专家数")
    case .feedForward: ("feed forward", "前馈宽度")
    case .files: ("files", "文件")
    case .from: ("from", "原为")
    case .frozen: ("frozen", "未变动")
    case .group: ("group", "组大小")
    case .hidden: ("hidden", "隐藏维")
    case .keptDimensions: ("kept dimensions", "保留的维度")
    case .keyRows: ("key rows", "键的行数")
    case .kinds: ("kinds", "方式")
    case .layers: ("layers", "层")
    case .licence: ("licence", "许可证")
    case .linearMean: ("linear mean", "数值相似度")
    case .log10P: ("log10 p", "log₁₀ p")
    case .matrices: ("matrices", "矩阵数")
    case .measured: ("measured", "实测")
    case .missing: ("missing", "缺少")
    case .namedAs: ("named as", "出现的名称")
    case .namedIn: ("named in", "出现位置")
    case .parameters: ("parameters", "参数量")
    case .parentLicence: ("parent licence", "父模型许可证")
    case .parentLicenceName: ("parent licence name", "父模型许可证全称")
    case .parents: ("parents", "父模型数")
    case .policy: ("policy", "策略")
    case .problem: ("problem", "问题")
    case .problems: ("problems", "问题")
    case .queryRows: ("query rows", "查询的行数")
    case .rank: ("rank", "秩")
    case .read: ("read", "已读取")
    case .reference: ("reference", "参考模型")
    case .references: ("references", "参考模型")
    case .relativeChange: ("relative change", "相对改变量")
    case .repeated: ("repeated", "被重复")
    case .roles: ("roles", "张量角色")
    case .schemes: ("schemes", "打包方式")
    case .scopes: ("scopes", "范围")
    case .share: ("share", "占比")
    case .shares: ("shares", "占比")
    case .shown: ("shown", "权重所示")
    case .sparsity: ("sparsity", "稀疏度")
    case .stated: ("stated", "配置所述")
    case .subjects: ("subjects", "项目")
    case .tensorCount: ("tensors in all", "张量总数")
    case .tensors: ("tensors", "张量")
    case .to: ("to", "改为")
    case .undeclared: ("undeclared", "未声明")
    case .units: ("units", "单元")
    case .unread: ("unread", "未能读取")
    case .unseen: ("unseen", "未见")
    case .url: ("url", "网址")
    case .values: ("values", "数值个数")
    case .version: ("version", "版本")
    case .base: ("base", "底模")
    case .donor: ("donor", "供体")
    case .kurtosis: ("kurtosis", "峰度")
    case .noiseScale: ("scaled as", "大小规则")
    case .quantised: ("quantised matrices", "量化矩阵数")
    case .errorRatio: ("error over that of rounding", "误差与舍入误差之比")
    case .strayShare: ("values on another level than the nearest", "不在最近格点上的数值")
    case .resolution: ("least change that would show", "可察觉的最小改动")
    case .compensated: ("matrices with larger errors", "误差较大的矩阵数")
    case .rescaled: ("matrices scaled before", "先经缩放的矩阵数")
    case .relativeSigma: ("relative σ", "相对 σ")
    case .scale: ("scale", "倍数")
    case .sigma: ("σ", "标准差 σ")
    case .taken: ("taken", "采用")
    case .unchanged: ("values unchanged", "数值未变")
    case .whiteness: ("whiteness", "白度")
    case .residualMatched: ("residual dimensions matched", "残差流维度匹配率")
    case .neuronsMatched: ("neurons matched", "神经元匹配率")
    case .headsMatched: ("heads matched", "注意力头匹配率")
    case .valueOutputMatched: ("value output matched", "值与输出匹配率")
    case .queryKeyMatched: ("query key matched", "查询与键匹配率")
    case .unitsMatched: ("of the matrices lined up", "已对齐的矩阵占比")
    case .unitsCompared: ("units", "单元数")
    case .unitsMoved: ("units moved", "移位的单元数")
    case .unitsAppended: ("units besides", "另有的单元数")
    case .unitsCosine: ("cosine once in order", "恢复次序后的余弦")
    case .unitsChance: ("by chance at most", "偶然所致至多")
    }
  }

  /// Whether its number is a share between 0 and 1.
  var isShare: Bool {
    switch self {
    case .taken, .unchanged, .strayShare, .resolution, .sparsity, .coverage, .derivedShare, .share,
      .shares, .read,
      .residualMatched,
      .neuronsMatched,
      .headsMatched, .valueOutputMatched, .queryKeyMatched, .unitsMatched:
      true
    default: false
    }
  }
}
