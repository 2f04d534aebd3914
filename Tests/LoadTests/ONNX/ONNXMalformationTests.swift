import TestSupport
import Testing

@testable import Load

@Suite struct ONNXMalformationTests {
  private let numbers = ONNXParts.floats([1, 2, 3, 4, 5, 6])

  private func model(
    _ tensors: [[UInt8]]? = nil, nodes: [[UInt8]] = [],
    also change: (inout ProtobufBuilder) -> Void = { _ in }
  ) -> [UInt8] {
    let tensors = tensors ?? [ONNXParts.tensor("a.weight", [2, 3], data: numbers)]
    return ONNXParts.model(ONNXParts.graph(nodes: nodes, tensors: tensors), also: change)
  }

  private func open(_ bytes: [UInt8], beside: [String: [UInt8]] = [:]) throws -> Checkpoint {
    let folder = try TemporaryFolder()
    for name in beside.keys.sorted() { try folder.write(name, beside[name] ?? []) }
    return try CheckpointReader.open(path: try folder.write("m.onnx", bytes))
  }

  private func error(_ bytes: [UInt8], beside: [String: [UInt8]] = [:]) throws -> LoadError {
    try #require(#expect(throws: LoadError.self) { try open(bytes, beside: beside) })
  }

  @Test func theFileItselfIsRead() throws {
    let values = try open(model()).tensor("a.weight").values()
    #expect(values == [1, 2, 3, 4, 5, 6])
  }

  @Test func everyCutOfAModelIsAnError() throws {
    let whole = model()
    for count in 1..<whole.count { _ = try error(Array(whole[..<count])) }
  }

  @Test func twoGraphsAreRefused() throws {
    let second = ONNXParts.graph(tensors: [ONNXParts.tensor("b", [1], data: [0, 0, 0, 0])])
    let found = try error(model { $0.add(7, bytes: second) })
    #expect(found.code == .headerMalformed)
  }

  @Test(
    arguments: [
      ([.max], .shapeOverflow), ([1 << 62, 4], .shapeOverflow), ([1 << 40], .sizeMismatch),
      ([2, 2], .sizeMismatch), ([UInt64](repeating: 1, count: 17), .limitExceeded),
    ] as [([UInt64], LoadError.Code)])
  func extentsThatCannotBeAreRefused(shape: [UInt64], code: LoadError.Code) throws {
    #expect(try error(model([ONNXParts.tensor("a", shape, data: numbers)])).code == code)
  }

  @Test func tensorsAreOneThingEach() throws {
    let two = ONNXParts.tensor("a", [6], data: numbers) { $0.add(4, bytes: self.numbers) }
    #expect(try error(model([two])).code == .headerMalformed)
    let none = ONNXParts.tensor("a", [6])
    #expect(try error(model([none])).code == .truncated)
    let unknown = ONNXParts.tensor("a", [6], type: 99, data: numbers)
    #expect(try error(model([unknown])).code == .unknownElementType)
    let twice = ONNXParts.tensor("a", [6], data: numbers)
    #expect(try error(model([twice, twice])).code == .duplicateKey)
    let long = ONNXParts.tensor(String(repeating: "x", count: 5000), [6], data: numbers)
    #expect(try error(model([long])).code == .limitExceeded)
  }

  @Test func numbersOfOtherCountsAreRefused() throws {
    for packed in [
      [1, 2, 3], [1, 2, 3, 4, 0x80], [UInt8](repeating: 0x80, count: 30) + [1, 2, 3, 4],
    ] {
      let tensor = ONNXParts.tensor("a.weight", [4], type: 10) { $0.add(5, bytes: packed) }
      #expect(try error(model([tensor])).code == .sizeMismatch, "\(packed)")
    }
  }

  /// No writer stores numbers one by one; they are said, not read wrongly.
  @Test func numbersInPiecesAreSaid() throws {
    let pieces = ONNXParts.tensor("b.weight", [2]) {
      $0.add(4, fixed: 1)
      $0.add(4, fixed: 2)
    }
    let checkpoint = try open(model([ONNXParts.tensor("a.weight", [6], data: numbers), pieces]))
    #expect(checkpoint.tensors.map(\.name) == ["a.weight"])
    #expect(checkpoint.problems.map(\.subject) == ["b.weight"])
    #expect(checkpoint.problems.map(\.elements) == [2])
  }

  // MARK: Other files

  private func external(_ entries: [(key: String, value: String)], count: UInt64 = 6) -> [UInt8] {
    ONNXParts.tensor("a.weight", [count], also: ONNXParts.external(entries))
  }

  @Test(arguments: ["../x", "/etc/passwd", "a/../../x", "", "..", "a//b"])
  func dataOutsideOfTheFolderIsRefused(location: String) throws {
    #expect(try error(model([external([("location", location)])])).code == .shardOutsideFolder)
  }

