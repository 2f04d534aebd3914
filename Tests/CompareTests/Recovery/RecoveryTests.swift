import Canonicalise
import Load
import Testing

@testable import Compare

@Suite struct RecoveryTests {
  private static let base = TinyLlama(seed: 1)

  private static func recover(
    _ subject: TinyLlama, from reference: TinyLlama = base
  ) async throws -> Recovery {
    let pairs = (0..<TinyLlama.layers).map {
      LayerCorrespondence(component: "model", subject: $0, reference: $0)
    }
    let engine = RecoveryEngine(
      subject: subject.model, reference: reference.model, layerMap: pairs, threads: 2)
    return try #require(try engine.recover())
  }

  /// What was found, as `kind scope`.
  private static func found(_ recovery: Recovery) -> Set<String> {
    Set(recovery.transformations.map { "\($0.kind.rawValue) \($0.scope.rawValue)" })
  }

  private static func surgery(_ name: String, on model: TinyLlama) -> TinyLlama {
    let shuffled = (0..<model.neurons).map { ($0 * 35 + 11) % model.neurons }
    return switch name {
    case "neurons": model.keeping(neurons: shuffled)
    case "heads": model.withPermutedHeads()
    case "residual": model.withPermutedResidual()
    case "rotation": model.rotated(seed: 5)
    case "scales": model.rescaled(seed: 6)
    case "heads' bases": model.withRebasedHeads(seed: 7)
    default:
      model.rescaled(seed: 6).withRebasedHeads(seed: 7).keeping(neurons: shuffled)
        .withPermutedHeads().withPermutedResidual().rotated(seed: 5)
    }
  }

  private static let surgeries: [(String, Set<String>)] = [
    ("neurons", ["permuted neurons"]),
    ("heads", ["permuted heads"]),
    ("residual", ["permuted residual"]),
    ("rotation", ["rotated residual"]),
    ("scales", ["rescaled neurons", "rescaled value-output"]),
    ("heads' bases", ["rebased value-output", "rebased query-key"]),
    (
      "everything",
      [
        "permuted neurons", "permuted heads", "rotated residual", "rescaled neurons",
        "rebased value-output", "rebased query-key",
      ]
    ),
  ]

  @Test(arguments: surgeries)
  func namesTheSurgeryAndUndoesIt(name: String, kinds: Set<String>) async throws {
    let recovery = try await Self.recover(Self.surgery(name, on: Self.base))
    #expect(Self.found(recovery) == kinds)
    #expect(recovery.derivedShare > 0.999)
    #expect(recovery.relativeChange < 0.01)
    #expect(recovery.unchangedShare > 0.999)
  }

  @Test(arguments: surgeries)
  func seesThroughTrainingOnTopOfSurgery(name: String, kinds: Set<String>) async throws {
    let tuned = Self.base.tuned(0.5, seed: 2)
    let plain = try await Self.recover(tuned)
    let disguised = try await Self.recover(Self.surgery(name, on: tuned))
    #expect(Self.found(disguised) == kinds)
    #expect(abs(disguised.derivedShare - plain.derivedShare) < 0.06)
  }

  @Test(arguments: [Float(0.01), 0.1, 0.5, 0.8])
  func reportsNoDisguiseOfAModelThatWasOnlyTrained(noise: Float) async throws {
    let recovery = try await Self.recover(Self.base.tuned(noise, seed: 3))
    #expect(recovery.transformations.isEmpty)
    // Noise adds its square to the variance: 1 / (1 + noise²) is what the reference explains.
    #expect(abs(recovery.derivedShare - Double(1 / (1 + noise * noise))) < 0.02)
    #expect(abs(recovery.relativeChange - Double(noise)) < 0.2 * Double(noise))
  }

  @Test func findsNothingInAStranger() async throws {
    let recovery = try await Self.recover(TinyLlama(seed: 99))
    #expect(recovery.transformations.isEmpty)
    #expect(recovery.derivedShare < 0.02)
  }

  @Test func findsPermutedNeuronsOfABlockWithoutAGate() async throws {
    var reference = Self.base
    for layer in reference.stack.indices { reference.stack[layer][.mlpGate] = nil }
    let subject = Self.surgery("neurons", on: reference.tuned(0.2, seed: 12))
    let recovery = try await Self.recover(subject, from: reference)
    #expect(Self.found(recovery) == ["permuted neurons"])
    #expect(recovery.derivedShare > 0.9)
  }

  @Test func findsTwoSwappedPairsAmongManyNeurons() async throws {
    var order = Array(0..<96)
    order.swapAt(3, 50)
    order.swapAt(20, 71)
    let recovery = try await Self.recover(Self.base.keeping(neurons: order))
    #expect(Self.found(recovery) == ["permuted neurons"])
    #expect(recovery.derivedShare > 0.999)
  }

