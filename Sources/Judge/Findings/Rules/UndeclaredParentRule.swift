import Load

/// SCM3001: being derived is no offence; hiding it is.
///
/// A parent that only `_name_or_path` of config.json names is not hidden, but nobody who looks for it
/// would look there: a warning.
enum UndeclaredParentRule: FindingRule {
  static func findings(_ context: FindingContext) -> [Finding] {
    context.parents.compactMap { parent in
      let declaration = context.declarations.declaration(of: parent.reference)
      guard declaration?.isPlain != true, !context.isReferenceItself(parent) else { return nil }
      var evidence: [String: DetailValue] = [
        "reference": .text(parent.reference), "log10P": .number(parent.log10P),
        "direction": .text(parent.direction.rawValue),
      ]
      if let share = parent.modification?.derivedShare { evidence["derivedShare"] = .number(share) }
      guard let declaration else {
        return context.finding(
          .undeclaredParent, .error,
          "descends from \(parent.reference), which is not declared", evidence)
      }
      evidence["namedIn"] = .text(declaration.source.rawValue)
      evidence["namedAs"] = .text(declaration.name)
      return context.finding(
        .undeclaredParent, .warning,
        "descends from \(parent.reference), which only _name_or_path of "
          + "\(declaration.source.rawValue) names", evidence)
    }
  }
}
