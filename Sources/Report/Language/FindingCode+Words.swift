internal import Judge

extension FindingCode {
  /// The name beside the code, in Chinese.
  var chinese: String {
    switch self {
    case .notFiniteValues: "非有限数值"
    case .ambiguousFile: "文件格式有歧义"
    case .unreadWeights: "有权重未被读取"
    case .undecodedWeights: "未解码的权重"
    case .unsafePickle: "不安全的 pickle"
    case .rivalParts: "部件重复"
    case .identicalWeights: "权重完全相同"
    case .derivedWeights: "派生权重"
    case .partiallyDerived: "部分派生"
    case .mergedWeights: "合并权重"
    case .sharedInitialisation: "同一初始化"
    case .undeclaredParent: "未声明的父模型"
    case .declaredParentNotFound: "未见所声明的父模型"
    case .wrongRelation: "关系声明有误"
    case .missingMergeParent: "合并来源缺漏"
    case .parentNotAllowed: "父模型不被允许"
    case .licenceConflict: "许可证冲突"
    case .licenceNoticeMissing: "缺少许可证文本或声明"
    case .licenceNotAllowed: "许可证不被允许"
    case .obfuscatedWeights: "权重经过伪装"
    case .noiseDisguise: "以噪声掩饰"
    case .faithfulQuantisation: "如实量化"
    case .unfaithfulQuantisation: "量化不如实"
    case .configContradictsWeights: "配置与权重矛盾"
    case .vocabularyContradictsWeights: "词表与权重矛盾"
    case .lowCoverage: "覆盖率过低"
    case .corpusDamaged: "参考库有损坏"
    case .inconclusive: "无法判定"
    case .relatedWeights: "同源权重"
    case .corpusContradiction: "参考库与权重矛盾"
    }
  }
}
