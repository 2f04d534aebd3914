internal import Compare
internal import Fingerprint
internal import Judge
internal import Load
internal import Report

/// Quick looks: where one is asked for, where more may not be read, and before all of a model on a hub is.
extension Checker {
  /// Judges a model by a quick look, if that is all that is to be read of it.
  ///
  /// - Returns: nil where all of it is to be read: of adapters, which are small and whose bases have to be
  ///   read in any case, of fingerprints, and where a look that was to come first leaves something open.
  func lookedAt(_ model: String) throws(InputFailure) -> Judged? {
    let excess = try opener.excess(of: model)
    if let excess, options.isWhole {
      throw InputFailure(input: model, message: Self.refusal(excess))
    }
    let isFirst = !options.isQuick && excess == nil
    guard !isFirst || options.looksFirst && !isComparison else { return nil }
    if isFirst {
      guard let byteCount = try opener.bytesOnHub(of: model), byteCount >= options.lookFirstFrom
      else { return nil }
    }
    guard
      let look = try opener.look(
        at: model, borrowing: corpus.content.anchors, most: corpus.lookAnchors),
      !look.fingerprint.isAdapter
    else { return nil }
    let declared = DeclaredNames(parentNames(of: look.fingerprint))
    let match = match(look.fingerprint, of: model, declaring: declared)
    var (judged, settles) = try judged(model, look.fingerprint, look, match)
    guard isFirst else {
      judged.0.limits += [excess].compactMap(\.self)
      return judged
    }
    if settles {
      judged.0.limits.append(.lookSettled(bytes: judged.1.hub?.byteCount ?? look.byteCount))
      return judged
    }
    // What the look took may be what all of the model lacks now.
    guard let excess = try opener.excess(of: model) else { return nil }
    judged.0.limits.append(excess)
    return judged
  }

  /// - Parameter subject: whose files are listed: the look's, or the whole model.
  /// - Returns: what a look shows, and whether reading on could change that the model is to be stopped.
  func judged(
    _ model: String, _ subject: ModelFingerprint, _ look: QuickLook, _ match: SubjectMatch
  ) throws(InputFailure) -> (judged: Judged, settles: Bool) {
    let names = parentNames(of: subject)
    let judge = try judge(
      for: model, problems: corpus.content.problems + match.chosen.problems)
    var source = try source(of: model, subject)
    source.hub = try opener.reading(of: model, listed: nil, look: look)
    let merged = merge(model, subject, by: judge, declaring: DeclaredNames(names), match) {
      judge.judge(match.comparison, look: look)
    }
    let judgement = merged?.judgement ?? judge.judge(match.comparison, look: look)
    return (
      (judgement, source, grounds(merged?.match ?? match, names, judge)),
      merged == nil && judge.isSettled(judgement, match.comparison)
    )
  }

  private static func refusal(_ excess: Limit) -> String {
    guard case .overBudget(let bytes, let budget) = excess else { return "" }
    return "reading all of its \(bytes) bytes may take more from the hub than --budget leaves, "
      + "\(budget) bytes"
  }
}
