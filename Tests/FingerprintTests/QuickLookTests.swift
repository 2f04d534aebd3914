import Canonicalise
import Load
import TestSupport
import Testing

@testable import Fingerprint

/// What is read of a model at a quick look, and that it is the same as when all is read.
@Suite struct QuickLookTests {
  private static let tokens = Array(AnchorList.standard.tokens.prefix(160))

  private static func model(
    _ layout: ModelWeights.Layout = .llama, layers: Int = 7, tokens: [[UInt8]] = tokens
  ) throws -> CanonicalModel {
    let weights = ModelWeights(layout, .init(layers: layers), tokens: tokens, seed: 5)
    return try ArchitectureCatalogue.bundled().canonicalise(weights.checkpoint("model"))
  }

  @Test(arguments: [ModelWeights.Layout.llama, .qwen2, .gpt2, .bert])
  func seesTheCircuitsThatAFullReadingSees(layout: ModelWeights.Layout) async throws {
    let model = try Self.model(layout)
    let whole = try Fingerprinter(threads: 2).fingerprint(model)
    let look = try Fingerprinter(threads: 2).look(at: model)
    #expect(look.layers == [1, 3, 5])
    #expect(look.fingerprint.circuits.map(\.layer) == [1, 3, 5])
    for layer in look.fingerprint.circuits {
      let other = try #require(whole.circuits.first { $0.layer == layer.layer })
      #expect(Set(layer.circuits.keys) == [.qk, .ov])
      for (kind, values) in layer.circuits { #expect(other.circuits[kind] == values) }
    }
    #expect(look.fingerprint.frame == whole.frame)
  }

  /// Both sides of a comparison then have the same: the first of the list.
  @Test func makesDoWithTheFirstAnchors() async throws {
    let model = try Self.model()
    var fingerprinter = Fingerprinter(threads: 1)
    let all = try #require(try fingerprinter.look(at: model).fingerprint.frame?.anchorIDs)
    fingerprinter.mostAnchors = 80
    let few = try #require(try fingerprinter.look(at: model).fingerprint.frame?.anchorIDs)
    #expect(all.count > 80 && few.count == 80)
    for key in all.keys.sorted().prefix(80) { #expect(few[key] == all[key]) }
  }

  @Test func listsAllTensorsAndReadsFew() async throws {
    let model = try Self.model()
    let whole = try Fingerprinter(threads: 1).fingerprint(model)
    let look = try Fingerprinter(threads: 1).look(at: model)
    #expect(look.fingerprint.tensors.map(\.name) == whole.tensors.map(\.name))
    #expect(look.fingerprint.identity.parameters == whole.identity.parameters)
    #expect(look.fingerprint.identity.digest.isEmpty)
    for (mine, theirs) in zip(look.fingerprint.tensors, whole.tensors) where mine.isEvidence {
      #expect(mine == theirs)
    }
    // Query, key, value, output and norm of three layers.
    #expect(look.fingerprint.tensors.count { $0.sketch != .none } == 15)
    #expect(look.tensorsRead == 15)
    #expect(look.bytesRead < look.byteCount / 3)
    #expect(look.coverage > 0 && look.coverage < 0.3)
  }

  @Test(arguments: [(1, [0]), (2, [0, 1]), (3, [0, 1, 2]), (32, [5, 16, 26])])
  func spreadsTheLayers(layers: Int, expected: [Int]) async throws {
    let look = try Fingerprinter(threads: 2).look(at: try Self.model(layers: layers))
    #expect(look.layers == expected)
  }

  /// Too few anchors for a frame.
  @Test func takesLargeMatricesWhereThereAreNoCircuits() async throws {
    let look = try Fingerprinter(threads: 1).look(
      at: try Self.model(tokens: Array(Self.tokens.prefix(20))))
    #expect(look.component == nil && look.layers.isEmpty)
    #expect(look.fingerprint.circuits.isEmpty)
    let read = look.fingerprint.tensors.filter(\.isEvidence)
    #expect(read.count == 6)
    #expect(read.allSatisfy { $0.matrix != nil && $0.role != .tokenEmbedding })
  }

  @Test func takesLargeMatricesOfOtherNetworks() async throws {
    var random = ModelRandom(seed: 2)
    let checkpoint = Checkpoint(
      "dense",
      tensors: [(64, 200), (200, 200), (200, 10), (4, 4)].enumerated().map { index, sides in
        Tensor(
          "layer_\(index)", [sides.0, sides.1],
          random.matrix(sides.0, sides.1, deviation: 1).floats)
      })
    let look = try Fingerprinter(threads: 1).look(
      at: try ArchitectureCatalogue.bundled().canonicalise(checkpoint))
    #expect(look.fingerprint.tensors.filter(\.isEvidence).map(\.name) == ["layer_0", "layer_1"])
  }

  @Test func looksAtNothingWhereThereIsNothing() async throws {
    let checkpoint = Checkpoint("vector", tensors: [Tensor("bias", [5], [1, 2, 3, 4, 5])])
    let look = try Fingerprinter(threads: 1).look(
      at: try ArchitectureCatalogue.bundled().canonicalise(checkpoint))
    #expect(look.tensorsRead == 0 && look.bytesRead == 0)
  }
}
