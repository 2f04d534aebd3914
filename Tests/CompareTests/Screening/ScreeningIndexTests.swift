import Fingerprint
import Foundation
import TestSupport
import Testing

@testable import Compare

@Suite struct ScreeningIndexTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private var path: String { folder.path("cache/x.index") }

  private static func key(_ number: Int) -> ScreeningIndex.Key { .init(["\(number)"]) }

  private static let records = (0..<3).map { number in
    ReferenceRecord.bytes(of: ReferenceDigest(SketchedModel(seed: UInt64(number)).fingerprint))
  }

  private func write(to path: String?) -> ScreeningIndex {
    let writer = ScreeningIndexWriter(path: path)
    for (number, record) in Self.records.enumerated() {
      record.withUnsafeBytes { writer.append(Self.key(number), $0) }
    }
    return writer.finish()
  }

  private func roots(_ index: ScreeningIndex) -> [String?] {
    (0..<3).map { index.withRecord(Self.key($0)) { $0.root } }
  }

  @Test(arguments: [true, false])
  func findsWhatWasWritten(inMemory: Bool) throws {
    let index = write(to: inMemory ? nil : path)
    let expected = (0..<3).map { SketchedModel(seed: UInt64($0)).fingerprint.identity.digest }
    #expect(roots(index) == expected)
    #expect(index.withRecord(Self.key(9)) { _ in true } == nil)
    if !inMemory { #expect(roots(ScreeningIndex(path: path)) == expected) }
  }

  @Test func leavesNothingBesideTheIndex() throws {
    _ = write(to: path)
    _ = ScreeningIndexWriter(path: path)
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: folder.path("cache")) == ["x.index"])
  }

  @Test func stopsAtTheFirstDamagedRecord() throws {
    _ = write(to: path)
    var bytes = try [UInt8](Data(contentsOf: URL(filePath: path)))
    let second = ScreeningIndex.preamble.count + ScreeningIndex.recordHead + Self.records[0].count
    bytes[second + ScreeningIndex.recordHead + 500] ^= 1
    try folder.write("cache/x.index", bytes)
    let index = ScreeningIndex(path: path)
    #expect(roots(index).map { $0 != nil } == [true, false, false])
  }

  @Test func refusesEveryTruncation() throws {
    _ = write(to: path)
    let bytes = try [UInt8](Data(contentsOf: URL(filePath: path)))
    for length in stride(from: 0, to: bytes.count, by: 997) {
      let found = ScreeningIndex(memory: Array(bytes[..<length])).places.count
      #expect(found < 3)
    }
  }

  @Test func takesAnotherVersionForNone() throws {
    _ = write(to: path)
    var bytes = try [UInt8](Data(contentsOf: URL(filePath: path)))
    bytes[20] ^= 1
    #expect(ScreeningIndex(memory: bytes).places.isEmpty)
  }

  @Test func refusesRecordsThatAreNone() {
    let record = Self.records[0]
    for length in stride(from: 0, to: record.count, by: 101) {
      record.withUnsafeBytes { bytes in
        #expect(ReferenceRecord(UnsafeRawBufferPointer(rebasing: bytes[..<length])) == nil)
      }
    }
    // Counts that do not fit the length, or one another.
    for offset in 48..<64 {
      var damaged = record
      damaged[offset] ^= 0x80
      damaged.withUnsafeBytes { #expect(ReferenceRecord($0) == nil) }
    }
  }
}
