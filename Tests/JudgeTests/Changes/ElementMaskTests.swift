import Judge
import Load
import TestSupport
import Testing

/// Single values taken from a donor, as DARE, TIES and element-wise merges do.
@Suite struct ElementMaskTests {
  private let base = Models.base()
  private let donor = Models.base().trained(0.2, seed: 2)

  private func masks(_ subject: ModelWeights, _ type: ElementType) async throws -> [Details] {
    let judgement = try await Models.judge(
      subject.checkpoint("child", as: type),
      against: [base.checkpoint("base", as: type), donor.checkpoint("donor", as: type)])
    return judgement.parents.flatMap(\.changes).filter { $0.kind == .elementMask }.map(\.detail)
  }

  @Test(arguments: [(0.3, 1 / 0.3), (0.5, 1.0), (0.5, 0.7)])
  func aMaskIsNamedWithItsScaleAndShare(kept: Double, scale: Double) async throws {
    for type in [ElementType.float32, .bfloat16] {
      let detail = try #require(
        try await masks(base.masked(donor, kept: kept, scale: scale, seed: 3), type).first)
      #expect(detail[.base] == .text("base"))
      #expect(detail[.donor] == .text("donor"))
      #expect(abs(try #require(detail[.scale]?.number) / scale - 1) < 0.01)
      #expect(abs(try #require(detail[.taken]?.number) - kept) < 0.05)
      #expect(abs(try #require(detail[.unchanged]?.number) - (1 - kept)) < 0.05)
    }
  }

  @Test func neitherASiblingNorAnInterpolationIsAMask() async throws {
    let sibling = base.trained(0.2, seed: 4)
    let interpolation = base.masked(donor, kept: 1, scale: 0.4, seed: 5)
    let child = donor.trained(0.05, seed: 6)
    for subject in [sibling, interpolation, child] {
      for type in [ElementType.float32, .bfloat16] {
        #expect(try await masks(subject, type).isEmpty)
      }
    }
  }
}
