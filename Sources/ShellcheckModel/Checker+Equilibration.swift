internal import Compare
internal import Fingerprint
internal import Judge
internal import Load

extension Checker {
  /// A subject of which nothing was found, or no more than a common initialisation leaves, with its rows
  /// and columns at equal energy: scales that hide the numbers in place are undone by that.
  ///
  /// - Returns: nil where its scales are those of training, and where nothing is found then either.
  func equilibrated(
    _ model: String, _ subject: ModelFingerprint, declaring declared: DeclaredNames,
    attempts: Int, by judge: Judge
  ) throws(InputFailure) -> (match: SubjectMatch, verdicts: Verdicts)? {
    guard !opener.isFingerprint(model), !subject.isAdapter,
      subject.identity.parameters <= UnitWeights.mostParameters
    else { return nil }
    let opened = try opener.open(model)
    let learned = Set(subject.tensors.filter(\.isEvidence).map(\.name))
    let equilibration: Equilibration?
    do throws(LoadError) {
      equilibration = Equilibration(
        try UnitWeights(opened), learned: learned, digest: subject.identity.digest)
    } catch {
      throw InputFailure(path: error.file ?? model, error)
    }
    guard let equilibration else { return nil }
    var even: ModelFingerprint
    do throws(FingerprintError) {
      even = try Fingerprinter(threads: opener.threads, borrowedAnchors: subject.frame)
        .fingerprint(equilibration.applied(to: opened))
    } catch {
      throw InputFailure(path: model, error)
    }
    even.equilibrated = equilibration.record
    var match = match(even, of: model, declaring: declared, attempts: attempts + 1)
    match.state(digest: subject.identity.digest)
    let verdicts = judge.verdicts(match.comparison)
    return verdicts.isFaint ? nil : (match, verdicts)
  }
}
