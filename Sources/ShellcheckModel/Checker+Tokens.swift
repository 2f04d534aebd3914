internal import Compare
internal import Fingerprint
internal import Judge
internal import Load

/// Models of which nothing was found by their tokens: perhaps these are a reference's in another order
/// or under other names.
extension Checker {
  /// References that are looked at, those with the nearest singular values.
  static let mostMatched = 3
  /// Relative distance of singular values beyond which tokens of two embeddings are not matched:
  /// copies, fine-tunes and pruned models stay below 0.011, independent models of one recipe reach 0.035.
  private static let farSpectrum = 0.15
  /// Vocabularies whose sizes differ by more than this factor are not of one model.
  private static let mostTokens = 2.0

  /// The model anchored by the tokens of a reference that its embedding resembles, in the first of some
  /// readings in which something is found that way; nil where nothing is.
  func rematched(
    _ model: String, as readings: [Reading], declaring declared: DeclaredNames, by judge: Judge
  ) throws(InputFailure) -> Reading? {
    guard !opener.isFingerprint(model) else { return nil }
    let near = readings.map { reading in
      reading.match.subject.frame.map {
        nearest(to: $0, among: reading.match.merged.references)
      } ?? []
    }
    let tries = near.reduce(0) { $0 + $1.count }
    for (reading, near) in zip(readings, near) where !near.isEmpty {
      if let found = try rematched(
        model, as: reading, among: near, tries: tries, declaring: declared, by: judge)
      {
        return found
      }
    }
    return nil
  }

  /// - Parameter tries: how many references are looked at in all.
  private func rematched(
    _ model: String, as reading: Reading, among near: [(reference: Reference, path: String)],
    tries: Int, declaring declared: DeclaredNames, by judge: Judge
  ) throws(InputFailure) -> Reading? {
    let match = reading.match
    guard !match.subject.isAdapter, let frame = match.subject.frame,
      let own = try cloud(of: model, as: reading.reading)
    else { return nil }
    for (reference, path) in near {
      guard let lent = reference.fingerprint.frame,
        let ids = try anchors(of: lent, at: path, in: own, of: model)
      else { continue }
      var borrowed = FrameSummary(
        kind: lent.kind, anchorIDs: ids, vocabularySize: frame.vocabularySize, rank: 0)
      if lent.kind != .tokenIDs { borrowed.kind = .borrowedTokenStrings }
      var subject = try opener.fingerprint(
        of: model, as: reading.reading, matching: reference.id, by: borrowed)
      subject.identity.problems = match.subject.identity.problems
      let second = self.match(
        subject, of: model, declaring: declared,
        attempts: match.comparison.attempts + tries)
      let found = judge.verdicts(second.comparison)
      if !found.isSilent { return (second, found, reading.reading) }
    }
    return nil
  }

  private func nearest(
    to frame: FrameSummary, among references: [Reference]
  ) -> [(reference: Reference, path: String)] {
    let near = references.compactMap { reference -> (Double, Reference, String)? in
      guard let path = reference.checkpointPath, !reference.fingerprint.circuits.isEmpty,
        let other = reference.fingerprint.frame, let own = frame.spectrum,
        let distance = other.spectrum.flatMap({ Spectra.distance(own, $0) }),
        distance <= Self.farSpectrum
      else { return nil }
      let ratio = Double(frame.vocabularySize) / Double(max(other.vocabularySize, 1))
      guard ratio <= Self.mostTokens, ratio >= 1 / Self.mostTokens else { return nil }
      return (distance, reference, path)
    }
    return near.sorted { ($0.0, $0.1.id) < ($1.0, $1.1.id) }.prefix(Self.mostMatched)
      .map { ($0.1, $0.2) }
  }

  private func cloud(
    of model: String, as reading: ModelReading?
  ) throws(InputFailure) -> TokenCloud? {
    let opened = try opener.open(model)
    do throws(LoadError) {
      return try TokenCloud(reading?.applied(to: opened) ?? opened)
    } catch {
      throw InputFailure(path: model, error)
    }
  }

  /// Ids of a reference's anchors in a model; nil where its tokens are others.
  private func anchors(
    of frame: FrameSummary, at path: String, in cloud: TokenCloud, of model: String
  ) throws(InputFailure) -> [Int: Int]? {
    let reference = try opener.open(path)
    do throws(LoadError) {
      guard let theirs = try TokenCloud(reference),
        let matching = TokenMatching(subject: cloud, reference: theirs),
        matching.mutualShare >= TokenMatching.leastShare
      else { return nil }
      return try matching.anchors(of: frame)
    } catch {
      throw InputFailure(path: error.file ?? model, error)
    }
  }
}
