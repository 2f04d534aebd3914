import Load
import TestSupport
import Testing

/// Models of the demo as GGUF files, laid out as llama.cpp's converter does.
@Suite struct GGUFModelTests {
  enum Form: CaseIterable {
    case floats, halves, eightBits

    /// What a file in this form is besides renamed.
    var kind: String { self == .eightBits ? "quantise" : "cast" }
  }

  private func check(
    _ model: String, _ form: Form, against reference: String
  ) async throws -> JSONSchemaValue {
    let sandbox = try Sandbox()
    let path = try sandbox.folder.write(
      "m.gguf", try GGUFConversion.bytes(of: model, as: form))
    let run = try await sandbox.run("check", path, "--ref", reference, "--format", "json")
    return try EmittedReport(run.output).subject("m.gguf")
  }

  @Test(arguments: Form.allCases)
  func aConvertedModelIsTheSameModel(form: Form) async throws {
    let model = Demo.reference("tiny-llama")
    let report = try await check(model, form, against: model)
    #expect(report.relation == "related")
    #expect(report.parents == ["tiny-llama"])
    #expect(report.kinds == ["rename", form.kind])
    let share = try #require(
      report["parents"]?.array?.first?["modification"]?["derivedShare"]?.number)
    #expect(share > 0.99)
  }

  @Test(arguments: Form.allCases)
  func aStrangerStaysOne(form: Form) async throws {
    let report = try await check(
      Demo.reference("tiny-llama-b"), form, against: Demo.reference("tiny-llama"))
    #expect(report.relation == "no-evidence")
    #expect(report.parents == [])
  }

  /// Rows of queries and keys that are not brought back would show another function.
  @Test func rowsInPairsAreBroughtIntoHalves() async throws {
    let model = Demo.reference("tiny-llama")
    let report = try await check(model, .floats, against: model)
    #expect(!report.kinds.contains("permuted") && !report.kinds.contains("finetune"))
  }
}

/// Writes models of the Llama layout as GGUF.
enum GGUFConversion {
  private static let names = [
    "embed_tokens": "token_embd", "norm": "output_norm", "input_layernorm": "attn_norm",
    "post_attention_layernorm": "ffn_norm", "q_proj": "attn_q", "k_proj": "attn_k",
    "v_proj": "attn_v", "o_proj": "attn_output", "gate_proj": "ffn_gate", "up_proj": "ffn_up",
    "down_proj": "ffn_down",
  ]

  static func bytes(of folder: String, as form: GGUFModelTests.Form) throws -> [UInt8] {
    let model = try CheckpointReader.open(path: folder)
    let config = try #require(model.metadata.config)
    func size(_ key: String) throws -> Int { try #require(config[key]?.integer) }
    let (heads, shared) = (try size("num_attention_heads"), try size("num_key_value_heads"))
    var builder = GGUFBuilder()
    builder.add("general.architecture", "llama")
    builder.add("llama.embedding_length", try size("hidden_size"))
    builder.add("llama.block_count", try size("num_hidden_layers"))
    builder.add("llama.attention.head_count", heads)
    builder.add("llama.attention.head_count_kv", shared)
    builder.add("llama.feed_forward_length", try size("intermediate_size"))
    for tensor in model.tensors {
      let words = tensor.name.split(separator: ".").map(String.init)
      let module = try #require(names[words[words.count - 2]])
      let layer = words.lazy.compactMap { Int($0) }.first
      let name = (layer.map { "blk.\($0)." } ?? "") + module + ".weight"
      var values = try floats(tensor)
      if module == "attn_q" { values = inPairs(values, tensor.shape, heads) }
      if module == "attn_k" { values = inPairs(values, tensor.shape, shared) }
      switch form {
      case _ where tensor.shape.count == 1, .floats: builder.add(name, tensor.shape, values)
      case .halves: builder.add(name, halves: tensor.shape, values)
      case .eightBits: builder.add(name, eightBits: tensor.shape, values)
      }
    }
    return builder.bytes
  }

  /// Rows of each head, entry j of the first half at 2j, of the second at 2j + 1.
  private static func inPairs(_ values: [Float], _ shape: [Int], _ heads: Int) -> [Float] {
    let (rows, columns) = (shape[0], shape[1])
    let size = rows / heads
    return (0..<rows).flatMap { row in
      let (head, entry) = row.quotientAndRemainder(dividingBy: size)
      let source = head * size + entry % 2 * (size / 2) + entry / 2
      return values[source * columns..<(source + 1) * columns]
    }
  }

  private static func floats(_ tensor: Tensor) throws -> [Float] {
    try #require(tensor.elementType == .bfloat16)
    return try tensor.withBytes(of: 0..<tensor.elementCount, scratch: ByteScratch()) { bytes in
      (0..<tensor.elementCount).map { index in
        let bits = bytes.loadUnaligned(fromByteOffset: 2 * index, as: UInt16.self)
        return Float(bitPattern: UInt32(bits) << 16)
      }
    }
  }
}
