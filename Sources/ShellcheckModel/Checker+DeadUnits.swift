internal import Fingerprint
internal import Judge
internal import Load

extension Checker {
  /// Names the units of a model that put out what nothing takes.
  func addDeadUnits(
    of model: String, to match: inout SubjectMatch, and verdicts: inout Verdicts, by judge: Judge
  ) throws(InputFailure) {
    guard DeadUnits.arePossible(in: match.subject), !opener.isFingerprint(model),
      !match.subject.isAdapter
    else { return }
    let dead: [DeadUnits]
    let opened = try opener.open(model)
    do throws(LoadError) {
      dead = try DeadUnits.all(in: opened, match.subject)
    } catch {
      throw InputFailure(path: error.file ?? model, error)
    }
    guard !dead.isEmpty else { return }
    match.add(dead)
    verdicts = judge.verdicts(match.comparison)
  }
}
