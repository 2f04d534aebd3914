internal import Judge

extension Relation {
  var words: String {
    switch self {
    case .identical: "identical"
    case .derived: "derived"
    case .partial: "partially derived"
    case .merged: "merged"
    case .sharedInitialisation: "shared initialisation"
    case .noEvidence: "no evidence"
    case .inconclusive: "inconclusive"
    }
  }
}

extension Direction {
  var words: String {
    switch self {
    case .fromReference: "the reference is the parent"
    case .toReference: "the reference is the child"
    case .undirected: "which of the two came first is open"
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
      case .noEvidence: ("✓", .green)
      case .inconclusive: ("?", .yellow)
      default: ("●", .cyan)
      }
    }
  }
}

extension Declared {
  var words: String {
    var parts = baseModels.map { "parent " + printable($0) }
    if parts.isEmpty { parts.append("no parent") }
    if let relation { parts.append("relation " + printable(relation)) }
    if let license { parts.append("licence " + printable(license)) }
    return parts.joined(separator: " · ")
  }
}
