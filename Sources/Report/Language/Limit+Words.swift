internal import Fingerprint
internal import Judge

extension Language {
  /// What could not be judged; of notes of earlier stages those that `ReaderSentences` knows are
  /// translated.
  func limits(_ judgement: Judgement) -> [String] { judgement.limits.map { self($0) } }
}

extension Limit: Translated {
  var texts: (en: String, zh: String) {
    switch self {
    case .note(let text): (text, ReaderSentences.translated(text, to: .zh))
    case .unreadMetadata(let file, let problem):
      (
        "not read: \(file): \(problem)",
        "未能读取 \(file)：\(ReaderSentences.translated(problem, to: .zh))"
      )
    case .unreadWeights(let name, let problem):
      (
        "weights not read: \(name): \(problem)",
        "权重未被读取：\(name)：\(ReaderSentences.translated(problem, to: .zh))"
      )
    case .part(let file, let problem):
      (
        "a part of a model was judged: \(file) \(problem)",
        "只判断了模型的一部分：\(file)：\(ReaderSentences.translated(problem, to: .zh))"
      )
    case .fewMatrices:
      (
        "the model has fewer than four weight matrices, or none that feeds another: independent "
          + "trainings of such a model end at the same weights, so only equal bytes could be evidence",
        "模型的权重矩阵不足四个，或彼此不相连：此类模型即使各自独立训练也会收敛到相同的权重，因此只有字节相同才能作为证据"
      )
    case .sumOverTensors(let count, let scale):
      (
        "\(Self.references(count)) compared without a residual stream: the sum over tensors is "
          + "scaled by \(scale), its spread over independent pairs",
        "与 \(count) 个参考模型的比较没有残差流可用：各张量之和按 \(scale) 缩放，即独立模型对之间实测的离散程度"
      )
    case .otherShapes(let share, let names):
      (
        "linear evidence could speak about less than \(Figures.rounded(100 * share, 0)) % of the "
          + "parameters against \(Self.references(names.count)) of other shapes "
          + "(\(Self.few(names, .en)))",
        "与 \(names.count) 个形状不同的参考模型（\(Self.few(names, .zh))）相比，数值证据所能覆盖的参数不足 "
          + "\(Figures.rounded(100 * share, 0)) %"
      )
    case .noCommonCircuits(let count):
      (
        "no common circuits with \(Self.references(count)): no tokenizer, another kind of network, "
          + "or too few tokens in common",
        "与 \(count) 个参考模型没有可比的功能回路：缺少分词器、网络类型不同，或共有词元太少"
      )
    case .smallLikeness(let reference, let log10P, let circuits, let numbers):
      Self.smallLikeness(
        reference, Figures.rounded(log10P, 1), circuits.map(Figures.cosine), Figures.cosine(numbers)
      )
    case .commonComponent(let reference, let parts, let reason):
      Self.common(parts, reference, reason)
    case .listed(let reference, let files, let bytes):
      (
        "no weights were read: of the model's \(files) \(files == 1 ? "file" : "files") of weights "
          + "(\(Figures.bytes(Double(bytes)))) the hub lists the SHA-256 that the corpus has of what "
          + "\(reference) was made from; that it holds these bytes is the hub's word",
        "未读取任何权重：该模型的 \(files) 个权重文件（\(Figures.bytes(Double(bytes)))）在模型库中所列的 SHA-256，与语料库所记 "
          + "\(reference) 的来源文件相同；模型库确实存有这些字节，仅以其所列为准"
      )
    case .overBudget(let bytes, let budget):
      (
        "reading all of the weights (\(Figures.bytes(Double(bytes)))) may take more than --budget leaves "
          + "(\(Figures.bytes(Double(budget)))), so they were only looked at",
        "读取全部权重（\(Figures.bytes(Double(bytes)))）可能超出 --budget 所余（\(Figures.bytes(Double(budget)))），因此只作了快速查看"
      )
    case .measuredNull(let evidence, let count, let location, let scale, let samples):
      (
        "of \(Self.references(count)) p-values of \(evidence) are stated under what the corpus's own pairs of "
          + "different lineage reached (`corpus calibrate`: \(samples) pairs, location "
          + "\(Figures.rounded(location, 2)), scale \(Figures.rounded(scale, 2))), which is wider than the theoretical "
          + "null",
        "\(count) 个参考模型的\(Self.evidence(evidence))类 p 值按语料库自身不同谱系模型对的实测分布给出（`corpus calibrate`：\(samples) 对，位置 "
          + "\(Figures.rounded(location, 2))，尺度 \(Figures.rounded(scale, 2))），该分布宽于理论零分布"
      )
    case .fewCalibrated(let evidence, let count):
      (
        "the corpus's calibration has too few pairs like the subject and \(Self.references(count)) "
          + "(\(evidence.joined(separator: ", "))), so that the theoretical null stands alone for them",
        "语料库的校准中，与被检模型和 \(count) 个参考模型同类的模型对太少（\(evidence.map(Self.evidence).joined(separator: "、"))），因此仅采用理论零分布"
      )
    case .lookSettled(let bytes):
      (
        "the quick look settles that the model is to be stopped, so the rest of its weights "
          + "(\(Figures.bytes(Double(bytes))) in all) was not read: further parents, what was changed, and "
          + "duties of licences were not looked at; --full reads everything",
        "快速查看已足以判定该模型须被拦下，因此未读取其余权重（共 \(Figures.bytes(Double(bytes)))）：未查看其他来源模型、所作改动及许可证义务；"
          + "--full 读取全部"
      )
    case .judgedPart(let prefix?, let share):
      (
        "judged is \(prefix.isEmpty ? "the model without what else claims the same places" : "the part under the prefix \(Self.quoted(prefix))"), "
          + "\(Figures.share(share, .en)) of the parameters: no other way of reading the model that was "
          + "tried shows more",
        "判断的是\(prefix.isEmpty ? "不计占用同一位置的其他部分之后的模型" : "前缀为 \(Self.quoted(prefix)) 的部分")"
          + "（占参数的 \(Figures.share(share, .zh))）：所试的其他读法均未显示更多"
      )
    case .judgedPart(nil, let share):
      (
        "judged are the layers that config.json counts, \(Figures.share(share, .en)) of the parameters: "
          + "software that loads the model leaves out those behind them",
        "判断的是 config.json 所计的各层（占参数的 \(Figures.share(share, .zh))）：加载模型的软件不读取其后的层"
      )
    case .equilibrated(let matrices, let share):
      (
        "judged with the rows and columns of \(Language.en.count(matrices, .tensor)), "
          + "\(Figures.share(share, .en)) of the parameters, scaled to equal energy, since their scales are none of "
          + "training: shares and cosines are those of the weights so scaled, and somewhat too low",
        "判断前已将 \(matrices) 个矩阵（占参数的 \(Figures.share(share, .zh))）的行与列调整为相等的能量，因其比例并非训练所致："
          + "各占比与余弦均就调整后的权重而言，略为偏低"
      )
    case .deadUnits(let neurons, let values, let layers, let share):
      (
        "\(neurons) neurons and \(values) values of heads, in \(Language.en.count(layers, .layer)), put out what nothing "
          + "takes (columns or rows of zeros, or an expert that is never asked), \(Figures.share(share, .en)) of the parameters: "
          + "shares are of the others",
        "\(layers) 层中有 \(neurons) 个神经元和 \(values) 个注意力头的值无人读取（全零的列或行，或从不被选用的专家），"
          + "占参数的 \(Figures.share(share, .zh))：各项占比不将其计算在内"
      )
    case .mergedInto(let base):
      (
        "this is an adapter, judged as merged into \(base), which it declares as its base: an adapter's "
          + "numbers do not show what it was trained on",
        "这是适配器，按合并到其声明的基础模型 \(base) 之后的结果判断：仅凭适配器的数值看不出它是在哪个模型上训练的"
      )
    case .mergeFailed(let base, let problem):
      (
        "the adapter could not be merged into \(base), which it declares as its base: \(problem)",
        "适配器无法合并到其声明的基础模型 \(base)：\(problem)"
      )
    case .onlyInPlace(let count):
      (
        "without circuits of its own the model was only searched for the same numbers in the same "
          + "places: a re-based copy of \(Self.references(count)) with circuits would not be seen",
        "模型自身没有功能回路，只能查找同一位置上的相同数值：若它是 \(count) 个带有功能回路的参考模型之一经更换坐标的副本，则无法发现"
      )
    case .unanchoredParts(let names):
      (
        "parts of which no circuits can be made have matrices of the shapes of "
          + "\(Self.references(names.count)) (\(Self.few(names, .en))): a copy in another basis would not be seen "
          + "there",
        "无法得出功能回路的部分中有与 \(names.count) 个参考模型（\(Self.few(names, .zh))）形状相同的矩阵："
          + "其中若有更换坐标的副本，则无法发现"
      )
    case .blindToOrder(let names):
      (
        "only the same numbers in the same places could be looked for in "
          + "\(Self.references(names.count)) (\(Self.few(names, .en))): a copy whose units or channels "
          + "stand in another order, or are scaled against each other, would not be seen",
        "对 \(names.count) 个参考模型（\(Self.few(names, .zh))）只能查找同一位置上的相同数值："
          + "若是改变了单元或通道的次序、或彼此缩放过的副本，则无法发现"
      )
    case .unitsInPart(let names):
      (
        "the units of \(Self.references(names.count)) (\(Self.few(names, .en))) could not be looked for in "
          + "full in the model: a copy whose units or channels stand in another order may not be seen",
        "对 \(names.count) 个参考模型（\(Self.few(names, .zh))）的单元未能在该模型中完整查找：改变了单元或通道次序的副本可能不会被发现"
      )
    case .misnamed(let reference, let matrices):
      (
        "\(Language.en.count(matrices, .tensor)) named for other roles than \(reference) has them in: "
          + "numbers were compared whatever the names, function as the names say",
        "\(matrices) 个矩阵的数值在 \(reference) 中属于与其名称不符的其他角色：数值比较不依名称，功能仍按名称比较"
      )
    case .unitsReordered(let reference):
      (
        "judged with its units in the order that makes them most like those of \(reference): shares and "
          + "cosines are those of the weights so reordered",
        "判断前已将其单元调整为与 \(reference) 最相似的次序：各占比与余弦均就调整后的权重而言"
      )
    case .screened(let screened, let compared, let open):
      Self.screened(screened, compared: compared, open: open)
    case .quickLook(let tokens, let layers, let component, let share):
      (
        "a quick look: the embeddings of \(Language.en.count(tokens, .token)) and the attention of "
          + "layers \(layers.map(String.init).joined(separator: ", ")) of \(component) were read, "
          + "\(Figures.smallShare(share)) of the bytes; no digest, no changes and no shares are given",
        "快速查看：只读取了 \(tokens) 个词元的嵌入与 \(component) 第 "
          + "\(layers.map(String.init).joined(separator: "、")) 层的注意力，占字节的 "
          + "\(Figures.smallShare(share))；不给出摘要、变更与占比"
      )
    case .quickLookAtMatrices(let count, let share):
      (
        "a quick look: \(count == 1 ? "one large matrix" : "\(count) large matrices"), as there are "
          + "no circuits, were read, \(Figures.smallShare(share)) of the bytes; no digest, no "
          + "changes and no shares are given",
        "快速查看：没有功能回路可用，只读取了 \(count) 个大矩阵，占字节的 \(Figures.smallShare(share))；不给出摘要、变更与占比"
      )
    case .quickReferences(let names):
      (
        "\(Self.references(names.count)) with weights (\(Self.few(names, .en))) were looked at in the same "
          + "way, unless their fingerprints are known: what other layers have in common is not seen",
        "\(names.count) 个提供权重的参考模型（\(Self.few(names, .zh))）也只作了快速查看（已有指纹者除外）：其他层的共同之处无从得见"
      )
    case .undecodedLike(let reference, let share):
      (
        "what could be decoded, \(Figures.share(share, .en)) of the parameters, is too little for a "
          + "verdict on the model; it resembles \(reference)",
        "能够解码的部分只占参数的 \(Figures.share(share, .zh))，不足以对整个模型下结论；该部分与 \(reference) 相似"
      )
    case .undecodedReferences(let names):
      (
        "most weights of \(Self.references(names.count)) are packed and were not decoded: "
          + Self.few(names, .en),
        "有 \(names.count) 个参考模型的大部分权重以打包形式存储，未能解码：\(Self.few(names, .zh))"
      )
    case .noSingleValues(let names):
      (
        "no single values in the fingerprint of \(Self.few(names, .en)), which is of an earlier format: neither "
          + "noise nor masks could be looked for",
        "\(Self.few(names, .zh)) 的指纹为旧格式，不含单个数值：无法检查噪声与掩码"
      )
    case .declaredParentUnknown(let name):
      (
        "the declared parent \(Self.quoted(name)) is not among the references",
        "所声明的父模型 \(Self.quoted(name)) 不在参考库中"
      )
    case .declaredParentNotComparable(let name, let coverage):
      (
        "the declared parent \(Self.quoted(name)) could be compared over only "
          + "\(Figures.share(coverage, .en)) of the parameters: nothing can be said of it",
        "所声明的父模型 \(Self.quoted(name)) 只有 \(Figures.share(coverage, .zh)) 的参数可供比较：无法就其得出结论"
      )
    case .recoveryFailed(let reference, let problem):
      (
        "the weights could not be read again to undo a disguise of \(reference): \(problem)",
        "未能再次读取权重以还原对 \(reference) 的伪装：\(problem)"
      )
    case .roundingUntold(let reference, _, let problem?):
      (
        "the weights could not be read again to see whether rounding alone led there from "
          + "\(reference): \(problem)",
        "未能再次读取权重以判断是否仅由 \(reference) 舍入而来：\(problem)"
      )
    case .roundingUntold(let reference, let matrices, nil):
      (
        "whether rounding alone led from \(reference) to \(matrices) of the quantised matrices was not "
          + "told: it takes codes that show their levels, and its weights where scales may have moved",
        "未能判断其中 \(matrices) 个量化矩阵是否仅由 \(reference) 舍入而来：须有能显示格点的编码；若缩放系数可能移动过，还须有其权重"
      )
    case .twins(let names):
      (
        "one reference under several names, counted once: \(names.joined(separator: ", "))",
        "同一参考模型有多个名称，只计一次：\(names.joined(separator: "、"))"
      )
    case .licenceWithoutRules(let reference, let licence):
      (
        "no rules are known for the licence of \(reference), \(licence)",
        "\(reference) 的许可证 \(licence) 没有已知规则"
      )
    case .licenceUnknown(let reference):
      (
        "the licence of \(reference) is not known: nothing was held against it",
        "\(reference) 的许可证未知：没有据以检查"
      )
    case .ownLicenceWithoutRules(let licence):
      (
        "no rules are known for the model's own licence, \(licence)",
        "模型自身的许可证 \(licence) 没有已知规则"
      )
    case .noModelFolder:
      (
        "no folder that is the model's alone: licence texts and notices beside it were not judged",
        "没有专属于该模型的文件夹：未检查其旁的许可证文本与声明"
      )
    case .noLegalAdvice:
      (
        "licences were held against rules kept as data, which is not legal advice",
        "许可证按作为数据保存的规则检查，不构成法律意见"
      )
    }
  }

