internal import Judge

/// One model's part of the HTML report.
struct HTMLSubject {
  let judgement: Judgement
  let corpus: CorpusSummary
  let detail: Detail
  let number: Int
  let language: Language

  private var subject: Subject { judgement.subject }
  private var isMerge: Bool { judgement.parents.count > 1 }

  var article: XML {
    XML.element(
      "article", ["id": "model-\(number)"],
      XML.lines(
        [verdict, plainWords, findings, lineage] + judgement.parents.enumerated().map(parent)
          + [
            mixture, explanations, compared, components, weightsByPart, changedMost, innovation,
            tensors,
            limits,
          ]))
  }

  // MARK: Sections

  private func section(_ heading: String, _ content: XML...) -> XML {
    XML.element(
      "section", [:], XML.element("h2", [:], XML(heading)), XML.joined(content))
  }

  private var verdict: XML {
    let facts: [(String, String)] = [
      (language.say(.subject), language.facts(subject).joined(separator: " · ")),
      (language.say(.declares), language.declares(subject.declared)),
      (
        language.say(.corpus),
        language.count(corpus.references, .reference) + " · "
          + language.say(.digest, String(corpus.digest.prefix(12)))
      ),
      (language.say(.weightsDigest), subject.digest ?? language.say(.notReadAsAWhole)),
    ]
    let list = facts.map { name, value in
      XML.element("dt", [:], XML(name)) + XML.element("dd", [:], XML(value))
    }
    return XML.element(
      "div", ["class": "verdict \(judgement.tone)"],
      XML.element("h1", [:], XML(subject.name)), judgement.badge(language),
      headline, tiles,
      XML.element("dl", [:], XML.joined(list)))
  }

  /// The verdict with its reason, what it does not show, and what to do next.
  private var headline: XML {
    let headline = language.headline(judgement)
    return XML.element("p", ["class": "sentence"], XML(headline.sentence))
      + (headline.caveat.map { XML.element("p", ["class": "soft"], XML($0)) } ?? XML.empty)
      + (headline.nextStep.map {
        XML.element(
          "p", ["class": "next"],
          XML.element("b", [:], XML(language.say(.nextStep) + language.colon)),
          PageMarkup.sentence($0))
      } ?? XML.empty)
  }

  /// What to retell, before any figure.
  private var plainWords: XML {
    let words = language.plainWords(judgement)
    let rows: [(Phrase, String)] = [
      (.whatWasFound, words.found), (.howSure, words.certainty), (.notShown, words.notShown),
    ]
    return section(
      language.say(.inPlainWords),
      XML.joined(
        rows.map { heading, text in
          XML.element(
            "p", [:], XML.element("b", [:], XML(language.say(heading) + language.colon)), XML(text))
        }))
  }

  /// What became of the weights of each part: frozen or trained.
  private var weightsByPart: XML {
    let parts = WeightsByPart.rows(judgement.tensors)
    guard !judgement.parents.isEmpty, !parts.isEmpty else { return XML.empty }
    let kinds = Self.kinds(areUntested: parts.contains { $0.shares.last ?? 0 > 0 })
    let rows = parts.map { part in
      [language.component(part.name), Figures.count(part.parameters, language)]
        + kinds.map { Figures.percent(part.shares[$0]) }
    }
    let headings =
      [language.say(.part), language.say(.parametersColumn)] + kinds.map { language.parts[$0] }
    return section(
      language.say(.weightsByPart),
      HTMLTable(headings: headings, numeric: Set(1..<headings.count)).markup(rows))
  }

  /// Positions in `Language.parts` that a reader is shown.
  private static func kinds(areUntested: Bool) -> [Int] {
    Array(0..<(areUntested ? 5 : 4))
  }

  /// What did not change, exactly, and what changed most.
  private var changedMost: XML {
    guard let ranking = ChangeRanking(judgement, language: language) else { return XML.empty }
    let tables = [(Phrase.layer, ranking.layers), (.tensor, ranking.tensors)]
      .filter { !$0.1.isEmpty }.map { heading, entries in
        HTMLTable(headings: [language.say(heading), language.say(.change)], numeric: [1])
          .markup(entries.map { [$0.name, Figures.short($0.change)] })
      }
    return section(
      language.say(.changedMost),
      XML.element("p", [:], XML(ranking.unchangedWords(language))),
      XML.element("div", ["class": "pictures"], XML.joined(tables)))
  }

