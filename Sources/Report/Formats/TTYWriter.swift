internal import Judge

/// The report for people at a terminal: the verdict first, then what it rests on.
package struct TTYWriter: ReportWriter {
  package static let format = "tty"

  private let options: WriterOptions
  private var language: Language { options.language }

  package init(options: WriterOptions) {
    self.options = options
  }

  package func write(_ report: ForensicReport) -> String {
    guard report.judgements.count + report.inputErrors.count > 1 || !report.judgements.isEmpty
    else {
      return ""
    }
    var page = Page(options: options)
    for (index, judgement) in report.judgements.enumerated() {
      if index > 0 {
        page.line()
        page.line(options.palette.paint(String(repeating: "─", count: page.columns), .dim))
      }
      page.line()
      write(judgement, report, to: &page)
    }
    page.line()
    if report.judgements.count + report.inputErrors.count > 1 { summary(report, &page) }
    gate(report, &page)
    hints(report, &page)
    return page.text
  }

  private func write(_ judgement: Judgement, _ report: ForensicReport, to page: inout Page) {
    verdict(judgement, &page)
    page.line()
    subject(judgement.subject, &page)
    page.paragraph(language.say(.corpus), corpus(report.corpus))
    for (index, parent) in judgement.parents.enumerated() {
      page.line()
      page.parent(parent, number: judgement.parents.count > 1 ? index + 1 : nil, in: judgement)
    }
    if let mixture = language.mixture(judgement) {
      page.line()
      page.mixture(mixture)
    }
    // Between the parents of a merge nobody knows against which a layer changed.
    if judgement.parents.count == 1, judgement.verdict.relation != .sharedInitialisation,
      let ranking = ChangeRanking(judgement, language: language)
    {
      page.line()
      page.ranking(ranking)
    }
    explanations(judgement.explanations, &page)
    candidates(judgement, &page)
    components(judgement.components, &page)
    if options.detail != .model { layers(judgement, &page) }
    if options.detail == .tensors { tensors(judgement.tensors, &page) }
    if let innovation = judgement.innovation, innovation.isRequested {
      page.line()
      page.innovation(innovation)
    }
    findings(judgement.orderedFindings, &page)
    list(language.unusedAcceptances(judgement), under: .policy, &page)
    list(language.limits(judgement), under: .notJudged, &page)
  }

  private func verdict(_ judgement: Judgement, _ page: inout Page) {
    let (mark, headline) = (judgement.mark, language.headline(judgement))
    let word = mark.icon + " " + headline.title.uppercased()
    // Beside a long word little room is left on a narrow terminal.
    let isBeside = page.columns - TextLayout.width(word) >= 36
    let indent = isBeside ? TextLayout.width(word) + 2 : Page.labelIndent
    func wrapped(_ text: String) -> [String] {
      TextLayout.wrapped(printable(text), to: page.columns - indent)
    }
    let lines = wrapped(headline.sentence)
    let painted = options.palette.paint(word, .bold, mark.style)
    page.line(isBeside ? painted + "  " + (lines.first ?? "") : painted)
    for line in lines.dropFirst(isBeside ? 1 : 0) {
      page.line(TextLayout.padded("", to: indent) + line)
    }
    for line in headline.caveat.map(wrapped) ?? [] {
      page.line(TextLayout.padded("", to: indent) + options.palette.paint(line, .dim))
    }
    guard let next = headline.nextStep else { return }
    page.line()
    page.paragraph(language.say(.nextStep), printable(next))
  }

  private func subject(_ subject: Subject, _ page: inout Page) {
    let name = TextLayout.shortened(printable(subject.name), to: page.measure)
    page.block(language.say(.subject), [options.palette.paint(name, .bold)])
    let facts = language.facts(subject) + [language.digest(subject) { Self.short($0) }]
    page.paragraph("", printable(facts.joined(separator: " · ")))
    page.paragraph(language.say(.declares), printable(language.declares(subject.declared)))
  }

  private func corpus(_ corpus: CorpusSummary) -> String {
    [
      TextLayout.shortened(printable(corpus.path), to: 48),
      language.count(corpus.references, .reference),
      language.say(.digest, Self.short(corpus.digest)),
    ].filter { !$0.isEmpty }.joined(separator: " · ")
  }

  /// What else could explain the likeness, in one line each; those that are excluded in one word.
  private func explanations(_ explanations: [Explanation], _ page: inout Page) {
    guard explanations.contains(where: { $0.standing == .open }) else { return }
    for (index, explanation) in explanations.enumerated() {
      if index == 0 { page.line() }
      var text = language(explanation.standing) + language.colon + language(explanation.kind)
      let arguments = language.arguments(explanation)
      if explanation.standing == .open, !arguments.isEmpty {
        text += language.bracketed(arguments.joined(separator: "; "))
      }
      page.paragraph(index == 0 ? language.say(.explanations) : "", printable(text))
    }
  }

  /// The strongest few of the references, those that are parents in bold.
  private func candidates(_ judgement: Judgement, _ page: inout Page) {
    let shown = judgement.candidates.prefix(5)
    guard !shown.isEmpty else { return }
    page.line()
    var rows = [["", "", "p", language.say(.numbers), language.say(.function)]]
    rows += shown.map { candidate in
      [
        printable(candidate.reference),
        language.standing(candidate), Figures.pValue(log10: candidate.log10P),
        Figures.cosine(candidate.linearMean), Figures.cosine(candidate.circuitsMean),
      ]
    }
    let parents = Set(judgement.parents.map(\.reference))
    var styles: [Int: [Palette.Style]] = [:]
    for (index, candidate) in shown.enumerated() where parents.contains(candidate.reference) {
      styles[index + 1] = [.bold]
    }
    page.block(
      language.say(.compared),
      page.table(rows, rightAligned: [2, 3, 4], headings: true, styles: styles, flexible: 0))
    let more = judgement.candidates.count - shown.count
    if more > 0 {
      page.block("", [options.palette.paint(language.say(.moreCandidates, String(more)), .dim)])
    }
    page.paragraph("", language.readingOfP { $0 }, .dim)
  }

  /// Where the parts of a composed model come from.
  ///
  /// One part says no more than the verdict does.
  private func components(_ components: [Component], _ page: inout Page) {
    guard components.count > 1 else { return }
    page.line()
    let rows = components.map { component in
      [
        TextLayout.shortened(printable(language.component(component.name)), to: 16),
        language.relation(of: component),
        component.reference.map(printable) ?? "",
        component.derivedShare.map {
          language.say(
            component.relation.isOfParent ? .derivedOfPart : .sharedOfPart, Figures.percent($0))
        } ?? "",
      ]
    }
    page.block(
      language.say(.parts), page.table(rows, rightAligned: [], headings: false, flexible: 2))
  }

  private func layers(_ judgement: Judgement, _ page: inout Page) {
    let layers = judgement.layers
    guard !layers.isEmpty else { return }
    page.line()
    let isMerge = layers.contains { $0.coefficients != nil }
    var headings: [Phrase] = [
      .part, .layer, .from, .layer, .similar, .derived, .same, .change,
    ]
    if isMerge { headings.append(.mixture) }
    var rows = [headings.map(language.say)]
    rows += layers.map { layer in
      let coefficients = (layer.coefficients ?? []).map { Figures.cosine($0) }
      return [
        TextLayout.shortened(printable(language.component(layer.component)), to: 10),
        String(layer.layer),
        printable(language.origin(of: layer)),
        layer.referenceLayer.map(String.init) ?? "–", Figures.cosine(layer.similarity),
        Figures.percent(layer.derivedShare), Figures.percent(layer.unchanged),
        Figures.short(layer.relativeChange),
      ] + (isMerge ? [coefficients.joined(separator: " ")] : [])
    }
    page.block(
      language.say(.layers),
      page.table(rows, rightAligned: [1, 3, 4, 5, 6, 7], headings: true, flexible: 2))
  }

  private func tensors(_ tensors: [TensorDetail], _ page: inout Page) {
    guard !tensors.isEmpty else { return }
    page.line()
    let headings: [Phrase] = [.tensor, .shape, .status, .cosineColumn]
    var rows = [headings.map(language.say) + ["z"]]
    rows += tensors.map { tensor in
      [
        printable(tensor.name),
        TextLayout.shortened(tensor.shape.map(String.init).joined(separator: "×"), to: 16),
        language(tensor.status),
        Figures.cosine(tensor.cosine), tensor.z.map(Figures.z) ?? "–",
      ]
    }
    page.block(
      language.say(.tensors), page.table(rows, rightAligned: [3, 4], headings: true, flexible: 0))
  }

  private func findings(_ findings: [Finding], _ page: inout Page) {
    guard !findings.isEmpty else { return }
    page.line()
    for (index, finding) in findings.enumerated() {
      let level = TextLayout.padded(language(finding.level), to: 7)
      page.block(
        index == 0 ? language.say(.findings) : "",
        [
          options.palette.paint(level, .bold, finding.level.style) + "  "
            + finding.code.rawValue + " " + language.title(finding.code)
        ])
      var message = printable(language.message(finding))
      if !finding.location.isEmpty, !message.contains(printable(finding.location)) {
        message += " [" + TextLayout.shortened(printable(finding.location), to: 40) + "]"
      }
      if let accepted = language.acceptance(finding) {
        message += printable(language.bracketed(accepted))
      }
      for line in TextLayout.wrapped(message, to: page.measure - 9) {
        page.block("", [TextLayout.padded("", to: 9) + line])
      }
    }
  }

  private func list(_ texts: [String], under heading: Phrase, _ page: inout Page) {
    for (index, text) in texts.enumerated() {
      if index == 0 { page.line() }
      page.paragraph(index == 0 ? language.say(heading) : "", printable(text))
    }
  }

  /// For several models: each in a line, the worst first, and how many there are of each relation.
  private func summary(_ report: ForensicReport, _ page: inout Page) {
    var parts = Relation.allCases.compactMap { relation -> String? in
      let count = report.judgements.count { $0.verdict.relation == relation }
      return count == 0 ? nil : "\(count) \(language(relation))"
    }
    if !report.inputErrors.isEmpty {
      parts.append(language.say(.failedInputs, String(report.inputErrors.count)))
    }
    let total = report.judgements.count + report.inputErrors.count
    page.paragraph(
      language.say(.summary),
      language.count(total, .model) + language.colon + parts.joined(separator: language.comma))
    let overview = language.overview(report)
    let nameWidth = max(8, page.measure - 48)
    let rows = overview.map { row in
      [
        row.mark.icon, TextLayout.shortened(printable(row.name), to: nameWidth),
        printable(row.verdict), printable(row.references.joined(separator: language.comma)),
      ]
    }
    let styles = overview.enumerated().map { ($0, [$1.mark.style]) }
    let lines = page.table(
      rows, rightAligned: [], headings: false, styles: Dictionary(uniqueKeysWithValues: styles),
      measure: page.measure)
    page.block("", lines)
  }

  /// Whether the caller may go on, which no other mark says.
  private func gate(_ report: ForensicReport, _ page: inout Page) {
    guard let gate = report.gate else { return }
    page.paragraph(
      language.say(.gate), printable(language.words(gate)), .bold,
      gate.status == .passes ? .green : .red)
  }

  private func hints(_ report: ForensicReport, _ page: inout Page) {
    var hints = ["--format json"]
    if report.judgements.contains(where: { $0.blend != nil }) { hints.append("--mergekit") }
    if options.detail == .model { hints.append("--detail layers|tensors") }
    let gravest = report.judgements.flatMap(\.findings).max { $0.level < $1.level }
    if let gravest {
      let option = language == .en ? "" : " --lang \(language.rawValue)"
      hints.append("\(report.tool.name) explain\(option) \(gravest.code.rawValue)")
    }
    page.paragraph(language.say(.more), hints.joined(separator: " · "), .dim)
  }

  private static func short(_ digest: String) -> String { printable(String(digest.prefix(12))) }
}
