internal import Judge

/// What a report says of a judgement, in sentences and phrases; not yet escaped for any format.
extension Language {
  /// Size, family and format of a model.
  func facts(_ subject: Subject) -> [String] {
    [
      say(.parameters, Figures.count(subject.parameters, self)), count(subject.tensors, .tensor),
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
  func barePValue(_ log10P: Double) -> String {
    let figure = Figures.pValue(log10: log10P)
    return figure.hasPrefix("<") ? "p " + figure : "p = " + figure
  }

  /// The same; what no null has seen is said to be extrapolated.
  func pValue(_ log10P: Double) -> String {
    barePValue(log10P)
      + (log10P < Calibration.extrapolatedLog10P ? bracketed(say(.extrapolated)) : "")
  }

  /// From which p on a verdict is made, and which p are extrapolated.
  ///
  /// - Parameter raised: puts powers of ten into the format's own way of writing them.
  func readingOfP(_ raised: (String) -> String) -> String {
    say(
      .readingOfP, raised(Figures.pValue(log10: Calibration.significantLog10P)),
      raised(Figures.pValue(log10: Calibration.extrapolatedLog10P)))
  }

  /// Effect sizes beside significance beside coverage, one row for each kind of evidence.
  func evidence(
    _ parent: Parent, before background: StrangerBackground
  ) -> [EvidenceRow] {
    let linear = parent.linear
    var rows = [
      EvidenceRow(
        name: say(.sameNumbers), effect: say(.cosine, Figures.cosine(linear.mean)),
        strangers: self.background(background.numbers), z: Figures.z(linear.z),
        coverage:
          Figures.percent(linear.coverage)
      )
    ]
    if let circuits = parent.circuits {
      let parts = [
        ("qk", circuits.qk), ("ov", circuits.ov), ("ud", circuits.ud), ("gg", circuits.gg),
      ]
      let known = parts.filter { $0.1 != nil }.map { $0.0 + " " + Figures.cosine($0.1) }
      rows.append(
        EvidenceRow(
          name: say(.sameFunction), effect: known.joined(separator: " "),
          strangers: self.background(background.circuits), z: Figures.z(circuits.z),
          coverage: Figures.percent(circuits.coverage)))
    }
    return rows
  }

  /// How much is derived, with its interval, and how far the numbers moved; of a relative that is no parent, how
  /// much is shared.
  ///
  /// - Parameter isMerge: whether other parents may explain the rest.
  func shares(
    _ modification: Modification, of relation: Relation, isMerge: Bool = false
  ) -> String {
    if isMerge {
      return say(
        .mergeShares, Figures.percent(modification.derivedShare),
        Figures.percent(modification.derivedShareLow),
        Figures.percent(modification.derivedShareHigh),
        Figures.short(modification.relativeChange))
    }
    let text = say(
      relation.isOfParent ? .shares : .sharedShares, Figures.percent(modification.derivedShare),
      Figures.percent(modification.derivedShareLow),
      Figures.percent(modification.derivedShareHigh), Figures.percent(modification.novelty),
      Figures.short(modification.relativeChange))
    return text + (modification.effectiveRank.map { say(.ofRank, String($0)) } ?? "")
  }

  /// Shares of the subject's parameters by what became of them.
  func parts(
    _ modification: Modification, isMerge: Bool = false
  ) -> [(name: String, share: Double)] {
    [
      (say(.unchanged), modification.unchanged), (say(.reencoded), modification.reencoded),
      (say(.modified), modification.modified), (say(isMerge ? .elsewhere : .new), modification.new),
      (say(.untested), modification.untested ?? 0),
    ]
  }
}

extension Relation {
  /// Whether what the models share was shown, asserted or declared to come from the reference.
  var isOfParent: Bool { self != .related && self != .sharedInitialisation }
}

extension Language {
  /// Where a layer comes from, in a cell of a table.
  func origin(of layer: LayerDetail) -> String {
    layer.reference ?? (layer.isTested == false ? say(.untested) : "–")
  }

  /// What a component is to the references, or that it is too small to tell.
  func relation(of component: Component) -> String {
    component.isTested == false ? say(.untested) : self(component.relation)
  }
}

extension Judgement {
  /// Gravest first; findings of one level stay in the order the rules gave them.
  var orderedFindings: [Finding] {
    Finding.Level.allCases.reversed().flatMap { level in findings.filter { $0.level == level } }
  }
}

/// One kind of evidence, as a row of a table.
struct EvidenceRow {
  var name: String
  var effect: String
  /// What strangers of the same corpus reach.
  var strangers: String
  var z: String
  var coverage: String

  var cells: [String] { [name, effect, strangers, z, coverage] }
}

extension Language {
  /// Of the columns of `EvidenceRow`, the first being about the whole table.
  var evidenceHeadings: [String] {
    [say(.evidence), say(.effect), say(.strangers), "z", say(.coverage)]
  }

  /// What the strangers of the corpus are, by kind of evidence where those differ; nil without any.
  func strangersText(_ background: StrangerBackground) -> String? {
    let levels = [(Phrase.sameNumbers, background.numbers), (.sameFunction, background.circuits)]
      .compactMap { name, level in level.map { (name: name, references: $0.references) } }
    guard let first = levels.first else { return nil }
    func text(_ references: Int) -> String {
      let counted = count(references, .reference)
      return references == 1 ? counted : say(.strangersMean, counted)
    }
    let texts =
      levels.allSatisfy { $0.references == first.references }
      ? [text(first.references)]
      : levels.map { text($0.references) + bracketed(say($0.name)) }
    return say(.strangersText, texts.joined(separator: comma))
  }

  /// `0.00 ± 0.01`, or nothing where no stranger is there.
  func background(_ level: StrangerBackground.Level?) -> String {
    guard let level else { return "–" }
    return Figures.cosine(level.mean) + (level.spread.map { " ± " + Figures.cosine($0) } ?? "")
  }
}
