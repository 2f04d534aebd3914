/// SCM4001: the subject's stated licence gives what a parent's licence does not let it give.
///
/// Each parent of a merge is held against the subject by itself, so the subject owes the union of
/// their duties.
enum LicenceConflictRule: FindingRule {
  static func findings(_ context: FindingContext) -> [Finding] {
    guard let child = context.licensing.subject, child.isKnown else { return [] }
    return context.licensors.compactMap { parent in
      guard let stated = context.licensing.reference(parent.reference)?.licence else { return nil }
      let broken = stated.duties.filter {
        isBroken($0.duty, of: $0.licence, by: child, parent: parent)
      }
      guard let first = broken.first else { return nil }
      return context.finding(
        .licenceConflict(
          Fact.LicenceConflict(
            reference: parent.reference, licence: child.text, parentLicence: stated.text,
            parentLicenceName: first.licence.name, version: first.licence.version,
            url: first.licence.url,
            broken: broken.map { Fact.BrokenDuty(kind: $0.duty.kind, clause: $0.duty.clause) },
            direction: parent.direction)),
        parent.binds ? .error : .warning)
    }
  }

  private static func isBroken(
    _ duty: LicenceDuty, of licence: Licence, by child: StatedLicence, parent: Parent
  ) -> Bool {
    switch duty.kind {
    case .licenceText, .noticeFile, .noticeText, .displayText, .namePrefix: false
    case .shareAlike:
      !child.licences.contains { $0.id == licence.id || duty.accepts.contains($0.id) }
    case .noDerivatives: !isVerbatim(parent)
    case .nonCommercial: !child.has(.nonCommercial)
    case .useRestrictions: !child.has(.useRestrictions)
    case .userThreshold:
      // Who may not use it commercially at all has no use for a limit of users.
      !child.has(.userThreshold) && !child.has(.nonCommercial)
    }
  }

  /// Whether the weights are the parent's, at most in another container: no adaptation.
  private static func isVerbatim(_ parent: Parent) -> Bool {
    parent.relation == .identical
      || !parent.changes.isEmpty
        && Set(parent.changes.map(\.kind)).isSubset(of: [.cast, .rename, .reshard])
  }
}
