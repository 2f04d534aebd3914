internal import Canonicalise
internal import Compare
internal import Fingerprint
internal import Foundation
internal import Hub
internal import Judge
internal import Load
internal import Report

/// Judges models against a corpus: the way from Fingerprint to Report.
struct Checker: Sendable {
  let options: InspectionOptions
  let opener: ModelOpener
  private(set) var corpus: CorpusOpener.Corpus
  /// Whether two models are held against each other, and nobody says which is in question.
  var isComparison = false

  /// A judgement, where its subject lies, and what it rests on.
  typealias Judged = (Judgement, SubjectSource, Grounds)

  /// One judgement for each model that can be inspected, in the order of the models.
  func check(_ models: [String]) -> CheckOutcome {
    var report = ForensicReport(tool: ToolVersion.tool, corpus: corpus.summary, judgements: [])
    var paths: [String] = []
    var grounds: [Grounds] = []
    var failures = corpus.content.problems.map { InputFailure(input: $0.path, message: $0.message) }
    // A quick look reads a hundredth of each, so that sizes say nothing; a hub is not asked for all at
    // once.
    if !options.isQuick, !models.contains(where: HubAddress.isMeant(by:)) {
      opener.meter.announce(models.map { ($0, opener.byteCount($0)) })
    }
    for model in models {
      do throws(InputFailure) {
        let (judgement, source, rests) = try judge(model)
        if options.keepsGrounds { grounds.append(rests) }
        report.sources.append(source)
        report.judgements.append(judgement)
        paths.append(opener.pinned(model))
      } catch {
        failures.append(error)
        report.inputErrors.append(InputError(input: error.input, message: error.message))
      }
    }
    let names = SubjectNames.distinct(
      zip(report.judgements, paths).map { ($0.subject.name, $1) })
    for (index, name) in names.enumerated() {
      report.judgements[index].rename(name)
      report.judgements[index].subject.path = paths[index]
    }
    var outcome = CheckOutcome(
      report: report, failures: failures, hubTraffic: opener.hub.traffic)
    outcome.grounds = grounds
    outcome.isComparison = isComparison
    return outcome
  }

