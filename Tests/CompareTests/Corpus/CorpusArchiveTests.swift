import Fingerprint
import Foundation
import Load
import TestSupport
import Testing

@testable import Compare

/// A corpus in one file, and what is no such file.
@Suite struct CorpusArchiveTests {
  let folder: TemporaryFolder
  let store: CorpusStore
  var archive: String { folder.path("corpus.tar") }

  init() throws {
    folder = try TemporaryFolder()
    store = CorpusStore(folder: folder.path("corpus"))
    let source = try SmallModels.source()
    for seed in 1...2 {
      let path = try folder.write(
        "models/\(seed).safetensors", SmallModels.bytes(seed: UInt64(seed)))
      var facts = CorpusFacts()
      facts.isRecorded = true
      facts.aliases = ["mirror/m\(seed)"]
      _ = try store.add(
        try source.fingerprint(path: path), as: ModelIdentity(owner: "lab", name: "m\(seed)"),
        facts: facts)
    }
    try folder.write("corpus/raw.safetensors", SmallModels.bytes(seed: 3))
  }

  private func export(_ store: CorpusStore, _ ids: [String] = []) throws -> CorpusStore.Archive {
    try store.export(ids, to: archive, from: try SmallModels.source()).archive
  }

  private func other(_ name: String = "other") -> CorpusStore {
    CorpusStore(folder: folder.path(name))
  }

