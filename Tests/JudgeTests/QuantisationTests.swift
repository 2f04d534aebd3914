import Canonicalise
import Compare
import Foundation
import Judge
import Load
import TestSupport
import Testing

/// Whether rounding alone led from a parent to its quantised form.
@Suite struct QuantisationTests {
  private let base = Models.base()

  /// The judgement with the subject's weights at hand, and the parent's or the values of its fingerprint.
  private func judge(
    _ child: ModelWeights, relation: String? = nil, hasParentWeights: Bool = true
  ) async throws -> Judgement {
    var subject = child.checkpoint("child")
    if let relation {
      subject.metadata.card = ModelCard(baseModels: ["base"], relation: relation)
    }
    let parent = base.checkpoint("base")
    let judge = Judge()
    var verdicts = judge.verdicts(try await Models.compare(subject, with: [parent]))
    let catalogue = try ArchitectureCatalogue.bundled()
    for found in verdicts.quantisedFrom {
      let engine = RoundingEngine(
        subject: catalogue.canonicalise(subject), fingerprint: verdicts.comparison.subject,
        threads: 1)
      let comparison = try #require(
        verdicts.comparison.references.first { $0.id == found.reference })
      let matrices = try engine.compare(
        comparison, with: hasParentWeights ? catalogue.canonicalise(parent) : nil,
        indices: found.tensors)
      verdicts.add(rounding: matrices, of: found.reference)
    }
    return judge.judge(verdicts)
  }

  @Test(arguments: [(8, nil), (8, 32), (4, nil), (4, 32), (3, 64)] as [(Int, Int?)])
  func roundingAloneIsFaithful(bits: Int, group: Int?) async throws {
    for hasWeights in [true, false] {
      let judgement = try await judge(
        base.quantised(bits: bits, group: group), hasParentWeights: hasWeights)
      let finding = try #require(judgement.finding(.faithfulQuantisation))
      #expect(finding.level == .info)
      #expect(abs(try #require(finding.evidence[.errorRatio]?.number) - 1) < 1e-4)
      #expect(judgement.finding(.unfaithfulQuantisation) == nil)
      // What would have shown is a fraction of the rounding itself.
      let resolution = try #require(finding.evidence[.resolution]?.number)
      #expect(resolution < 0.02)
    }
  }

  @Test(arguments: [4, 8])
  func aMatrixThatWasChangedBeforeIsNamed(bits: Int) async throws {
    let changed = base.trained(0.05, seed: 3) { $0.part == "up_proj" && $0.layer == 2 }
    let judgement = try await judge(changed.quantised(bits: bits, group: 32))
    let finding = try #require(judgement.finding(.unfaithfulQuantisation))
    #expect(finding.level == .warning)
    #expect(finding.evidence[.tensors] == .texts(["model.layers.2.mlp.up_proj.weight"]))
    #expect(judgement.finding(.faithfulQuantisation) == nil)
  }

  /// Fewer numbers than may stray, and far off.
  @Test func aRowThatWasReplacedIsNoRounding() async throws {
    let changed = base.mapMatrices { place, matrix in
      guard place.part == "up_proj", place.layer == 1 else { return matrix }
      return ModelMatrix(rows: matrix.rows, columns: matrix.columns) {
        $0 == 7 ? matrix[8, $1] : matrix[$0, $1]
      }
    }
    let judgement = try await judge(changed.quantised(bits: 8, group: 32))
    #expect(
      judgement.finding(.unfaithfulQuantisation)?.evidence[.tensors]
        == .texts(["model.layers.1.mlp.up_proj.weight"]))
  }

  @Test(arguments: [true, false])
  func aFineTuneThatWasRoundedIsNoFaithfulQuantisation(hasParentWeights: Bool) async throws {
    let tuned = base.trained(0.05, seed: 4).quantised(bits: 4, group: 32)
    let judgement = try await judge(tuned, hasParentWeights: hasParentWeights)
    #expect(judgement.finding(.unfaithfulQuantisation)?.level == .warning)
    #expect(judgement.finding(.faithfulQuantisation) == nil)
  }

  @Test func whoDeclaresAFineTuneIsNotWarnedOfOne() async throws {
    let tuned = base.trained(0.05, seed: 4).quantised(bits: 4, group: 32)
    let judgement = try await judge(tuned, relation: "finetune")
    #expect(judgement.finding(.unfaithfulQuantisation)?.level == .info)
  }

  /// As AWQ does: columns are scaled before, and what feeds them takes the scales up.
  @Test func columnsThatWereScaledBeforeAreFaithful() async throws {
    let scales = (0..<64).map { exp(0.4 * sin(Double($0))) }
    var scaled = base.mapMatrices { place, matrix in
      guard ["gate_proj", "up_proj"].contains(place.part) else { return matrix }
      return ModelMatrix(rows: matrix.rows, columns: matrix.columns) {
        matrix[$0, $1] * scales[$1]
      }
    }
    for layer in scaled.layers.indices {
      scaled.layers[layer].mlpNorm = zip(scaled.layers[layer].mlpNorm, scales).map { $0 / $1 }
    }
    let judgement = try await judge(scaled.quantised(bits: 4, group: 32))
    let finding = try #require(judgement.finding(.faithfulQuantisation))
    #expect(finding.evidence[.rescaled] == .integer(8))
    // Values of a fingerprint are too few to tell scales from changes.
    let sampled = try await judge(scaled.quantised(bits: 4, group: 32), hasParentWeights: false)
    #expect(sampled.finding(.faithfulQuantisation) == nil)
    #expect(sampled.finding(.unfaithfulQuantisation) == nil)
    #expect(
      sampled.limits.contains(.roundingUntold(reference: "base", matrices: 8, problem: nil)))
  }

  /// As GPTQ does: every number makes up for the error of the one before.
  @Test func errorsThatAreMadeUpForAreSaidToBeLarger() async throws {
    let child = base.mapMatrices { place, matrix in
      guard place.layer != nil else { return matrix }
      var result = matrix
      for row in 0..<matrix.rows {
        var error = 0.0
        let values = (0..<matrix.columns).map { matrix[row, $0] }
        let step = (values.map(abs).max() ?? 0) / 7
        for column in 0..<matrix.columns {
          let wanted = values[column] - 0.9 * error
          result[row, column] = min(max((wanted / step).rounded(), -7), 7) * step
          error = result[row, column] - wanted
        }
      }
      return result
    }
    let judgement = try await judge(child)
    let finding = try #require(judgement.finding(.faithfulQuantisation))
    #expect(finding.evidence[.compensated] == .integer(28))
    let ratio = try #require(finding.evidence[.errorRatio]?.number)
    #expect(abs(ratio - 1.35) < 0.1)
    // A change as large as what the errors hide is not excluded.
    let resolution = try #require(finding.evidence[.resolution]?.number)
    #expect(resolution > 0.05)
  }

  @Test func weightsOfTheParentThatWereNotRoundedSayNothing() async throws {
    let judgement = try await judge(base.trained(0.05, seed: 4))
    #expect(judgement.finding(.faithfulQuantisation) == nil)
    #expect(judgement.finding(.unfaithfulQuantisation) == nil)
  }
}
