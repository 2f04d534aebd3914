internal import Canonicalise
internal import Compare
internal import Fingerprint
internal import Hub
internal import Judge
internal import Load

extension Checker {
  /// Reads the weights of the subject's relatives, where they are at hand, to hold them against each other by
  /// their numbers.
  ///
  /// What the fingerprints showed holds whether or not the weights can be read once more.
  func addKinValues(
    of model: String, to match: inout SubjectMatch, and verdicts: inout Verdicts, by judge: Judge
  ) {
    // What a hub has was read once, and is not asked for again.
    guard !opener.isFingerprint(model), !HubAddress.isMeant(by: model) else { return }
    let paths = Dictionary(
      match.merged.references.compactMap { reference in
        reference.checkpointPath.map { (reference.id, $0) }
      }, uniquingKeysWith: { first, _ in first }
    ).filter { !HubAddress.isMeant(by: $0.value) }
    guard let wanted = verdicts.readableKin(where: { paths[$0] != nil }),
      let values = try? kinValues(wanted, of: model, in: match.comparison, at: paths)
    else { return }
    match.add(values)
    verdicts = judge.verdicts(match.comparison)
  }

  private func kinValues(
    _ wanted: (tensors: [Int], ids: [String]), of model: String, in comparison: Comparison,
    at paths: [String: String]
  ) throws(InputFailure) -> KinValues? {
    var relatives: [(comparison: ReferenceComparison, weights: CanonicalModel)] = []
    for id in wanted.ids {
      guard let path = paths[id],
        let reference = comparison.references.first(where: { $0.id == id })
      else { return nil }
      relatives.append((reference, try opener.open(path)))
    }
    let engine = KinEngine(
      subject: try opener.open(model), fingerprint: comparison.subject, threads: opener.threads)
    do throws(LoadError) {
      return try engine.values(relatives, tensors: wanted.tensors)
    } catch {
      throw InputFailure(path: error.file ?? model, error)
    }
  }
}
