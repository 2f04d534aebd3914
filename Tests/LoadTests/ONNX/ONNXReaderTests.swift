import TestSupport
import Testing

@testable import Load

/// Files of real writers, against the numbers that their own libraries make of them.
@Suite struct ONNXReaderTests {
  static let names = [
    "types", "typed", "external", "dequantised", "blocks_4_symmetric", "blocks_4_zeros",
    "blocks_8_symmetric", "blocks_8_zeros", "tables", "convolutions_traced", "convolutions_dynamo",
    "recurrent_traced", "recurrent_dynamo", "dynamic_tensors", "dynamic_channels", "graphs",
    "generative", "dynamic_lstm_tensors", "dynamic_lstm_channels", "bnb4_fp4", "bnb4_nf4",
    "attention_tensors", "attention_channels",
  ]

  @Test(arguments: names)
  func theNumbersAreThoseOfTheWriter(name: String) throws {
    let checkpoint = try ONNXFixture.open(name)
    #expect(checkpoint.format == .onnx)
    for expected in try ONNXFixture.expected(name) {
      let tensor = try #require(
        checkpoint.tensors.first { $0.name == expected.name },
        "\(expected.name) of \(checkpoint.tensors.map(\.name))")
      #expect(tensor.shape == expected.shape, "\(tensor.name)")
      let (found, oracle) = (try tensor.inOrder(), try expected.plainFloats())
      let isSame = zip(found, oracle).allSatisfy { $0 == $1 || $0.isNaN && $1.isNaN }
      #expect(found.count == oracle.count && isSame, "\(tensor.name)")
    }
  }

  @Test(arguments: ["dynamic_lstm_tensors", "dynamic_lstm_channels"])
  func codesOfARecurrentLayerAreAllThatIsOfIt(name: String) throws {
    let plain = try ONNXFixture.open("recurrent_traced")
    let coded = try ONNXFixture.open(name)
    #expect(coded.tensors.map(\.name).sorted() == plain.tensors.map(\.name).sorted())
    let codes = coded.tensors.filter { $0.name.hasPrefix("lstm.weight_") }
    #expect(codes.count == 8)
    #expect(codes.allSatisfy { $0.storedPrecision == .grid(bits: 8, group: nil) })
  }

  @Test(
    arguments: [
      "dequantised", "blocks_4_zeros", "blocks_8_symmetric", "tables", "dynamic_lstm_tensors",
      "dynamic_lstm_channels", "bnb4_nf4", "attention_channels",
    ])
  func anyRangeIsDecodedLikeTheWhole(name: String) throws {
    var random = ModelRandom(seed: 5)
    for tensor in try ONNXFixture.open(name).tensors where !tensor.isPlain {
      let count = tensor.elementCount
      let whole = try tensor.decoded(0..<count).map(\.bitPattern)
      for _ in 0..<10 {
        let start = Int(random.next() % UInt64(count))
        let range = start..<start + 1 + Int(random.next() % UInt64(count - start))
        let part = try tensor.decoded(range).map(\.bitPattern)
        #expect(part == Array(whole[range]), "\(tensor.name) \(range)")
      }
    }
  }

  @Test(arguments: ["convolutions_traced", "convolutions_dynamo"])
  func allThatAModuleHasIsRead(name: String) throws {
    let checkpoint = try ONNXFixture.open(name)
    let expected = Set(try ONNXFixture.expected(name).map(\.name))
    #expect(Set(checkpoint.tensors.map(\.name)) == expected)
    #expect(checkpoint.problems.isEmpty && checkpoint.notes.isEmpty)
  }

  /// The head is the embedding, whose transpose exporters write out.
  @Test(arguments: ["recurrent_traced", "recurrent_dynamo"])
  func anEmbeddingThatIsTheHeadTooIsOneMatrix(name: String) throws {
    let checkpoint = try ONNXFixture.open(name)
    let expected = Set(try ONNXFixture.expected(name).map(\.name))
    #expect(Set(checkpoint.tensors.map(\.name)) == expected)
    #expect(checkpoint.notes.count == 1)
    #expect(checkpoint.notes.first?.contains("'emb.weight' once more") ?? false)
  }

  @Test func numbersOfAnyLengthAreReadInAnyRange() throws {
    let tensor = try ONNXFixture.open("typed").tensor("part.many")
    let whole = try tensor.values()
    for start in [0, 1, 4095, 4096, 4097, 8191, 8999] {
      for count in [1, 2, 4096, 5000] where start + count <= whole.count {
        let part = try tensor.values(start..<start + count)
        #expect(part == Array(whole[start..<start + count]))
      }
    }
  }

  @Test func wholeNumbersAndStrangeTypesAreWhatTheyAre() throws {
    let checkpoint = try ONNXFixture.open("types")
    let bytes = try checkpoint.tensor("part.INT8")
    #expect(!bytes.isRealNumber && bytes.elementCount == 4200)
    let long = try checkpoint.tensor("part.INT64").values(0..<7)
    #expect(long == [-3, -2, -1, 0, 1, 2, 3])
    for name in ["part.INT4", "part.COMPLEX128"] {
      #expect(try checkpoint.tensor(name).isDecodable == false, "\(name)")
    }
  }

  @Test func dataBesideIsPartOfTheModel() throws {
    let folder = try TemporaryFolder()
    try folder.write("external.onnx", try ONNXFixture.bytes("external.onnx"))
    let missing = try #require(
      #expect(throws: LoadError.self) { try CheckpointReader.open(path: folder.path) })
    #expect(missing.code == .shardMissing)
    try folder.write("external.onnx.data", try ONNXFixture.bytes("external.onnx.data"))
    let checkpoint = try CheckpointReader.open(path: folder.path)
    #expect(checkpoint.files.count == 2)
    #expect(checkpoint.problems.isEmpty)
    try folder.write("other.onnx_data", [1, 2, 3])
    let second = try CheckpointReader.open(path: folder.path)
    #expect(second.problems.map(\.subject) == ["other.onnx_data"])
  }

  /// Exporters write out transposes, and hubs put the export beside the model.
  @Test func anExportBesideItsModelIsTheSameWeights() throws {
    let folder = try TemporaryFolder()
    try folder.write(
      "model.safetensors", try ONNXFixture.bytes("recurrent_traced.expected.safetensors"))
    try folder.write("model.onnx", try ONNXFixture.bytes("recurrent_traced.onnx"))
    let checkpoint = try CheckpointReader.open(path: folder.path)
    #expect(checkpoint.format == .safetensors && checkpoint.problems.isEmpty)
    try folder.write("model.onnx", try ONNXFixture.bytes("convolutions_traced.onnx"))
    let other = try CheckpointReader.open(path: folder.path)
    #expect(other.problems.map(\.kind) == [.unreadWeights])
  }

  @Test func dataByItselfIsNamed() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("m.onnx_data", try ONNXFixture.bytes("external.onnx.data"))
    let error = try #require(
      #expect(throws: LoadError.self) { try CheckpointReader.open(path: path) })
    #expect(error.message.contains("name the .onnx file beside it"))
  }

  @Test func whatAGraphHoldsBesidesIsSaid() throws {
    let checkpoint = try ONNXFixture.open("graphs")
    #expect(checkpoint.problems.map(\.subject) == ["few"])
    #expect(checkpoint.problems.map(\.kind) == [.unreadTensor])
    #expect(checkpoint.notes.count == 1)
    let disclosure = checkpoint.metadata.disclosure
    #expect(disclosure.license == "mit")
    #expect(disclosure.parentNames == ["some-lab/tiny-base"])
  }

  @Test func quantisedWeightsHaveTheirOwnPrecision() throws {
    let four = try ONNXFixture.open("blocks_4_zeros").tensor("a.weight")
    #expect(four.storedPrecision == .grid(bits: 4, group: 32))
    let checkpoint = try ONNXFixture.open("dequantised")
    #expect(
      try checkpoint.tensor("UINT4.blocks").storedPrecision == .grid(bits: 4, group: 16))
    #expect(try checkpoint.tensor("INT8.rows").storedPrecision == .grid(bits: 8, group: nil))
    #expect(try checkpoint.tensor("E5M2.tensor").storedPrecision == .significand(bits: 3))
  }

  @Test func codesOfExpertsAreSaidToBeNotDecoded() throws {
    let checkpoint = try ONNXFixture.open("experts")
    #expect(checkpoint.tensors.map(\.name).sorted() == ["fc1", "fc2"])
    for tensor in checkpoint.tensors {
      guard case .undecoded("ONNX QMoE") = tensor.decoding else {
        Issue.record("\(tensor.decoding)")
        continue
      }
    }
  }

  /// Keras' exporter writes a GRU layer as a loop, to which its weights are given.
  @Test func weightsOfLoopsAreThoseOfKeras() throws {
    let model = try ONNXReader.checkpoint(path: HDF5Fixture.path("containers/gru-1.onnx"))
    let oracle = try SafetensorsReader.checkpoint(
      path: HDF5Fixture.path("containers/gru-1.safetensors"))
    func named(_ ending: String) throws -> Tensor {
      try #require(model.tensors.first { $0.name.hasSuffix("/\(ending)") }, "\(ending)")
    }
    for (layer, units, inputs) in [("lower", 24, 16), ("upper", 20, 24)] {
      let cell = "\(layer)_1/gru_cell_1"
      let state = try named("\(cell)/recurrent_kernel")
      #expect(state.shape == [units, 3 * units] && state.axisOrder == .outputLast)
      #expect(try named("\(cell)/kernel").shape == [inputs, 3 * units])
      #expect(try named("\(cell)/bias").shape == [2, 3 * units])
      // Gates of Keras: update, reset, candidate.
      let expected = try oracle.tensor("\(layer).weight_hh_l0").plainFloats()
      let found = try state.plainFloats()
      for row in 0..<3 * units {
        let gate = [1, 0, 2][row / units] * units + row % units
        for column in 0..<units {
          #expect(found[column * 3 * units + gate] == expected[row * units + column])
        }
      }
    }
    #expect(try named("table_1/embeddings").shape == [60, 16])
    #expect(try named("out_1/kernel").shape == [20, 5])
    #expect(try named("out_1/bias").shape == [5])
  }

  /// Its loop multiplies with parts of the state's kernel.
  @Test func weightsOfAnEarlyResettingLoopAreThoseOfKeras() throws {
    let model = try ONNXReader.checkpoint(path: HDF5Fixture.path("containers/gru-early.onnx"))
    let oracle = try NumPyReader.checkpoint(
      path: HDF5Fixture.path("containers/gru-early.npz"))
    for layer in ["lower", "upper"] {
      for kind in ["kernel", "recurrent_kernel", "bias"] {
        let ending = "\(layer)_1/gru_cell_1/\(kind)"
        let found = try #require(model.tensors.first { $0.name.hasSuffix(ending) }, "\(ending)")
        let expected = try #require(
          oracle.tensors.first { $0.name.hasSuffix("/\(layer)/gru_cell/\(kind)") })
        #expect(found.shape == expected.shape)
        #expect(found.axisOrder == expected.axisOrder)
        #expect(try found.plainFloats() == expected.plainFloats())
      }
    }
  }

  @Test func namesAreThoseOfTheModules() {
    func name(_ own: String, node: String?) -> String {
      var tensor = ONNXTensor()
      tensor.name = own
      let use = ONNXModel.Use(
        parameter: "weight", inputsFirst: true, module: node, operation: "MatMul")
      return ONNXNames.name(of: tensor, use: use)
    }
    for own in ["onnx::MatMul_12", "val_12", "12", "MatMul_3", "/a/b/Conv_output_0", "_v_3"] {
      #expect(name(own, node: "a.b") == "a.b.weight", "\(own)")
      #expect(name(own, node: nil) == own)
    }
    for own in ["fc1", "a.weight", "layer2.bias", "W"] { #expect(name(own, node: "a.b") == own) }
    #expect(
      name("model.layers.0.attn.q_proj.MatMul.weight_Q4", node: "x")
        == "model.layers.0.self_attn.q_proj.weight")
    #expect(name("model.layers.6.final_norm_layernorm.weight", node: nil) == "model.norm.weight")
    #expect(name("layers.6.final_norm_layernorm.weight", node: nil).hasPrefix("layers.6"))
    #expect(name("onnx::MatMul_12_Q4G32", node: "x") == "x.weight")
    #expect(name("m/dense/MatMul/ReadVariableOp:0", node: nil) == "m/dense/kernel")
  }
}
