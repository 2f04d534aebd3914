import Compare
import Fingerprint
import Load

/// SCM3001: being derived is no offence; hiding it is.
///
/// An error where trained weights are shared and no parent is declared, or where the subject carries a
/// reference's own history and declares other parents alone. A warning where the declared parent is in
/// no corpus and may be a common ancestor, less where the reference's own card names it. Nothing where
/// the reference was made from the subject, or a declared parent in the corpus accounts for the
/// kinship. A card that is there and could not be read may name it: no error on account of that.
enum UndeclaredParentRule: FindingRule {
  static func findings(_ context: FindingContext) -> [Finding] {
    context.parents.compactMap { parent in
      guard !context.isReferenceItself(parent), parent.direction.value != .toReference,
        context.declarations.declaration(of: parent.reference)?.isPlain != true,
        let (grounds, level) = grounds(parent, context)
      else { return nil }
      return context.finding(
        .undeclaredParent(
          Fact.UndeclaredParent(
            reference: parent.reference, log10P: parent.log10P, direction: parent.direction,
            derivedShare: parent.modification?.derivedShare, grounds: grounds,
            unread: context.subject.identity.disclosure.unread.map(\.rawValue))),
        min(level, context.undeclaredLevel))
    }
  }

  private typealias Grounds = Fact.UndeclaredParent.Grounds

  private static func grounds(
    _ parent: Parent, _ context: FindingContext
  ) -> (Grounds, Finding.Level)? {
    let declarations = context.declarations
    let plain = declarations.parents.filter(\.isPlain)
    if let hint = declarations.declaration(of: parent.reference) {
      return (.hint(.init(file: hint.source.rawValue, name: hint.name)), .warning)
    }
    if let cosine = context.changesCosine(with: parent.reference) {
      // The base that an adapter declares is not where its changes come from.
      let isSame = cosine >= Calibration.equalChanges && !context.isComparison
      return (.adapter, isSame ? .error : .warning)
    }
    let isShown = parent.isShown
    guard !plain.isEmpty else {
      if isShown { return (.nothingDeclared, .error) }
      // Of two models that are held against each other, either may be the original.
      return (.kinshipUndeclared, context.isComparison ? .warning : .error)
    }
    let names = plain.map(\.name)
    if isShown { return (.others(names), .error) }
    let known = context.judgement.candidates.filter { candidate in
      names.contains { declarations.isNamed(candidate.reference, by: $0) }
    }
    let own = context.strength(of: parent.reference)
    if let nearest = known.filter({ $0.relation == .related }).max(by: {
      context.strength(of: $0.reference) < context.strength(of: $1.reference)
    }) {
      let accounts =
        context.strength(of: nearest.reference) >= own - Calibration.equalShare
        || parent.alternatives.contains(nearest.reference)
      return accounts ? nil : (.nearer(than: nearest.reference), .warning)
    }
    // What is declared is there, and the weights show nothing of it.
    if known.contains(where: { $0.relation == .noEvidence }), known.count == names.count {
      return (.others(names), .error)
    }
    if let shared = declarations.plainNames.first(where: {
      context.assertions.names(parent.reference, $0)
    }) {
      return (.namedByReference(shared.text), .info)
    }
    return (.unknownParents(names), .warning)
  }
}

extension Parent {
  /// Whether the weights or the corpus show that the subject was made from the reference.
  var isShown: Bool {
    relation == .identical || relation == .merged
      || direction.value == .fromReference && direction.because != .declared
  }
}

extension Parent {
  /// Whether what a parent asks for is owed: the weights are its, or come from it as far as anybody
  /// says.
  var binds: Bool {
    relation == .identical || relation == .partial || direction.value == .fromReference
  }
}

extension FindingContext {
  /// Mean cosine of the changes, where subject and reference are adapters.
  func changesCosine(with reference: String) -> Double? {
    evidence.first { $0.comparison.id == reference }?.changesCosine
  }

  /// Share of the subject that a reference explains, by whichever evidence sees more of it.
  func strength(of reference: String) -> Double {
    evidence.first { $0.comparison.id == reference }?.strength ?? 0
  }
}
