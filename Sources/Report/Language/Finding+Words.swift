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
    // The first that all evidence is there for: what the rule said depends on what it found.
    return text.messages.lazy.compactMap { filled($0, values) }.first
      ?? "\(text.title)：\(finding.message)"
  }

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
  func title(_ code: FindingCode) -> String {
    self == .zh ? Self.chinese[code.rawValue]?.title ?? code.name : code.name
  }

  /// Title and messages of each code; `{…}` is a piece of evidence.
  static let chinese: [String: (title: String, messages: [String])] = [
    "SCM1001": ("非有限数值", ["有 {values} 个数值为 NaN 或无穷大，已被略去；涉及张量：{tensors}"]),
    "SCM2001": ("权重完全相同", ["权重与 {references} 逐字节相同"]),
    "SCM2002": (
      "派生权重",
      ["权重派生自 {references}，其方差的 {derivedShare} 可由后者解释", "权重派生自 {references}"]
    ),
    "SCM2003": (
      "部分派生",
      ["部分权重来自 {references}，占方差的 {derivedShare}", "部分权重来自 {references}"]
    ),
    "SCM2004": ("合并权重", ["权重由 {references} 合并而成"]),
    "SCM2005": ("同一初始化", ["权重与 {references} 出自同一初始化，但训练各自独立"]),
    "SCM3001": (
      "未声明的父模型",
      [
        "权重派生自 {reference}，仅 {namedIn} 的 _name_or_path 中出现其名称",
        "权重派生自 {reference}，但模型并未声明",
      ]
    ),
    "SCM3002": (
      "未见所声明的父模型",
      [
        "声明派生自 {reference}，但在 {coverage} 的参数中没有发现任何迹象",
        "声明派生自 {reference}，但权重中没有任何迹象",
      ]
    ),
    "SCM3003": ("关系声明有误", ["声明与 {reference} 的关系为 {declared}，但权重实为{measured}"]),
    "SCM3004": (
      "合并来源缺漏",
      [
        "由 {references} 合并而成，其中 {undeclared} 未经声明",
        "声明与 {unseen} 合并，但权重中没有其迹象；权重显示的来源是 {references}",
      ]
    ),
    "SCM3005": ("父模型不被允许", ["权重派生自 {reference}，而策略不允许使用该模型"]),
    "SCM4001": (
      "许可证冲突",
      ["以 {licence} 发布，却派生自采用 {parentLicence} 的 {reference}，与其以下义务冲突：{duties}（{clauses}）"]
    ),
    "SCM4002": (
      "缺少许可证文本或声明",
      ["派生自采用 {parentLicence} 的 {reference}，但缺少：{missing}"]
    ),
    "SCM4003": (
      "许可证不被允许",
      [
        "派生自采用 {licence} 的 {reference}，而策略不允许该许可证",
        "许可证（{licence}）不在策略所允许的范围内",
      ]
    ),
    "SCM5001": (
      "权重经过伪装",
      ["{reference} 的权重被更换坐标而功能不变，训练绝不会造成这种改变：这是套壳的手法"]
    ),
    "SCM5002": (
      "配置与权重矛盾",
      ["config.json 与张量相矛盾：{subjects}；配置为 {stated}，权重所示为 {shown}"]
    ),
    "SCM6001": (
      "覆盖率过低",
      ["快速查看只读取了 {read} 的权重：可以显示派生，但绝不能证明没有派生", "只有 {coverage} 的参数能与某个参考模型比较"]
    ),
    "SCM6002": ("参考库有损坏", ["有参考模型无法使用：{problem}"]),
    "SCM6003": ("无法判定", ["可供比较的内容太少，无法判断血缘，而策略不予放行"]),
  ]
}
