import Fingerprint
import Foundation
import Load
import TestSupport
import Testing

@testable import Compare

/// What a corpus keeps of its pairs of different lineage, and what becomes of p-values by it.
@Suite struct CorpusCalibrationTests {
  private static func null(
    _ evidence: MeasuredNull.Evidence = .numbers, _ kind: PairKind? = nil, samples: Int = 50,
    location: Double = 0, scale: Double = 1
  ) -> MeasuredNull {
    MeasuredNull(
      evidence: evidence, kind: kind, samples: samples, location: location, scale: scale)
  }

  private static func calibration(_ nulls: [MeasuredNull]) -> CorpusCalibration {
    CorpusCalibration(
      corpus: String(repeating: "a", count: 64), models: 9, pairs: 36, nulls: nulls)
  }

  @Test(arguments: [0, -0.1, -0.301, -0.5, -3, -10, -50, -300, -1e300, -Double.infinity])
  func aMeasuredNullMakesNoPValueSmaller(log10P: Double) {
    for location in [0, 0.3, 2, 10] {
      for scale in [1, 1.2, 3, 10] {
        let widened = Self.null(location: location, scale: scale).widened(log10P)
        #expect(widened >= log10P && widened <= 0)
        if location == 0, scale == 1 { #expect(widened == log10P) }
      }
    }
  }

  /// z 6.4 of a null that is a half wider is z 4.2.
  @Test func aWiderNullCountsAsItIs() {
    let before = NormalTail.log10P(6.6)
    let after = Self.null(location: 0.3, scale: 1.5).widened(before)
    #expect(abs(after - NormalTail.log10P(4.2)) < 1e-6)
  }

  @Test func aPairGoesByItsKindAndByAllWhereThatHasTooFew() async throws {
    let weights = ModelWeights(.llama, .init(layers: 1), tokens: Models.tokens(10), seed: 1)
    let one = try await Models.fingerprint(weights)
    let other = one
    let own = PairKind(one, other)
    #expect(own == PairKind(families: "llama", isSameSize: true))
    let foreign = Self.null(.numbers, PairKind(families: "bert", isSameSize: true), scale: 9)
    let general = Self.null(.numbers, scale: 2)
    func found(_ nulls: MeasuredNull...) -> PairNulls {
      Self.calibration(nulls).nulls(one, other)
    }
    let enough = Self.null(.numbers, own, scale: 1.5)
    #expect(found(foreign, general, enough).nulls == [enough])
    let few = Self.null(.numbers, own, samples: 3, scale: 1.1)
    let both = found(foreign, general, few)
    #expect(both.nulls == [few, general])
    #expect(both.unmeasured == [.circuits, .parts])
    #expect(both.widened(-20, .numbers) == general.widened(-20))
    #expect(both.widened(-20, .circuits) == -20)
    #expect(found(foreign).unmeasured == [.numbers, .circuits, .parts])
  }

  @Test func itIsKeptAsItWas() throws {
    let folder = try TemporaryFolder()
    let calibration = Self.calibration([
      Self.null(.circuits, PairKind(families: "gpt2 + llama", isSameSize: false), scale: 1.25),
      Self.null(.parts, samples: 20, location: 0.125),
    ])
    #expect(try CorpusCalibration(folder: folder.path) == nil)
    try CorpusStore(folder: folder.path).keep(calibration)
    #expect(try CorpusCalibration(folder: folder.path) == calibration)
    let text = try String(
      contentsOfFile: folder.path(CorpusCalibration.fileName), encoding: .utf8)
    #expect(
      try JSONSchema.published("corpus-calibration-1").violations(
        in: JSONSchemaValue(parsing: text)) == [])
  }

  private static let whole =
    #"{"schema":1,"corpus":"\#(String(repeating: "a", count: 64))","models":2,"pairs":1,"nulls":["#

  @Test(arguments: [
    "", "{}", "[]", #"{"schema":1}"#, whole + "7]}", whole + "{}]}", whole + #"],"extra":1}"#,
    whole + #"{"evidence":"numbers","samples":20,"location":0,"scale":0.5}]}"#,
    whole + #"{"evidence":"numbers","samples":20,"location":0,"scale":1e6}]}"#,
    whole + #"{"evidence":"numbers","samples":-1,"location":0,"scale":1}]}"#,
    whole + #"{"evidence":"numbers","samples":20,"location":-1,"scale":1}]}"#,
    whole + #"{"evidence":"else","samples":20,"location":0,"scale":1}]}"#,
    whole + #"{"evidence":"numbers","families":"a","samples":20,"location":0,"scale":1}]}"#,
  ])
  func whatIsNoCalibrationIsRefused(text: String) throws {
    let folder = try TemporaryFolder()
    try folder.write(CorpusCalibration.fileName, text: text)
    #expect(throws: LoadError.self) { _ = try CorpusCalibration(folder: folder.path) }
  }

  @Test func aReaderThatWaitedInVainIsTold() throws {
    let folder = try TemporaryFolder()
    let isChanging = try CorpusLock.writing(folder.path) { () throws(FingerprintError) in
      CorpusLock.reading(folder.path, patience: 1) { $0 }
    }
    #expect(isChanging)
    #expect(!CorpusLock.reading(folder.path, patience: 1) { $0 })
  }
}
