internal import Judge

/// One line of the list of many models, whether it could be inspected or not.
struct OverviewRow {
  /// Place among the judgements; nil for an input that could not be inspected.
  var index: Int?
  var mark: (icon: String, style: Palette.Style)
  var name: String
  /// What is amiss, else the relation.
  var verdict: String
  /// The relatives; of an input that could not be inspected, why.
  var references: [String]
  /// Larger is worse.
  fileprivate var rank: Int
}

extension Language {
  /// All models of a report, the worst first; those that are equally bad stay in their order.
  func overview(_ report: ForensicReport) -> [OverviewRow] {
    let judged = report.judgements.enumerated().map { index, judgement in
      row(judgement, index, report.gate)
    }
    let failed = report.inputErrors.map { error in
      OverviewRow(
        index: nil, mark: ("?", .yellow), name: error.input, verdict: say(.notInspected),
        references: [failure(error.message)], rank: Rank.unread)
    }
    let rows = judged + failed
    return rows.indices.sorted { (-rows[$0].rank, $0) < (-rows[$1].rank, $1) }.map { rows[$0] }
  }

  private func row(_ judgement: Judgement, _ index: Int, _ gate: GateOutcome?) -> OverviewRow {
    let gravest = judgement.gravestFinding
    var verdict = self(judgement.verdict.relation)
    if let gravest, gravest.needsAttention {
      verdict = "\(gravest.code.rawValue) \(title(gravest.code))"
    }
    let isFailing = gate.map { $0.failing.contains(index) } ?? (gravest?.level == .error)
    let isUnchecked = gate?.unchecked.contains(index) ?? false
    let rank =
      isFailing ? Rank.failing : isUnchecked ? Rank.unchecked : Rank.of(gravest?.level)
    return OverviewRow(
      index: index, mark: judgement.mark, name: judgement.subject.name, verdict: verdict,
      references: judgement.parents.map(\.reference), rank: rank)
  }

  private enum Rank {
    static let failing = 5
    static let unread = 4
    static let unchecked = 3

    static func of(_ level: Finding.Level?) -> Int {
      switch level {
      case .error: 2
      case .warning: 1
      case .info, nil: 0
      }
    }
  }
}

extension Language {
  /// What the gate says, in one line.
  func words(_ gate: GateOutcome) -> String {
    let level = Finding.Level(rawValue: gate.failOn.rawValue).map { self($0) } ?? "–"
    var parts: [String] = []
    if !gate.failing.isEmpty {
      parts.append(
        gate.models > 1
          ? say(.gateOfMany, String(gate.failing.count), String(gate.models), level)
          : say(.gateFails, level))
    }
    if gate.unread > 0 { parts.append(say(.gateUnread, String(gate.unread))) }
    if !gate.unchecked.isEmpty {
      parts.append(
        say(.gateUnchecked, gate.models > 1 ? String(gate.unchecked.count) : say(.theModel)))
    }
    if gate.known > 0 { parts.append(say(.gateKnown, String(gate.known))) }
    guard gate.status != .passes else {
      return ([say(.gatePasses, level)] + parts).joined(separator: self == .zh ? "；" : "; ")
    }
    let text = parts.joined(separator: self == .zh ? "；" : "; ")
    let mark = gate.failing.isEmpty ? "✗ " : ""
    return mark + text + bracketed(say(.exitStatus, String(gate.status.rawValue)))
  }
}
