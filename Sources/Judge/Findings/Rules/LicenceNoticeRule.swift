import Load

/// SCM4002: texts and names that a parent's licence asks for, and that are not there.
///
/// One finding for each parent. That only the copy of a licence is missing which the card names, so
/// that everybody can find it, is worth no more than a remark.
enum LicenceNoticeRule: FindingRule {
  static func findings(_ context: FindingContext) -> [Finding] {
    guard let documents = context.licensing.documents else { return [] }
    return context.licensors.compactMap { parent in
      guard let reference = context.licensing.reference(parent.reference),
        let stated = reference.licence, !stated.duties.isEmpty
      else { return nil }
      let release = Release(
        documents: documents, name: context.judgement.subject.name,
        licence: context.licensing.subject)
      let missing = stated.duties.compactMap { release.missing($0.duty, of: $0.licence, reference) }
      guard let first = stated.duties.first, !missing.isEmpty || context.licensing.subject == nil
      else { return nil }
      let unstated =
        context.licensing.subject == nil
        ? [Fact.LicenceNotice.Missing(notice: MissingNotice(.cardLicence))] : []
      let onlyCopy =
        unstated.isEmpty && missing.allSatisfy { $0.duty.kind == .licenceText }
        && release.names(first.licence)
      return context.finding(
        .licenceNotice(
          Fact.LicenceNotice(
            reference: parent.reference, licence: context.licensing.subject?.text,
            parentLicence: stated.text, parentLicenceName: first.licence.name,
            version: first.licence.version, url: first.licence.url,
            missing: unstated
              + missing.map {
                Fact.LicenceNotice.Missing(
                  notice: $0.notice,
                  duty: Fact.BrokenDuty(kind: $0.duty.kind, clause: $0.duty.clause),
                  asked: $0.duty.texts)
              })), onlyCopy ? .info : .warning)
    }
  }
}

/// What stands beside the subject's weights, as a licence looks at it.
private struct Release {
  let documents: [Licensing.Text]
  let name: String
  let licence: StatedLicence?

  struct Missing {
    var duty: LicenceDuty
    var notice: MissingNotice
  }

  /// What is missing of a duty, or nil.
  func missing(
    _ duty: LicenceDuty, of licence: Licence, _ parent: Licensing.Reference
  ) -> Missing? {
    let notice: MissingNotice
    switch duty.kind {
    case .licenceText:
      guard !hasText(of: licence, duty) else { return nil }
      notice = MissingNotice(.licenceText, [licence.name])
    case .noticeFile:
      guard parent.hasNotice, !has(.notice) else { return nil }
      notice = MissingNotice(.noticeFile)
    case .noticeText:
      guard !contains(duty.texts, in: [.notice]) else { return nil }
      notice = MissingNotice(.noticeText, Array(duty.texts.prefix(1)))
    case .displayText:
      guard !contains(duty.texts, in: [.card]) else { return nil }
      notice = MissingNotice(.displayText, duty.texts)
    case .namePrefix:
      guard let names, !names.contains(where: { hasPrefix(duty.texts, $0) }) else { return nil }
      notice = MissingNotice(.namePrefix, duty.texts)
    case .shareAlike, .nonCommercial, .noDerivatives, .useRestrictions, .userThreshold: return nil
    }
    return Missing(duty: duty, notice: notice)
  }

  /// Whether the card names a licence as the subject's own.
  func names(_ other: Licence) -> Bool {
    licence?.licences.contains { $0.id == other.id } ?? false
  }

  /// A licence file of the subject's own licence is that of the parent's, if they are the same; else
  /// the parent's text must be among the files.
  private func hasText(of licence: Licence, _ duty: LicenceDuty) -> Bool {
    if names(licence), has(.licence) { return true }
    return contains(duty.texts + [licence.name], in: [.licence, .notice])
  }

  private func contains(_ phrases: [String], in kinds: Set<ModelDocuments.Document.Kind>) -> Bool {
    documents.contains { kinds.contains($0.kind) && $0.phrases.contains(anyOf: phrases) }
  }

  private func has(_ kind: ModelDocuments.Document.Kind) -> Bool {
    documents.contains { $0.kind == kind }
  }

  /// What the model is called: its folder's name and the heading of its card.
  ///
  /// Nil without a card, because a folder may be called anything.
  private var names: [String]? {
    let headings = documents.filter { $0.kind == .card }.compactMap(\.heading)
    return headings.isEmpty ? nil : headings + [name]
  }

  private func hasPrefix(_ prefixes: [String], _ name: String) -> Bool {
    let own = name.split(separator: "/").last.map(String.init) ?? name
    func plain(_ text: String) -> String {
      text.lowercased().filter { $0.isLetter || $0.isNumber }
    }
    return prefixes.contains { plain(own).hasPrefix(plain($0)) }
  }
}