  /// Fingerprint, Compare and Judge.
  private func judge(_ model: String) throws(InputFailure) -> Judged {
    let anchors = corpus.content.anchors
    if !anchors.isEmpty {
      let settlesEarly = options.isQuick || corpus.content.count > ReferenceCorpus.screenedCount
      Concurrent.meanwhile { Comparer.prepare(settlesEarly: settlesEarly) }
    }
    let listed = options.isWhole ? nil : try opener.listed(model, among: corpus.content)
    if listed == nil, let looked = try lookedAt(model) { return looked }
    var subject: ModelFingerprint
    if let listed {
      subject = listed.fingerprint
    } else {
      subject = try opener.fingerprint(of: model, borrowing: anchors)
    }
    let rivals = listed == nil && !opener.isFingerprint(model) ? RivalParts(subject) : nil
    if let rivals { subject.identity.add(rivals) }
    let names = parentNames(of: subject)
    let declared = DeclaredNames(names)
    var match = match(subject, of: model, declaring: declared)
    if listed == nil, match.isOfQuickLooks {
      guard corpus.lookAnchors == AnchorList.limit else {
        var other = self
        other.corpus = try CorpusOpener(options: options, models: opener)
          .open(corpus.paths, withAllAnchors: true)
        return try other.judge(model)
      }
      let look = match.look(at: subject)
      match = self.match(look.fingerprint, of: model, declaring: declared)
      return try judged(model, subject, look, match).judged
    }
    let judge = try judge(
      for: model, problems: corpus.content.problems + match.chosen.problems)
    var source = try source(of: model, subject)
    listed?.addDigests(to: &source)
    source.hub = try opener.reading(of: model, listed: listed, look: nil)
    var verdicts = judge.verdicts(match.comparison)
    if let listed {
      var (judgement, grounds) = (judge.judge(verdicts), grounds(match, names, judge))
      judgement.limits.append(listed.limit)
      grounds.addedLimits = [listed.limit]
      return (judgement, source, grounds)
    }
    if verdicts.isSilent, let other = try reanchored(model, subject, among: match.merged) {
      let second = self.match(other, of: model, declaring: declared, attempts: 2)
      let found = judge.verdicts(second.comparison)
      if !found.isSilent { (match, verdicts) = (second, found) }
    }
    var units: UnitsRecord?
    if verdicts.isSilent,
      let lined = UnitLineUp(opener: opener, subject: subject, model: model).run(verdicts, match)
    {
      units = lined.record
      if lined.record.matching == nil {
        match.note(lined.record)
      } else {
        match = SubjectMatch(
          lined.subject, match.chosen, declaring: declared,
          attempts: match.comparison.attempts + 1, threads: opener.threads,
          calibration: corpus.calibration, units: lined.record,
          isSubject: isFile(of: model))
      }
      verdicts = judge.verdicts(match.comparison)
    }
    if verdicts.isFaint,
      let even = try equilibrated(
        model, subject, declaring: declared, attempts: match.comparison.attempts, by: judge)
    {
      (match, verdicts, units) = (even.match, even.verdicts, nil)
    }
    var readings: [Reading] = [(match, verdicts, nil)]
    if let rivals {
      readings = try self.readings(
        of: rivals, model: model, declaring: declared, by: judge, whole: (match, verdicts))
    }
    let spectra = try addSpectra(of: model, subject, to: &readings, by: judge)
    var reading: ModelReading?
    (match, verdicts, reading) = readings[0]
    var isMatched = false
    if verdicts.isSilent,
      let found = try rematched(
        model, as: readings, spectra: spectra, declaring: declared, by: judge)
    {
      (match, verdicts, reading) = found
      isMatched = true
    }
    // What was lined up, matched, scaled or cut out does not stand as its files have it.
    if reading == nil, !isMatched, units?.matching == nil, match.subject.equilibrated == nil {
      addKinValues(of: model, to: &match, and: &verdicts, by: judge)
    }
    if let merged = merge(
      model, subject, by: judge, declaring: declared, match,
      unless: { !verdicts.pointsNowhere(but: $0) },
      alone: { judge.judge(verdicts) })
    {
      var grounds = grounds(merged.match, names, judge)
      grounds.addedLimits = [merged.judgement.limits.last].compactMap(\.self)
      return (merged.judgement, source, grounds)
    }
    var grounds = grounds(match, names, judge)
    // What was lined up is the model as a whole.
    grounds.units = reading == nil && !isMatched ? units : nil
    if let candidate = verdicts.recoveryCandidate {
      grounds.recovery = recover(
        candidate, of: model, as: reading, isMatched: isMatched,
        among: match.merged.references, in: &verdicts)
    }
    grounds.roundings = verdicts.quantisedFrom.compactMap { parent in
      rounding(
        of: parent.tensors, from: parent.reference, model: model,
        among: match.merged.references, in: verdicts)
    }
    for record in grounds.roundings { record.add(to: &verdicts) }
    var judgement = judge.judge(verdicts)
    if let reading, !reading.demoted.isEmpty {
      grounds.addedLimits = [
        .judgedPart(prefix: reading.prefix, share: reading.share(of: subject))
      ]
      judgement.limits += grounds.addedLimits
    }
    return (judgement, source, grounds)
  }

  /// A subject against the references that are chosen for it.
  ///
  /// - Parameter attempts: in how many ways it was anchored.
  func match(
    _ subject: ModelFingerprint, of model: String, declaring declared: DeclaredNames,
    attempts: Int = 1
  ) -> SubjectMatch {
    SubjectMatch(
      subject, corpus.content.selection(for: subject) { declared.include($0) },
      declaring: declared, attempts: attempts, threads: opener.threads,
      calibration: corpus.calibration, isSubject: isFile(of: model))
  }

  /// Whether a reference is a model's own files.
  private func isFile(of model: String) -> (Reference) -> Bool {
    { reference in
      reference.checkpointPath.map { Self.resolved($0) == Self.resolved(model) } ?? false
    }
  }

  func grounds(_ match: SubjectMatch, _ names: [String], _ judge: Judge) -> Grounds {
    Grounds(
      match: match, declared: names, damagedReferences: judge.damagedReferences,
      documents: judge.documents)
  }

  /// The subject without its own vocabulary, which may not be that of its weights; nil where nothing
  /// says so: then the references' tokens have the ids that it has itself, or are of another number.
  private func reanchored(
    _ model: String, _ subject: ModelFingerprint, among selection: CorpusSelection
  ) throws(InputFailure) -> ModelFingerprint? {
    guard !opener.isFingerprint(model), let own = subject.frame, own.kind == .tokenStrings else {
      return nil
    }
    let lent = corpus.content.anchors.frame(vocabularySize: own.vocabularySize)
    if let lent {
      let common = own.anchorIDs.filter { lent.anchorIDs[$0.key] != nil }
      let agreeing = common.count { lent.anchorIDs[$0.key] == $0.value }
      guard agreeing * 2 < common.count || common.isEmpty else { return nil }
    } else {
      let isAlike = selection.references.contains {
        $0.fingerprint.frame?.kind == .tokenIDs
          && $0.fingerprint.frame?.vocabularySize == own.vocabularySize
      }
      guard isAlike else { return nil }
    }
    return try opener.fingerprint(of: model, anchoredBy: lent)
  }

