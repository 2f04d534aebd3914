import Fingerprint
import Testing

@testable import Compare

@Suite struct AnchorPoolTests {
  private func reference(
    _ id: String, _ anchors: [Int: Int], size: Int = 100,
    kind: FrameSummary.Kind = .tokenStrings
  ) -> (id: String, fingerprint: ModelFingerprint) {
    let identity = ModelFingerprint.Identity(
      name: id, digest: "", format: "safetensors", files: 1, parameters: 0, family: nil,
      dimensions: [:])
    let frame = FrameSummary(kind: kind, anchorIDs: anchors, vocabularySize: size, rank: 9)
    return (
      id,
      ModelFingerprint(identity: identity, tensors: [], frame: frame, circuits: [], notes: [])
    )
  }

  @Test func prefersTheAnchorsThatMostReferencesAgreeOn() {
    let pool = AnchorPool([
      reference("a", [0: 1]), reference("b", [0: 2]), reference("c", [0: 2]),
      reference("d", [0: 3], size: 7), reference("e", [0: 3], size: 7),
    ])
    #expect(pool.frame(vocabularySize: 100)?.anchorIDs == [0: 2])
    #expect(pool.frame(vocabularySize: 7)?.anchorIDs == [0: 3])
  }

  @Test func takesTheFirstReferenceByIDAmongEquals() {
    let pool = AnchorPool([reference("b", [0: 2]), reference("a", [0: 1])])
    #expect(pool.frame(vocabularySize: 100)?.anchorIDs == [0: 1])
  }

  @Test func lendsNothingBorrowedAndNothingOfAnotherSize() {
    let pool = AnchorPool([reference("a", [0: 1], kind: .borrowedTokenStrings)])
    #expect(pool.isEmpty)
    #expect(AnchorPool([reference("a", [0: 1])]).frame(vocabularySize: 99) == nil)
  }
}