  @Test func dataOfOtherExtentsIsRefused() throws {
    let beside = ["d": [UInt8](repeating: 0, count: 24)]
    func code(_ entries: [(key: String, value: String)]) throws -> LoadError.Code {
      try error(model([external([("location", "d")] + entries)]), beside: beside).code
    }
    #expect(try code([("offset", "1")]) == .offsetsOutOfRange)
    #expect(try code([("offset", "9223372036854775807")]) == .offsetsOutOfRange)
    #expect(try code([("offset", "-1")]) == .headerMalformed)
    #expect(try code([("offset", "99999999999999999999")]) == .headerMalformed)
    #expect(try code([("length", "23")]) == .sizeMismatch)
    let whole = try open(
      model([external([("location", "./d"), ("offset", "0"), ("length", "24")])]), beside: beside)
    #expect(whole.tensors.count == 1)
  }

  /// Work must follow the bytes that are there.
  @Test func theSameDataWithoutEndIsRefused() throws {
    let tensors = (0..<100).map { number in
      ONNXParts.tensor("w\(number).weight", [6], also: ONNXParts.external([("location", "d")]))
    }
    let beside = ["d": [UInt8](repeating: 0, count: 24)]
    #expect(try error(model(tensors), beside: beside).code == .offsetsOverlap)
    #expect(try open(model(Array(tensors[..<2])), beside: beside).tensors.count == 2)
  }

  // MARK: Graphs

  @Test func graphsInGraphsEnd() throws {
    func nested(_ depth: Int) -> [UInt8] {
      var graph = ONNXParts.graph(tensors: [ONNXParts.tensor("a.weight", [6], data: numbers)])
      for _ in 0..<depth {
        graph = ONNXParts.graph(
          nodes: [ONNXParts.node("If", ["c"], ["y"], graphs: [graph])], tensors: [])
      }
      return ONNXParts.model(graph)
    }
    #expect(try open(nested(3)).tensors.count == 1)
    #expect(try error(nested(200)).code == .nestingTooDeep)
  }

  private func quantised(
    _ operation: String, _ numbers: [(key: String, value: Int)] = [], codes: [UInt64] = [2, 3],
    scales: [UInt64] = [3], inputs: [String] = ["w.weight", "s"]
  ) throws -> Tensor {
    let count = Int(codes.reduce(1, *))
    let tensors = [
      ONNXParts.tensor(
        "w.weight", codes, type: 2, data: [UInt8](repeating: 7, count: count)),
      ONNXParts.tensor(
        "s", scales,
        data: ONNXParts.floats([Float](repeating: 2, count: Int(scales.reduce(1, *))))),
    ]
    let node = ONNXParts.node(operation, inputs, ["y"], numbers: numbers)
    return try open(model(tensors, nodes: [node])).tensor("w.weight")
  }

  /// What does not fit its codes is said to be not decoded.
  @Test func scalesThatDoNotFitAreNotDecoded() throws {
    #expect(try quantised("DequantizeLinear").isDecodable)
    #expect(try quantised("DequantizeLinear", [("axis", 0)]).isDecodable == false)
    #expect(try quantised("DequantizeLinear", [("axis", 5)]).isDecodable == false)
    #expect(try quantised("DequantizeLinear", [("axis", Int.min)]).isDecodable == false)
    #expect(try quantised("DequantizeLinear", [("block_size", Int.max)]).isDecodable == false)
    #expect(try quantised("DequantizeLinear", [("block_size", -1)]).isDecodable == false)
    #expect(try quantised("DequantizeLinear", inputs: ["w.weight", "s", "z"]).isDecodable == false)
    let computed = try quantised("DequantizeLinear", inputs: ["w.weight", "s", "s"])
    #expect(computed.isDecodable == false)
  }

  @Test(arguments: [
    ("N", 0), ("N", -1), ("N", Int.max), ("K", 0), ("K", 33), ("K", Int.max), ("bits", 0),
    ("bits", 64), ("bits", 8), ("block_size", 0), ("block_size", 1), ("block_size", Int.max),
  ])
  func blocksThatDoNotFitAreNotDecoded(key: String, value: Int) throws {
    let right = ["N": 2, "K": 32, "bits": 4, "block_size": 32]
    func tensor(_ numbers: [String: Int]) throws -> Tensor {
      try quantised(
        "MatMulNBits", numbers.sorted { $0.key < $1.key }.map { ($0.key, $0.value) },
        codes: [2, 1, 16], scales: [2], inputs: ["x", "w.weight", "s"])
    }
    #expect(try tensor(right).shape == [2, 32])
    #expect(try tensor(right.merging([key: value]) { $1 }).isDecodable == false)
  }

