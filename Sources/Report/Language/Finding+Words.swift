internal import Judge

extension Language {
  /// What a finding says.
  ///
  /// In English as the rule put it; in other languages from its code and evidence. Where a piece of
  /// the evidence is missing, the code's title stands before the English message.
  func message(_ finding: Finding) -> String {
    guard self == .zh, let text = Self.chinese[finding.code.rawValue] else {
      return finding.message
    }
    var values = finding.evidence.reduce(into: [:]) { values, item in
      values[item.key] = value(item.value, for: item.key)
    }
    values["location"] = finding.location
    return filled(text.message, values) ?? "\(text.title)：\(finding.message)"
  }

  /// The name beside the code.
  func title(_ code: FindingCode) -> String {
    self == .zh ? Self.chinese[code.rawValue]?.title ?? code.name : code.name
  }

  /// Title and message of each code; `{…}` is a piece of evidence.
  static let chinese: [String: (title: String, message: String)] = [
    "SCM1001": ("非有限数值", "有 {values} 个数值为 NaN 或无穷大，已被略去；涉及张量：{tensors}"),
    "SCM2001": ("权重完全相同", "权重与 {references} 逐字节相同"),
    "SCM2002": ("派生权重", "权重派生自 {references}"),
    "SCM2003": ("部分派生", "部分权重来自 {references}"),
    "SCM2004": ("合并权重", "权重由 {references} 合并而成"),
    "SCM2005": ("同一初始化", "权重与 {references} 出自同一初始化，但训练各自独立"),
    "SCM3001": ("未声明的父模型", "权重派生自 {reference}，但模型并未声明"),
    "SCM3002": ("未见所声明的父模型", "声明派生自 {reference}，但权重中没有任何迹象"),
    "SCM3003": ("关系声明有误", "所声明的关系与权重所示不符"),
    "SCM3004": ("合并来源缺漏", "合并的来源 {reference} 未被声明"),
    "SCM3005": ("声明不完整", "声明的内容不完整"),
    "SCM4001": ("许可证冲突", "所声明的许可证与父模型的许可证相冲突"),
    "SCM4002": ("缺少许可证文本或声明", "缺少父模型许可证所要求的文本或声明"),
    "SCM4003": ("许可证未声明", "模型没有声明许可证"),
    "SCM5001": (
      "权重经过伪装", "{reference} 的权重被更换坐标而功能不变，训练绝不会造成这种改变：这是套壳的手法"
    ),
    "SCM5002": ("配置与权重矛盾", "配置文件与权重相矛盾"),
    "SCM6001": ("覆盖率过低", "只有 {coverage} 的参数能与某个参考模型比较"),
    "SCM6002": ("参考库有损坏", "有参考模型无法使用"),
  ]
}