  /// The three figures that a person with a minute looks for.
  private var tiles: XML {
    let log10P = judgement.verdict.log10P
    var tiles = [
      (
        Figures.raised(language.barePValue(log10P)), language.say(.significanceTile),
        log10P < Calibration.extrapolatedLog10P ? language.say(.extrapolated) : ""
      )
    ]
    if isMerge {
      // What one of the parents explains is neither what the merge has from them nor what is new.
      if let blend = judgement.blend, !blend.units.isEmpty {
        tiles.append((Figures.percent(blend.explained), language.say(.mergeTile), ""))
      }
    } else if let parent = judgement.parents.first, let modification = parent.modification {
      let isParent = parent.relation.isOfParent
      tiles.append(
        (
          Figures.percent(modification.derivedShare),
          language.say(isParent ? .derivedShareTile : .sharedTile),
          language.say(
            .interval, Figures.percent(modification.derivedShareLow),
            Figures.percent(modification.derivedShareHigh))
        ))
      tiles.append(
        (
          Figures.percent(modification.novelty),
          language.say(isParent ? .noveltyTile : .notSharedTile), ""
        ))
    }
    return XML.element(
      "div", ["class": "tiles"],
      XML.joined(
        tiles.map { figure, name, note in
          XML.element(
            "div", ["class": "tile"], XML.element("b", [:], XML(figure)),
            XML.element("small", [:], XML(note.isEmpty ? name : "\(name) · \(note)")))
        }))
  }

  private var findings: XML {
    section(
      language.say(.findings),
      judgement.findings.isEmpty
        ? XML.element("p", [:], XML(language.say(.noFindings)))
        : XML.lines(judgement.orderedFindings.map(finding)),
      XML.joined(
        language.unusedAcceptances(judgement).map { text in
          XML.element(
            "p", ["class": "soft"], XML(language.say(.policy) + language.colon + text))
        }))
  }

  private func finding(_ finding: Finding) -> XML {
    let evidence = finding.evidence.sorted { $0.key.rawValue < $1.key.rawValue }.map { key, value in
      [language(key), language.value(value, for: key)]
    }
    let page = FindingPage(finding.code, in: language)
    return XML.element(
      "div", ["class": "finding \(finding.level.rawValue)"],
      XML.element(
        "h4", [:],
        XML.element(
          "span", ["class": "badge \(finding.level.rawValue)"], XML(language(finding.level))),
        XML(" \(finding.code.rawValue) \(language.title(finding.code))")),
      XML.element("p", [:], XML(language.message(finding))),
      language.acceptance(finding).map { XML.element("p", ["class": "soft"], XML($0)) }
        ?? XML.empty,
      disclosure(
        language.say(.page),
        evidence.isEmpty
          ? XML.empty
          : HTMLTable(
            headings: [language.say(.evidenceOfFinding), ""]).markup(evidence),
        PageMarkup.markup(of: page.sections)))
  }

  private func disclosure(_ summary: String, _ content: XML...) -> XML {
    XML.element(
      "details", [:], XML.element("summary", [:], XML(summary)), XML.joined(content))
  }

  private var lineage: XML {
    let pictures = [
      LineagePicture(judgement: judgement, id: id("lineage"), language: language).markup.map {
        figure(language.say(.whoFromWhom), language.say(.lineageText), $0)
      },
      NullPicture(
        candidates: judgement.candidates, parents: Set(judgement.parents.map(\.reference)),
        id: id("null"), language: language
      ).markup.map {
        figure(language.say(.nullPicture), language.say(.dots), $0)
      },
    ].compactMap(\.self)
    guard !pictures.isEmpty else { return XML.empty }
    return section(
      language.say(.lineage), XML.element("div", ["class": "pictures"], XML.joined(pictures)))
  }

  private func figure(_ title: String, _ caption: String, _ content: XML...) -> XML {
    XML.element(
      "figure", [:],
      XML.element("figcaption", [:], XML.element("b", [:], XML(title)), XML(caption)),
      XML.joined(content))
  }

  private func id(_ name: String) -> String { "m\(number)-\(name)" }

  // MARK: Parents