  private static func smallLikeness(
    _ reference: String, _ log10P: String, _ circuits: String?, _ numbers: String
  ) -> (en: String, zh: String) {
    (
      "likeness to \(reference) (\(circuits.map { "circuits \($0), " } ?? "")numbers \(numbers)) is more than chance "
        + "usually leaves (log10 p = \(log10P)), and less than a verdict needs",
      "与 \(reference) 的相似（\(circuits.map { "功能 \($0)，" } ?? "")数值 \(numbers)）超出偶然通常所及（log₁₀ p = \(log10P)），但不足以下结论"
    )
  }

  private static func common(
    _ parts: [String], _ reference: String, _ reason: CommonReason
  ) -> (en: String, zh: String) {
    let why: (en: String, zh: String) =
      switch reason {
      case .thirdParty(let holders):
        (
          "and held by \(holders) references that are strangers otherwise: a third party's",
          "且 \(holders) 个互不相干的参考模型都有：应出自第三方"
        )
      case .seed:
        (
          "but its numbers are those of a random generator, untrained: a common seed at most",
          "但其数值如同随机数生成器的输出，未经训练：至多说明用了相同的随机种子"
        )
      case .untrained(let formula) where formula.isConstant:
        (
          "but took no part in any test: the samples of its numbers look like a formula's (\(Self.sign(formula).en))",
          "但未参与任何检验：抽查的数值形同公式所得（\(Self.sign(formula).zh)）"
        )
      case .untrained(let sign):
        (
          "but nothing in the samples of its numbers shows that they were learned (\(Self.sign(sign).en))",
          "但抽查的数值中没有任何训练的痕迹（\(Self.sign(sign).zh)）"
        )
      case .small: ("too small a part to show descent", "占比太小，不足以说明派生关系")
      }
    return (
      "common component: \(few(parts, .en)) is in \(reference) too, \(why.en)",
      "共有部件：\(few(parts, .zh)) 也见于 \(reference)，\(why.zh)"
    )
  }

