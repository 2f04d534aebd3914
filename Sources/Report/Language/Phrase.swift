/// Headings, labels and short phrases of reports for people.
enum Phrase: Translated, CaseIterable {
  // Headings
  case subject, declares, corpus, parent, evidence, changed, weights, share, compared, parts
  case layers, tensors, findings, notJudged, summary, more
  // Columns
  case effect, coverage, numbers, function, layer, reference, similarity, similar, derived, same,
    change
  case part, from, tensor, shape, status, cosineColumn, level, finding, message, relation
  case location
  // Phrases
  case parameters, family, noFamily, digest, declaredParent, noDeclaredParent, declaredRelation
  case declaredLicence, sameNumbers, sameFunction, cosine, shares, ofRank, unchanged, reencoded
  case modified, new, droppedShare, andMore, weight, derivedOfPart, moreCandidates, failedInputs
  case stripCaption, noFindings, explain

  var texts: (en: String, zh: String) {
    switch self {
    case .subject: ("Subject", "被检模型")
    case .declares: ("declares", "自我声明")
    case .corpus: ("Corpus", "参考库")
    case .parent: ("Parent", "父模型")
    case .evidence: ("evidence", "证据")
    case .changed: ("changed", "改动")
    case .weights: ("weights", "权重构成")
    case .share: ("share", "比例")
    case .compared: ("Compared", "比较结果")
    case .parts: ("Parts", "组件")
    case .layers: ("Layers", "各层")
    case .tensors: ("Tensors", "各张量")
    case .findings: ("Findings", "发现")
    case .notJudged: ("Not judged", "未能判断")
    case .summary: ("Summary", "汇总")
    case .more: ("More", "更多")

    case .effect: ("effect", "效应")
    case .coverage: ("coverage", "覆盖率")
    case .numbers: ("numbers", "数值")
    case .function: ("function", "功能")
    case .layer: ("layer", "层")
    case .reference: ("reference", "参考")
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

    case .parameters: ("{0} parameters", "{0} 参数")
    case .family: ("{0} family", "{0} 系")
    case .noFamily: ("no known architecture", "架构未知")
    case .digest: ("digest {0}", "摘要 {0}")
    case .declaredParent: ("parent {0}", "父模型 {0}")
    case .noDeclaredParent: ("no parent", "未声明父模型")
    case .declaredRelation: ("relation {0}", "关系 {0}")
    case .declaredLicence: ("licence {0}", "许可证 {0}")
    case .sameNumbers: ("same numbers", "数值相同")
    case .sameFunction: ("same function", "功能相同")
    case .cosine: ("cosine {0}", "余弦 {0}")
    case .shares:
      (
        "{0} derived ({1} to {2}), {3} new; relative change {4}",
        "派生 {0}（{1} 至 {2}），新增 {3}；相对改变量 {4}"
      )
    case .ofRank: (", of rank {0}", "，秩为 {0}")
    case .unchanged: ("unchanged", "未变")
    case .reencoded: ("re-encoded", "重编码")
    case .modified: ("modified", "已修改")
    case .new: ("new", "新增")
    case .droppedShare: ("{0} of the reference was dropped", "参考模型的 {0} 被舍弃")
    case .andMore: (", and {0} more", "等（另有 {0} 项）")
    case .weight: ("weight {0}", "权重系数 {0}")
    case .derivedOfPart: ("{0} derived", "派生 {0}")
    case .moreCandidates: ("and {0} more, all weaker", "另有 {0} 个，均更弱")
    case .failedInputs: ("{0} could not be inspected", "{0} 个无法检查")
    case .stripCaption: ("layers {0}, similarity {1} … {2}", "层 {0}，相似度 {1} … {2}")
    case .noFindings: ("Nothing to report.", "没有需要报告的发现。")
    case .explain: ("shellcheck-model explain {0}", "shellcheck-model explain {0}")
    }
  }
}
