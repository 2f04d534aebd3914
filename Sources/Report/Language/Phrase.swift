/// Headings, labels and short phrases of reports for people.
enum Phrase: Translated, CaseIterable {
  // Headings
  case subject, declares, corpus, parent, relative, evidence, changed, weights, share, compared,
    parts
  case explanations, possibleExplanations, layers, tensors, findings, policy, notJudged, summary,
    more
  // Columns
  case effect, coverage, numbers, function, layer, reference, similarity, similar, derived, same,
    change
  case part, from, tensor, shape, status, cosineColumn, level, finding, message, relation
  case location
  // Phrases
  case parameters, family, noFamily, digest, declaredParent, noDeclaredParent, declaredRelation
  case declaredLicence, sameNumbers, sameFunction, cosine, shares, ofRank, unchanged, reencoded
  case untested
  case modified, new, droppedShare, andMore, weight, derivedOfPart, sharedOfPart, sharedShares
  case moreCandidates, failedInputs
  case stripCaption, noFindings, alternatives
  // Merges, and the background of effects
  case mixture, mixtureUnit, mixtureCoefficient, mixtureColumn, blendLinear, blendSpherical
  case blendUnnormalised, blendParts, mergeShares, mergeTile, elsewhere, notTaken, strangers,
    strangersText
  case strangersMean
  case mostChanged, mostLayers, mostTensors, unchangedShort
  // Pictures
  case heatMap, heatMapText, referenceLayer, subjectLayer, nullPicture, nullText, independent
  case spectrum, spectrumText, direction, lineage, lineageText, declaredOnly, roleBars, roleBarsText
  case shareOfWeights, layerBars, layerBarsText, layerBarsMergeText
  // Innovation
  case innovation, value, weightColumn, structureAgainst, architectureFigure, weightsFigure
  case weightsFigureText, resultsFigure, resultsFigureText, compositeFigure, notMade
  case structureChanges, gains, trainingGains, algorithmGains
  // Document
  case reportOn, page, figuresAsTable, evidenceOfFinding, method, derivedShareTile, noveltyTile
  case sharedTile, notSharedTile
  case significanceTile, interval, changedWithin, dots, acceptedUntil, unusedAcceptance
  case weightsDigest, notReadAsAWhole
  // The first and the last thing said
  case noProof, nextStep, gate, gatePasses, gateFails, gateOfMany, gateUnread, gateUnchecked
  case gateKnown
  // For people who retell it, and those who repeat it
  case inPlainWords, whatWasFound, howSure, notShown, toRepeat, repeatText, expectedOutput,
    caseNumber
  case unchangedExactly, changedMost
  case weightsByPart, parametersColumn, policyFile, rootDigest, noCommand, madeOn, whoFromWhom
  case worstFirst, orderedByName, orderedByParent
  case extrapolated, readingOfP, notInspected, theModel, exitStatus

