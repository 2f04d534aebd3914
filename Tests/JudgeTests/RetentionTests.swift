import Judge
import Load
import TestSupport
import Testing

/// The derived share against the share that the weights themselves give.
@Suite struct RetentionTests {
  /// How a simulated training moves a matrix.
  private enum Kind: CaseIterable {
    /// Everywhere alike.
    case dense
    /// In few directions.
    case lowRank
    /// Few rows (tokens, neurons) move far.
    case rows
    /// Some matrices move, the others do not.
    case frozen
  }

  private static let sides = [(96, 64), (64, 96), (64, 64), (48, 128), (80, 80), (128, 40)]
  private static let trials = 200

  @Test func intervalCoversTheTrueShareInAlmostAllFinetunes() async throws {
    var covered: [String: (hits: Int, count: Int)] = [:]
    var widths: [Double] = []
    for trial in 0..<Self.trials {
      let kind = Kind.allCases[trial % Kind.allCases.count]
      let (subject, reference, truth) = finetune(kind, seed: UInt64(trial + 1))
      let judgement = try await Models.judge(subject, against: [reference])
      let modification = try #require(judgement.parents.first?.modification)
      let (low, high) = (modification.derivedShareLow, modification.derivedShareHigh)
      covered["\(kind)", default: (0, 0)].count += 1
      if low - 1e-9 <= truth, truth <= high + 1e-9 { covered["\(kind)"]?.hits += 1 }
      widths.append(high - low)
    }
    let hits = covered.values.reduce(0) { $0 + $1.hits }
    #expect(hits >= Self.trials * 95 / 100, "covered \(covered)")
    // An interval of everything would cover too.
    #expect(widths.max() ?? 1 < 0.2)
  }

  @Test func untouchedWeightsAreDerivedExactly() async throws {
    let base = Models.base()
    let judgement = try await Models.judge(
      base.checkpoint("copy"), against: [base.checkpoint("base")])
    let modification = try #require(judgement.parents.first?.modification)
    #expect(modification.derivedShare == 1)
    #expect(modification.derivedShareLow == 1)
    #expect(modification.derivedShareHigh == 1)
  }

  /// Eight numbers could have any cosine with eight others.
  @Test func whatIsTooSmallToBeTestedIsNeitherNewNorDerived() async throws {
    func network(_ name: String, seed: UInt64) -> Checkpoint {
      var result = Models.dense(name, widths: [64, 64, 64, 64, 8], seed: 3)
      var random = ModelRandom(seed: seed)
      result.tensors.append(Tensor("dense_3/bias", [8], random.floats(8)))
      return result
    }
    let judgement = try await Models.judge(
      network("child", seed: 4), against: [network("base", seed: 5)])
    let modification = try #require(judgement.parents.first?.modification)
    let part = 8 / Double(3 * 64 * 64 + 64 * 8 + 8)
    #expect(modification.new == 0)
    #expect(abs((modification.untested ?? 0) - part) < 1e-9)
    #expect(modification.dropped == 0)
    #expect(modification.derivedShareHigh == 1)
    #expect(modification.derivedShareLow <= 1 - part + 1e-9)
    #expect(judgement.tensors.last?.status == .untested)
    #expect(judgement.tensors.last?.reference == nil)
  }

  private func finetune(
    _ kind: Kind, seed: UInt64
  ) -> (subject: Checkpoint, reference: Checkpoint, truth: Double) {
    var random = ModelRandom(seed: seed)
    var (before, after): ([ModelMatrix], [ModelMatrix]) = ([], [])
    // What moved by more is undecided: strangers that were lined up are as alike.
    let share = 0.05 + random.uniform()
    for (index, side) in Self.sides.enumerated() {
      let matrix = random.matrix(side.0, side.1, deviation: 0.1)
      before.append(matrix)
      let change: ModelMatrix
      switch kind {
      case .frozen where index % 2 == 0:
        after.append(matrix)
        continue
      case .dense, .frozen:
        change = random.matrix(side.0, side.1, deviation: 0.1 * share)
      case .lowRank:
        change =
          random.matrix(side.0, 8, deviation: 1)
          * random.matrix(8, side.1, deviation: 0.1 * share / 8.0.squareRoot())
      case .rows:
        let factors = (0..<side.0).map { $0 % 8 == 0 ? 8.0.squareRoot() * share : 0 }
        change = random.matrix(side.0, side.1, deviation: 0.1).scalingRows(factors)
      }
      after.append(matrix.combined(1, change, 1))
    }
    let sizes = before.map { Double($0.values.count) }
    let truth =
      zip(zip(before, after), sizes).reduce(0) { $0 + $1.1 * $1.0.0.explained(of: $1.0.1) }
      / sizes.reduce(0, +)
    return (checkpoint("subject", after), checkpoint("base", before), truth)
  }

  private func checkpoint(_ name: String, _ matrices: [ModelMatrix]) -> Checkpoint {
    Checkpoint(
      name,
      tensors: matrices.enumerated().map {
        Tensor("blob_\($0)", [$1.rows, $1.columns], $1.floats)
      })
  }
}

extension ModelMatrix {
  /// Share of another matrix's variance that this one explains: r² of the matrices less their row
  /// and column means.
  fileprivate func explained(of other: ModelMatrix) -> Double {
    let (a, b) = (centred.values, other.centred.values)
    func dot(_ x: [Double], _ y: [Double]) -> Double {
      zip(x, y).reduce(0) { $0 + $1.0 * $1.1 }
    }
    return dot(a, b) * dot(a, b) / (dot(a, a) * dot(b, b))
  }

  private var centred: ModelMatrix {
    var rowMeans = [Double](repeating: 0, count: rows)
    var columnMeans = [Double](repeating: 0, count: columns)
    for row in 0..<rows {
      for column in 0..<columns {
        rowMeans[row] += self[row, column] / Double(columns)
        columnMeans[column] += self[row, column] / Double(rows)
      }
    }
    let mean = rowMeans.reduce(0, +) / Double(rows)
    return ModelMatrix(rows: rows, columns: columns) {
      self[$0, $1] - rowMeans[$0] - columnMeans[$1] + mean
    }
  }
}
