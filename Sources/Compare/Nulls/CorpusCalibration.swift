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
    let what = "the calibration"
    let object = try StrictObject(
      try StrictObject.document(at: path, what, upTo: Self.byteLimit), what,
      known: ["schema", "corpus", "models", "pairs", "nulls"], path)
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
  }

  fileprivate func bytes() -> [UInt8]? {
    struct Document: Encodable {
      var schema = CorpusCalibration.schema
      var corpus: String
      var models: Int
      var pairs: Int
      var nulls: [Null]
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
      })
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
  /// Keeps what was measured, in place of what was before.
  package func keep(_ calibration: CorpusCalibration) throws(FingerprintError) {
    let path = folder + "/" + CorpusCalibration.fileName
    guard let bytes = calibration.bytes() else {
      throw FingerprintError(.notWritten, "cannot be put in words", file: path)
    }
    try CorpusLock.writing(folder) { () throws(FingerprintError) in
      try AtomicFile.write(bytes, to: path)
    }
  }
}
