import Canonicalise
import Load
import TestSupport
import Testing

@testable import Compare
@testable import Fingerprint

@Suite struct CorrespondenceTests {
  static let original = ModelWeights(.llama, .init(), tokens: Models.tokens(100), seed: 700)

  @Test func equalBytesAreFoundUnderAnyName() async throws {
    let checkpoint = Self.original.checkpoint("original")
    let reference = try await Models.fingerprint(checkpoint)
    let subject = try await Models.fingerprint(Models.renamed(checkpoint))
    let pairs = Correspondence(subject: subject, reference: reference).pairs()
    for (index, pair) in pairs.enumerated() {
      let found = try #require(pair, "\(reference.tensors[index].name)")
      #expect(found.match == .equal)
      #expect(found.reference == index)
      #expect(found.cosine == 1)
      #expect(found.relativeChange == 0)
      #expect(found.retainedShare == 1)
    }
  }

  /// Above 2^20 elements digests go by rows.
  @Test func equalNumbersAreFoundInAnyShape() async throws {
    var random = ModelRandom(seed: 707)
    let loud = (0..<1100).map { _ in 0.5 + random.uniform() }
    let matrix = ModelMatrix(rows: 1100, columns: 1001) { row, _ in random.gaussian() * loud[row] }
    let reshaped = ModelMatrix(rows: 1001, columns: 1100, values: matrix.values)
    let other = random.matrix(1001, 1100, deviation: 1)
    let reference = try await Models.fingerprint(Models.anonymous([matrix]))
    let subject = try await Models.fingerprint(Models.anonymous([other, reshaped]))
    #expect(subject.tensors[1].digest != reference.tensors[0].digest)
    let pairs = Correspondence(subject: subject, reference: reference).pairs()
    #expect(pairs[1]?.match == .equal)
    #expect(pairs[0]?.match != .equal)
  }

  /// Moments of one tensor in two shapes differ by the rounding of their sums.
  @Test(arguments: [
    (1e-10, 4e-7, true), (1e-10, 3e-6, false), (1e-7, 0, false), (0, 0, true),
  ])
  func onlyRoundingIsAllowedBetweenEqualNumbers(
    mean: Double, deviation: Double, isFound: Bool
  ) async throws {
    let reference = try await Models.fingerprint(Self.original).tensors
    var tensor = try #require(reference.first { $0.role == .mlpUp })
    tensor.formula = nil
    tensor.shape = [tensor.elementCount]
    tensor.moments.mean += mean * tensor.moments.standardDeviation
    tensor.moments.standardDeviation *= 1 + deviation
    let known = reference.map { tensor in
      var tensor = tensor
      tensor.formula = nil
      return tensor
    }
    #expect((ReshapedTensors(known).counterpart(of: tensor) != nil) == isFound)
  }

  @Test func renamedMatricesAreFoundByLikeness() async throws {
    let reference = try await Models.fingerprint(Self.original)
    let moved = Self.original.trained(0.3, seed: 701)
    let subject = try await Models.fingerprint(Models.renamed(moved.checkpoint("moved")))
    let pairs = Correspondence(subject: subject, reference: reference).pairs()
    for (index, tensor) in subject.tensors.enumerated() where tensor.matrix != nil {
      let pair = try #require(pairs[index], "\(reference.tensors[index].name)")
      #expect(reference.tensors[pair.reference].name == reference.tensors[index].name)
      #expect(pair.match == .likeness)
      #expect(abs(pair.cosine - 0.958) < 0.03)
      #expect(abs(pair.relativeChange - 0.3) < 0.05)
    }
  }

  /// Of two numbers each, 46 341 tensors against as many take more products than a class may.
  @Test(arguments: [(4096, 4096), (46_341, 0)])
  func layersOfVeryManyTensorsAreComparedAtEqualPlacesOnly(count: Int, candidates: Int) async throws
  {
    var model = try await Models.fingerprint(Self.original)
    var tensor = try #require(model.tensors.first { $0.role == .mlpUp })
    (tensor.shape, tensor.sketch, tensor.layer) = ([2], .vector([1, -1]), 0)
    model.tensors = [TensorFingerprint](repeating: tensor, count: count)
    let correspondence = Correspondence(subject: model, reference: model)
    #expect(correspondence.likenessCandidates(of: 0).count == candidates)
    #expect(correspondence.pairs().first??.reference == 0)
  }

