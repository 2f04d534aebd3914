internal import Judge

extension Language {
  /// The change in plain words: `quantised (4 bits, 12 matrices)`, `renamed (a → b, 57 tensors)`.
  func words(_ change: Change) -> String {
    var rest = change.detail
    var details: [String] = []
    if let from = rest[.from], let to = rest[.to] {
      details.append(value(from, for: .from) + " → " + value(to, for: .to))
      rest[.from] = nil
      rest[.to] = nil
    }
    details += rest.sorted { $0.key.rawValue < $1.key.rawValue }.map { key, value in
      // Sizes before and after, which are no set of layers.
      if change.kind == .widthPrune, case .integers(let sizes) = value {
        return self(key) + " " + sizes.map(String.init).joined(separator: " → ")
      }
      return phrase(value, for: key)
    }
    let listed = details.joined(separator: separator)
    return self(change.kind) + (details.isEmpty ? "" : bracketed(listed))
  }

  /// A count before its noun (`12 matrices`), anything else after its name (`rank 8`).
  private func phrase(_ detail: DetailValue, for key: DetailKey) -> String {
    let name = self(key)
    switch detail {
    case .integer(let count) where self == .en && name.hasSuffix("s"):
      return "\(count) " + (count == 1 ? name.singular : name)
    case .integer(let count) where self == .zh && key == .experts: return "\(count) 个专家"
    case .integer(let count) where self == .zh && key == .layers: return "共 \(count) 层"
    // 第 2–3 层: which, not how many.
    case .integers where self == .zh && key == .layers: return "第 \(value(detail, for: key)) 层"
    case .integers
    where self == .zh && [.added, .repeated, .dropped, .frozen].contains(key):
      return "第 \(value(detail, for: key)) 层\(name)"
    default: return name + " " + value(detail, for: key)
    }
  }

  /// A detail's value for people; shares are in percent.
  func value(_ detail: DetailValue, for key: DetailKey) -> String {
    func number(_ value: Double) -> String {
      key.isShare ? Figures.percent(value) : Figures.short(value)
    }
    switch detail {
    case .integer(let value): return String(value)
    case .number(let value): return number(value)
    case .text(let value): return value
    case .integers(let values): return Figures.runs(values, comma: comma)
    case .numbers(let values): return list(values.map(number))
    case .texts(let values): return few(values)
    case .term(let term): return self(term)
    case .terms(let terms): return few(terms.map { self($0) })
    // Whoever shares the model owes every one of them.
    case .notices(let values): return list(values.map(words))
    }
  }

  private func few(_ words: [String]) -> String {
    let more = words.count - Self.listed
    return list(Array(words.prefix(Self.listed))) + (more > 0 ? say(.andMore, String(more)) : "")
  }

  private static let listed = 4
}

extension ChangeKind: Translated {
  var texts: (en: String, zh: String) {
    switch self {
    case .cast: ("stored in another number format", "改用其他数值格式存储")
    case .rename: ("tensors renamed", "张量改名")
    case .reshard: ("split into other files", "重新分片存储")
    case .fold:
      (
        "batch norms folded on one side into the kernels before them, or into one factor a channel",
        "一方的批归一化已折叠进前面的卷积核，或折叠为每通道一个系数"
      )
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
    case .depthExtend:
      ("layers added that are none of the reference's", "增加了参考模型中没有的层")
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
    case .noise: ("white noise added", "加入白噪声")
    case .elementMask:
      ("single values taken from a donor, the others left", "逐个数值取自供体模型，其余未动")
    }
  }
}

extension ChangeKind {
  /// The kind as one word among others.
  var word: (en: String, zh: String) {
    switch self {
    case .permuted: (rawValue, "重新排列")
    case .rotated: (rawValue, "旋转")
    case .rescaled: (rawValue, "重新缩放")
    case .rebased: (rawValue, "更换内部坐标")
    default: (rawValue, texts.zh)
    }
  }
}

extension String {
  /// The singular of the plurals that details are named by.
  fileprivate var singular: String {
    hasSuffix("matrices") ? dropLast(4) + "ix" : String(dropLast())
  }
}
