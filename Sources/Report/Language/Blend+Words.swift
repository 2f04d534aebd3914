internal import Judge

/// How a merge was put together, as a table: units, or runs of layers that were mixed alike.
struct MixtureTable {
  struct Row {
    var name: String
    /// One for each parent.
    var coefficients: [String]
    var explained: String
  }

  var references: [String]
  var rows: [Row]
  /// What the coefficients mean, and what they do not.
  var reading: String
}

extension Language {
  /// Nil of what is no merge, and of a merge of single values, which has no coefficients.
  func mixture(_ judgement: Judgement) -> MixtureTable? {
    guard let blend = judgement.blend, blend.kind != .masked, !blend.units.isEmpty else {
      return nil
    }
    var runs: [(first: Blend.Unit, last: Blend.Unit, row: MixtureTable.Row)] = []
    for unit in blend.units {
      let coefficients = unit.coefficients.map { Figures.cosine($0) }
      let explained = Figures.percent(unit.explained)
      if let run = runs.last, let layer = unit.layer, run.last.layer == layer - 1,
        run.last.component == unit.component, run.row.coefficients == coefficients,
        run.row.explained == explained
      {
        runs[runs.count - 1].last = unit
      } else {
        let row = MixtureTable.Row(name: "", coefficients: coefficients, explained: explained)
        runs.append((unit, unit, row))
      }
    }
    return MixtureTable(
      references: blend.references,
      rows: runs.map { run in
        var row = run.row
        row.name = component(run.first.component)
        if let first = run.first.layer, let last = run.last.layer {
          row.name += " " + (first == last ? "\(first)" : "\(first)–\(last)")
        }
        return row
      }, reading: reading(of: blend))
  }

  private func reading(of blend: Blend) -> String {
    let sum = Figures.cosine(blend.references.indices.reduce(0) { $0 + blend.coefficient($1) })
    let explained = Figures.percent(blend.explained)
    switch blend.kind {
    case .linear: return say(.blendLinear, explained)
    case .spherical: return say(.blendSpherical, Figures.cosine(blend.arc ?? 0), sum, explained)
    case .unnormalised: return say(.blendUnnormalised, sum, explained)
    case .parts, .masked: return say(.blendParts, explained)
    }
  }

  /// What a parent's part in a merge is: its weight, or a coefficient that is no share.
  func weight(_ parent: Parent, in judgement: Judgement) -> String? {
    guard let coefficient = parent.coefficient else { return nil }
    switch judgement.blend?.kind {
    case .spherical, .unnormalised: return say(.mixtureCoefficient, Figures.cosine(coefficient))
    case .linear, .parts, .masked, nil: return say(.weight, Figures.cosine(coefficient))
    }
  }
}
