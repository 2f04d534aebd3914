internal import Judge

extension Relation: Translated {
  var texts: (en: String, zh: String) {
    switch self {
    case .identical: ("identical", "完全相同")
    case .derived: ("derived", "派生")
    case .partial: ("partially derived", "部分派生")
    case .merged: ("merged", "合并")
    case .related: ("related", "同源")
    case .sharedInitialisation: ("shared initialisation", "同一初始化")
    case .noEvidence: ("no evidence", "未见血缘")
    case .inconclusive: ("inconclusive", "无法判定")
    }
  }
}

extension Language {
  /// What is said of a reference in the list of all: one that was only screened was not compared.
  func standing(_ candidate: Candidate) -> String {
    guard candidate.isScreened, candidate.relation == .noEvidence else {
      return self(candidate.relation)
    }
    return self == .zh ? "未比较" : "not compared"
  }
}

extension Finding.Level: Translated {
  var texts: (en: String, zh: String) {
    switch self {
    case .info: ("info", "提示")
    case .warning: ("warning", "警告")
    case .error: ("error", "错误")
    }
  }
}

extension Finding.Level {
  var style: Palette.Style {
    switch self {
    case .info: .blue
    case .warning: .yellow
    case .error: .red
    }
  }
}

extension Judgement {
  /// The mark before the verdict, in the colour of the gravest finding.
  var mark: (icon: String, style: Palette.Style) {
    switch findings.map(\.level).max() {
    case .error: ("✗", .red)
    case .warning: ("!", .yellow)
    case .info, nil:
      switch verdict.relation {
      case .inconclusive: ("?", .yellow)
      case _ where isOpen: ("?", .yellow)
      // Nothing was found: the gate alone says that all is well.
      case .noEvidence: ("○", .cyan)
      default: ("●", .cyan)
      }
    }
  }
}