  /// What is in a folder, unfinished files among it.
  private func files(_ store: CorpusStore) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: store.folder)) ?? []).sorted()
  }

  // MARK: There and back

  @Test func whatIsExportedIsImportedToTheByte() throws {
    let exported = try export(store)
    let other = other()
    let taken = try other.take(archiveAt: archive, expecting: exported.sha256.uppercased())
    #expect(taken.archive == exported)
    #expect(taken.places.map(\.id) == ["lab/m1", "lab/m2", "raw.safetensors"])
    #expect(taken.places.allSatisfy { $0.state == .new })
    let corpora = try [store, other].map { try ReferenceCorpus(paths: [$0.folder]) }
    #expect(corpora[0].entries.map(\.id) == corpora[1].entries.map(\.id))
    #expect(corpora[1].problems.isEmpty)
    let source = try SmallModels.source()
    #expect(corpora[0].load(from: source).digest == corpora[1].load(from: source).digest)
    #expect(corpora[1].entries.map(\.manifest?.aliases) == [["mirror/m1"], ["mirror/m2"], []])
    for name in ["lab--m1", "lab--m2"] {
      let paths = [store, other].map { "\($0.folder)/\(name)\(FingerprintFile.suffix)" }
      #expect(FileManager.default.contentsEqual(atPath: paths[0], andPath: paths[1]))
    }
    #expect(
      try other.take(archiveAt: archive, expecting: nil).places.allSatisfy {
        $0.state == .present
      })
    #expect(files(other).count == 4)
  }

  // MARK: Calibration

  private static func calibration(scale: Double) -> CorpusCalibration {
    CorpusCalibration(
      corpus: String(repeating: "a", count: 64), models: 30, pairs: 60,
      nulls: [
        MeasuredNull(evidence: .numbers, kind: nil, samples: 60, location: 0.5, scale: scale)
      ])
  }

  @Test func whatWasMeasuredTravelsInTheArchive() throws {
    try store.keep(Self.calibration(scale: 1.5))
    _ = try export(store, ["lab/m1"])
    let other = other()
    #expect(try other.take(archiveAt: archive, expecting: nil).calibration == .new)
    let there = try #require(try CorpusCalibration(folder: other.folder))
    #expect(there.nulls == Self.calibration(scale: 1.5).nulls)
    #expect(there.origin?.source == "corpus.tar")
    #expect(other.calibrationIssue() == nil)
    #expect(try other.take(archiveAt: archive, expecting: nil).calibration == .present)
    // What its sender measures anew takes the place of what he had measured.
    try store.keep(Self.calibration(scale: 2))
    _ = try export(store)
    #expect(try other.take(archiveAt: archive, expecting: nil).calibration == .changed)
    #expect(try CorpusCalibration(folder: other.folder)?.nulls.first?.scale == 2)
    // An archive of what was taken carries it on.
    _ = try export(other)
    let third = self.other("third")
    #expect(try third.take(archiveAt: archive, expecting: nil).calibration == .new)
    #expect(try CorpusCalibration(folder: third.folder)?.nulls.first?.scale == 2)
  }

  @Test func whatACorpusMeasuredItselfStays() throws {
    try store.keep(Self.calibration(scale: 1.5))
    _ = try export(store)
    let other = other()
    try FileManager.default.createDirectory(
      atPath: other.folder, withIntermediateDirectories: true)
    try other.keep(Self.calibration(scale: 3))
    #expect(try other.take(archiveAt: archive, expecting: nil).calibration == .own)
    #expect(try CorpusCalibration(folder: other.folder) == Self.calibration(scale: 3))
  }

  @Test func aCalibrationThatIsNotTheManifestsIsDamage() throws {
    try store.keep(Self.calibration(scale: 1.5))
    #expect(store.calibrationIssue() == nil)
    let path = store.folder + "/" + CorpusCalibration.fileName
    let text = try String(contentsOfFile: path, encoding: .utf8)
    try Data(text.replacing("1.5", with: "9.5").utf8).write(to: URL(filePath: path))
    #expect(store.calibrationIssue()?.kind == .damaged)
    let bytes = try [UInt8](Data(contentsOf: URL(filePath: path)))
    let digest = try #require(try CorpusManifest(path: store.manifestPath).calibration)
    let other = other()
    #expect(throws: FingerprintError.self) {
      try other.take(calibration: bytes, expecting: digest, from: "https://lab.example/x")
    }
    #expect(try CorpusCalibration(folder: other.folder) == nil)
    // Whoever takes the file away takes it back.
    try FileManager.default.removeItem(atPath: path)
    #expect(store.calibrationIssue() == nil)
    _ = try export(store)
    #expect(try other.take(archiveAt: archive, expecting: nil).calibration == nil)
  }

  @Test func equalCorporaAreEqualArchives() throws {
    let first = try export(store)
    let other = other("elsewhere/corpus")
    _ = try other.take(archiveAt: archive, expecting: nil)
    #expect(try export(other).sha256 == first.sha256)
  }

  @Test func tarReadsIt() throws {
    _ = try export(store, ["lab/m2"])
    let process = Process()
    process.executableURL = URL(filePath: "/bin/tar")
    process.arguments = ["-tf", archive]
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let listing = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    #expect(
      String(decoding: listing, as: UTF8.self)
        == "000001.fingerprint.safetensors\nmanifest.json\n")
  }

  @Test func whatTheCorpusSaysStays() throws {
    _ = try export(store, ["lab/m1"])
    let other = other()
    var facts = CorpusFacts()
    facts.isRecorded = true
    facts.license = "mit"
    facts.aliases = ["own/name"]
    let fingerprint = try FingerprintFile.read(
      path: "\(store.folder)/lab--m1\(FingerprintFile.suffix)")
    _ = try other.add(
      fingerprint, as: ModelIdentity(owner: "lab", name: "m1"), facts: facts)
    #expect(
      try other.take(archiveAt: archive, expecting: nil).places.map(\.state) == [.changed])
    let entry = try CorpusManifest(path: other.folder + "/manifest.json").references.first
    #expect(entry?.license == "mit")
    #expect(entry?.aliases == ["own/name", "mirror/m1"])
  }

  // MARK: Refusals

  @Test func anotherDigestIsRefused() throws {
    _ = try export(store)
    let error = #expect(throws: FingerprintError.self) {
      try other().take(archiveAt: archive, expecting: String(repeating: "0", count: 64))
    }
    #expect(error?.message.hasPrefix("its SHA-256 is ") ?? false)
    #expect(files(other()).isEmpty)
  }

  @Test func anotherModelOfTheIDKeepsAllOfItOut() throws {
    let source = try SmallModels.source()
    let other = other()
    _ = try other.add(
      try source.fingerprint(path: folder.path("models/1.safetensors")),
      as: ModelIdentity(owner: "lab", name: "m2"), facts: CorpusFacts())
    let before = files(other)
    _ = try export(store)
    let error = #expect(throws: FingerprintError.self) {
      try other.take(archiveAt: archive, expecting: nil)
    }
    #expect(error?.message.contains("another model called 'lab/m2'") ?? false)
    #expect(files(other) == before)
  }

  /// Archives of one fingerprint whose manifest, header or bytes are not what they should be.
  @Test(arguments: [
    "name", "size", "kind", "owner", "manifest", "digest", "missing", "extra", "twice", "path",
    "id", "hidden", "other file", "end", "tail", "padding", "empty",
  ])
  func whatDoesNotVerifyIsRefused(change: String) throws {
    _ = try export(store, ["lab/m1"])
    let good = Array(try Data(contentsOf: URL(filePath: archive)))
    let file = try #require(
      try CorpusArchive(MappedFile(path: archive)).bytes(of: "000001.fingerprint.safetensors"))
    func block(_ name: String, _ bytes: [UInt8]) -> [UInt8] {
      ArchiveBlock(name: name, byteCount: bytes.count).bytes + bytes
        + .init(repeating: 0, count: ArchiveBlock.padding(after: bytes.count))
    }
    let end = [UInt8](repeating: 0, count: ArchiveBlock.endSize)
    func manifest(_ id: String, _ file: String, _ digest: String? = nil) throws -> [UInt8] {
      let digest =
        try digest ?? CorpusManifest(
          path: store.folder + "/manifest.json"
        ).references.first { $0.id == "lab/m1" }?.sha256 ?? ""
      return Array(
        #"{"schema":1,"references":[{"id":"\#(id)","file":"\#(file)","sha256":"\#(digest)"}]}"#.utf8
      )
    }
    let name = "000001.fingerprint.safetensors"
    var bytes = good
    switch change {
    case "name": bytes[0] = UInt8(ascii: "/")
    case "size": bytes[124] = UInt8(ascii: "7")
    case "kind": bytes[156] = UInt8(ascii: "2")
    case "owner": bytes[108] = UInt8(ascii: "1")
    case "manifest": bytes = block(name, file) + end
    case "digest":
      bytes =
        block(name, file)
        + block("manifest.json", try manifest("a", name, .init(repeating: "0", count: 64))) + end
    case "missing": bytes = block("manifest.json", try manifest("a", name)) + end
    case "extra":
      bytes =
        block(name, file) + block("extra", [1])
        + block("manifest.json", try manifest("a", name)) + end
    case "twice":
      bytes =
        block(name, file) + block(name, file)
        + block("manifest.json", try manifest("a", name)) + end
    case "path": bytes = block(name, file) + block("manifest.json", try manifest("a", "../x")) + end
    case "id": bytes = block(name, file) + block("manifest.json", try manifest("../x", name)) + end
    case "hidden":
      bytes = block(name, file) + block("manifest.json", try manifest(".x", name)) + end
    case "other file":
      bytes = block(name, file) + block("manifest.json", try manifest("a", "manifest.json")) + end
    case "end": bytes = Array(good.dropLast(ArchiveBlock.size))
    case "tail": bytes = good + [0]
    case "padding": bytes[ArchiveBlock.size + file.count] = 1
    default: bytes = end
    }
    try folder.write("changed.tar", bytes)
    #expect(throws: FingerprintError.self) {
      try other().take(archiveAt: folder.path("changed.tar"), expecting: nil)
    }
    #expect(files(other()).isEmpty)
    for escaped in ["x", "x.fingerprint.safetensors"] {
      #expect(!FileManager.default.fileExists(atPath: folder.path(escaped)))
    }
    // What none of this was done to is taken.
    try folder.write(
      "whole.tar", block(name, file) + block("manifest.json", try manifest("a", name)) + end)
    let taken = try self.other("whole").take(
      archiveAt: folder.path("whole.tar"), expecting: nil)
    #expect(taken.places.map(\.id) == ["a"])
  }

  @Test func noTruncationAndNoChangedByteIsTaken() throws {
    _ = try export(store, ["lab/m1"])
    let good = Array(try Data(contentsOf: URL(filePath: archive)))
    var random = TestSupport.SplitMix64(seed: 5)
    let changed = folder.path("changed.tar")
    for round in 0..<120 {
      var bytes = good
      let place = Int(random.next() % UInt64(good.count))
      if round % 2 == 0 {
        bytes = Array(bytes[..<place])
      } else {
        bytes[place] ^= UInt8(1 << (random.next() % 8))
      }
      try folder.write("changed.tar", bytes)
      // A byte of the manifest may change and leave a manifest: another alias, say.
      let taken = try? other().take(archiveAt: changed, expecting: nil)
      if let taken {
        #expect(round % 2 == 1 && place > good.count - 2048)
        #expect(taken.places.count == 1)
        try FileManager.default.removeItem(atPath: other().folder)
      } else {
        #expect(files(other()).isEmpty)
      }
    }
  }
}
