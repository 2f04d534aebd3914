import Foundation
import Testing

/// What fuzzing found, and what it starts from, read as the fuzzer reads it.
@Suite struct ReplayTests {
  private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent()

  private func inputs(_ kind: String, of target: FuzzTarget) throws -> [URL] {
    try FileManager.default.contentsOfDirectory(
      at: Self.folder.appending(path: "\(kind)/\(target.rawValue)"),
      includingPropertiesForKeys: nil
    ).sorted { $0.path < $1.path }
  }

  private func read(_ input: URL, as target: FuzzTarget) throws {
    try Data(contentsOf: input).withUnsafeBytes { bytes in try target.read(bytes) }
  }

  /// A seed that were refused would lead the fuzzer nowhere.
  @Test(arguments: FuzzTarget.allCases)
  func readsEverySeed(target: FuzzTarget) throws {
    let seeds = try inputs("Seeds", of: target)
    try #require(!seeds.isEmpty)
    for seed in seeds {
      #expect(throws: Never.self, "\(seed.lastPathComponent)") { try read(seed, as: target) }
    }
    print("replayed \(seeds.count) seeds of \(target)")
  }

  /// Refused or read, but survived; a trap would end the tests.
  @Test(arguments: FuzzTarget.allCases)
  func survivesEveryCrasher(target: FuzzTarget) throws {
    let crashers = try inputs("Crashers", of: target)
    var refused = 0
    for crasher in crashers {
      do { try read(crasher, as: target) } catch { refused += 1 }
    }
    #expect(refused >= 2, "\(refused) of \(crashers.count) were refused: is the folder there?")
    print("replayed \(crashers.count) crashers of \(target), \(refused) refused")
  }
}
