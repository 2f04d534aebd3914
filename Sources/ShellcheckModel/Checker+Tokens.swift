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

  /// A reference whose tokens may be a reading's.
  private struct Lender {
    var reference: Reference
    var path: String
    /// So many of the subject's loudest rows are none of its tokens.
    var passedOver: Int
  }

  /// The model anchored by the tokens of a reference that its embedding resembles, in the first of some
  /// readings in which something is found that way; nil where nothing is.
  ///
  /// - Parameter spectra: those of the readings' embeddings without their loudest rows.
  func rematched(
    _ model: String, as readings: [Reading], spectra: [TableSpectrum],
    declaring declared: DeclaredNames, by judge: Judge
  ) throws(InputFailure) -> Reading? {
    guard !opener.isFingerprint(model) else { return nil }
    let near = readings.map { reading in
      reading.match.subject.frame.map {
        lenders(to: $0, spectra: spectra, among: reading.match.merged.references)
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
    _ model: String, as reading: Reading, among near: [Lender],
    tries: Int, declaring declared: DeclaredNames, by judge: Judge
  ) throws(InputFailure) -> Reading? {
    let match = reading.match
    guard !match.subject.isAdapter, let frame = match.subject.frame else { return nil }
    let clouds = try clouds(
      of: model, as: reading.reading, passingOver: Set(near.map(\.passedOver)).sorted())
    for lender in near {
      guard let own = clouds[lender.passedOver], let lent = lender.reference.fingerprint.frame,
        let ids = try anchors(of: lent, at: lender.path, in: own, of: model)
      else { continue }
      var borrowed = FrameSummary(
        kind: lent.kind, anchorIDs: ids, vocabularySize: frame.vocabularySize, rank: 0)
      if lent.kind != .tokenIDs { borrowed.kind = .borrowedTokenStrings }
      var subject = try opener.fingerprint(
        of: model, as: reading.reading, matching: lender.reference.id, by: borrowed)
      subject.identity.problems = match.subject.identity.problems
      let second = self.match(
        subject, of: model, declaring: declared,
        attempts: match.comparison.attempts + tries)
      let found = judge.verdicts(second.comparison)
      if !found.isSilent { return (second, found, reading.reading) }
    }
    return nil
  }

  /// The references whose singular values are nearest to an embedding's, or to what is left of it without
  /// its loudest rows; then those with fewer tokens, whatever the values: rows may have been appended
  /// that are as loud as the others.
  private func lenders(
    to frame: FrameSummary, spectra: [TableSpectrum], among references: [Reference]
  ) -> [Lender] {
    let own = [(passedOver: 0, values: frame.spectrum ?? [])]
    let rests = spectra.filter { $0.passedOver > 0 }.map { ($0.passedOver, $0.values) }
    let near = references.compactMap { reference -> (distance: Double, Lender)? in
      guard let path = reference.checkpointPath, !reference.fingerprint.circuits.isEmpty,
        let other = reference.fingerprint.frame, let spectrum = other.spectrum
      else { return nil }
      let nearest = (own + rests).compactMap { rest -> (distance: Double, passedOver: Int)? in
        let tokens = Double(frame.vocabularySize - rest.passedOver)
        let ratio = tokens / Double(max(other.vocabularySize, 1))
        guard ratio <= Self.mostTokens, ratio >= 1 / Self.mostTokens else { return nil }
        return Spectra.distance(rest.values, spectrum).map { ($0, rest.passedOver) }
      }.min { ($0.distance, $0.passedOver) < ($1.distance, $1.passedOver) }
      if let nearest, nearest.distance <= Self.farSpectrum {
        return (
          nearest.distance,
          Lender(reference: reference, path: path, passedOver: nearest.passedOver)
        )
      }
      guard Self.isAppended(frame.vocabularySize, to: other.vocabularySize),
        let distance = Spectra.distance(frame.spectrum ?? [], spectrum)
      else { return nil }
      return (
        Self.farSpectrum + distance, Lender(reference: reference, path: path, passedOver: 0)
      )
    }
    return near.sorted { ($0.0, $0.1.reference.id) < ($1.0, $1.1.reference.id) }
      .prefix(Self.mostMatched).map(\.1)
  }

  private func clouds(
    of model: String, as reading: ModelReading?, passingOver: [Int]
  ) throws(InputFailure) -> [Int: TokenCloud] {
    let opened = try opener.open(model)
    guard let embedding = (reading?.applied(to: opened) ?? opened).anchorEmbedding else {
      return [:]
    }
    do throws(LoadError) {
      return try TokenCloud.clouds(of: embedding, passingOver: passingOver)
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
