import Load
import Testing

@testable import Canonicalise

/// Every view against a naive reading of the stored numbers, element i of a tensor being i.
@Suite struct ViewTests {
  let catalogue: ArchitectureCatalogue

  init() throws { catalogue = try ArchitectureCatalogue.shared.get() }

  private func model(_ fixture: String) throws -> CanonicalModel {
    catalogue.canonicalise(try NameFixture(fixture).checkpoint())
  }

  /// Rows of a stored `[_, columns]` matrix.
  private func rows(_ indices: some Sequence<Int>, columns: Int, offset: Int = 0) -> [[Float]] {
    indices.map { row in (0..<columns).map { Float(offset + row * columns + $0) } }
  }

  /// `[out, in]` for some outputs of a stored `[in, columns]` matrix.
  private func transposedColumns(
    _ indices: some Sequence<Int>, inputs: Int, columns: Int, offset: Int = 0
  ) -> [[Float]] {
    indices.map { column in (0..<inputs).map { Float(offset + $0 * columns + column) } }
  }

  @Test(arguments: [("q", 0), ("k", 12), ("v", 24)])
  func convolutionsOfGPT2AreSplitAndTransposed(_ part: String, _ start: Int) throws {
    let model = try model("gpt2-bare")
    let weight = try model.tensor("h.1.attn.c_attn.weight#\(part)")
    let outputs = start..<(start + 12)
    #expect(try weight.matrix() == transposedColumns(outputs, inputs: 12, columns: 36))
    #expect(weight.view.shape == [12, 12])
    let bias = try model.tensor("h.1.attn.c_attn.bias#\(part)")
    #expect(try bias.matrix() == [outputs.map(Float.init)])
    #expect(bias.view.shape == [12] && bias.parameter == .bias && bias.layer == 1)
    let down = try model.tensor("h.1.mlp.c_proj.weight")
    #expect(try down.matrix() == transposedColumns(0..<12, inputs: 48, columns: 12))
  }

