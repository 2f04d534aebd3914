internal import Judge

/// The report for a comment on a pull request or the summary of a CI job, in GitHub's Markdown:
/// verdict and findings first, the evidence behind lines that open it.
package struct MarkdownWriter: ReportWriter {
  package static let format = "markdown"

  private let language: Language

  package init(options: WriterOptions) {
    language = options.language
  }

  package func write(_ report: ForensicReport) -> String {
    var sections: [String] = []
    if let gate = report.gate {
      sections.append(
        "**\(language.say(.gate))\(language.colon)\(Markdown.text(language.words(gate)))**\n")
    }
    if !report.isAboutOneModel { sections.append(overview(report)) }
    sections += report.judgements.flatMap { judgement in
      [heading(judgement), findings(judgement), unusedAcceptances(judgement)]
        + judgement.parents.map { parent($0, in: judgement) }
        + [mixture(judgement), explanations(judgement)]
        + [innovation(judgement), background(judgement, report)]
    }
    return sections.filter { !$0.isEmpty }.joined(separator: "\n")
  }

  private func overview(_ report: ForensicReport) -> String {
    let rows = language.overview(report).map { row in
      guard let index = row.index else {
        return [
          "⚫", Markdown.code(row.name), "–", "–",
          Markdown.text(row.references.joined(separator: language.comma)),
        ]
      }
      let judgement = report.judgements[index]
      return [
        judgement.icon, Markdown.code(row.name), language(judgement.verdict.relation),
        names(row.references), names(Set(judgement.findings.map(\.code.rawValue)).sorted()),
      ]
    }
    let headings: [Phrase] = [.subject, .relation, .parent, .findings]
    return Markdown.table([""] + headings.map(language.say), rows)
  }

  private func names(_ names: [String]) -> String {
    names.isEmpty ? "–" : names.map(Markdown.code).joined(separator: language.comma)
  }

  private func heading(_ judgement: Judgement) -> String {
    let subject = judgement.subject
    let headline = language.headline(judgement)
    let further = [
      headline.caveat, headline.nextStep.map { language.say(.nextStep) + language.colon + $0 },
    ].compactMap(\.self).map { Markdown.text($0) + "\n\n" }.joined()
    return """
      ## \(judgement.icon) \(Markdown.code(subject.name))\(language.colon)\(headline.title)

      **\(Markdown.text(headline.sentence))**

      \(further)\(Markdown.text(language.facts(subject).joined(separator: " · "))) · \
      \(language.digest(subject) { Markdown.code(String($0.prefix(12))) })
      \(Markdown.text(language.say(.declares) + " " + language.declares(subject.declared)))

      """
  }

  private func findings(_ judgement: Judgement) -> String {
    guard !judgement.findings.isEmpty else { return "" }
    let rows = judgement.orderedFindings.map { finding in
      [
        finding.level.icon + " " + language(finding.level),
        finding.code.rawValue + " " + language.title(finding.code),
        Markdown.text(
          language.message(finding)
            + (language.acceptance(finding).map(language.bracketed) ?? "")),
        Markdown.code(finding.location),
      ]
    }
    let headings: [Phrase] = [.level, .finding, .message, .location]
    return Markdown.table(headings.map(language.say), rows)
  }

  private func unusedAcceptances(_ judgement: Judgement) -> String {
    language.unusedAcceptances(judgement).map { text in
      "- " + Markdown.text(language.say(.policy) + language.colon + text) + "\n"
    }.joined()
  }

  /// How a merge was put together.
  private func mixture(_ judgement: Judgement) -> String {
    guard let mixture = language.mixture(judgement) else { return "" }
    let headings =
      [language.say(.mixtureUnit)] + mixture.references.map(Markdown.code)
      + [language.say(.mixtureColumn)]
    let rows = mixture.rows.map { [Markdown.text($0.name)] + $0.coefficients + [$0.explained] }
    return Markdown.details(
      language.say(.mixture),
      Markdown.table(headings, rows, rightAligned: Set(1..<headings.count)) + "\n"
        + Markdown.text(mixture.reading) + "\n")
  }

  private func parent(_ parent: Parent, in judgement: Judgement) -> String {
    let isMerge = judgement.parents.count > 1
    let background = StrangerBackground(judgement)
    let summary = [
      language.name(of: parent) + " " + parent.reference, language(parent.relation),
      language.weight(parent, in: judgement),
      Figures.raised(language.pValue(parent.log10P)),
    ].compactMap(\.self).joined(separator: " · ")
    let evidence = language.evidence(parent, before: background).map(\.cells)
    var facts =
      [language.words(parent.direction)] + language.alternatives(parent)
      + parent.changes.map(language.words)
    if let modification = parent.modification {
      let parts = language.parts(modification, isMerge: isMerge).filter { $0.share > 0 }
        .map { "\($0.name) \(Figures.percent($0.share))" }
      facts += [
        parts.joined(separator: " · "),
        language.shares(modification, of: parent.relation, isMerge: isMerge),
      ]
    }
    if let text = language.strangersText(background) { facts.append(text) }
    return Markdown.details(
      summary,
      Markdown.table(language.evidenceHeadings, evidence, rightAligned: [2, 3, 4]) + "\n"
        + facts.map { "- " + Markdown.text($0) + "\n" }.joined())
  }

  private func explanations(_ judgement: Judgement) -> String {
    guard !judgement.explanations.isEmpty else { return "" }
    let rows = judgement.explanations.map { explanation in
      [
        language(explanation.kind), language(explanation.standing),
        language.arguments(explanation).map(Markdown.text).joined(separator: "<br>"),
      ]
    }
    return Markdown.details(
      language.say(.possibleExplanations), Markdown.table(["", "", ""], rows))
  }

  private func innovation(_ judgement: Judgement) -> String {
    guard let innovation = judgement.innovation, innovation.isRequested else { return "" }
    let rows = language.innovation(innovation).map {
      [$0.name, $0.value, $0.weight, Markdown.text($0.note)]
    }
    let ingredients = language.ingredients(innovation).map { "- " + Markdown.text($0) + "\n" }
    return Markdown.details(
      language.say(.innovation),
      Markdown.table(
        ["", language.say(.value), language.say(.weightColumn), ""], rows, rightAligned: [1, 2])
        + "\n" + ingredients.joined())
  }

  /// What was compared, and what could not be judged.
  private func background(_ judgement: Judgement, _ report: ForensicReport) -> String {
    let shown = judgement.candidates.prefix(10)
    let rows = shown.map { candidate in
      [
        Markdown.code(candidate.reference), language.standing(candidate),
        Figures.raised(Figures.pValue(log10: candidate.log10P)),
        Figures.cosine(candidate.linearMean),
        Figures.cosine(candidate.circuitsMean),
      ]
    }
    let headings = [
      language.say(.reference), language.say(.relation), "p", language.say(.numbers),
      language.say(.function),
    ]
    let more = judgement.candidates.count - shown.count
    let rest = more > 0 ? "\n" + language.say(.moreCandidates, String(more)) + "\n" : ""
    let corpus =
      language.count(report.corpus.references, .reference) + " · "
      + language.say(.digest, String(report.corpus.digest.prefix(12)))
    let compared = Markdown.details(
      "\(language.say(.compared))\(language.colon)\(corpus)",
      Markdown.table(headings, rows, rightAligned: [2, 3, 4]) + rest + "\n"
        + Markdown.text(language.readingOfP(Figures.raised)) + "\n")
    guard !judgement.limits.isEmpty else { return compared }
    let limits = language.limits(judgement).map { "- " + Markdown.text($0) + "\n" }.joined()
    return compared + "\n" + Markdown.details(language.say(.notJudged), limits)
  }
}

extension Judgement {
  fileprivate var icon: String {
    switch mark.style {
    case .red: "🔴"
    case .yellow: "🟡"
    default: "🔵"
    }
  }
}

extension Finding.Level {
  fileprivate var icon: String {
    switch self {
    case .info: "🔵"
    case .warning: "🟡"
    case .error: "🔴"
    }
  }
}
