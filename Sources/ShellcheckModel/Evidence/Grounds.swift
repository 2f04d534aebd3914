internal import Compare
internal import Fingerprint
internal import Judge
internal import Load

/// What a judgement of one model rests on: all that the Compare and Judge stages were given, without
/// the weights.
struct Grounds: Sendable {
  /// The fingerprint that was judged, which may be anchored by another vocabulary than the model's own,
  /// or be that of an adapter merged into its base.
  var subject: ModelFingerprint
  /// Before those that are one model were made one.
  var references: [Reference]
  /// References that screening left out.
  var screened: [ScreenedReference]
  /// References that were chosen without looking at the subject; nil if all were.
  var controls: Set<String>?
  /// In how many ways the subject was anchored.
  var attempts: Int
  /// What pairs of different lineage reached, where that was measured.
  var calibration: CorpusCalibration?
  /// References that are the subject's own files.
  var ownReferences: [String]
  /// Parents that the model, the caller and the policy name.
  var declared: [String]
  /// References that could not be read, each with the reason.
  var damagedReferences: [String]
  /// Texts beside the weights; nil where nothing says which are the subject's.
  var documents: ModelDocuments?
  /// What undoing a disguise showed, for which both models' weights are needed.
  var recovery: RecoveryRecord?
  /// What lining up units showed, for which the weights are needed; the fingerprint that was judged has
  /// them in the order found.
  var units: UnitsRecord?
  /// What the numbers of the subject's relatives say, for which their weights are needed.
  var kinValues: KinValues?
  /// How its parents' matrices became a quantised subject's, for which its weights are needed.
  var roundings: [RoundingRecord] = []
  /// What is said of how the subject was read.
  var addedLimits: [Limit] = []

  init(
    match: SubjectMatch, declared: [String], damagedReferences: [String],
    documents: ModelDocuments?
  ) {
    subject = match.subject
    references = match.chosen.references
    screened = match.chosen.screened
    controls = match.chosen.controls
    attempts = match.comparison.attempts
    calibration = match.comparison.calibration
    kinValues = match.comparison.kinValues
    ownReferences = match.comparison.references.filter(\.isSubject).map(\.id)
    self.declared = declared
    self.damagedReferences = damagedReferences
    self.documents = documents
  }

  init(
    subject: ModelFingerprint, references: [Reference], record: GroundsRecord,
    documents: ModelDocuments?
  ) {
    self.subject = subject
    let twins = Dictionary(grouping: record.twins, by: \.of)
    self.references = references.map { reference in
      var reference = reference
      reference.twins = twins[reference.id, default: []].map(\.twin)
      return reference
    }
    screened = record.screened.map(\.reference)
    controls = record.controls.map(Set.init)
    attempts = record.attempts
    calibration = record.calibration
    ownReferences = record.ownReferences
    declared = record.declared
    damagedReferences = record.damagedReferences
    self.documents = documents
    recovery = record.recovery
    units = record.units
    kinValues = record.kinValues
    roundings = record.roundings
    addedLimits = record.addedLimits
  }

  /// The judgement once more.
  ///
  /// - Parameter judge: with what holds for the whole run: policy, declared parents, scores.
  func judgement(by judge: Judge, threads: Int) -> Judgement {
    var selection = CorpusSelection(references: references)
    selection.screened = screened
    selection.controls = controls
    let own = Set(ownReferences)
    var match = SubjectMatch(
      subject, selection, declaring: DeclaredNames(declared), attempts: attempts,
      threads: threads, calibration: calibration, units: units
    ) { own.contains($0.id) }
    if let scaled = subject.equilibrated { match.state(digest: scaled.subjectDigest) }
    if let kinValues { match.add(kinValues) }
    var judge = judge
    judge.damagedReferences = damagedReferences
    judge.documents = documents
    var verdicts = judge.verdicts(match.comparison)
    if let recovery, verdicts.recoveryCandidate?.reference == recovery.reference {
      verdicts.add(recovery.recovery, problem: recovery.problem, of: recovery.reference)
    }
    let parents = Set(verdicts.quantisedFrom.map(\.reference))
    for record in roundings where parents.contains(record.reference) {
      record.add(to: &verdicts)
    }
    var judgement = judge.judge(verdicts)
    judgement.limits += addedLimits
    return judgement
  }
}

/// What undoing a disguise showed, or why the weights could not be read for it.
struct RecoveryRecord: Sendable, Codable {
  var reference: String
  var recovery: Recovery?
  var problem: String?
}

/// How a reference's matrices became the subject's quantised ones, or why nobody could look.
struct RoundingRecord: Sendable, Codable {
  var reference: String
  var matrices: [MatrixRounding]?
  var problem: String?

  func add(to verdicts: inout Verdicts) {
    let tensors = verdicts.comparison.subject.tensors.indices
    verdicts.add(
      rounding: matrices?.filter { tensors.contains($0.index) }, problem: problem, of: reference)
  }

  fileprivate var isPossible: Bool {
    let all = matrices ?? []
    return Set(all.map(\.index)).count == all.count
      && all.allSatisfy { matrix in
        let figures = [matrix.strayShare, matrix.ratio, matrix.resolution]
        return figures.allSatisfy { (0...1e6).contains($0) }
          && (0..<1 << 30).contains(matrix.values) && (0..<1 << 48).contains(matrix.parameters)
      }
  }
}

/// A screened reference as evidence keeps it.
struct ScreenedRecord: Sendable, Codable {
  var id: String
  var score: ScreeningScore
  var isClear: Bool

  init(_ reference: ScreenedReference) {
    (id, score, isClear) = (reference.id, reference.score, reference.isClear)
  }

