import Canonicalise
import Foundation
import Load
import Testing

@testable import Compare
@testable import Fingerprint

/// Trained models of one recipe, tokenizer and corpus: the hardest honest strangers.
///
/// They are not part of the repository; `SHELLCHECK_MODEL_ZOO` names the folder, else `../shared/zoo` is tried.
enum Zoo {
  static let folder: String? = {
    let package = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    let candidates = [
      ProcessInfo.processInfo.environment["SHELLCHECK_MODEL_ZOO"],
      package.appending(path: "../shared/zoo").standardizedFileURL.path(percentEncoded: false),
    ]
    return candidates.compactMap(\.self).first {
      FileManager.default.fileExists(atPath: $0 + "/llama-s1/model.safetensors")
    }
  }()

  static func fingerprint(_ name: String) async throws -> ModelFingerprint {
    try Fingerprinter(threads: 2).fingerprint(try model(name))
  }

  static func look(at name: String) async throws -> ModelFingerprint {
    try Fingerprinter(threads: 2).look(at: try model(name)).fingerprint
  }

  private static func model(_ name: String) throws -> CanonicalModel {
    try ArchitectureCatalogue.bundled().canonicalise(
      try CheckpointReader.open(path: "\(folder ?? "")/\(name)"))
  }
}

@Suite(
  .enabled(
    if: Zoo.folder != nil,
    "no trained models found: set SHELLCHECK_MODEL_ZOO to their folder to run these tests"))
struct ZooCalibrationTests {
  /// Triplets of one recipe, another width, three more architectures, and a model trained on the
  /// outputs of the first: no two share weights.
  static let strangers = [
    "llama-s1", "llama-s2", "llama-s3", "llama-wide-s5", "qwen2-s6", "gpt2-s7", "bert-s9",
    "s1-distill",
  ]

  @Test func strangersScoreLikeStrangers() async throws {
    var models: [ModelFingerprint] = []
    for name in Self.strangers { models.append(try await Zoo.fingerprint(name)) }
    var scores: [CircuitKind: [Double]] = [:]
    for (a, b) in pairs(models) {
      let names = "\(a.identity.name) and \(b.identity.name)"
      scores.merge(circuitScores(a, b)) { $0 + $1 }
      let comparison = Comparer.compare(a, with: b, id: b.identity.name)
      let circuits = try #require(comparison.circuits, "\(names)")
      #expect(abs(circuits.z) < 4, "circuits of \(names)")
      #expect(abs(comparison.linear.z) < 4, "sketches of \(names)")
    }
    for kind in CircuitKind.allCases {
      let spread = Spread(try #require(scores[kind]))
      #expect((0.8...1.2).contains(spread.deviation), "\(kind): \(spread)")
      #expect(abs(spread.mean) < 0.5, "\(kind): \(spread)")
      #expect(spread.largest < 5, "\(kind): \(spread)")
    }
  }

  /// Three layers of one against all of the other, the choice of layers included.
  @Test func quickLooksAtStrangersScoreLikeStrangers() async throws {
    var models: [ModelFingerprint] = []
    for name in Self.strangers { models.append(try await Zoo.fingerprint(name)) }
    var (circuits, linear) = ([Double](), [Double]())
    for name in Self.strangers {
      let look = try await Zoo.look(at: name)
      let others = models.filter { $0.identity.name != name }.map { ($0.identity.name, $0) }
      for one in Comparer.compare(look, with: others, settlesEarly: false, threads: 2) {
        circuits.append(try #require(one.circuits, "\(name) and \(one.id)").z)
        if one.linear.test != .none { linear.append(one.linear.z) }
      }
    }
    #expect((0.6...1.3).contains(Spread(circuits).deviation), "\(Spread(circuits))")
    #expect(Spread(circuits).largest < 4, "\(Spread(circuits))")
    // The smaller of two nulls, and never below 0: narrower than a normal variable.
    #expect(Spread(linear).deviation < 1.3, "\(Spread(linear))")
    #expect(Spread(linear).largest < 4, "\(Spread(linear))")
  }

  @Test(arguments: ["s1-cpt", "s1-prune-width"])
  func relativesDoNot(name: String) async throws {
    let subject = try await Zoo.fingerprint(name)
    let reference = try await Zoo.fingerprint("llama-s1")
    let comparison = Comparer.compare(subject, with: reference, id: "llama-s1")
    #expect(try #require(comparison.circuits).z > 10)
    #expect(comparison.linear.z > 8)
  }
}