  private func parent(_ index: Int, _ parent: Parent) -> XML {
    let heading = [
      language.name(of: parent) + language.colon + parent.reference,
      language.weight(parent, in: judgement),
    ].compactMap(\.self).joined(separator: " · ")
    let background = StrangerBackground(judgement)
    let evidence = HTMLTable(headings: language.evidenceHeadings, numeric: [2, 3, 4])
      .markup(language.evidence(parent, before: background).map(\.cells))
    let strangers = language.strangersText(background).map {
      XML.element("p", ["class": "soft"], XML($0))
    }
    let facts = [
      language(parent.relation), Figures.raised(language.pValue(parent.log10P)),
      language.words(parent.direction),
    ].joined(separator: " · ")
    return section(
      heading, XML.element("p", ["class": "soft"], XML(facts)),
      XML.joined(language.alternatives(parent).map { XML.element("p", [:], XML($0)) }), evidence,
      strangers ?? XML.empty, changes(parent),
      parent.modification.map {
        XML.element("p", [:], XML(language.shares($0, of: parent.relation, isMerge: isMerge)))
      } ?? XML.empty,
      XML.element("div", ["class": "pictures"], pictures(parent, number: index + 1)),
      index == 0 ? layerTable : XML.empty)
  }

  /// How a merge was put together.
  private var mixture: XML {
    guard let mixture = language.mixture(judgement) else { return XML.empty }
    let headings =
      [language.say(.mixtureUnit)] + mixture.references + [language.say(.mixtureColumn)]
    return section(
      language.say(.mixture),
      HTMLTable(headings: headings, numeric: Set(1..<headings.count))
        .markup(mixture.rows.map { [$0.name] + $0.coefficients + [$0.explained] }),
      XML.element("p", ["class": "soft"], XML(mixture.reading)))
  }

  /// What else could explain the likeness, with what speaks for and against it.
  private var explanations: XML {
    guard !judgement.explanations.isEmpty else { return XML.empty }
    let rows = judgement.explanations.map { explanation in
      XML.element(
        "tr", [:], XML.element("th", ["scope": "row"], XML(language(explanation.kind))),
        XML.element("td", [:], XML(language(explanation.standing))),
        XML.element(
          "td", [:],
          XML.element(
            "ul", [:],
            XML.joined(
              language.arguments(explanation).map { XML.element("li", [:], XML($0)) }))))
    }
    return section(
      language.say(.possibleExplanations),
      HTMLTable(headings: ["", language.say(.status), language.say(.evidence)]).markup(rows: rows))
  }

  private func changes(_ parent: Parent) -> XML {
    guard !parent.changes.isEmpty else { return XML.empty }
    let items = parent.changes.map { change in
      XML.element(
        "li", ["class": change.kind.isDisguise ? "disguise" : nil], XML(language.words(change)))
    }
    return XML.element("h3", [:], XML(language.say(.changed)))
      + XML.element("ul", [:], XML.joined(items))
  }

  private func pictures(_ parent: Parent, number: Int) -> XML {
    var figures = parent.layerGrids.enumerated().map { index, grid in
      figure(
        language.say(.heatMap),
        language.component(grid.component) + language.colon
          + language.say(
            .heatMapText, String(grid.subjectLayers.count), String(grid.referenceLayers.count)),
        HeatMap(grid: grid, id: id("heat-\(number)-\(index)"), language: language).markup)
    }
    // Tensors and layers are told against the parent that explains each best, so once.
    if number == 1 { figures += modification }
    if let spectrum = SpectrumPicture(
      shares: parent.changeSpectrum, id: id("spectrum-\(number)"), language: language
    ).markup {
      figures.append(
        figure(
          language.say(.spectrum),
          language.say(.spectrumText, Figures.percent(parent.changeSpectrum.first ?? 0)), spectrum))
    }
    return XML.joined(figures)
  }

  private var modification: [XML] {
    var figures: [XML] = []
    let kinds = Self.kinds(areUntested: judgement.tensors.contains { $0.status == .untested })
    if let bars = RoleBars(tensors: judgement.tensors, id: id("roles"), language: language).markup {
      figures.append(
        figure(
          language.say(.roleBars), language.say(.roleBarsText),
          legend(kinds.map { ($0, language.parts[$0]) }), bars))
    }
    var components: [String] = []
    for layer in judgement.layers where !components.contains(layer.component) {
      components.append(layer.component)
    }
    figures += components.enumerated().map { index, component in
      let layers = judgement.layers.filter { $0.component == component }
      let text = language.say(
        isMerge ? .layerBarsMergeText : .layerBarsText, language.count(layers.count, .layer))
      return figure(
        language.say(.layerBars) + language.colon + language.component(component), text,
        legend([
          (0, language.parts[0]), (2, language.say(.changedWithin)),
          (3, language.say(isMerge ? .elsewhere : .new)),
        ]),
        LayerBars(
          component: component, layers: layers, text: text, id: id("layers-\(index)"),
          language: language
        ).markup)
    }
    return figures
  }