  @Test func recurrentWeightsThatDoNotFitStayWhole() throws {
    func names(_ input: [UInt64], _ state: [UInt64]) throws -> [String] {
      let tensors = [("w", input), ("r", state)].map { name, shape in
        ONNXParts.tensor(
          name, shape, data: [UInt8](repeating: 1, count: 4 * Int(shape.reduce(1, *))))
      }
      let node = ONNXParts.node("LSTM", ["x", "w", "r"], ["y"], name: "/lstm/LSTM")
      return try open(model(tensors, nodes: [node])).tensors.map(\.name)
    }
    #expect(try names([1, 8, 3], [1, 8, 2]) == ["lstm.weight_ih_l0", "lstm.weight_hh_l0"])
    #expect(try names([1, 9, 3], [1, 9, 2]) == ["w", "r"])
    #expect(try names([3, 8, 3], [3, 8, 2]) == ["w", "r"])
    #expect(try names([1, 8, 3], [1, 8, 0]) == ["w", "r"])
  }

  // MARK: Weights that other nodes name

  private static func bytes(_ name: String, _ shape: [UInt64]) -> [UInt8] {
    ONNXParts.tensor(
      name, shape, type: 3, data: [UInt8](repeating: 1, count: Int(shape.reduce(1, *))))
  }

  private static func ones(_ name: String, _ shape: [UInt64]) -> [UInt8] {
    ONNXParts.tensor(
      name, shape, data: ONNXParts.floats([Float](repeating: 1, count: Int(shape.reduce(1, *)))))
  }

  /// A node that says so of codes which it does not fit takes no weight away.
  @Test func aWeightThatIsCalledAScaleIsStillRead() throws {
    let nodes = [
      ONNXParts.node("DequantizeLinear", ["c", "hidden.weight"], ["d"]),
      ONNXParts.node("MatMul", ["x", "hidden.weight"], ["y"], name: "/hidden/MatMul"),
    ]
    let tensors = [Self.bytes("c", [2]), Self.ones("hidden.weight", [64, 32])]
    let found = try open(model(tensors, nodes: nodes)).tensors
    let weights = found.filter { $0.elementCount == 2048 && $0.isPlain }
    #expect(weights.count == 1)
  }

  /// Training with rounding leaves a pair of nodes before the weight's own.
  @Test func aWeightBehindAPairThatRoundsIsRead() throws {
    let nodes = [
      ONNXParts.node("QuantizeLinear", ["fc.weight", "s"], ["q"]),
      ONNXParts.node("DequantizeLinear", ["q", "s"], ["d"]),
      ONNXParts.node("MatMul", ["x", "d"], ["y"], name: "/fc/MatMul"),
    ]
    let tensors = [Self.ones("fc.weight", [64, 32]), Self.ones("s", [1])]
    let found = try open(model(tensors, nodes: nodes)).tensors.filter { $0.elementCount > 1 }
    #expect(found.map(\.shape) == [[32, 64]])
  }

  @Test func codesThatAreReadInTwoWaysAreNotDecoded() throws {
    let nodes = [
      ONNXParts.node("DequantizeLinear", ["q", "s1"], ["a"]),
      ONNXParts.node("DequantizeLinear", ["q", "s2"], ["b"]),
      ONNXParts.node("MatMul", ["x", "b"], ["y"], name: "/fc/MatMul"),
    ]
    let tensors = [Self.bytes("q", [64, 64]), Self.ones("s1", [1]), Self.ones("s2", [1])]
    let found = try open(model(tensors, nodes: nodes)).tensors.filter { $0.elementCount > 1 }
    #expect(found.map(\.isDecodable) == [false])
  }

  @Test func oneArrayBesideAnyNumberOfCodesIsRefused() throws {
    let codes = (0..<40).map { Self.bytes("c\($0)", [64, 64]) }
    let nodes = (0..<40).map { ONNXParts.node("DequantizeLinear", ["c\($0)", "s"], ["d\($0)"]) }
    let scales = Self.ones("s", [1 << 16])
    let found = try error(model(codes + [scales], nodes: nodes))
    #expect(found.code == .offsetsOverlap)
  }

  @Test func layersThatShareTheirArraysAreOne() throws {
    let nodes = (0..<50).map {
      ONNXParts.node("GRU", ["x\($0)", "w", "r"], ["y\($0)"], name: "/gru/GRU")
    }
    let tensors = [Self.ones("w", [1, 12, 4]), Self.ones("r", [1, 12, 4])]
    let found = try open(model(tensors, nodes: nodes)).tensors
    #expect(found.map(\.name) == ["gru.weight_ih_l0", "gru.weight_hh_l0"])
  }

  // MARK: Mutants

  private static let fixtures = [
    "graphs", "dequantised", "blocks_4_zeros", "tables", "recurrent_traced", "dynamic_channels",
    "convolutions_dynamo", "types", "typed", "dynamic_lstm_channels",
  ]

  @Test(arguments: fixtures)
  func everyMutantIsReadOrRefused(name: String) throws {
    let mutants = try ReaderMutants("m.onnx") { (path) throws(LoadError) in
      try ONNXReader.checkpoint(path: path)
    }
    #expect(try mutants.refusedMutants(of: ONNXFixture.bytes("\(name).onnx")) > 0)
  }
}
