internal import Compare
internal import Fingerprint
internal import Judge

extension Checker {
  /// An adapter as the model that its declared base becomes by it.
  ///
  /// - Parameters:
  ///   - match: the adapter alone against the references.
  ///   - unless: whether the weights point elsewhere than to the base of this id.
  ///   - alone: what is said where the two do not fit.
  /// - Returns: the judgement, whose last limit says what was judged, and the match that it rests on; nil
  ///   for what is no adapter, and where no base is declared whose weights are at hand.
  func merge(
    _ model: String, _ subject: ModelFingerprint, by judge: Judge,
    declaring declared: DeclaredNames, _ match: SubjectMatch,
    unless pointsElsewhere: (String) -> Bool = { _ in false }, alone: () -> Judgement
  ) -> (judgement: Judgement, match: SubjectMatch)? {
    guard subject.isAdapter, !opener.isFingerprint(model),
      let base = match.merged.references.first(where: { $0.isBase(named: declared) }),
      let path = base.checkpointPath, !pointsElsewhere(base.id)
    else { return nil }
    let merged: ModelFingerprint
    do throws(InputFailure) {
      merged = try opener.fingerprint(of: model, mergedInto: path)
    } catch {
      var judgement = alone()
      judgement.limits.append(.mergeFailed(base: base.id, problem: error.message))
      return (judgement, match)
    }
    var look: QuickLook?
    if match.isOfQuickLooks { look = match.look(at: merged) }
    let match = self.match(look?.fingerprint ?? merged, of: model, declaring: declared)
    var judgement =
      look.map { judge.judge(match.comparison, look: $0) }
      ?? judge.judge(judge.verdicts(match.comparison))
    judgement.limits.append(.mergedInto(base: base.id))
    return (judgement, match)
  }
}

extension SubjectMatch {
  /// Whether a reference was only looked at, so that no more can be said of the subject.
  var isOfQuickLooks: Bool { merged.references.contains(where: \.fingerprint.isOfQuickLook) }

  /// What of a model can be held against these references.
  func look(at model: ModelFingerprint) -> QuickLook {
    QuickLook(of: model, beside: merged.references.map(\.fingerprint))
  }
}

extension Reference {
  /// Whether it is a model with weights at hand that goes by one of the names.
  fileprivate func isBase(named names: DeclaredNames) -> Bool {
    checkpointPath != nil && !fingerprint.isAdapter && names.include(self)
  }
}
