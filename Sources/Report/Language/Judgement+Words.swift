internal import Foundation
internal import Judge

/// What a report says of a judgement, in sentences and phrases; not yet escaped for any format.
extension Language {
  /// The verdict as one sentence.
  ///
  /// In English as the Judge put it; in other languages from relation and parents.
  func sentence(_ judgement: Judgement) -> String {
    guard self == .zh else { return judgement.verdict.summary }
    let parents = judgement.parents
    let first = parents.first?.reference ?? "某个参考模型"
    let explained =
      parents.first?.modification.map { "，其方差的 \(percent($0.derivedShare)) 可由后者解释" } ?? ""
    switch judgement.verdict.relation {
    case .identical: return "权重与 \(first) 逐字节相同。"
    case .derived: return "权重派生自 \(first)\(explained)。"
    case .partial: return "部分权重来自 \(first)\(explained)。"
    case .merged:
      let parts = parents.map { parent in
        parent.coefficient.map { "\(parent.reference)（\(percent($0))）" } ?? parent.reference
      }
      return "权重由 \(parts.joined(separator: "、")) 合并而成。"
    case .sharedInitialisation:
      return "权重与 \(first) 出自同一初始化，但训练各自独立\(explained)。"
    case .noEvidence:
      return judgement.candidates.count == 1
        ? "权重中没有任何派生自 \(judgement.candidates[0].reference) 的迹象。"
        : "权重中没有派生自任何一个参考模型（共 \(judgement.candidates.count) 个）的迹象。"
    case .inconclusive: return "可供比较的内容太少，无法判断血缘关系。"
    }
  }

  /// Rounds, but never to a bound that is not reached.
  private func percent(_ share: Double) -> String {
    if share > 0.999, share < 1 { return "99.9 % 以上" }
    return String(format: share >= 0.0995 && share < 0.995 ? "%.0f %%" : "%.1f %%", share * 100)
  }

  /// Size, family and format of a model.
  func facts(_ subject: Subject) -> [String] {
    [
      say(.parameters, Figures.count(subject.parameters)), count(subject.tensors, .tensor),
      subject.family.map { say(.family, $0) } ?? say(.noFamily), subject.format,
    ]
  }

  /// The digest of a model's weights, as `shown`.
  func digest(_ subject: Subject, shown: (String) -> String) -> String {
    subject.digest.map { say(.digest, shown($0)) } ?? say(.notReadAsAWhole)
  }

  func declares(_ declared: Declared) -> String {
    var parts = declared.baseModels.map { say(.declaredParent, $0) }
    if parts.isEmpty { parts.append(say(.noDeclaredParent)) }
    if let relation = declared.relation { parts.append(say(.declaredRelation, relation)) }
    if let license = declared.license { parts.append(say(.declaredLicence, license)) }
    return parts.joined(separator: " · ")
  }

  /// `p = 10^-89`; the Judge states no p-value below its bound, so there it is `p < …`.
  func pValue(_ log10P: Double) -> String {
    (log10P <= Calibration.smallestLog10P ? "p < " : "p = ") + Figures.pValue(log10: log10P)
  }

  /// Effect sizes beside significance beside coverage, one row for each kind of evidence.
  func evidence(_ parent: Parent) -> [(name: String, effect: String, z: String, coverage: String)] {
    let linear = parent.linear
    var rows = [
      (
        say(.sameNumbers), say(.cosine, Figures.cosine(linear.mean)), Figures.z(linear.z),
        Figures.percent(linear.coverage)
      )
    ]
    if let circuits = parent.circuits {
      let parts = [
        ("qk", circuits.qk), ("ov", circuits.ov), ("ud", circuits.ud), ("gg", circuits.gg),
      ]
      let known = parts.filter { $0.1 != nil }.map { $0.0 + " " + Figures.cosine($0.1) }
      rows.append(
        (
          say(.sameFunction), known.joined(separator: "  "), Figures.z(circuits.z),
          Figures.percent(circuits.coverage)
        ))
    }
    return rows
  }

  /// How much is derived, with its interval, and how far the numbers moved.
  func shares(_ modification: Modification) -> String {
    let text = say(
      .shares, Figures.percent(modification.derivedShare),
      Figures.percent(modification.derivedShareLow),
      Figures.percent(modification.derivedShareHigh), Figures.percent(modification.novelty),
      Figures.short(modification.relativeChange))
    return text + (modification.effectiveRank.map { say(.ofRank, String($0)) } ?? "")
  }

  /// Shares of the subject's parameters by what became of them.
  func parts(_ modification: Modification) -> [(name: String, share: Double)] {
    [
      (say(.unchanged), modification.unchanged), (say(.reencoded), modification.reencoded),
      (say(.modified), modification.modified), (say(.new), modification.new),
    ]
  }
}

extension Judgement {
  /// Gravest first; findings of one level stay in the order the rules gave them.
  var orderedFindings: [Finding] {
    Finding.Level.allCases.reversed().flatMap { level in findings.filter { $0.level == level } }
  }
}