  /// What the colours stand for, by the number of their style.
  private func legend(_ parts: [(number: Int, name: String)]) -> XML {
    XML.element(
      "ul", ["class": "legend"],
      XML.joined(
        parts.map { number, name in
          XML.element("li", [:], XML.element("span", ["class": "key part\(number)"]), XML(name))
        }))
  }

  // MARK: Tables

  private var layerTable: XML {
    guard !judgement.layers.isEmpty else { return XML.empty }
    let headings: [Phrase] = [
      .part, .layer, .from, .layer, .similarity, .derived, .unchanged, .change,
    ]
    let rows = judgement.layers.map { layer in
      [
        language.component(layer.component), String(layer.layer), language.origin(of: layer),
        layer.referenceLayer.map(String.init) ?? "–", Figures.cosine(layer.similarity),
        Figures.percent(layer.derivedShare), Figures.percent(layer.unchanged),
        Figures.short(layer.relativeChange),
      ]
    }
    return disclosure(
      language.say(.figuresAsTable),
      HTMLTable(headings: headings.map(language.say), numeric: [1, 3, 4, 5, 6, 7]).markup(rows))
  }

  private var compared: XML {
    guard !judgement.candidates.isEmpty else { return XML.empty }
    let rows = judgement.candidates.map { candidate in
      [
        candidate.reference, language.standing(candidate),
        Figures.raised(Figures.pValue(log10: candidate.log10P)),
        Figures.cosine(candidate.linearMean), Figures.cosine(candidate.circuitsMean),
      ]
    }
    let headings = [
      language.say(.reference), language.say(.relation), "p", language.say(.numbers),
      language.say(.function),
    ]
    let table = HTMLTable(headings: headings, numeric: [2, 3, 4])
    let reading = XML.element("p", ["class": "soft"], XML(language.readingOfP(Figures.raised)))
    let shown = rows.prefix(10)
    let rest = rows.dropFirst(10)
    return section(
      language.say(.compared), table.markup(Array(shown)), reading,
      rest.isEmpty
        ? XML.empty
        : disclosure(
          language.say(.moreCandidates, String(rest.count)), table.markup(Array(rest))))
  }

  private var components: XML {
    guard judgement.components.count > 1 else { return XML.empty }
    let rows = judgement.components.map { component in
      [
        language.component(component.name), language.relation(of: component),
        component.reference ?? "–",
        component.derivedShare.map(Figures.percent) ?? "–",
      ]
    }
    let headings: [Phrase] = [.part, .relation, .from, .derived]
    return section(
      language.say(.parts),
      HTMLTable(headings: headings.map(language.say), numeric: [3]).markup(rows))
  }

  private var innovation: XML {
    guard let innovation = judgement.innovation, innovation.isRequested else { return XML.empty }
    let rows = language.innovation(innovation).map { [$0.name, $0.value, $0.weight, $0.note] }
    let headings = ["", language.say(.value), language.say(.weightColumn), ""]
    return section(
      language.say(.innovation), HTMLTable(headings: headings, numeric: [1, 2]).markup(rows),
      XML.joined(
        language.ingredients(innovation).map { XML.element("p", ["class": "soft"], XML($0)) }))
  }

  private var tensors: XML {
    guard detail == .tensors, !judgement.tensors.isEmpty else { return XML.empty }
    let rows = judgement.tensors.map { tensor in
      [
        tensor.name, tensor.shape.map(String.init).joined(separator: "×"),
        language(tensor.status), Figures.cosine(tensor.cosine),
        tensor.z.map(Figures.z) ?? "–",
      ]
    }
    let headings: [Phrase] = [.tensor, .shape, .status, .cosineColumn]
    return section(
      language.say(.tensors),
      HTMLTable(headings: headings.map(language.say) + ["z"], numeric: [3, 4]).markup(rows))
  }

  private var limits: XML {
    guard !judgement.limits.isEmpty else { return XML.empty }
    return section(
      language.say(.notJudged),
      XML.element(
        "ul", [:], XML.joined(language.limits(judgement).map { XML.element("li", [:], XML($0)) })))
  }
}
