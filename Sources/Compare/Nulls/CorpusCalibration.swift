import Crypto
package import Fingerprint
import Foundation
package import Load

/// `calibration.json` of a corpus: what its pairs of different lineage reached when they were last held
/// against each other.
///
/// Strict, as the manifest is.
package struct CorpusCalibration: Sendable, Equatable, Codable {
  package static let fileName = "calibration.json"
  package static let schema = 1
  private static let byteLimit = 4 << 20
  private static let nullLimit = 10_000

  /// SHA-256 over ids and root digests of the corpus that was measured.
  package var corpus: String
  /// Models of it, and pairs that were compared.
  package var models: Int
  package var pairs: Int
  package var nulls: [MeasuredNull]
  /// Where it was taken from; nil where it was measured here.
  package var origin: Origin?

  /// Another's calibration.
  package struct Origin: Sendable, Equatable, Codable {
    /// Address of the file, or the name of the archive that held it.
    package var source: String
    /// SHA-256 of the file there.
    package var sha256: String
  }

  package init(corpus: String, models: Int, pairs: Int, nulls: [MeasuredNull]) {
    (self.corpus, self.models, self.pairs, self.nulls) = (corpus, models, pairs, nulls)
  }

  /// The nulls that are for a pair: of its kind where enough pairs were, else of all kinds together.
  ///
  /// What few pairs of its kind show beyond that counts, too: nulls get wider only.
  package func nulls(_ one: ModelFingerprint, _ other: ModelFingerprint) -> PairNulls {
    let kind = PairKind(one, other)
    var found = PairNulls.theory
    for evidence in MeasuredNull.Evidence.allCases {
      let all = nulls.filter { $0.evidence == evidence }
      let own = all.filter { $0.kind == kind }
      found.nulls += own
      guard !own.contains(where: \.isEnough) else { continue }
      let general = all.filter { $0.kind == nil }
      found.nulls += general
      if !general.contains(where: \.isEnough) { found.unmeasured.append(evidence) }
    }
    return found
  }

  /// Several corpora's, whose nulls all count.
  package static func joined(_ all: [CorpusCalibration]) -> CorpusCalibration? {
    guard var joined = all.first else { return nil }
    for other in all.dropFirst() {
      joined.models += other.models
      joined.pairs += other.pairs
      joined.nulls += other.nulls
    }
    return joined
  }

  /// Whether the numbers are some that calibration writes.
  package var isPossible: Bool {
    (0...1_000_000_000).contains(models) && (0...1_000_000_000).contains(pairs)
      && nulls.count <= Self.nullLimit && nulls.allSatisfy(\.isPossible)
  }

  // MARK: File

  /// The calibration in a corpus's folder.
  ///
  /// - Returns: nil if there is none.
  /// - Throws: for anything but a calibration.
  package init?(folder: String) throws(LoadError) {
    let path = folder + "/" + Self.fileName
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    try self.init(StrictObject.document(at: path, Self.what, upTo: Self.byteLimit), path: path)
  }

  private static let what = "the calibration"

  /// A calibration from elsewhere.
  ///
  /// - Parameter path: what errors call it.
  init(_ bytes: [UInt8], path: String) throws(LoadError) {
    guard bytes.count <= Self.byteLimit else {
      throw LoadError(.limitExceeded, "\(Self.what) has \(bytes.count) bytes", file: path)
    }
    try self.init(JSONReader.parse(bytes, source: JSONSource(file: path)), path: path)
  }

  private init(_ root: JSONValue, path: String) throws(LoadError) {
    let object = try StrictObject(
      root, Self.what, known: ["schema", "corpus", "models", "pairs", "nulls", "origin"], path)
    guard object["schema"]?.integer == Self.schema else {
      throw object.malformed("does not have the schema \(Self.schema)")
    }
    guard let corpus = try object.string("corpus"), HubAddress.isDigest(corpus, digits: 64),
      let models = object["models"]?.integer, let pairs = object["pairs"]?.integer,
      let entries = object["nulls"]?.array
    else { throw object.malformed("is not whole: calibrate again") }
    self.init(
      corpus: corpus, models: models, pairs: pairs,
      nulls: try entries.map { (entry) throws(LoadError) in
        try MeasuredNull(entry, path)
      })
    guard isPossible else { throw object.malformed("has impossible numbers") }
    guard let value = object["origin"] else { return }
    let said = try StrictObject(value, "the origin", known: ["source", "sha256"], path)
    guard let source = try said.string("source"), let digest = try said.string("sha256"),
      HubAddress.isDigest(digest, digits: 64)
    else { throw object.malformed("has no whole origin") }
    origin = Origin(source: source, sha256: digest)
  }

  fileprivate func bytes() -> [UInt8]? {
    struct Document: Encodable {
      var schema = CorpusCalibration.schema
      var corpus: String
      var models: Int
      var pairs: Int
      var nulls: [Null]
      var origin: Origin?
    }
    struct Null: Encodable {
      var evidence: String
      var families: String?
      var isSameSize: Bool?
      var samples: Int
      var location: Double
      var scale: Double
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    let document = Document(
      corpus: corpus, models: models, pairs: pairs,
      nulls: nulls.map {
        Null(
          evidence: $0.evidence.rawValue, families: $0.kind?.families,
          isSameSize: $0.kind?.isSameSize, samples: $0.samples, location: $0.location,
          scale: $0.scale)
      }, origin: origin)
    return (try? encoder.encode(document)).map { Array($0) + [0x0A] }
  }
}

extension MeasuredNull {
  fileprivate init(_ value: JSONValue, _ path: String) throws(LoadError) {
    let object = try StrictObject(
      value, "a null",
      known: ["evidence", "families", "isSameSize", "samples", "location", "scale"],
      path)
    let families = try object.string("families")
    let isSameSize = try object.flag("isSameSize")
    guard let evidence = try object.string("evidence").flatMap(Evidence.init),
      (families == nil) == (isSameSize == nil), let samples = object["samples"]?.integer,
      let location = object["location"]?.number, let scale = object["scale"]?.number
    else { throw object.malformed("is not whole: calibrate again") }
    self.init(
      evidence: evidence,
      kind: families.flatMap { families in
        isSameSize.map { PairKind(families: families, isSameSize: $0) }
      },
      samples: samples, location: location, scale: scale)
  }
}

extension CorpusStore {
  private var calibrationPath: String { folder + "/" + CorpusCalibration.fileName }

  /// Keeps what was measured, in place of what was before.
  ///
  /// The manifest, where there is one, gets its SHA-256, by which it is told elsewhere.
  package func keep(_ calibration: CorpusCalibration) throws(FingerprintError) {
    try CorpusLock.writing(folder) { () throws(FingerprintError) in
      try keepLocked(calibration)
    }
  }

  private func keepLocked(_ calibration: CorpusCalibration) throws(FingerprintError) {
    guard let bytes = calibration.bytes() else {
      throw FingerprintError(.notWritten, "cannot be put in words", file: calibrationPath)
    }
    try AtomicFile.write(bytes, to: calibrationPath)
    guard FileManager.default.fileExists(atPath: manifestPath) else { return }
    var manifest = try manifest()
    let digest = SHA256.hash(data: bytes).hexadecimal
    guard manifest.calibration != digest else { return }
    manifest.calibration = digest
    try manifest.write(to: manifestPath)
  }

  /// What came of another's calibration.
  package enum CalibrationState: String, Sendable {
    case new, changed, present
    /// The corpus has measured its own, which stays.
    case own
  }

  /// What the corpus has of a calibration that is known by its SHA-256 so far.
  ///
  /// - Returns: nil where it is to be taken.
  package func held(calibration digest: String) throws(FingerprintError) -> CalibrationState? {
    guard let there = try calibration() else { return nil }
    guard let origin = there.origin else { return .own }
    return origin.sha256 == digest ? .present : nil
  }

  /// Takes a calibration from elsewhere, unless the corpus has measured its own.
  ///
  /// - Parameters:
  ///   - bytes: of the file there.
  ///   - digest: the SHA-256 that it must have.
  ///   - source: what the place is called.
  /// - Throws: if it does not verify; nothing has changed then.
  package func take(
    calibration bytes: [UInt8], expecting digest: String, from source: String
  ) throws(FingerprintError) -> CalibrationState {
    let calibration = try Self.calibration(bytes, expecting: digest, from: source)
    return try CorpusLock.writing(folder) { () throws(FingerprintError) in
      try takeLocked(calibration)
    }
  }

  /// The same of one that was verified; the corpus is locked.
  func takeLocked(_ calibration: CorpusCalibration) throws(FingerprintError) -> CalibrationState {
    if let digest = calibration.origin?.sha256, let state = try held(calibration: digest) {
      return state
    }
    let isNew = try self.calibration() == nil
    try keepLocked(calibration)
    return isNew ? .new : .changed
  }

  /// - Parameter source: an address, or an archive's path, whose name is its origin from now on.
  static func calibration(
    _ bytes: [UInt8], expecting digest: String, from source: String
  ) throws(FingerprintError) -> CorpusCalibration {
    let found = SHA256.hash(data: bytes).hexadecimal
    guard found == digest else {
      throw FingerprintError(
        .damaged, "the calibration has the SHA-256 \(found), and the manifest has \(digest)",
        file: source)
    }
    do throws(LoadError) {
      var calibration = try CorpusCalibration(bytes, path: source)
      let name = source.contains("://") ? source : URL(filePath: source).lastPathComponent
      calibration.origin = CorpusCalibration.Origin(source: name, sha256: digest)
      return calibration
    } catch {
      throw FingerprintError(unreadable: error)
    }
  }

  private func calibration() throws(FingerprintError) -> CorpusCalibration? {
    do throws(LoadError) { return try CorpusCalibration(folder: folder) } catch {
      throw FingerprintError(unreadable: error)
    }
  }

  /// The calibration's file, for an archive; nil if there is none.
  func calibrationBytes() throws(FingerprintError) -> [UInt8]? {
    try calibration()?.bytes()
  }

  /// What is wrong with the calibration.
  package func calibrationIssue() -> CorpusIssue? {
    do throws(FingerprintError) {
      // Who takes the file away takes it back.
      guard try calibration() != nil, let said = try manifest().calibration else { return nil }
      let found = try Self.digest(of: calibrationPath)
      guard found != said else { return nil }
      return CorpusIssue(
        .damaged, [CorpusCalibration.fileName],
        "its SHA-256 is \(found), the manifest has \(said): calibrate again")
    } catch {
      return CorpusIssue(.damaged, [CorpusCalibration.fileName], error.message)
    }
  }
}
