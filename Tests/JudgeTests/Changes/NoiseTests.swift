import Judge
import Load
import TestSupport
import Testing

/// White noise, which training does not leave.
@Suite struct NoiseTests {
  private let base = Models.base()

  @Test(arguments: [ElementType.float32, .bfloat16])
  func noiseOfOneSizeIsNamedWithItsSigma(type: ElementType) async throws {
    let judgement = try await Models.judge(
      base.noisy(0.004, isRelative: false, seed: 2).checkpoint("child", as: type),
      against: [base.checkpoint("base", as: type)])
    #expect(Set(judgement.changes.keys) == [.noise])
    let detail = try #require(judgement.changes[.noise])
    #expect(detail[.noiseScale] == .term(.noise(.everywhere)))
    #expect(abs(try #require(detail[.sigma]?.number) / 0.004 - 1) < 0.05)
    let finding = try #require(judgement.finding(.noiseDisguise))
    #expect(finding.level == .error)
    #expect(finding.evidence[.reference] == .text("base"))
  }

  @Test(arguments: [0.02, 0.2])
  func noiseInProportionIsToldFromNoiseOfOneSize(share: Double) async throws {
    let changes = try await Models.changes(
      of: base.noisy(share, isRelative: true, seed: 3).checkpoint("child"),
      from: base.checkpoint("base"))
    #expect(Set(changes.keys) == [.noise])
    #expect(changes[.noise]?[.noiseScale] == .term(.noise(.proportional)))
    let relative = try #require(changes[.noise]?[.relativeSigma]?.number)
    #expect(abs(relative / share - 1) < 0.05)
  }

  /// A declared parent excuses a fine-tune; noise stays what it is.
  @Test func declaringTheParentDoesNotExcuseIt() async throws {
    let judgement = try await Models.judge(
      base.noisy(0.1, isRelative: true, seed: 3).checkpoint("child"),
      against: [base.checkpoint("base")], declared: ["base"])
    #expect(judgement.finding(.noiseDisguise) != nil)
  }

  @Test(arguments: [0.02, 0.15, 0.7])
  func trainingIsNoNoise(share: Double) async throws {
    let judgement = try await Models.judge(
      base.trained(share, seed: 4).checkpoint("child"), against: [base.checkpoint("base")])
    #expect(judgement.changes[.noise] == nil)
    #expect(judgement.finding(.noiseDisguise) == nil)
  }

  @Test func aLowRankUpdateIsNoNoise() async throws {
    let child = base.adapted(
      rank: 8, share: 0.1, parts: ["q_proj", "v_proj", "up_proj", "down_proj"], seed: 5)
    let changes = try await Models.changes(
      of: child.checkpoint("child"), from: base.checkpoint("base"))
    #expect(changes[.noise] == nil)
    #expect(changes[.lowRank] != nil)
  }

  /// The child is rounded; and the other way round, where the rounded one is the reference.
  @Test(arguments: [ElementType.bfloat16, .float16])
  func aCastIsNoNoise(type: ElementType) async throws {
    for (subject, reference) in [(type, ElementType.float32), (.float32, type)] {
      let judgement = try await Models.judge(
        base.stored(as: subject).checkpoint("child"),
        against: [base.stored(as: reference).checkpoint("base")])
      #expect(judgement.changes[.noise] == nil)
      #expect(judgement.finding(.noiseDisguise) == nil)
    }
  }

  @Test(arguments: [8, 4], [nil, 16])
  func quantisationIsNoNoise(bits: Int, group: Int?) async throws {
    let child = base.mapMatrices { _, matrix in
      let limit = Double(1 << (bits - 1)) - 1
      let size = group ?? matrix.columns
      var values = matrix.values
      for start in stride(from: 0, to: values.count, by: size) {
        let step = (values[start..<start + size].map(abs).max() ?? 1) / limit
        for index in start..<start + size {
          values[index] = (values[index] / step).rounded() * step
        }
      }
      return ModelMatrix(rows: matrix.rows, columns: matrix.columns, values: values)
    }
    let judgement = try await Models.judge(
      child.checkpoint("child", as: .bfloat16),
      against: [base.checkpoint("base", as: .bfloat16)])
    #expect(judgement.changes[.noise] == nil)
    #expect(judgement.finding(.noiseDisguise) == nil)
  }

  @Test func noiseInOneMatrixIsNotCalledADisguise() async throws {
    let judgement = try await Models.judge(
      base.noisy(0.1, isRelative: true, seed: 6) { $0.part == "q_proj" && $0.layer == 1 }
        .checkpoint("child"), against: [base.checkpoint("base")])
    #expect(judgement.finding(.noiseDisguise) == nil)
  }

  /// Most of what bfloat16 does to so little noise is rounding.
  @Test func noiseBelowTheResolutionOfItsTypeIsLeftOpen() async throws {
    let judgement = try await Models.judge(
      base.noisy(0.001, isRelative: true, seed: 7).checkpoint("child", as: .bfloat16),
      against: [base.checkpoint("base", as: .bfloat16)])
    #expect(judgement.finding(.noiseDisguise) == nil)
  }
}