  @Test func expertsCopiedFromADenseBlockDescendFromIt() async throws {
    var model = Self.base.tuned(0.1, seed: 13).model
    model.tensors = model.tensors.flatMap { tensor in
      guard [.mlpGate, .mlpUp, .mlpDown].contains(tensor.role) else { return [tensor] }
      return (0..<3).map { expert in
        var copy = tensor
        copy.expert = expert
        copy.name = "\(tensor.name).\(expert)"
        return copy
      }
    }
    let pairs = (0..<TinyLlama.layers).map {
      LayerCorrespondence(component: "model", subject: $0, reference: $0)
    }
    let recovery = try #require(
      try RecoveryEngine(
        subject: model, reference: Self.base.model, layerMap: pairs, threads: 2
      ).recover())
    #expect(recovery.transformations.isEmpty)
    #expect(recovery.layers.compactMap(\.expert) == [0, 1, 2, 0, 1, 2])
    #expect(recovery.derivedShare > 0.97)
  }

  /// Neurons whose output nothing takes count for nothing, however loud.
  @Test(arguments: [true, false])
  func leavesOutNeuronsThatNothingReads(areKnown: Bool) async throws {
    let order = (0..<96).map { ($0 * 35 + 11) % 96 }
    var subject = Self.base.keeping(neurons: order + Array(0..<96))
    let noise = TinyLlama(seed: 60)
    var dead: [String: Int] = [:]
    for layer in subject.stack.indices {
      for role in [TensorRole.mlpGate, .mlpUp] {
        let loud = (noise.stack[layer][role]?.values ?? []).map { 10 * $0 }
        subject.change(layer, role) { matrix in
          RowMatrix(
            rows: matrix.rows, columns: matrix.columns,
            values: matrix.values.prefix(96 * matrix.columns) + loud)
        }
      }
      subject.change(layer, .mlpDown) { matrix in
        RowMatrix(
          rows: matrix.rows, columns: matrix.columns,
          values: matrix.values.enumerated().map {
            $0.offset % matrix.columns < 96 ? $0.element : 0
          })
      }
      for role in [TensorRole.mlpGate, .mlpUp, .mlpDown] {
        dead["\(layer).\(role.rawValue)"] = 96 * TinyLlama.hidden
      }
    }
    let pairs = (0..<TinyLlama.layers).map {
      LayerCorrespondence(component: "model", subject: $0, reference: $0)
    }
    let recovery = try #require(
      try RecoveryEngine(
        subject: subject.model, reference: Self.base.model, layerMap: pairs,
        dead: areKnown ? dead : [:], threads: 1
      ).recover())
    #expect(Self.found(recovery).contains("permuted neurons") || !areKnown)
    #expect((recovery.derivedShare > 0.999) == areKnown)
  }

  @Test func saysWhichNeuronsAPrunedModelKept() async throws {
    let kept = (0..<96).filter { $0 % 3 != 1 }
    let recovery = try await Self.recover(Self.base.keeping(neurons: kept).tuned(0.1, seed: 4))
    #expect(recovery.transformations.isEmpty)
    #expect(recovery.layers.compactMap(\.keptNeurons) == [kept, kept])
    #expect(recovery.derivedShare > 0.97)
  }

  @Test func saysWhichDimensionsANarrowerModelKept() async throws {
    let kept = (0..<TinyLlama.hidden).filter { $0 % 4 != 2 }
    var selection = RowMatrix(rows: TinyLlama.hidden, columns: kept.count)
    for (column, row) in kept.enumerated() { selection.values[row * kept.count + column] = 1 }
    let recovery = try await Self.recover(Self.base.rebased(selection))
    #expect(recovery.transformations.isEmpty)
    #expect(recovery.keptDimensions == kept)
    #expect(recovery.derivedShare > 0.999)
  }

  @Test func countsWhatHasNoCounterpartAsNew() async throws {
    var subject = Self.base
    subject.stack[1] = TinyLlama(seed: 50).stack[1]
    let pairs = [LayerCorrespondence(component: "model", subject: 0, reference: 0)]
    let engine = RecoveryEngine(
      subject: subject.model, reference: Self.base.model, layerMap: pairs, threads: 1)
    let recovery = try #require(try engine.recover())
    let matrices = subject.stack.map { layer in
      layer.values.filter { $0.rows > 1 }.reduce(0) { $0 + $1.values.count }
    }
    let outside = 2 * TinyLlama.vocabulary * TinyLlama.hidden
    let expected = Double(outside + matrices[0]) / Double(outside + matrices[0] + matrices[1])
    #expect(abs(recovery.derivedShare - expected) < 0.001)
    #expect(abs(recovery.coverage - expected) < 0.001)
  }

  @Test(arguments: [Float.nan, .infinity, 3e38, 0])
  func givesFiniteFiguresForWeightsThatAreNot(value: Float) async throws {
    var subject = Self.base
    for role in [TensorRole.mlpUp, .attentionValue, .attentionNorm] {
      subject.change(0, role) { matrix in
        RowMatrix(
          rows: matrix.rows, columns: matrix.columns,
          values: matrix.values.map { _ in value })
      }
    }
    let recovery = try await Self.recover(subject)
    let figures = [
      recovery.derivedShare, recovery.relativeChange, recovery.unchangedShare, recovery.coverage,
    ]
    for figure in figures { #expect(figure.isFinite) }
    for layer in recovery.layers {
      for share in layer.explained.values { #expect(share >= 0 && share <= 1) }
    }
    #expect(recovery.derivedShare < 0.95)
  }

  @Test func doesNotDependOnTheNumberOfThreads() async throws {
    let subject = Self.surgery("everything", on: Self.base.tuned(0.3, seed: 8))
    let pairs = (0..<TinyLlama.layers).map {
      LayerCorrespondence(component: "model", subject: $0, reference: $0)
    }
    var shares: Set<Double> = []
    for threads in [1, 2, 3] {
      let engine = RecoveryEngine(
        subject: subject.model, reference: Self.base.model, layerMap: pairs, threads: threads)
      shares.insert(try #require(try engine.recover()).derivedShare)
    }
    #expect(shares.count == 1)
  }

  @Test func hasNothingToSayOfModelsWithoutLayers() async throws {
    let engine = RecoveryEngine(
      subject: Self.base.model, reference: Self.base.model, layerMap: [], threads: 1)
    #expect(try engine.recover() == nil)
  }
}
