internal import Compare
internal import Fingerprint
internal import Judge
internal import Load

/// Models whose parts claim the same places: each way of reading them is judged by itself.
extension Checker {
  /// A way of reading a model, and what it shows.
  typealias Reading = (match: SubjectMatch, verdicts: Verdicts, reading: ModelReading?)

  /// The readings of a model, the one first that stands for it: that which a gate has most to say about, the
  /// first of equals, and the model as a whole before its readings.
  ///
  /// Where nothing is found in any of all readings, the first stands for the model of which it is not known
  /// whether anything is to be found, else the first, in which every place is taken once.
  func readings(
    of rivals: RivalParts, model: String, declaring declared: DeclaredNames, by judge: Judge,
    whole: (match: SubjectMatch, verdicts: Verdicts)
  ) throws(InputFailure) -> [Reading] {
    var all: [Reading] = [(whole.match, whole.verdicts, nil)]
    for reading in rivals.readings {
      var subject = try opener.fingerprint(
        of: model, as: reading, borrowing: corpus.content.anchors)
      subject.identity.add(rivals)
      let match = match(
        subject, of: model, declaring: declared, attempts: rivals.readings.count + 1)
      all.append((match, judge.verdicts(match.comparison), reading))
    }
    let gravities = all.map { gravity(of: $0.verdicts, by: judge) }
    var gravest = 0
    for (index, gravity) in gravities.enumerated() where gravity > gravities[gravest] {
      gravest = index
    }
    if all[gravest].verdicts.isSilent, rivals.isComplete {
      let first = rivals.prefixes.isEmpty ? 0 : min(1, all.count - 1)
      gravest = all[first...].firstIndex { $0.verdicts.isUndecided } ?? first
    }
    return [all[gravest]] + all.enumerated().filter { $0.offset != gravest }.map(\.element)
  }

  /// How much a gate has to say: the level of what is found about descent.
  ///
  /// A disguise is none before it was undone, and beside another part's weights it may seem one.
  private func gravity(of verdicts: Verdicts, by judge: Judge) -> Int {
    let findings = judge.judge(verdicts).findings.filter {
      $0.code.isOfDescent && $0.code != .obfuscatedWeights
    }
    let level = findings.map(\.level).max().flatMap { Finding.Level.allCases.firstIndex(of: $0) }
    return 2 * (level.map { $0 + 1 } ?? 0) + (verdicts.isSilent ? 0 : 1)
  }
}

extension ModelFingerprint.Identity {
  /// Notes the parts that claim the same places.
  private mutating func note(_ prefix: String) {
    problems =
      (problems ?? []) + [LoadProblem(.rival, prefix, "claims places that another part has")]
  }

  mutating func add(_ rivals: RivalParts) {
    for prefix in rivals.prefixes { note(prefix) }
  }
}