  @Test func movedLayersAreFound() async throws {
    let weights = ModelWeights(.llama, .init(layers: 4), tokens: Models.tokens(100), seed: 702)
    let order = [2, 0, 3, 1]
    var shuffled = weights.trained(0.3, seed: 703)
    shuffled.layers = order.map { [layers = shuffled.layers] in layers[$0] }
    let reference = try await Models.fingerprint(weights)
    let subject = try await Models.fingerprint(shuffled)
    let comparison = Comparer.compare(subject, with: reference, id: "original")
    for (index, tensor) in subject.tensors.enumerated() where tensor.matrix != nil {
      guard let layer = tensor.layer else { continue }
      let pair = try #require(comparison.pairs[index])
      #expect(reference.tensors[pair.reference].layer == order[layer])
      #expect(reference.tensors[pair.reference].role == tensor.role)
    }
    let layers = try #require(comparison.layers.first)
    for similarity in [layers.linear, layers.circuits, layers.linearZ, layers.circuitsZ] {
      let table = try #require(similarity)
      let best = (0..<4).map { row in (0..<4).max { table[row * 4 + $0] < table[row * 4 + $1] } }
      #expect(best == order.map(Optional.some))
    }
    // Four layers of this width say little under the wider of the two nulls; circuits carry it.
    #expect(comparison.linear.z > 1)
    #expect(try #require(comparison.circuits).z > 8)
  }

  /// Every expert descends from the dense block that it was copied from.
  @Test func expertsFindTheDenseBlock() async throws {
    let reference = try await Models.fingerprint(Self.original)
    let moved = Self.original.trained(0.2, seed: 704).checkpoint("moe")
    var random = ModelRandom(seed: 705)
    let parts = ["gate_proj": "w1", "down_proj": "w2", "up_proj": "w3"]
    var tensors: [Tensor] = []
    for tensor in moved.tensors {
      guard let part = parts.first(where: { tensor.name.contains(".mlp.\($0.key)") }) else {
        tensors.append(tensor)
        continue
      }
      let layer = tensor.name.split(separator: ".")[2]
      for expert in 0..<3 {
        tensors.append(
          Tensor(
            name: "model.layers.\(layer).block_sparse_moe.experts.\(expert).\(part.value).weight",
            elementType: tensor.elementType, shape: tensor.shape, storage: tensor.stored[0].storage)
        )
      }
    }
    for layer in 0..<2 {
      tensors.append(
        Tensor(
          "model.layers.\(layer).block_sparse_moe.gate.weight", [3, 64], random.floats(3 * 64)))
    }
    let subject = try await Models.fingerprint(
      Checkpoint(
        "moe", tensors: tensors,
        config: .object([("model_type", .string("mixtral")), ("num_local_experts", .integer(3))]),
        tokens: Self.original.tokens))
    let pairs = Correspondence(subject: subject, reference: reference).pairs()
    let experts = subject.tensors.indices.filter { subject.tensors[$0].expert != nil }
    #expect(experts.count == 18)
    for index in experts {
      let pair = try #require(pairs[index])
      let (mine, theirs) = (subject.tensors[index], reference.tensors[pair.reference])
      #expect(theirs.role == mine.role)
      #expect(theirs.layer == mine.layer)
      #expect(pair.cosine > 0.9)
    }
  }

  /// A kernel that Keras stores `[in, out]`, and the same one as PyTorch would store it.
  @Test func transposedKernelsAreFound() async throws {
    var random = ModelRandom(seed: 706)
    let matrices = [(50, 30), (70, 50), (40, 70)].map { random.matrix($0.0, $0.1, deviation: 1) }
    let noise = matrices.map { random.matrix($0.rows, $0.columns, deviation: 0.2) }
    let keras = Checkpoint(
      "keras",
      tensors: matrices.enumerated().map { index, matrix in
        Tensor(
          "dense_\(index)/kernel", [matrix.columns, matrix.rows], matrix.transposed.floats,
          axisOrder: .outputLast)
      })
    let subject = try await Models.fingerprint(
      Models.anonymous(zip(matrices, noise).map { $0.combined(1, $1, 1) }))
    // Where the format says which axis is which, nothing needs to be turned…
    let reference = try await Models.fingerprint(keras)
    try expectAll(
      Correspondence(subject: subject, reference: reference).pairs(), transposed: false)
    // …and where it does not, the turned matrix is found.
    let blind = try await Models.fingerprint(Models.renamed(keras))
    try expectAll(Correspondence(subject: subject, reference: blind).pairs(), transposed: true)
  }

