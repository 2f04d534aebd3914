import Canonicalise
import Foundation
import Load
import TestSupport
import Testing

@testable import Fingerprint

@Suite struct FingerprintFileTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func bytes(_ name: String) throws -> Data {
    try Data(contentsOf: URL(filePath: folder.path(name)))
  }

  @Test func returnsWhatWasWritten() throws {
    let fingerprint = try SampleFingerprint.full()
    try FingerprintFile.write(fingerprint, to: folder.path("a"))
    let read = try FingerprintFile.read(path: folder.path("a"))
    #expect(read.identity == fingerprint.identity)
    #expect(read.tensors == fingerprint.tensors)
    #expect(read.frame == fingerprint.frame)
    #expect(read.circuits == fingerprint.circuits)
    #expect(read.notes == fingerprint.notes)
    #expect(read.spectra == fingerprint.spectra)
    #expect(read.dead == fingerprint.dead)
    #expect(read.units == fingerprint.units)
  }

  @Test func keepsEveryBitOfEveryNumber() throws {
    try FingerprintFile.write(try SampleFingerprint.full(), to: folder.path("a"))
    try FingerprintFile.write(
      try FingerprintFile.read(path: folder.path("a")), to: folder.path("b"))
    #expect(try bytes("a") == bytes("b"))
  }

  @Test func storesAModelOfTheFingerprinter() async throws {
    var builder = SafetensorsBuilder()
    var random = TestSupport.SplitMix64(seed: 1)
    for (name, shape) in [("fc1.weight", [64, 20]), ("fc1.bias", [64]), ("fc2.weight", [3, 64])] {
      builder.add(
        name, shape,
        (0..<shape.reduce(1, *)).map { _ in Float.random(in: -1...1, using: &random) })
    }
    let path = try folder.write("model.safetensors", builder.bytes)
    let model = try ArchitectureCatalogue.bundled()
      .canonicalise(try CheckpointReader.open(path: path))
    var fingerprinter = Fingerprinter(threads: 2)
    fingerprinter.keepsUnits = true
    let fingerprint = try fingerprinter.fingerprint(model)
    #expect(fingerprint.units?.entries.map(\.name) == fingerprint.tensors.map(\.name))
    try FingerprintFile.write(fingerprint, to: folder.path("a"))
    let read = try FingerprintFile.read(path: folder.path("a"))
    #expect(read.tensors == fingerprint.tensors)
    #expect(read.identity == fingerprint.identity)
    #expect(read.units == fingerprint.units)
  }

  @Test func isASafetensorsFileWhoseDigestAnyToolCanCheck() throws {
    try FingerprintFile.write(try SampleFingerprint.full(), to: folder.path("a"))
    let checkpoint = try SafetensorsReader.checkpoint(path: folder.path("a"))
    let shapes = Dictionary(
      checkpoint.tensors.map { ($0.name, $0.shape) }, uniquingKeysWith: { first, _ in first })
    #expect(
      shapes == [
        "moments": [4, 4], "counts": [4, 4], "sketches": [1, 32, 32], "folds": [1, 64],
        "vectors": [259], "circuits": [4, 64, 64], "anchors": [3, 2], "digests": [4, 32],
        "samples": [3072], "units": [9052],
      ])
    #expect(FingerprintFile.isFingerprint(checkpoint))
    #expect(FingerprintFile.isFingerprint(path: folder.path("a")))
  }

  @Test func staysWithinItsSize() throws {
    let fingerprint = try SampleFingerprint.large(layers: 32)
    try FingerprintFile.write(fingerprint, to: folder.path("7B"))
    let billions = Double(fingerprint.identity.parameters) / 1e9
    #expect((6...7).contains(billions))
    #expect(Double(try bytes("7B").count) < 0.6e6 * billions)
    // The deepest dense models have 126 layers.
    try FingerprintFile.write(try SampleFingerprint.large(layers: 126), to: folder.path("deep"))
    #expect(try bytes("deep").count < 16 << 20)
  }

  @Test func tellsOtherFilesFromFingerprints() throws {
    var builder = SafetensorsBuilder()
    builder.metadata = ["format": "pt"]
    builder.add("w", [2], [1, 2])
    #expect(!FingerprintFile.isFingerprint(path: try folder.write("model", builder.bytes)))
    #expect(!FingerprintFile.isFingerprint(path: try folder.write("text", text: "text")))
    #expect(!FingerprintFile.isFingerprint(path: folder.path("nothing")))
  }

  @Test func leavesNothingBehindWhenItCannotWrite() throws {
    let fingerprint = try SampleFingerprint.small()
    try folder.write("taken/inside", text: "")
    #expect(throws: FingerprintError.self) {
      try FingerprintFile.write(fingerprint, to: folder.path("taken"))
    }
    #expect(throws: FingerprintError.self) {
      try FingerprintFile.write(fingerprint, to: folder.path("absent/file"))
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["taken"])
  }

  @Test func refusesToWriteWhatItWouldNotRead() throws {
    var fingerprint = try SampleFingerprint.small()
    fingerprint.tensors[0].moments.mean = .nan
    let error = #expect(throws: FingerprintError.self) {
      try FingerprintFile.write(fingerprint, to: folder.path("a"))
    }
    #expect(error?.code == .notWritten)
    #expect(!FileManager.default.fileExists(atPath: folder.path("a")))
  }

  @Test func readersSeeWholeFilesWhileOthersWrite() async throws {
    let path = folder.path("a")
    let (small, full) = (try SampleFingerprint.small(), try SampleFingerprint.full())
    try FingerprintFile.write(small, to: path)
    let known = Set([small.identity.digest, full.identity.digest])
    try await withThrowingTaskGroup(of: Bool.self) { group in
      for worker in 0..<6 {
        group.addTask {
          for _ in 0..<20 {
            if worker.isMultiple(of: 2) {
              try FingerprintFile.write(worker == 0 ? small : full, to: path)
            } else if !known.contains(try FingerprintFile.read(path: path).identity.digest) {
              return false
            }
          }
          return true
        }
      }
      for try await isWhole in group { #expect(isWhole) }
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["a"])
  }
}
