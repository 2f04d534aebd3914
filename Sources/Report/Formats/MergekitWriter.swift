internal import Judge

/// A configuration for mergekit that rebuilds a merge from its parents, as the weights show it.
///
/// A model that is no merge, or one that no configuration rebuilds, is a comment that says why. Names of
/// models are those of the corpus; where they lie is the reader's to fill in. Several models are several
/// documents.
///
/// - Source: mergekit 0.1.5, docs/config-yaml: `models`, `slices`, `parameters` with filters and
///   gradients, the methods `linear`, `slerp` and `passthrough`.
package struct MergekitWriter: ReportWriter {
  package static let format = "mergekit"

  package init(options: WriterOptions) {}

  package func write(_ report: ForensicReport) -> String {
    report.judgements.map { judgement in
      let name = printable(judgement.subject.name)
      guard let blend = judgement.blend else {
        return "# \(name): no merge of references of this corpus was found\n"
      }
      let reading = Language.en.mixture(judgement)?.reading
      let obstacle = Self.obstacle(blend)
      let configuration = obstacle == nil ? configuration(judgement, blend) : nil
      return
        (["\(name): \(Language.en.sentence(judgement))", reading].compactMap(\.self)
        + notes(
          judgement, blend, obstacle: obstacle ?? (configuration == nil ? Self.patchwork : nil)))
        .map { "# " + printable($0) + "\n" }.joined() + (configuration ?? "")
    }.joined(separator: "---\n")
  }

  /// Why no configuration would rebuild the weights; nil where one may.
  private static func obstacle(_ blend: Blend) -> String? {
    if blend.kind == .masked {
      return "single values were chosen, by a choice that is in no configuration"
    }
    if blend.units.isEmpty {
      return "the coefficients of the units contradict those of the whole"
    }
    if let other = blend.otherwiseShaped?.first {
      return "tensors of \(other) have other shapes"
    }
    // One stack of layers: mergekit numbers those of one alone.
    let stacks = Set(blend.units.filter { $0.layer != nil }.map(\.component))
    let isExplained = blend.units.allSatisfy { $0.explained >= explained }
    return stacks.count < 2 && isExplained ? nil : patchwork
  }

  private static let patchwork = "layers or parts that no parent explains, or of several stacks"

  /// What a configuration cannot say.
  private func notes(_ judgement: Judgement, _ blend: Blend, obstacle: String?) -> [String] {
    var notes: [String] = []
    if let obstacle {
      notes.append(obstacle + ": not written")
    } else if blend.explained < Self.rebuilt {
      notes.append("the parents do not explain the rest; where it comes from was not seen")
    }
    if judgement.parents.contains(where: { !$0.alternatives.isEmpty }) {
      notes.append("relatives of a parent would do as well; the report names them")
    }
    return notes
  }

  /// From this share on, the configuration rebuilds the weights to rounding.
  private static let rebuilt = 0.999
  /// Explained share of a unit below which its coefficients rebuild something else.
  static let explained = 0.5

  private func configuration(_ judgement: Judgement, _ blend: Blend) -> String? {
    switch blend.kind {
    case .linear, .unnormalised: linear(blend)
    case .spherical: spherical(blend)
    case .parts: passthrough(judgement, blend)
    case .masked: nil
    }
  }

  // MARK: Methods

  private func linear(_ blend: Blend) -> String {
    let models = blend.references.enumerated().map { index, reference in
      "  - model: \(Self.quoted(reference))\n    parameters:\n"
        + setting("weight", blend, indent: 6) { $0.coefficients[index] }
    }
    return "merge_method: linear\nmodels:\n\(models.joined())parameters:\n  normalize: false\n"
      + Self.type
  }

  private func spherical(_ blend: Blend) -> String {
    let models = blend.references.map { "  - model: \(Self.quoted($0))\n" }.joined()
    return
      "merge_method: slerp\nbase_model: \(Self.quoted(blend.references[0]))\nmodels:\n\(models)"
      + "parameters:\n" + setting("t", blend, indent: 2) { $0.arc ?? 0 } + Self.type
  }

  /// Runs of layers, each of one parent.
  private func passthrough(_ judgement: Judgement, _ blend: Blend) -> String? {
    let layers = blend.units.filter { $0.layer != nil }.sorted { $0.layer ?? 0 < $1.layer ?? 0 }
    guard layers.map(\.layer) == layers.indices.map(Int?.some), !layers.isEmpty else { return nil }
    var runs: [(parent: Int, layers: Range<Int>)] = []
    for (layer, unit) in layers.enumerated() {
      guard let parent = unit.coefficients.firstIndex(of: 1),
        let source = judgement.parents[parent].layerMap.first(where: { $0.subject == layer })?
          .reference
      else { return nil }
      if let last = runs.last, last.parent == parent, last.layers.upperBound == source {
        runs[runs.count - 1].layers = last.layers.lowerBound..<source + 1
      } else {
        runs.append((parent, source..<source + 1))
      }
    }
    let slices = runs.map { run in
      "  - sources:\n      - model: \(Self.quoted(blend.references[run.parent]))\n"
        + "        layer_range: [\(run.layers.lowerBound), \(run.layers.upperBound)]\n"
    }
    let outside = outsideLayers(blend, first: runs[0].parent, last: runs[runs.count - 1].parent)
    return outside + "merge_method: passthrough\nslices:\n" + slices.joined() + Self.type
  }

  /// The embeddings come with the first slice and the head with the last: what the weights show
  /// otherwise is said.
  private func outsideLayers(_ blend: Blend, first: Int, last: Int) -> String {
    blend.units.filter { $0.layer == nil }.compactMap { unit -> String? in
      guard let parent = unit.coefficients.firstIndex(of: 1) else { return nil }
      let taken = unit.component == "embedding" ? first : unit.component == "head" ? last : parent
      guard parent != taken else { return nil }
      return
        "# \(printable(unit.component)) is of \(printable(blend.references[parent])), and slices "
        + "bring that of \(printable(blend.references[taken]))\n"
    }.joined()
  }

  // MARK: Parameters

  /// One value where it is the same everywhere; else a gradient over the layers, and what lies outside
  /// them by the names of its tensors.
  private func setting(
    _ name: String, _ blend: Blend, indent: Int, _ value: (Blend.Unit) -> Double
  ) -> String {
    let margin = String(repeating: " ", count: indent)
    let total = blend.units.reduce(0.0) { $0 + Double($1.parameters) }
    let mean = blend.units.reduce(0.0) { $0 + value($1) * Double($1.parameters) } / max(total, 1)
    let figures = Set(blend.units.map { Self.figure(value($0)) })
    // Each tensor has an angle of its own, and a unit's place on the arc is that much off.
    let isOne = blend.kind == .spherical && blend.units.allSatisfy { abs(value($0) - mean) < 0.01 }
    if figures.count == 1 || isOne {
      return "\(margin)\(name): \(isOne ? Figures.rounded(mean, 2) : Self.figure(mean))\n"
    }
    let layers = blend.units.filter { $0.layer != nil }.sorted { $0.layer ?? 0 < $1.layer ?? 0 }
    var entries: [(filter: String?, value: String)] = []
    for unit in blend.units where unit.layer == nil {
      entries += unit.names.sorted().map { ($0, Self.figure(value(unit))) }
    }
    let values = layers.map { Self.figure(value($0)) }
    if let prefix = Self.prefix(of: layers), values.count > 1 {
      entries.append(
        (prefix, Set(values).count == 1 ? values[0] : "[\(values.joined(separator: ", "))]"))
    }
    entries.append((nil, Self.figure(mean)))
    return "\(margin)\(name):\n"
      + entries.map { filter, value in
        filter.map { "\(margin)  - filter: \(Self.quoted($0))\n\(margin)    value: \(value)\n" }
          ?? "\(margin)  - value: \(value)\n"
      }.joined()
  }

  /// What the names of all layers' tensors begin with and those of no other: `model.layers.`.
  private static func prefix(of layers: [Blend.Unit]) -> String? {
    let names = layers.flatMap(\.names)
    guard let first = names.first else { return nil }
    let common = names.dropFirst().reduce(Substring(first)) { common, name in
      let length = zip(common, name).prefix { $0 == $1 }.count
      return common.prefix(length)
    }
    let end = common.lastIndex(of: ".")
    return end.map { String(common[...$0]) }
  }

  private static func figure(_ value: Double) -> String {
    let text = Figures.rounded(value, 4)
    guard text.contains(".") else { return text }
    let trimmed = text.reversed().drop { $0 == "0" }.reversed()
    return String(trimmed.last == "." ? trimmed.dropLast() : trimmed[...])
  }

  private static func quoted(_ name: String) -> String { JSONNode.string(name).encoded() }

  private static let type = "dtype: float32\n"
}
