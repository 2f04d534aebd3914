import Foundation
import TestSupport
import Testing

@testable import Load

/// What `scripts/fixtures/make_tflite_fixtures.py` writes.
enum TFLiteFixture {
  static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "Fixtures/tflite").path(percentEncoded: false)

  static func bytes(_ name: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: URL(filePath: "\(folder)/\(name).tflite")))
  }

  static func open(_ name: String) throws -> Checkpoint {
    try TFLiteReader.checkpoint(path: "\(folder)/\(name).tflite")
  }
}

@Suite struct TFLiteReaderTests {
  static let names = [
    "convolutions_float", "convolutions_dynamic", "convolutions_half", "convolutions_full",
    "recurrent_float", "recurrent_half", "gates_float", "gates_half", "gates_dynamic",
  ]

  @Test(arguments: names)
  func theNumbersAreThoseOfTheInterpreter(name: String) throws {
    let checkpoint = try TFLiteFixture.open(name)
    #expect(checkpoint.format == .tfLite && checkpoint.problems.isEmpty)
    let oracle = try SafetensorsReader.checkpoint(
      path: "\(TFLiteFixture.folder)/\(name).expected.safetensors")
    for expected in oracle.tensors {
      let tensor = try #require(
        checkpoint.tensors.first { $0.name == expected.name },
        "\(expected.name) of \(checkpoint.tensors.map(\.name))")
      #expect(tensor.shape == expected.shape, "\(tensor.name)")
      let (found, numbers) = (try tensor.inOrder(), try expected.plainFloats())
      #expect(found == numbers, "\(tensor.name)")
    }
  }

  @Test func theNetworkIsReadWhole() throws {
    let checkpoint = try TFLiteFixture.open("convolutions_full")
    let expected: [(name: String, shape: [Int])] = [
      ("sequential_1/first_1/kernel", [8, 3, 3, 3]), ("sequential_1/depth_1/bias", [16]),
      ("sequential_1/first_1/bias", [8]),
      ("sequential_1/depth_1/depthwise_kernel", [3, 3, 8, 2]),
      ("sequential_1/up_1/kernel", [6, 2, 2, 16]), ("sequential_1/hidden_1/kernel", [200, 6]),
      ("sequential_1/out_1/kernel", [6, 200]),
    ]
    for (name, shape) in expected {
      #expect(try checkpoint.tensor(name).shape == shape, "\(name)")
    }
    #expect(checkpoint.tensors.count == 7)
    #expect(
      try checkpoint.tensor("sequential_1/first_1/kernel").storedPrecision
        == .grid(bits: 8, group: nil))
    let folded = try checkpoint.tensor("sequential_1/depth_1/bias")
    #expect(folded.storedPrecision == .significand(bits: 24))
  }

  /// Keras runs recurrent layers in a loop, whose body is a graph of its own.
  @Test func weightsInTheBodiesOfLoopsAreRead() throws {
    let checkpoint = try TFLiteFixture.open("recurrent_float")
    let cell = "functional_1_1/memory_1/lstm_cell_1"
    #expect(try checkpoint.tensor("\(cell)/kernel").shape == [20, 6])
    #expect(try checkpoint.tensor("\(cell)/recurrent_kernel").shape == [20, 5])
    #expect(try checkpoint.tensor("\(cell)/bias").shape == [20])
  }

  /// One operation, with a tensor for each gate.
  @Test(arguments: ["gates_float", "gates_half", "gates_dynamic"])
  func gatesOfALayerAreOneArray(name: String) throws {
    let checkpoint = try TFLiteFixture.open(name)
    let units = name == "gates_dynamic" ? 32 : 6
    #expect(
      checkpoint.tensors.map(\.name).sorted()
        == ["bias", "kernel", "recurrent_kernel"].flatMap { parameter in
          (0..<2).map { "lstm_\($0)/lstm_cell/\(parameter)" }
        }.sorted())
    for layer in 0..<2 {
      let cell = "lstm_\(layer)/lstm_cell"
      #expect(try checkpoint.tensor("\(cell)/kernel").shape == [4 * units, units])
      #expect(try checkpoint.tensor("\(cell)/recurrent_kernel").shape == [4 * units, units])
      #expect(try checkpoint.tensor("\(cell)/bias").shape == [4 * units])
    }
    let kernel = try checkpoint.tensor("lstm_0/lstm_cell/kernel")
    #expect(kernel.isPlain == (name != "gates_dynamic"))
  }

  @Test func kernelsInTheOrderOfAProcessorAreNotDecoded() throws {
    let kernel = try TFLiteFixture.open("shuffled").tensor("sequential_1/dense_1/kernel")
    guard case .undecoded(let scheme) = kernel.decoding else {
      Issue.record("decoded")
      return
    }
    #expect(scheme == "TFLite shuffled")
  }

  @Test func cellsTellTheirTwoBiasesApart() throws {
    let model = try TFLiteReader.checkpoint(
      path: HDF5Fixture.path("containers/gru-1.dynamic.tflite"))
    for (layer, units, inputs) in [("lower_1", 24, 16), ("upper_1", 20, 24)] {
      let cell = try #require(
        model.tensors.first { $0.name.hasSuffix("\(layer)/gru_cell_1/kernel") }?.name.dropLast(7))
      #expect(try model.tensor("\(cell)/kernel").shape == [3 * units, inputs])
      #expect(try model.tensor("\(cell)/recurrent_kernel").shape == [3 * units, units])
      #expect(try model.tensor("\(cell)/bias").shape == [3 * units])
      #expect(try model.tensor("\(cell)/recurrent_bias").shape == [3 * units])
    }
  }

  @Test func layersAreToldFromNames() {
    #expect(TFLiteNames.layer("a/dense_1/MatMul;a/dense_1/BiasAdd") == "a/dense_1")
    #expect(TFLiteNames.layer("a/dense/MatMul1") == "a/dense")
    #expect(TFLiteNames.layer("a/emb/GatherV2/ReadVariableOp") == "a/emb")
    #expect(TFLiteNames.layer("a/dense_1") == "a/dense_1")
    #expect(TFLiteNames.layer("weights") == nil)
    for name in ["arith.constant", "arith.constant12", "tfl.pseudo_qconst3", "tfl.dequantize", ""] {
      #expect(TFLiteNames.isAnonymous(name), "\(name)")
    }
    for name in ["a/dense/MatMul", "dense", "conv1"] {
      #expect(!TFLiteNames.isAnonymous(name), "\(name)")
    }
  }

  // MARK: Malformations

  private static func mutants() throws -> ReaderMutants {
    try ReaderMutants("m.tflite") { (path) throws(LoadError) in
      try TFLiteReader.checkpoint(path: path)
    }
  }

  @Test(arguments: names)
  func everyCutOfALiteModelIsReadOrRefused(name: String) throws {
    let whole = try TFLiteFixture.bytes(name)
    let mutants = try Self.mutants()
    var refused = 0
    for count in stride(from: 1, to: whole.count, by: 13) {
      if try mutants.isRefused(Array(whole[..<count])) { refused += 1 }
    }
    #expect(refused > whole.count / 20)
  }

  @Test(arguments: names)
  func everyMutantOfALiteModelIsReadOrRefused(name: String) throws {
    let refused = try Self.mutants().refusedMutants(
      of: TFLiteFixture.bytes(name), from: 8, values: [0, 1, 127, 128, 255])
    #expect(refused > 0)
  }

  /// A table, whose fields are offsets behind it.
  private func table(_ fields: Int, leadingTo offset: UInt32) -> [UInt8] {
    let vtable =
      [UInt16(4 + 2 * fields), UInt16(4 + 4 * fields)]
      + (0..<fields).map {
        UInt16(4 + 4 * $0)
      }
    return vtable.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8($0 >> 8)] }
      + bytes(of: UInt32(2 * vtable.count))
      + (0..<fields).flatMap { bytes(of: offset &- UInt32(4 * $0)) }
  }

  private func bytes(of number: UInt32) -> [UInt8] {
    (0..<4).map { UInt8(truncatingIfNeeded: number >> UInt32(8 * $0)) }
  }

  /// Lists may lead to the same list, and that to the same text, without end.
  @Test func theSameTextWithoutEndIsRefused() throws {
    let original = try TFLiteFixture.bytes("convolutions_float")
    let error = try #require(
      #expect(throws: LoadError.self) {
        try original.withUnsafeBytes { bytes in
          let buffer = FlatBuffer(bytes, file: "m")
          for _ in 0..<100_000 { _ = try buffer.root().tables(4, atMost: 1000) }
        }
      })
    #expect(error.code == .offsetsOverlap)
  }

  @Test func tablesThatCannotBeAreRefused() throws {
    let mutants = try Self.mutants()
    let signature = Array("TFL3".utf8)
    for offset in [0, 1, 4, 8, 16, 1 << 16, UInt32.max - 3, .max] {
      for fields in [0, 1, 5] {
        let file =
          bytes(of: UInt32(8 + 4 + 2 * fields)) + signature
          + table(fields, leadingTo: offset) + [0, 0, 0, 0]
        #expect(try mutants.isRefused(file), "\(fields) fields that lead to \(offset)")
      }
      #expect(try mutants.isRefused(bytes(of: offset) + signature + [1, 2, 3]))
    }
  }
}
