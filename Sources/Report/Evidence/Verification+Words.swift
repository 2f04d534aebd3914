/// What is said of an evidence pack.
enum VerificationPhrase: Translated, CaseIterable {
  case evidence, digestsMatch, notVouchedFor, madeBy, version, otherVersion, reportUnchecked
  case command, unreadThen
  case subject, equalNumbers, roundedNumbers, moreDifferences, result, sameVerdict, differs

  var texts: (en: String, zh: String) {
    switch self {
    case .evidence: ("Evidence", "证据包")
    case .digestsMatch:
      ("{0}, {1}, each as its digest says", "{0}，共 {1}，均与其摘要相符")
    case .notVouchedFor:
      (
        "nobody stated this digest: with --sha256 the pack is held against the one that its author "
          + "published",
        "尚无人指明此摘要：可用 --sha256 与作者公布的摘要核对"
      )
    case .madeBy: ("Made by", "制作工具")
    case .version: ("{0}, method {1}", "{0}，方法版本 {1}")
    case .otherVersion:
      (
        "recomputed by {0}: what differs may be a matter of versions",
        "由 {0} 重新计算：差异可能源于版本不同"
      )
    case .reportUnchecked:
      (
        "report.json was written by another build: the record in it was recomputed, its other fields were "
          + "not checked",
        "report.json 由另一构建写出：已重新计算其中的记录，未核对其余字段"
      )
    case .command: ("Command", "命令")
    case .unreadThen: ("could not be inspected then: {0}", "当时无法检查：{0}")
    case .subject: ("Subject", "被检模型")
    case .equalNumbers:
      ("same verdict, findings and numbers", "判定、发现与数值均相同")
    case .roundedNumbers:
      (
        "same verdict and findings; numbers to within a share of {0}",
        "判定与发现均相同；数值相差不超过 {0}（相对值）"
      )
    case .moreDifferences: ("and {0} more", "另有 {0} 处")
    case .result: ("Result", "结果")
    case .sameVerdict: ("same verdict", "判定相同")
    case .differs: ("not the same verdict", "判定不同")
    }
  }
}

extension Verification.Difference: Translated {
  var texts: (en: String, zh: String) {
    switch self {
    case .toolDisagrees:
      ("the report names another tool than the manifest", "报告所记的工具与清单不同")
    case .reportDisagreesWithRecord:
      (
        "report.json says something else than the record that it was written from",
        "report.json 的内容与其所依据的记录不符"
      )
    case .referenceNotListed(let id):
      (
        "the fingerprint of \(id) is not that of a reference that the report lists",
        "\(id) 的指纹与报告所列的参考模型不符"
      )
    case .corpusDigest:
      (
        "the corpus digest in the report is not that of the references that it lists",
        "报告中的参考库摘要与其所列的参考模型不符"
      )
    }
  }
}

extension Verification.Taken: Translated {
  var texts: (en: String, zh: String) {
    switch self {
    case .recovery(let reference):
      (
        "not recomputed, taken from the pack: what undoing a disguise showed, for which the weights of "
          + "the model and of \(reference) are needed",
        "未重新计算，取自证据包：还原伪装所得的结果，重算需要该模型与 \(reference) 的权重"
      )
    case .rounding(let reference):
      (
        "not recomputed, taken from the pack: how the matrices of \(reference) were rounded, for which "
          + "the weights of the model are needed",
        "未重新计算，取自证据包：\(reference) 的矩阵如何舍入，重算需要该模型的权重"
      )
    case .kin(let count):
      (
        "not recomputed, taken from the pack: how \(count) relatives of the model differ number by number, "
          + "for which the weights of all are needed",
        "未重新计算，取自证据包：该模型的 \(count) 个同源模型逐值之差，重算需要全部权重"
      )
    case .units(let reference?):
      (
        "not recomputed, taken from the pack: that the units of the model stand in another order than "
          + "those of \(reference), for which the weights of both are needed; the fingerprint that was "
          + "judged has them in that order",
        "未重新计算，取自证据包：该模型的单元与 \(reference) 的次序不同，重算需要两者的权重；所判断的指纹已按其次序排列"
      )
    case .units(nil):
      (
        "not recomputed, taken from the pack: that units lined up with those of no reference, for which "
          + "the weights of both are needed",
        "未重新计算，取自证据包：单元与任何参考模型均不能对齐，重算需要双方的权重"
      )
    case .merge:
      (
        "not recomputed, taken from the pack: how the adapter was merged into its base",
        "未重新计算，取自证据包：适配器如何并入底模"
      )
    case .listing:
      (
        "not recomputed, taken from the pack: what the hub lists of the model's files",
        "未重新计算，取自证据包：模型库所列的该模型文件"
      )
    case .part:
      (
        "not recomputed, taken from the pack: which part of the model stands for it, for which the weights "
          + "of the model are needed",
        "未重新计算，取自证据包：以哪一部分代表该模型，重算需要该模型的权重"
      )
    case .damagedReferences(let count):
      (
        "not recomputed, taken from the pack: that references could not be read (\(count))",
        "未重新计算，取自证据包：有 \(count) 个参考模型无法读取"
      )
    case .screening(let count):
      (
        "not recomputed, taken from the pack: the screening scores of references that were not "
          + "compared in full (\(count))",
        "未重新计算，取自证据包：未做完整比较的 \(count) 个参考模型的筛查分数"
      )
    }
  }
}
