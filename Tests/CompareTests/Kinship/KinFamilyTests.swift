import Canonicalise
import Foundation
import Load
import Testing

@testable import Compare
@testable import Fingerprint

/// A family that was trained for this, with its descent on record; not part of the repository.
@Suite(
  .enabled(
    if: KinFamily.folder != nil && Zoo.folder != nil,
    "no family found beside the zoo: these tests need trained models"))
struct KinFamilyTests {
  /// (subject, its parent among base, a and c; whether the tests decide).
  static let cases: [(subject: String, parent: String, isDecided: Bool)] = [
    ("b", "a", true), ("e", "a", true), ("f", "a", false), ("g", "llama-s1", true),
    ("s1-sft", "llama-s1", true), ("s1-top2", "llama-s1", true), ("s1-lora8", "llama-s1", true),
    ("s1-cpt", "llama-s1", false), ("a-early", "llama-s1", false),
  ]

  @Test(arguments: cases)
  func theParentIsNamedAmongBaseSiblingAndParent(
    subject: String, parent: String, isDecided: Bool
  ) async throws {
    let kinship = try await KinFamily.kinship(subject, ["llama-s1", "a", "c"])
    #expect(kinship.candidates.first == parent)
    #expect(kinship.isDecided == isDecided)
    #expect(kinship.merge == nil)
    #expect(kinship.relatives.allSatisfy { $0.standing != .supported || $0.reference == parent })
  }

  @Test func aSiblingByTheSameDataIsNotDecidedWithoutAnother() async throws {
    let kinship = try await KinFamily.kinship("c", ["llama-s1", "a"])
    #expect(!kinship.isDecided)
    #expect(Set(kinship.candidates) == ["llama-s1", "a"])
  }

  @Test func frozenLayersDecideBetweenTheBaseAndASibling() async throws {
    let kinship = try await KinFamily.kinship("s1-top2", ["llama-s1", "s1-sft"])
    let sibling = try #require(kinship.relatives.first { $0.reference == "s1-sft" })
    #expect(sibling.standing == .refuted)
    #expect(sibling.frozen.foreign == 29)
    #expect(kinship.candidates == ["llama-s1"])
    #expect(kinship.merge == nil)
  }
}

enum KinFamily {
  static let folder: String? = Zoo.folder.flatMap { zoo in
    let kin = zoo + "/../kin"
    return FileManager.default.fileExists(atPath: kin + "/a/model.safetensors") ? kin : nil
  }

  static func kinship(_ subject: String, _ relatives: [String]) async throws -> Kinship {
    let mine = try await fingerprint(subject)
    var comparisons: [ReferenceComparison] = []
    for id in relatives {
      comparisons.append(Comparer.compare(mine, with: try await fingerprint(id), id: id))
    }
    return Kinship(subject: mine, relatives: comparisons)
  }

  private static func fingerprint(_ name: String) async throws -> ModelFingerprint {
    guard let folder, FileManager.default.fileExists(atPath: "\(folder)/\(name)") else {
      return try await Zoo.fingerprint(name)
    }
    return try Fingerprinter(threads: 2).fingerprint(
      try ArchitectureCatalogue.bundled().canonicalise(
        try CheckpointReader.open(path: "\(folder)/\(name)")))
  }
}
