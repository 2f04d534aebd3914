import Load
import TestSupport
import Testing

@testable import Judge

/// How a merge was put together.
@Suite struct BlendTests {
  private let first = Models.base(seed: 1)
  private let second = Models.base(seed: 2)

  private func blend(_ merge: ModelWeights) async throws -> (Blend, Judgement) {
    let judgement = try await Models.judge(
      merge.checkpoint("merge"),
      against: [first.checkpoint("a"), second.checkpoint("b")])
    return (try #require(judgement.blend), judgement)
  }

  @Test func sharesAddUpToOne() async throws {
    let (blend, judgement) = try await blend(first.combined(0.7, second, 0.3))
    #expect(blend.kind == .linear)
    #expect(blend.references == ["a", "b"])
    #expect(abs((blend.share(0) ?? 0) - 0.7) < 0.01)
    #expect(blend.explained > 0.999)
    #expect(blend.units.count == 6)
    #expect(judgement.layers.compactMap(\.coefficients).count == 4)
  }

  @Test func nothingOfAWholeMergeIsNewOrDropped() async throws {
    let (_, judgement) = try await blend(first.combined(0.8, second, 0.2))
    #expect(judgement.parents.map { $0.modification?.new } == [0, 0])
    #expect(judgement.parents.map { $0.modification?.dropped } == [0, 0])
  }

  /// What it has in common with the child, the parent has too.
  @Test func aStrangerThatWasLinedUpWithTheParentIsNoneOfTheChild() async throws {
    let judgement = try await Models.judge(
      first.trained(0.1, seed: 5).checkpoint("child"),
      against: [
        first.checkpoint("a"), first.combined(0.25, second, 0.97).checkpoint("b"),
      ])
    #expect(judgement.parents.map(\.reference) == ["a"])
  }

  @Test func eachLayerHasItsOwnCoefficients() async throws {
    let merge = first.combined(0.8, second, 0.2)
    let other = first.combined(0.3, second, 0.7)
    let (blend, _) = try await blend(merge.grafting(other, layers: 2..<4))
    let layers = blend.units.filter { $0.layer != nil }.map { $0.coefficients[0] }
    #expect(layers.count == 4)
    #expect(zip(layers, [0.8, 0.8, 0.3, 0.3]).allSatisfy { abs($0 - $1) < 0.02 })
  }

  /// Strangers stand at right angles: at t = 0.4 the coefficients are cos 36° and sin 36°.
  @Test func aSphericalMergeIsToldByItsArc() async throws {
    let (blend, judgement) = try await blend(first.combined(0.8090, second, 0.5878))
    #expect(blend.kind == .spherical)
    #expect(abs((blend.arc ?? 0) - 0.4) < 0.02)
    guard case .merged(let parts, _) = judgement.verdict.statement else {
      Issue.record("no merge")
      return
    }
    #expect(parts.allSatisfy { $0.isSpherical == true })
    #expect(abs((parts[0].share ?? 0) - 0.6) < 0.02)
  }

  @Test func coefficientsThatAddUpToSomethingElseAreNoShares() async throws {
    let (blend, judgement) = try await blend(first.combined(0.9, second, 0.9))
    #expect(blend.kind == .unnormalised)
    #expect(blend.share(0) == nil)
    #expect(judgement.finding(.mergedWeights)?.evidence[.shares] == nil)
  }

  /// Two children of one base, their changes added up: what units say of it is another mixture.
  @Test func whatRelativesHaveInCommonIsNoShareOfEach() async throws {
    let (one, other) = (first.trained(0.2, seed: 8), first.trained(0.3, seed: 9))
    let merge = one.combined(1, other, 1).combined(1, first, -1)
    let judgement = try await Models.judge(
      merge.checkpoint("merge"),
      against: [
        first.checkpoint("base"), one.checkpoint("one"), other.checkpoint("other"),
        second.checkpoint("b"),
      ])
    let blend = try #require(judgement.blend)
    #expect(blend.kind == .unnormalised && blend.units.isEmpty)
    #expect(judgement.verdict.statement.shares == [])
    #expect(judgement.parents.allSatisfy { abs(($0.coefficient ?? 0) - 1) < 0.1 })
    #expect(blend.otherwiseShaped == [])
  }

  @Test func sharesOfRelativesAddUpToOne() async throws {
    let (one, other) = (first.trained(0.2, seed: 8), first.trained(0.3, seed: 9))
    let judgement = try await Models.judge(
      one.combined(0.5, other, 0.5).checkpoint("merge"),
      against: [first.checkpoint("base"), one.checkpoint("one"), other.checkpoint("other")])
    let blend = try #require(judgement.blend)
    #expect(blend.kind == .linear && !blend.units.isEmpty)
  }

  @Test func placesOnAnArcAreNeverBeyondItsEnds() {
    for (a, b) in [(1.0, 0.0), (0, 1), (1.5, -0.5), (-1, 2), (1, -1), (0, 0)] {
      for cosine in [1.0, 0.999_999_9, 0, -1] {
        let position = Arc(a, b, cosine: cosine).position
        #expect((0...1).contains(position), "\(a) \(b) \(cosine)")
      }
    }
    #expect(Arc(0.5, 0.5, cosine: 1).position == 0.5)
  }

  @Test func layersOfOneParentEachAreParts() async throws {
    let (first, second) = (first.trained(0.7, seed: 8), second.trained(0.7, seed: 9))
    let judgement = try await Models.judge(
      first.grafting(second, layers: 2..<4).checkpoint("merge"),
      against: [first.checkpoint("a"), second.checkpoint("b")])
    let blend = try #require(judgement.blend)
    #expect(blend.kind == .parts)
    let layers = blend.units.filter { $0.layer != nil }.map(\.coefficients)
    #expect(layers == [[1, 0], [1, 0], [0, 1], [0, 1]])
  }

  @Test func aFinetuneHasNone() async throws {
    let judgement = try await Models.judge(
      first.trained(0.3, seed: 3).checkpoint("child"),
      against: [first.checkpoint("a"), second.checkpoint("b")])
    #expect(judgement.blend == nil)
    #expect(judgement.layers.allSatisfy { $0.coefficients == nil })
  }
}
