internal import Judge

extension Language {
  /// What could not be judged; notes of earlier stages stay in English.
  func limits(_ judgement: Judgement) -> [String] {
    judgement.notJudged.map { limit in
      guard self == .zh, let kind = limit.kind else { return limit.message }
      let values = limit.values.reduce(into: [:]) { values, item in
        values[item.key] = value(item.value, for: item.key)
      }
      return filled(kind.chinese, values) ?? limit.message
    }
  }
}

extension Limit.Kind {
  /// `{…}` is one of the limit's values.
  var chinese: String {
    switch self {
    case .fewMatrices:
      "模型的权重矩阵不足两个：此类模型即使各自独立训练也会收敛到相同的权重，因此只有字节相同才能作为证据"
    case .sumOverTensors:
      "与 {references} 个参考模型的比较没有残差流可用：各张量之和按 {scale} 缩放，即独立模型对之间实测的离散程度"
    case .otherShapes:
      "与 {references} 个形状不同的参考模型（{names}）相比，数值证据所能覆盖的参数不足 {coverage}"
    case .noCommonCircuits:
      "与 {references} 个参考模型没有可比的功能回路：缺少分词器、网络类型不同，或共有词元太少"
    case .smallLikeness:
      "与 {reference} 的相似程度超出偶然（log₁₀ p = {log10P}），但效应（功能 {circuits}，数值 {numbers}）小于派生应有的程度：采用同一训练方案的模型也会如此"
    case .scaledNull:
      "零分布按 {linear}（数值）与 {circuits}（功能）缩放，在 {references} 个无关参考模型上测得"
    case .onlyInPlace:
      "模型自身没有功能回路，只能查找同一位置上的相同数值：若它是 {references} 个带有功能回路的参考模型之一经更换坐标的副本，则无法发现"
    case .screened:
      "有 {screened} 个参考模型只在由小型投影组成的紧凑索引上筛查；{compared} 个做了完整比较"
    case .screenedOpen:
      "有 {screened} 个参考模型只在由小型投影组成的紧凑索引上筛查；{compared} 个做了完整比较；筛查过的模型中有 {open} 个与之相似，但不及做过完整比较的模型"
    case .quickLook:
      "快速查看：只读取了 {tokens} 个词元的嵌入与 {component} 第 {layers} 层的注意力，占字节的 {share}；不给出摘要、变更与占比"
    case .quickLookAtMatrices:
      "快速查看：没有功能回路可用，只读取了 {matrices} 个大矩阵，占字节的 {share}；不给出摘要、变更与占比"
    case .declaredParentUnknown: "所声明的父模型 {name} 不在参考库中"
    case .declaredParentNotComparable:
      "所声明的父模型 {name} 只有 {coverage} 的参数可供比较：无法就其得出结论"
    case .recoveryFailed: "未能再次读取权重以还原对 {reference} 的伪装：{problem}"
    case .licenceWithoutRules: "{reference} 的许可证 {licence} 没有已知规则"
    case .licenceUnknown: "{reference} 的许可证未知：没有据以检查"
    case .ownLicenceWithoutRules: "模型自身的许可证 {licence} 没有已知规则"
    case .noModelFolder: "没有专属于该模型的文件夹：未检查其旁的许可证文本与声明"
    case .noLegalAdvice: "许可证按作为数据保存的规则检查，不构成法律意见"
    }
  }
}