  private func expectAll(_ pairs: [TensorPair?], transposed: Bool) throws {
    #expect(pairs.count == 3)
    for (index, pair) in pairs.enumerated() {
      let found = try #require(pair)
      #expect(found.reference == index)
      #expect(found.transposed == transposed)
      #expect(found.cosine > 0.9)
    }
  }

  @Test func vocabulariesOfDifferentSizePairByRole() async throws {
    let reference = try await Models.fingerprint(Self.original)
    var extended = Self.original.trained(0.1, seed: 707)
    var random = ModelRandom(seed: 708)
    extended.tokens += (0..<24).map { Array("\u{7}new \($0)".utf8) }
    extended.embedding = .stacked([extended.embedding, random.matrix(24, 64, deviation: 1)])
    extended.head = extended.head.map { .stacked([$0, random.matrix(24, 64, deviation: 0.125)]) }
    let subject = try await Models.fingerprint(extended)
    let pairs = Correspondence(subject: subject, reference: reference).pairs()
    for role in [TensorRole.tokenEmbedding, .languageModelHead] {
      let index = try #require(subject.tensors.firstIndex { $0.role == role })
      let pair = try #require(pairs[index])
      #expect(reference.tensors[pair.reference].role == role)
      #expect(pair.match == .place)
      #expect(pair.cosine > 0.85)
    }
  }

  /// Both kinds of evidence see fine-tuning; a change of basis hides it from sketches only.
  @Test func disguiseIsSeenByCircuitsOnly() async throws {
    let reference = try await Models.fingerprint(Self.original)
    let tuned = Self.original.trained(0.3, seed: 709)
    let open = Comparer.compare(
      try await Models.fingerprint(tuned), with: reference, id: "original")
    #expect(open.linear.test == .residual)
    #expect(open.linear.z > 5)
    #expect(try #require(open.circuits).z > 10)
    let disguised = tuned.applying(.residualRotation, seed: 710).applying(.neurons, seed: 711)
      .applying(.heads, seed: 712)
    let hidden = Comparer.compare(
      try await Models.fingerprint(disguised), with: reference, id: "original")
    #expect(abs(hidden.linear.z) < 4)
    #expect(abs(hidden.linear.mean) < 0.1)
    let (before, after) = (try #require(open.circuits), try #require(hidden.circuits))
    #expect(abs(before.mean - after.mean) < 1e-3)
    #expect(after.z > 10)
  }

  @Test func mergesAreReadOffSketches() async throws {
    let parents = (0..<3).map {
      ModelWeights(.llama, .init(), tokens: Models.tokens(100), seed: 720 + UInt64($0))
    }
    var merged = parents[0]
    for i in merged.layers.indices {
      let (a, b) = (parents[0].layers[i], parents[1].layers[i])
      merged.layers[i].query = a.query.combined(0.6, b.query, 0.4)
      merged.layers[i].output = a.output.combined(0.6, b.output, 0.4)
      merged.layers[i].up = a.up.combined(0.6, b.up, 0.4)
      merged.layers[i].down = a.down.combined(0.6, b.down, 0.4)
      merged.layers[i].key = a.key.combined(0.6, b.key, 0.4)
      merged.layers[i].value = a.value.combined(0.6, b.value, 0.4)
      if let gate = a.gate, let other = b.gate {
        merged.layers[i].gate = gate.combined(0.6, other, 0.4)
      }
    }
    let subject = try await Models.fingerprint(merged)
    var references: [ReferenceComparison] = []
    for (index, parent) in parents.enumerated() {
      references.append(
        Comparer.compare(
          subject, with: try await Models.fingerprint(parent), id: "parent \(index)"))
    }
    let layers = Mixture.fit(subject, to: references).filter { $0.key.layer != nil }
    #expect(layers.count == 2)
    for unit in layers {
      #expect(zip(unit.coefficients, [0.6, 0.4, 0]).allSatisfy { abs($0 - $1) < 1e-3 })
      #expect(unit.explained > 0.999)
    }
  }
}