  /// Rows by `[group, queries per group + 2, head size 3]`: four heads in four, two and one groups.
  @Test(arguments: [
    ("pythia", 4), ("bloom", 4), ("falcon-40b", 2), ("falcon-7b", 1), ("internlm2", 2),
  ])
  func interleavedHeadsAreSorted(_ fixture: String, _ groups: Int) throws {
    let model = try model(fixture)
    let perGroup = 4 / groups
    var expected: [TensorRole: [Int]] = [:]
    for group in 0..<groups {
      for member in 0..<(perGroup + 2) {
        let role: TensorRole =
          member < perGroup
          ? .attentionQuery : member == perGroup ? .attentionKey : .attentionValue
        let first = (group * (perGroup + 2) + member) * 3
        expected[role, default: []] += Array(first..<(first + 3))
      }
    }
    let parts = model.tensors.filter { $0.layer == 1 && $0.name.contains("#") }
    #expect(parts.count == (fixture == "internlm2" ? 3 : 6))
    for part in parts {
      let indices = expected[part.role] ?? []
      let isBias = part.parameter == .bias
      #expect(
        try part.matrix() == (isBias ? [indices.map(Float.init)] : rows(indices, columns: 12)))
    }
    #expect(model.dimensions["decoder"]?.keyValueHeads == groups)
    #expect(model.dimensions["decoder"]?.headSize == 3)
  }

  @Test(arguments: [
    ("baichuan", "model.layers.0.self_attn.W_pack.weight", [12, 12, 12]),
    ("phi3", "model.layers.0.self_attn.qkv_proj.weight", [12, 6, 6]),
    ("chatglm2", "transformer.encoder.layers.0.self_attention.query_key_value.weight", [12, 6, 6]),
    ("vit-timm", "blocks.0.attn.qkv.weight", [12, 12, 12]),
  ])
  func stackedQueryKeyValueIsSplit(_ fixture: String, _ name: String, _ sizes: [Int]) throws {
    let model = try model(fixture)
    var start = 0
    for (part, size) in zip(["q", "k", "v"], sizes) {
      let tensor = try model.tensor("\(name)#\(part)")
      #expect(try tensor.matrix() == rows(start..<(start + size), columns: 12))
      start += size
    }
  }

  @Test func gateAndUpAreSplit() throws {
    let name = "model.layers.1.mlp.gate_up_proj.weight"
    let model = try model("phi3")
    let (gate, up) = (try model.tensor("\(name)#gate"), try model.tensor("\(name)#up"))
    #expect(gate.role == .mlpGate && up.role == .mlpUp)
    #expect(try gate.matrix() == rows(0..<20, columns: 12))
    #expect(try up.matrix() == rows(20..<40, columns: 12))
  }

  @Test func stackedExpertsAreTakenApart() throws {
    let model = try model("qwen3-moe-fused")
    let name = "model.layers.1.mlp.experts."
    let up = try model.tensor("\(name)gate_up_proj#2.up")
    #expect(up.role == .mlpUp && up.expert == 2 && up.layer == 1)
    #expect(try up.matrix() == rows(8..<16, columns: 12, offset: 2 * 16 * 12))
    let down = try model.tensor("\(name)down_proj#1")
    #expect(try down.matrix() == rows(0..<12, columns: 8, offset: 12 * 8))
    #expect(model.dimensions["decoder"]?.experts == 3)
  }

  @Test func expertsStoredInputFirstAreTransposed() throws {
    let name = "language_model.model.layers.0.feed_forward.experts."
    let model = try model("llama4")
    let up = try model.tensor("\(name)gate_up_proj#1.up")
    let expected = transposedColumns(8..<16, inputs: 12, columns: 16, offset: 12 * 16)
    #expect(try up.matrix() == expected)
    let down = try model.tensor("\(name)down_proj#2")
    let expectedDown = transposedColumns(0..<12, inputs: 8, columns: 12, offset: 2 * 8 * 12)
    #expect(try down.matrix() == expectedDown)
  }

  @Test func alternatingGatesAreSorted() throws {
    let name = "model.layers.0.mlp.experts.gate_up_proj"
    let model = try model("gpt-oss")
    let odd = stride(from: 1, to: 16, by: 2)
    let up = try model.tensor("\(name)#1.up")
    #expect(
      try up.matrix() == transposedColumns(odd, inputs: 12, columns: 16, offset: 12 * 16))
    let bias = try model.tensor("\(name)_bias#2.up")
    #expect(try bias.matrix() == [odd.map { Float(32 + $0) }])
    #expect(bias.expert == 2 && bias.role == .mlpUp)
  }

  @Test func fusedInputColumnsAreSplit() throws {
    let model = try model("flux")
    let down = try model.tensor("single_blocks.0.linear2.weight#down")
    #expect(down.role == .mlpDown && down.view.shape == [12, 20])
    #expect(try down.matrix() == (0..<12).map { row in (12..<32).map { Float(row * 32 + $0) } })
    #expect(try model.tensor("single_blocks.0.linear2.bias").view.shape == [12])
  }

  @Test func kerasKernelsAreTransposed() throws {
    let tensors = [
      Tensor("dense/kernel:0", [3, 2], axisOrder: .outputLast),
      Tensor("conv/kernel:0", [2, 2, 3, 4], axisOrder: .outputLast),
      Tensor("embedding/embeddings:0", [5, 2], axisOrder: .outputLast),
      Tensor("mha/query/kernel", [3, 2, 4], axisOrder: .outputLast),
      Tensor("mha/query/bias", [2, 4], axisOrder: .outputLast),
    ]
    let model = catalogue.canonicalise(Checkpoint(tensors))
    #expect(model.family == "keras")
    let dense = try model.tensor("dense/kernel:0")
    #expect(try dense.matrix() == [[0, 2, 4], [1, 3, 5]])
    let conv = try model.tensor("conv/kernel:0")
    #expect(conv.role == .convolutionKernel && conv.view.shape == [4, 3, 2, 2])
    var filters = [[Float]](repeating: [], count: 4)
    for output in 0..<4 {
      for input in 0..<3 {
        for tap in 0..<4 { filters[output].append(Float((tap * 3 + input) * 4 + output)) }
      }
    }
    #expect(try conv.matrix() == filters)
    #expect(try model.tensor("embedding/embeddings:0").matrix() == rows(0..<5, columns: 2))
    let query = try model.tensor("mha/query/kernel")
    #expect(query.role == .attentionQuery && query.view.shape == [8, 3])
    #expect(try query.matrix() == transposedColumns(0..<8, inputs: 3, columns: 8))
    #expect(try model.tensor("mha/query/bias").matrix() == [(0..<8).map(Float.init)])
  }

  @Test func convolutionsOfPyTorchKeepTheFirstAxis() throws {
    let patch = try model("vit").tensor("vit.embeddings.patch_embeddings.projection.weight")
    #expect(patch.role == .patchEmbedding && patch.view.shape == [12, 3, 4, 4])
    #expect(try patch.matrix() == rows(0..<12, columns: 48))
  }
}