  var reference: ScreenedReference {
    ScreenedReference(id: id, score: score, isClear: isClear)
  }
}

/// Another name of a screened corpus's reference, which was not opened.
struct TwinRecord: Sendable, Codable {
  var of: String
  var id: String
  var name: String?
  var manifest: Manifest?

  /// What the corpus's manifest says of it.
  struct Manifest: Sendable, Codable {
    var name: String?
    var family: String?
    var license: String?
    var sourceRevision: String?
    var file: String
    var aliases: [String]
    var isOriginal: Bool
    var parents: [String]
    var released: String?
  }

  init(_ twin: ReferenceTwin, of reference: String) {
    (of, id, name) = (reference, twin.id, twin.name)
    manifest = twin.manifest.map { entry in
      Manifest(
        name: entry.name, family: entry.family, license: entry.license,
        sourceRevision: entry.sourceRevision, file: entry.file, aliases: entry.aliases,
        isOriginal: entry.isOriginal, parents: entry.parents, released: entry.released)
    }
  }

  var twin: ReferenceTwin {
    let entry = manifest.map { manifest in
      var entry = CorpusManifest.Entry(
        id: id, name: manifest.name, family: manifest.family, license: manifest.license,
        sourceRevision: manifest.sourceRevision, file: manifest.file, aliases: manifest.aliases,
        isOriginal: manifest.isOriginal)
      entry.parents = manifest.parents
      entry.released = manifest.released
      return entry
    }
    return ReferenceTwin(id: id, manifest: entry, name: name)
  }
}

/// What evidence keeps of a judgement's grounds beside fingerprints and texts.
struct GroundsRecord: Sendable, Codable {
  /// Ids of the compared references, in order.
  var references: [String]
  /// Their other names, where the references were screened.
  var twins: [TwinRecord]
  var screened: [ScreenedRecord]
  var controls: [String]?
  var attempts: Int
  /// Nil also in packs that were written before there was any.
  var calibration: CorpusCalibration?
  var ownReferences: [String]
  var declared: [String]
  var damagedReferences: [String]
  var recovery: RecoveryRecord?
  var units: UnitsRecord?
  /// Nil also in packs that were written before there was any.
  var kinValues: KinValues?
  var roundings: [RoundingRecord]
  var addedLimits: [Limit]

  init(_ grounds: Grounds) {
    references = grounds.references.map(\.id)
    twins = grounds.references.flatMap { reference in
      reference.twins.map { TwinRecord($0, of: reference.id) }
    }
    screened = grounds.screened.map(ScreenedRecord.init)
    controls = grounds.controls?.sorted()
    attempts = grounds.attempts
    calibration = grounds.calibration
    ownReferences = grounds.ownReferences
    declared = grounds.declared
    damagedReferences = grounds.damagedReferences
    recovery = grounds.recovery
    units = grounds.units
    kinValues = grounds.kinValues
    roundings = grounds.roundings
    addedLimits = grounds.addedLimits
  }

  /// By the model's own tokens, by the ids of a reference's, by each of its readings, by tokens that were
  /// matched with those of references, and with its units in another order.
  private static let mostAttempts = (RivalParts.limit + 1) * (Checker.mostMatched + 1) + 3

  /// What no check writes, and what later stages could not work with; nil if there is nothing.
  var problem: String? {
    guard (1...Self.mostAttempts).contains(attempts) else {
      return "an impossible number of anchorings"
    }
    guard Set(references).count == references.count else { return "a reference twice" }
    guard calibration?.isPossible ?? true else { return "impossible nulls" }
    guard screened.allSatisfy(\.isPossible) else { return "impossible scores of screening" }
    guard recovery?.recovery?.isPossible ?? true else {
      return "impossible numbers of an undone disguise"
    }
    guard units?.isPossible ?? true else { return "impossible numbers of lined up units" }
    guard kinValues?.isPossible ?? true else { return "impossible products of relatives" }
    guard roundings.allSatisfy(\.isPossible),
      Set(roundings.map(\.reference)).count == roundings.count
    else { return "impossible numbers of rounding" }
    guard addedLimits.count <= 1, addedLimits.allSatisfy(\.isOfReading) else {
      return "limits that no check adds"
    }
    return nil
  }
}

extension Limit {
  /// Whether it says what was read in place of the model's own weights: an adapter merged into its base,
  /// the files that a hub lists, or a part.
  fileprivate var isOfReading: Bool {
    switch self {
    case .mergedInto, .mergeFailed, .listed, .judgedPart: true
    default: false
    }
  }
}

extension ScreenedRecord {
  fileprivate var isPossible: Bool {
    let means: [Double] = [score.equal, score.linearMean, score.circuitsMean ?? 0]
    return means.allSatisfy { abs($0) <= 1.0001 } && abs(score.strongest) <= 1e6
  }
}

extension Recovery {
  fileprivate var isPossible: Bool {
    var numbers: [Double] = [derivedShare, relativeChange, unchangedShare, coverage]
    numbers.append(embeddingExplained ?? 0)
    numbers += transformations.map(\.matchedShare)
    var places: [Int] = keptDimensions ?? []
    places += transformations.flatMap(\.layers)
    for layer in layers {
      numbers += Array(layer.explained.values) + Array(layer.chance.values)
      numbers += [layer.matchedNeurons ?? 0, layer.matchedHeads ?? 0]
      places += [layer.subject, layer.reference]
    }
    return numbers.allSatisfy { abs($0) <= 1e6 } && places.allSatisfy { $0 >= 0 && $0 < 1 << 31 }
  }
}
