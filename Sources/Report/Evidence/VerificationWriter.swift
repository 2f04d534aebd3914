internal import Judge

/// `verify` for people at a terminal.
package struct VerificationWriter: Sendable {
  private let options: WriterOptions
  private var language: Language { options.language }

  package init(options: WriterOptions) {
    self.options = options
  }

  /// - Parameter folder: of the pack, as it was typed.
  package func write(_ verification: Verification, folder: String) -> String {
    var page = Page(options: options)
    page.paragraph(words(.evidence), printable(folder), .bold)
    page.paragraph(
      "",
      say(
        .digestsMatch, language.count(verification.files, .file),
        Figures.bytes(Double(verification.byteCount))))
    page.paragraph("", "manifest.json  SHA-256 " + verification.manifestSHA256)
    if !verification.isVouchedFor { page.paragraph("", words(.notVouchedFor), .dim) }
    page.paragraph(
      words(.madeBy),
      say(.version, described(verification.tool), String(verification.method)))
    if verification.tool != verification.own {
      page.paragraph("", say(.otherVersion, described(verification.own)), .yellow)
    }
    if verification.isReportUnchecked { page.paragraph("", words(.reportUnchecked), .yellow) }
    if !verification.command.isEmpty {
      page.paragraph(words(.command), printable(ShellWords.line(verification.command)))
    }
    for input in verification.unread {
      page.paragraph("", say(.unreadThen, printable(input)))
    }
    for subject in verification.subjects { self.subject(subject, &page) }
    page.line()
    for difference in verification.differences {
      page.paragraph("", "✗ " + printable(language(difference)), .red)
    }
    page.paragraph(
      words(.result), verification.isSame ? "✓ " + words(.sameVerdict) : "✗ " + words(.differs),
      .bold, verification.isSame ? .green : .red)
    return page.text
  }

  private func subject(_ subject: Verification.Subject, _ page: inout Page) {
    page.line()
    let (reported, comparison) = (subject.reported, subject.comparison)
    let isSame = comparison.differences.isEmpty
    page.paragraph(
      words(.subject), (isSame ? "✓ " : "✗ ") + printable(reported.subject.name), .bold,
      isSame ? .green : .red)
    if let digest = reported.subject.digest {
      page.paragraph("", language.say(.digest, printable(digest)))
    }
    page.paragraph("", printable(language.sentence(reported)))
    let findings = reported.orderedFindings.map { $0.code.rawValue + " " + language.title($0.code) }
    if !findings.isEmpty {
      page.paragraph("", findings.joined(separator: language.comma))
    }
    if isSame {
      page.paragraph(
        "",
        comparison.rounding == 0
          ? words(.equalNumbers) : say(.roundedNumbers, Figures.short(comparison.rounding)))
    }
    for taken in subject.takenFromPack { page.paragraph("", printable(language(taken)), .dim) }
    for difference in comparison.differences.prefix(Self.shown) {
      page.paragraph("", "✗ " + printable(difference), .red)
    }
    let more = comparison.differences.count - Self.shown
    if more > 0 { page.paragraph("", say(.moreDifferences, String(more)), .red) }
  }

  /// Differences of one subject that are listed.
  private static let shown = 20

  private func described(_ tool: Tool) -> String {
    printable(tool.name + " " + tool.version + (tool.commit.map { " (\($0))" } ?? ""))
  }

  private func words(_ phrase: VerificationPhrase) -> String { language(phrase) }

  private func say(_ phrase: VerificationPhrase, _ values: String...) -> String {
    let named = Dictionary(uniqueKeysWithValues: values.enumerated().map { ("\($0)", $1) })
    return filled(language(phrase), named) ?? language(phrase)
  }
}