  /// What training does not leave, and what tells a formula, in words.
  private static func sign(_ sign: Formula) -> (en: String, zh: String) {
    switch sign {
    case .recurring: ("half of the magnitudes or more recur", "半数以上的绝对值重复出现")
    case .saturated: ("a tenth of them or more are near the largest", "一成以上的数值在最大值附近")
    case .oneSigned: ("nearly all have one sign", "数值几乎全部同号")
    case .constantLine: ("a row or column has one value", "有一行或一列取同一个值")
    case .predictable: ("rows or columns follow from those beside them", "各行或各列可由相邻者推出")
    case .whole: ("whole numbers", "全为整数")
    case .selection: ("hardly more entries than rows or columns", "非零数值的个数与行数或列数相当")
    case .mask: ("zeros and one other value", "除零以外只有一个值")
    case .levels: ("few values", "只有少数几个值")
    case .even: ("they fill an interval evenly", "数值均匀地填满一个区间")
    case .symmetric: ("equal to its transpose but for the sign", "除符号外等于其转置")
    case .toeplitz: ("one value along each diagonal", "每条对角线上取同一个值")
    case .graph: ("mostly zeros, and nowhere negative", "多为零且无负数")
    case .orthogonal: ("orthogonal rows of few values", "各行正交且取值很少")
    case .random, .exchangeable:
      ("rows and columns are no more unlike than those of draws", "各行各列的差异不超过随机抽取的数")
    }
  }

  private static func screened(
    _ screened: Int, compared: Int, open: Int
  ) -> (en: String, zh: String) {
    let more =
      open == 0
      ? (en: "", zh: "")
      : (
        en: "; \(open) of those screened resemble the subject, but less than those compared",
        zh: "；筛查过的模型中有 \(open) 个与之相似，但不及做过完整比较的模型"
      )
    return (
      "\(references(screened)) screened only, on a packed index of small projections; "
        + "\(compared) compared in full\(more.en)",
      "有 \(screened) 个参考模型只在由小型投影组成的紧凑索引上筛查；\(compared) 个做了完整比较\(more.zh)"
    )
  }

  private static func evidence(_ name: String) -> String {
    switch name {
    case "numbers": "数值"
    case "circuits": "功能回路"
    default: "局部"
    }
  }

  private static func references(_ count: Int) -> String {
    count == 1 ? "one reference" : "\(count) references"
  }

  private static func few(_ names: [String], _ language: Language) -> String {
    language.list(Array(names.prefix(5))) + (names.count > 5 ? language.comma + "…" : "")
  }

  private static func quoted(_ name: String) -> String {
    "'\(TextLayout.shortened(name, to: 100))'"
  }
}
