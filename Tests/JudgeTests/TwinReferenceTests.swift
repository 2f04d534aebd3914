import Compare
import Fingerprint
import Judge
import Load
import TestSupport
import Testing

/// References that are one model under several names.
@Suite struct TwinReferenceTests {
  private let base = Models.base(seed: 1)
  private let other = Models.base(seed: 2)

  private func reference(
    _ checkpoint: Checkpoint, isOriginal: Bool = false, aliases: [String] = []
  ) async throws -> Reference {
    let name = checkpoint.name
    return Reference(
      id: name, fingerprint: try await Models.fingerprint(checkpoint),
      manifest: isOriginal || !aliases.isEmpty
        ? CorpusManifest.Entry(id: name, file: name, aliases: aliases, isOriginal: isOriginal)
        : nil)
  }

  private func merged(
    _ references: [Reference], declared: Set<String> = []
  ) -> [String] {
    ReferenceTwins.merge(references) { declared.contains($0.id) }.map { reference in
      ([reference.id] + reference.twins.map(\.id)).joined(separator: " ")
    }
  }

  @Test func copiesRenamedCopiesAndCastsCountAsOne() async throws {
    let references = [
      try await reference(base.checkpoint("base")),
      try await reference(base.checkpoint("copy")),
      try await reference(base.checkpoint("base").renamed("renamed")),
      try await reference(base.checkpoint("half", as: .bfloat16)),
      try await reference(base.checkpoint("other-half", as: .float16)),
      try await reference(other.checkpoint("stranger")),
    ]
    #expect(merged(references) == ["base copy half other-half renamed", "stranger"])
    #expect(merged(references.reversed()) == ["base copy half other-half renamed", "stranger"])
  }

  /// Nothing of these is explained by rounding, however close it is.
  @Test func childrenAndRearrangedModelsStayApart() async throws {
    let references = [
      try await reference(base.checkpoint("base")),
      try await reference(base.trained(0.004, seed: 4).checkpoint("child")),
      try await reference(base.trained(0.02, seed: 4).checkpoint("half", as: .bfloat16)),
      try await reference(base.keeping(layers: [0, 1, 1, 2, 3]).checkpoint("upscaled")),
      try await reference(base.keeping(layers: [1, 0, 2, 3]).checkpoint("reordered")),
      try await reference(base.quantised(bits: 8, group: nil).checkpoint("quantised")),
    ]
    #expect(
      merged(references) == ["base", "child", "half", "quantised", "reordered", "upscaled"])
  }

  @Test func theDeclaredOneIsPrintedElseTheOriginalElseTheFirst() async throws {
    let references = [
      try await reference(base.checkpoint("a")),
      try await reference(base.checkpoint("b", as: .bfloat16), isOriginal: true),
      try await reference(base.checkpoint("c")),
    ]
    #expect(merged(references) == ["b a c"])
    #expect(merged(references, declared: ["c"]) == ["c a b"])
    #expect(merged(references, declared: ["a", "c"]) == ["a b c"])
    #expect(merged([references[0], references[2]]) == ["a c"])
  }

  /// Whichever of the names a card gives, the parent is declared, one, and tested once.
  @Test(arguments: ["lab/base", "a-mirror", "hub/quoted"])
  func declaringOneDeclaresAll(name: String) async throws {
    let child = try await Models.fingerprint(
      base.trained(0.1, seed: 3).checkpoint("child").declaring([name]))
    let declared = DeclaredNames(child.identity.disclosure.parentNames)
    var selection = CorpusSelection(references: [
      try await reference(base.checkpoint("a-mirror", as: .bfloat16)),
      try await reference(base.checkpoint("base")),
      try await reference(base.checkpoint("z-mirror"), aliases: ["hub/quoted"]),
      try await reference(other.checkpoint("stranger")),
    ])
    selection.mergeTwins { declared.include($0) }
    var comparison = Comparison(
      subject: child,
      references: Comparer.compare(
        child, with: selection.references.map { ($0.id, $0.fingerprint) }, settlesEarly: false,
        threads: 1))
    for (index, reference) in selection.references.enumerated() {
      comparison.references[index].manifest = reference.manifest
      comparison.references[index].twins = reference.twins
    }
    #expect(comparison.referenceCount == 2)
    let judgement = Judge().judge(comparison)
    #expect(judgement.verdict.relation == .derived)
    #expect(judgement.parents.count == 1)
    #expect(judgement.finding(.undeclaredParent) == nil)
    let candidate = try #require(judgement.candidates.first)
    #expect(candidate.twins.count == 2)
    #expect(judgement.limits.contains(.twins(names: [candidate.reference] + candidate.twins)))
  }
}