  private static func resolved(_ path: String) -> String {
    URL(filePath: path).resolvingSymlinksInPath().standardizedFileURL.path(percentEncoded: false)
  }

  /// Undoes a disguise with the weights of both models, where both are at hand.
  ///
  /// What the fingerprints showed holds whether or not the weights can be read once more.
  private func recover(
    _ candidate: (reference: String, layers: [LayerCorrespondence]), of model: String,
    as reading: ModelReading?, isMatched: Bool, among references: [Reference],
    in verdicts: inout Verdicts
  ) -> RecoveryRecord? {
    // Whose tokens were matched has no ids in common with the reference.
    guard !isMatched else { return nil }
    let ignoresVocabulary = reading == nil && verdicts.comparison.attempts > 1
    guard !opener.isFingerprint(model),
      let path = references.first(where: { $0.id == candidate.reference })?.checkpointPath
    else { return nil }
    var record = RecoveryRecord(reference: candidate.reference)
    do throws(InputFailure) {
      record.recovery = try recovery(
        of: model, as: reading, from: path, layers: candidate.layers,
        dead: verdicts.comparison.subject.deadParameters, ignoresVocabulary: ignoresVocabulary)
    } catch {
      record.problem = error.description
    }
    verdicts.add(record.recovery, problem: record.problem, of: record.reference)
    return record
  }

  /// Looks at how a reference's numbers became the subject's quantised ones: in its weights where they
  /// are at hand, else in the values that its fingerprint keeps.
  private func rounding(
    of tensors: [Int], from id: String, model: String, among references: [Reference],
    in verdicts: Verdicts
  ) -> RoundingRecord? {
    guard !opener.isFingerprint(model),
      let reference = references.first(where: { $0.id == id }),
      let comparison = verdicts.comparison.references.first(where: { $0.id == id })
    else { return nil }
    var record = RoundingRecord(reference: id)
    do throws(InputFailure) {
      let weights = try reference.checkpointPath.map { (path) throws(InputFailure) in
        try opener.open(path)
      }
      let engine = RoundingEngine(
        subject: try opener.open(model), fingerprint: verdicts.comparison.subject,
        threads: opener.threads)
      do throws(LoadError) {
        record.matrices = try engine.compare(comparison, with: weights, indices: tensors)
      } catch {
        throw InputFailure(path: error.file ?? model, error)
      }
    } catch {
      record.problem = error.description
    }
    return record
  }

  private func recovery(
    of model: String, as reading: ModelReading?, from reference: String,
    layers: [LayerCorrespondence], dead: [String: Int], ignoresVocabulary: Bool
  ) throws(InputFailure) -> Recovery? {
    var subject = try opener.open(model)
    if let reading { subject = reading.extracted(from: subject) }
    if ignoresVocabulary { subject.checkpoint.metadata.vocabulary = nil }
    let engine = RecoveryEngine(
      subject: subject, reference: try opener.open(reference), layerMap: layers, dead: dead,
      threads: opener.threads)
    do throws(LoadError) {
      return try engine.recover()
    } catch {
      throw InputFailure(path: error.file ?? model, error)
    }
  }

  /// Parents that the model, the caller and the policy name.
  func parentNames(of subject: ModelFingerprint) -> [String] {
    subject.identity.disclosure.parentNames + options.declaredParents + options.policy.declared
  }

  /// What a model is judged by beside its weights.
  func judge(
    for model: String, problems: [CorpusProblem]
  ) throws(InputFailure) -> Judge {
    let licences: LicenceCatalogue
    let innovation: InnovationModel
    do throws(LicenceError) {
      licences = try LicenceCatalogue.bundled()
    } catch {
      throw InputFailure(input: model, message: error.description)
    }
    do throws(InnovationError) {
      innovation = try InnovationModel.standard()
    } catch {
      throw InputFailure(input: model, message: error.description)
    }
    var judge = Judge(
      declared: options.declaredParents,
      damagedReferences: problems.map { "\($0.path): \($0.message)" },
      policy: options.policy,
      documents: opener.documents(of: model),
      licences: licences, innovation: innovation, benchmarks: options.benchmarks)
    judge.isComparison = isComparison
    return judge
  }

  func source(
    of model: String, _ subject: ModelFingerprint
  ) throws(InputFailure) -> SubjectSource {
    do throws(LoadError) {
      let place = HubAddress.isMeant(by: model) ? try opener.hub.find(model).folder : nil
      return try SubjectSource(
        subject, of: model, in: place, hashing: options.hashesFiles)
    } catch {
      throw InputFailure(path: model, error)
    }
  }
}
