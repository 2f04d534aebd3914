import Foundation
import TestSupport
import Testing

@testable import Report

/// A saved report can be written anew without the weights.
@Suite struct ReportRecordTests {
  private static let report = Samples.report(
    Samples.derivedUndeclared, Samples.merged, Samples.noEvidence, Samples.related,
    errors: [InputError(input: "broken\u{1B}[2J.safetensors", message: "truncated")])

  private func saved(_ detail: Detail = .model) -> Data {
    Data(JSONWriter(options: WriterOptions(detail: detail)).write(Self.report).utf8)
  }

  @Test(arguments: ReportFormats.all.map { $0.format })
  func everyFormatComesOutAsFromTheReportItself(format: String) throws {
    let writer = try #require(ReportFormats.named(format))
      .init(options: WriterOptions(detail: .tensors, language: .zh))
    let record = try ReportRecord(json: saved())
    // Where the corpus lay is nobody's business.
    var report = Self.report
    report.corpus.path = ""
    #expect(writer.write(record.report) == writer.write(report))
  }

  @Test(arguments: Detail.allCases)
  func aReportAgreesWithItsRecord(detail: Detail) throws {
    let data = saved(detail)
    #expect(try ReportRecord(json: data).agrees(with: data))
  }

  @Test func aChangedReportDoesNot() throws {
    let text = String(decoding: saved(), as: UTF8.self)
    let data = Data(text.replacing(#""level": "error""#, with: #""level": "info""#).utf8)
    #expect(try !ReportRecord(json: data).agrees(with: data))
  }

  @Test func itHoldsNothingThatSteersATerminal() {
    let text = String(decoding: saved(), as: UTF8.self)
    #expect(!text.unicodeScalars.contains { $0 != "\n" && $0.isUnprintable })
  }

  @Test(arguments: [
    "", "[]", "{}", "null", #"{"schema": "shellcheck-model/report/1"}"#,
    #"{"schema": "shellcheck-model/report/2", "record": {}}"#,
    #"{"schema": "shellcheck-model/report/2", "record": null}"#,
  ])
  func whatIsNoReportIsRefused(text: String) {
    #expect(throws: ReportRecordError.self) { try ReportRecord(json: Data(text.utf8)) }
  }

  /// Whatever bytes are changed: refused, or written as something, and no crash.
  @Test func mutantsAreRefusedOrWritten() throws {
    let original = Array(saved(.tensors))
    let record = try #require(original.firstRange(of: Array(#""record""#.utf8)))
    var generator = SplitMix64(seed: 16)
    for _ in 0..<150 {
      var bytes = original
      for _ in 0..<Int.random(in: 1...3, using: &generator) {
        let place = Int.random(in: record.lowerBound..<bytes.count, using: &generator)
        bytes[place] = "0123456789-e{}[],\"".utf8.randomElement(using: &generator) ?? 0
      }
      guard let mutant = try? ReportRecord(json: Data(bytes)) else { continue }
      for format in [any ReportWriter.Type]([HTMLWriter.self, TTYWriter.self]) {
        #expect(!format.init(options: WriterOptions(detail: .tensors)).write(mutant.report).isEmpty)
      }
    }
  }
}