  var texts: (en: String, zh: String) {
    switch self {
    case .subject: ("Subject", "被检模型")
    case .declares: ("declares", "自我声明")
    case .corpus: ("Corpus", "参考库")
    case .parent: ("Parent", "父模型")
    case .relative: ("Relative", "近亲")
    case .evidence: ("evidence", "证据")
    case .changed: ("changed", "改动")
    case .weights: ("weights", "权重构成")
    case .share: ("share", "比例")
    case .compared: ("Compared", "比较结果")
    case .parts: ("Parts", "组件")
    case .explanations: ("Explained", "可能的解释")
    case .possibleExplanations: ("Possible explanations", "可能的解释")
    case .alternatives:
      (
        "fits as well: {0}; the weights cannot say which it is",
        "同样吻合：{0}；仅凭权重无法判定是哪一个"
      )
    case .layers: ("Layers", "各层")
    case .tensors: ("Tensors", "各张量")
    case .findings: ("Findings", "发现")
    case .policy: ("Policy", "策略")
    case .notJudged: ("Not judged", "未能判断")
    case .summary: ("Summary", "汇总")
    case .more: ("More", "更多")

    case .effect: ("effect", "效应量")
    case .coverage: ("coverage", "覆盖率")
    case .numbers: ("numbers", "数值")
    case .function: ("function", "功能")
    case .layer: ("layer", "层")
    case .reference: ("reference", "参考模型")
    case .similarity: ("similarity", "相似度")
    case .similar: ("similar", "相似")
    case .derived: ("derived", "派生")
    case .same: ("same", "相同")
    case .change: ("change", "改变")
    case .part: ("part", "组件")
    case .from: ("from", "来自")
    case .tensor: ("tensor", "张量")
    case .shape: ("shape", "形状")
    case .status: ("status", "状态")
    case .cosineColumn: ("cosine", "余弦")
    case .level: ("level", "级别")
    case .finding: ("finding", "发现")
    case .message: ("message", "说明")
    case .relation: ("relation", "关系")
    case .location: ("location", "位置")

    case .parameters: ("{0} parameters", "{0}个参数")
    case .family: ("{0} family", "{0} 系列")
    case .noFamily: ("no known architecture", "架构未知")
    case .digest: ("digest {0}", "摘要 {0}")
    case .declaredParent: ("parent {0}", "父模型 {0}")
    case .noDeclaredParent: ("no parent", "未声明父模型")
    case .declaredRelation: ("relation {0}", "关系 {0}")
    case .declaredLicence: ("licence {0}", "许可证 {0}")
    case .sameNumbers: ("numbers in place", "原位数值")
    case .sameFunction: ("function", "词元功能")
    case .cosine: ("cosine {0}", "余弦 {0}")
    case .shares:
      (
        "{0} derived ({1} to {2}), {3} new; relative change {4}",
        "派生 {0}（{1} 至 {2}），新增 {3}；相对改变量 {4}"
      )
    case .sharedShares:
      (
        "{0} shared ({1} to {2}), {3} not; relative change {4}",
        "共有 {0}（{1} 至 {2}），非共有 {3}；相对改变量 {4}"
      )
    case .ofRank: (", of rank {0}", "，秩为 {0}")
    case .unchanged: ("unchanged", "未变")
    case .reencoded: ("re-encoded", "重编码")
    case .modified: ("modified", "已修改")
    case .new: ("new", "新增")
    case .untested: ("not tested", "未检验")
    case .droppedShare: ("{0} of the reference was dropped", "参考模型的 {0} 被舍弃")
    case .andMore: (", and {0} more", "等（另有 {0} 项）")
    case .weight: ("weight {0}", "权重系数 {0}")
    case .derivedOfPart: ("{0} derived", "派生 {0}")
    case .sharedOfPart: ("{0} shared", "共有 {0}")
    case .moreCandidates: ("and {0} more, all weaker", "另有 {0} 个，均更弱")
    case .failedInputs: ("{0} could not be inspected", "{0} 个无法检查")
    case .stripCaption: ("layers {0}, similarity {1} … {2}", "第 {0} 层，相似度 {1} … {2}")
    case .noFindings: ("Nothing to report.", "没有需要报告的发现。")

    case .mixture: ("Mixture", "合并比例")
    case .mixtureUnit: ("unit", "部分")
    case .mixtureColumn: ("explained", "可解释")
    case .mixtureCoefficient: ("coefficient {0}, no share", "系数 {0}（并非占比）")
    case .blendLinear:
      ("shares that add up to 1; together they explain {0}", "各占比之和为 1；合计可解释 {0}")
    case .blendSpherical:
      (
        "coefficients, not shares: they add up to {1}, as those of a spherical merge (SLERP) with t = {0} "
          + "do; together they explain {2}",
        "所列为系数而非占比：其和为 {1}，符合球面插值合并（SLERP，t = {0}）；合计可解释 {2}"
      )
    case .blendUnnormalised:
      (
        "coefficients, not shares: they add up to {0}; together they explain {1}",
        "所列为系数而非占比：其和为 {0}；合计可解释 {1}"
      )
    case .blendParts:
      (
        "1 where a unit comes from that parent, 0 where from another; together they explain {0}",
        "1 表示该部分取自这一父模型，0 表示取自另一个；合计可解释 {0}"
      )
    case .mergeShares:
      (
        "{0} explained by this parent alone ({1} to {2}), the rest by others or new; relative change {3}",
        "仅此父模型可解释 {0}（{1} 至 {2}），其余来自其他父模型或为新增；相对改变量 {3}"
      )
    case .mergeTile: ("explained by the parents together", "可由各父模型共同解释")
    case .elsewhere: ("from elsewhere", "另有来源")
    case .notTaken: ("{0} of the reference is not in the model", "参考模型的 {0} 不在被检模型中")
    case .strangers: ("strangers", "无关模型")
    case .strangersText:
      (
        "strangers: {0} of this corpus from which no descent was found",
        "无关模型：本参考库中未发现派生迹象的 {0}"
      )
    case .strangersMean: ("mean ± spread of {0}", "{0}的均值 ± 标准差")
    case .mostChanged: ("Most", "改动最大")
    case .mostLayers: ("changed layers, most first: {0}", "改动的层，由大到小：{0}")
    case .mostTensors: ("changed tensors, most first: {0}", "改动的张量，由大到小：{0}")
    case .unchangedShort:
      (
        "unchanged, exactly: {0} of {1} tensors, {2} of the numbers",
        "完全未变：{1} 个张量中的 {0} 个，占数值的 {2}"
      )

    case .heatMap: ("Which layer is like which", "层与层的对应")
    case .heatMapText:
      (
        "{0} layers of the model against {1} of the reference. A diagonal is one layer after the other; "
          + "a break in it is a removed, repeated or moved layer.",
        "被检模型的 {0} 层与参考模型的 {1} 层两两比较。对角线表示逐层对应；断开处表示层被删除、重复或移动。"
      )
    case .referenceLayer: ("layer of the reference", "参考模型的层")
    case .subjectLayer: ("layer", "层")
    case .nullPicture: ("What independent models reach, and this one", "独立模型的分布与本模型的位置")
    case .nullText:
      (
        "The curve is where models that were trained independently lie. {0} compared; the strongest "
          + "evidence is z = {1}, with {2}.",
        "曲线为各自独立训练的模型所处的范围。共比较 {0}；最强证据为 z = {1}，对应 {2}。"
      )
    case .independent: ("independent models", "独立模型")
    case .spectrum: ("Spectrum of the change", "改变量的谱")
    case .spectrumText:
      (
        "Shares of the change by direction, strongest first; the strongest has {0}. The line is what a "
          + "change of full rank looks like; a low-rank update has a few high bars only.",
        "改变量在各方向上的比例，从强到弱；最强的占 {0}。折线为满秩改变应有的形状；低秩更新只有少数几根高柱。"
      )
    case .direction: ("direction of the change", "改变的方向")
    case .lineage: ("Lineage", "血缘")
    case .lineageText:
      (
        "The share is what the parent explains of the model; an arrow points from parent to child "
          + "where that is known.",
        "百分比为父模型所能解释的部分；方向已知时，箭头由父模型指向子模型。"
      )
    case .declaredOnly: ("declared, not found", "已声明，未见")
    case .roleBars: ("What became of the weights, by role", "各类张量的变化")
    case .roleBarsText:
      ("Share of each role's parameters by what became of them.", "各类张量的参数按变化情况所占的比例。")
    case .shareOfWeights: ("of all weights", "占全部权重")
    case .layerBars: ("What became of each layer", "各层的变化")
    case .layerBarsText:
      (
        "{0}: share that is unchanged, derived but changed, and new.",
        "共 {0}：未变、派生但已修改以及新增部分的比例。"
      )
    case .layerBarsMergeText:
      (
        "{0}: share that is unchanged, derived from the parent that explains most of it but changed, and "
          + "from elsewhere.",
        "共 {0}：未变、派生自解释最多的父模型但已修改，以及另有来源部分的比例。"
      )

    case .innovation: ("Innovation", "创新评估")
    case .value: ("value", "数值")
    case .weightColumn: ("weight", "权重系数")
    case .structureAgainst: ("structure against {0}", "结构，相对于 {0}")
    case .architectureFigure: ("architecture", "架构")
    case .weightsFigure: ("weights", "权重")
    case .weightsFigureText: ("share that no reference explains", "任何参考模型都不能解释的比例")
    case .resultsFigure: ("results", "结果")
    case .resultsFigureText: ("gain in the scores supplied", "所提供评测分数的提升")
    case .compositeFigure: ("composite", "综合")
    case .notMade: ("not made: no {0}", "未计算：缺少{0}")
    case .structureChanges: ("structure: {0}", "结构：{0}")
    case .trainingGains: ("gains in training, in architecture: {0}", "训练方面的提升（计入架构）：{0}")
    case .algorithmGains: ("gains of the algorithm, in weights: {0}", "算法方面的提升（计入权重）：{0}")
    case .gains: ("gains: {0}", "提升：{0}")

    case .reportOn: ("Lineage report", "血缘鉴定报告")
    case .page: ("What this means", "详细说明")
    case .figuresAsTable: ("Figures as a table", "数据表")
    case .evidenceOfFinding: ("Figures behind it", "依据的数据")
    case .method: ("Method and limits", "方法与局限")
    case .derivedShareTile: ("derived", "派生比例")
    case .noveltyTile: ("new", "新增比例")
    case .sharedTile: ("shared", "共有比例")
    case .notSharedTile: ("not shared", "非共有比例")
    case .significanceTile: ("if independent", "若相互独立")
    case .interval: ("{0} to {1}", "{0} 至 {1}")
    case .changedWithin: ("derived, changed", "派生但已修改")
    case .dots:
      (
        "● function  ○ numbers in place; larger and coloured: a parent",
        "● 词元功能  ○ 原位数值；较大且着色者为父模型"
      )
    case .acceptedUntil: ("Accepted until {0}: {1}", "已接受，至 {0} 止：{1}")
    case .unusedAcceptance:
      (
        "{0} is accepted until {1} ({2}), but was not found here: the entry can go",
        "已接受 {0}，至 {1} 止（{2}），但此次并未发现：该条目可以删除"
      )
    case .noProof:
      (
        "This is no proof of independence: distillation, and parents that are not in the corpus, leave "
          + "nothing to be seen.",
        "这并不证明模型独立训练：蒸馏，以及不在参考库中的父模型，都不会留下可见的痕迹。"
      )
    case .nextStep: ("Next", "下一步")
    case .gate: ("Gate", "关卡")
    case .gatePasses:
      ("✓ passes: nothing at the level {0} or above", "✓ 通过：没有达到“{0}”级别的发现")
    case .gateFails: ("✗ fails: {0} or above", "✗ 不通过：有“{0}”及以上级别的发现")
    case .gateOfMany:
      ("✗ {0} of {1} fail: {2} or above", "✗ {1} 个模型中有 {0} 个不通过：有“{2}”及以上级别的发现")
    case .gateUnread: ("{0} could not be inspected", "{0} 个输入无法检查")
    case .gateUnchecked: ("{0} could not be cleared", "无法排除派生的模型：{0}")
    case .inPlainWords: ("In plain words", "通俗说明")
    case .whatWasFound: ("Found", "发现")
    case .howSure: ("How sure", "把握")
    case .notShown: ("Not shown", "未说明")
    case .toRepeat: ("To repeat this", "如何重现")
    case .repeatText:
      (
        "With the same files and references, this command writes the same report:",
        "使用相同的文件与参考模型，下列命令会写出相同的报告："
      )
    case .expectedOutput: ("SHA-256 of what it prints", "其输出的 SHA-256")
    case .caseNumber: ("Case:", "案号：")
    case .unchangedExactly:
      (
        "{0} of {1} tensors, {2} of {3} numbers, are the parent's own, unchanged",
        "{1} 个张量中有 {0} 个、{3} 个数值中有 {2} 个与父模型完全相同"
      )
    case .changedMost: ("Changed most", "改动最大")
    case .weightsByPart: ("Frozen or trained, by part", "各组件：未动还是训练过")
    case .parametersColumn: ("parameters", "参数量")
    case .policyFile: ("policy {0}", "策略 {0}")
    case .rootDigest: ("root digest of {0}", "{0} 的权重根摘要")
    case .noCommand: ("Made by a program, not by a command.", "由程序生成，没有对应的命令。")
    case .worstFirst: ("worst first", "最严重者在前")
    case .orderedByName: ("by name", "按名称")
    case .orderedByParent: ("by parent", "按父模型")
    case .madeOn: ("Made on {0}.", "生成于 {0}。")
    case .whoFromWhom: ("Who comes from whom", "谁出自谁")
    case .gateKnown:
      ("{0} known from the baseline", "{0} 条已见于基线")
    case .extrapolated: ("extrapolated", "外推值")
    case .readingOfP:
      (
        "a verdict needs p ≤ {0}; below {1} p is extrapolated from the null's tail",
        "判定需 p ≤ {0}；低于 {1} 的 p 值由零假设分布的尾部外推"
      )
    case .notInspected: ("not inspected", "未检查")
    case .theModel: ("the model", "该模型")
    case .exitStatus: ("exit status {0}", "退出状态 {0}")
    case .notReadAsAWhole: ("not read as a whole", "未完整读取")
    case .weightsDigest: ("digest of the weights", "权重摘要")
    }
  }
}
