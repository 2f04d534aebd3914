import Foundation
import TestSupport
import Testing

@testable import Load

/// Whatever stands beside codes, and whatever is in it, nothing is read that is not there: what does
/// not fit is not decoded.
@Suite struct HostilePackedTests {
  private static let files = [
    "bitsandbytes4", "bitsandbytes8", "gptq", "gptq_v2", "awq", "mlx", "mlx_floats",
    "pack_quantised", "pack_quantised_old", "nvfp4_compressed", "nvfp4_modelopt",
    "mxfp4_compressed", "mxfp8_compressed", "deepseek_v4", "gpt_oss", "int_quantised", "hqq",
    "bitnet", "quanto", "torchao",
  ]

  private struct Arrays {
    var tensors: [Tensor]
    var config: JSONValue?
    var strings: [String: String]
  }

  private func arrays(_ file: String) throws -> Arrays {
    let stored = try SafetensorsReader.checkpoint(path: PackedFixture.path(file))
    let strings = stored.metadata.headerStrings
    let tensors = try stored.tensors.map { tensor in
      Tensor(
        name: tensor.name, elementType: tensor.elementType, shape: tensor.shape,
        storage: MemoryStorage(try bytes(tensor)))
    }
    return Arrays(
      tensors: tensors, config: try strings["config"].map { try JSONReader.parse(Array($0.utf8)) },
      strings: strings)
  }

  private func bytes(_ tensor: Tensor) throws -> [UInt8] {
    try tensor.withBytes(of: 0..<tensor.elementCount, scratch: ByteScratch()) { Array($0) }
  }

  private func changed(_ tensor: Tensor, type: ElementType? = nil, shape: [Int]) -> Tensor {
    let type = type ?? tensor.elementType
    let count = (shape.reduce(1, *) * type.bitWidth + 7) / 8
    var content = (try? bytes(tensor)) ?? []
    content = Array((content + [UInt8](repeating: 0xa5, count: count)).prefix(count))
    return Tensor(
      name: tensor.name, elementType: type, shape: shape, storage: MemoryStorage(content))
  }

  /// The arrays of one weight alone: those whose names start as one of them does.
  private func alone(_ all: Arrays, with index: Int) -> (arrays: Arrays, place: Int) {
    func stem(_ name: String) -> Substring { name.split(separator: ".")[0] }
    let own = all.tensors.indices.filter {
      stem(all.tensors[$0].name) == stem(all.tensors[index].name)
    }
    var arrays = all
    arrays.tensors = own.map { all.tensors[$0] }
    return (arrays, own.firstIndex(of: index) ?? 0)
  }

  /// Groups arrays and reads all that comes of them: the storage throws for what is not there.
  private func read(_ arrays: Arrays) throws {
    let tensors = PackedWeights.grouped(
      arrays.tensors, config: arrays.config, headerStrings: arrays.strings)
    let stored = arrays.tensors.reduce(0) { $0 + $1.byteCount }
    #expect(tensors.reduce(0) { $0 + $1.byteCount } == stored)
    for tensor in tensors where tensor.isDecodable && !tensor.isPlain {
      #expect(tensor.elementCount <= 8 * tensor.byteCount)
      _ = try tensor.decoded(0..<tensor.elementCount)
      for range in [0..<1, tensor.elementCount / 2..<tensor.elementCount] where !range.isEmpty {
        _ = try tensor.decoded(range)
        for (array, bytes) in zip(tensor.stored.dropFirst(), tensor.bytesBeside(range)) {
          #expect(bytes.lowerBound >= 0 && bytes.upperBound <= array.byteCount)
        }
      }
    }
  }

  @Test(arguments: files)
  func anArrayMayBeMissing(file: String) throws {
    let all = try arrays(file)
    for index in all.tensors.indices {
      var (rest, place) = alone(all, with: index)
      rest.tensors.remove(at: place)
      try read(rest)
    }
  }

  @Test(arguments: files)
  func extentsMayBeAnything(file: String) throws {
    let all = try arrays(file)
    for index in all.tensors.indices {
      let tensor = all.tensors[index]
      var shapes = [[], [0], [1], [1, 1], [7], tensor.shape + [1], tensor.shape.reversed()]
      for axis in tensor.shape.indices {
        for change in [-1, 1, 3] {
          var shape = tensor.shape
          shape[axis] = max(0, shape[axis] + change)
          shapes.append(shape)
        }
        var shape = tensor.shape
        shape[axis] *= 2
        shapes.append(shape)
        shape[axis] = 1
        shapes.append(shape)
      }
      for shape in shapes {
        var (other, place) = alone(all, with: index)
        other.tensors[place] = changed(tensor, shape: shape)
        try read(other)
      }
    }
  }

  @Test(arguments: files)
  func typesMayBeAnything(file: String) throws {
    let all = try arrays(file)
    for index in all.tensors.indices {
      for type in ElementType.allCases {
        var (other, place) = alone(all, with: index)
        other.tensors[place] = changed(
          all.tensors[index], type: type, shape: all.tensors[index].shape)
        try read(other)
      }
    }
  }

  @Test(arguments: files)
  func contentsMayBeAnything(file: String) throws {
    let all = try arrays(file)
    var random = ModelRandom(seed: 8)
    for index in all.tensors.indices {
      let tensor = all.tensors[index]
      for round in 0..<4 {
        var content = try bytes(tensor)
        for place in content.indices where round < 2 || random.next() % 8 == 0 {
          content[place] =
            round == 0 ? 0xff : round == 1 ? 0 : UInt8(truncatingIfNeeded: random.next())
        }
        var (other, own) = alone(all, with: index)
        other.tensors[own] = Tensor(
          name: tensor.name, elementType: tensor.elementType, shape: tensor.shape,
          storage: MemoryStorage(content))
        try read(other)
      }
    }
  }

  @Test(arguments: files)
  func settingsMayBeAnything(file: String) throws {
    for text in [
      #"{"quantization_config": {"bits": 0, "group_size": -1, "weight_block_size": [0, -1]}}"#,
      #"{"quantization_config": {"bits": 9223372036854775807, "group_size": 9223372036854775807}}"#,
      #"{"quantization": {"bits": 3, "group_size": 1}}"#, #"{"quantization_config": []}"#,
      #"{"quantization_config": {"transform_config": {"config_groups": {"a": {"apply": [1]}}}}}"#,
    ] {
      var all = try arrays(file)
      all.config = try JSONReader.parse(Array(text.utf8))
      try read(all)
    }
  }

  // MARK: What cannot be told from the extents

  @Test func aGroupBeyondTheScalesIsNotDecoded() throws {
    for number in [UInt8(4), 0xff] {
      var all = try arrays("gptq")
      let index = try #require(all.tensors.firstIndex { $0.name == "b4_order.g_idx" })
      var content = try bytes(all.tensors[index])
      content[40] = number
      all.tensors[index] = Tensor(
        name: "b4_order.g_idx", elementType: .int32, shape: all.tensors[index].shape,
        storage: MemoryStorage(content))
      let tensors = PackedWeights.grouped(all.tensors, config: all.config)
      let weight = try #require(tensors.first { $0.name == "b4_order.weight" })
      #expect(!weight.isDecodable)
      #expect(weight.shape == [32, 128])
    }
  }

  @Test func aLieAboutBitsChangesNothing() throws {
    for file in ["gptq", "awq", "pack_quantised", "hqq", "mlx"] {
      var all = try arrays(file)
      let right = PackedWeights.grouped(all.tensors, config: all.config)
      all.config = try JSONReader.parse(
        Array(
          #"{"quantization_config": {"bits": 8, "w_bit": 2, "group_size": 32, "nbits": 1}}"#.utf8))
      let other = PackedWeights.grouped(all.tensors, config: all.config)
      for (one, two) in zip(right, other) {
        #expect(one.isDecodable && two.isDecodable)
        #expect(one.storedPrecision == two.storedPrecision)
        #expect(try one.numbers() == two.numbers())
      }
    }
  }

  @Test func zeroPointsAboutTheMiddleTellTheVersion() throws {
    for (file, other) in [("gptq", "gptq_v2"), ("gptq_v2", "gptq")] {
      var all = try arrays(file)
      all.config = try arrays(other).config
      let tensors = PackedWeights.grouped(all.tensors, config: all.config)
      let weight = try #require(tensors.first { $0.name == "b4_sym.weight" })
      let right = try #require(
        try PackedFixture.expected("gptq").tensors.first { $0.name == "b4_sym.weight" })
      #expect(try weight.numbers() == right.plainFloats())
    }
  }

  @Test func aTextWithoutEndIsNoForm() throws {
    for text in [
      String(repeating: "[", count: 60_000), String(repeating: #"{"a":"#, count: 10_000),
      #"{"shape": [16, 128], "blocksize": 0}"#, #"{"shape": [16, 128], "blocksize": -64}"#,
      #"{"shape": [16, 128], "blocksize": 9223372036854775807}"#,
      #"{"shape": [9223372036854775807, 2], "blocksize": 64}"#, #"{"shape": []}"#,
    ] {
      var all = try arrays("bitsandbytes4")
      let index = try #require(
        all.tensors.firstIndex { $0.name == "nf4.weight.quant_state.bitsandbytes__nf4" })
      all.tensors[index] = Tensor(
        name: all.tensors[index].name, elementType: .uint8, shape: [text.utf8.count],
        storage: MemoryStorage(Array(text.utf8)))
      try read(all)
      let tensors = PackedWeights.grouped(all.tensors, config: nil)
      #expect(tensors.first { $0.name == "nf4.weight" }?.isDecodable == false, "\(text.prefix(60))")
    }
  }

  // MARK: Rotated weights

  @Test(arguments: ["pack_quantised", "nvfp4_compressed", "mxfp4_compressed", "int_quantised"])
  func rotatedWeightsAreSaidAndNotDecoded(file: String) throws {
    let text = """
      {"quantization_config": {"transform_config": {"config_groups": {"u": {"type": "hadamard",
      "apply": [{"targets": ["Linear"], "location": "LOCATION"}]}}}}}
      """
    for (location, isDecoded) in [
      ("weight_output", false), ("weight_input", false), ("input", true),
    ] {
      var all = try arrays(file)
      all.config = try JSONReader.parse(
        Array(text.replacingOccurrences(of: "LOCATION", with: location).utf8))
      for tensor in PackedWeights.grouped(all.tensors, config: all.config) {
        #expect(tensor.isDecodable == isDecoded)
        if case .undecoded(let scheme) = tensor.decoding {
          #expect(scheme.hasSuffix(", stored rotated"))
        }
      }
    }
  }

  @Test func whatComfyShufflesOrRotatesIsNotDecoded() throws {
    func text(_ format: String) -> [UInt8] { Array(#"{"format": "\#(format)"}"#.utf8) }
    for (format, scheme) in [
      ("nvfp4", "ComfyUI nvfp4"), ("convrot_w4a4", "ComfyUI convrot, stored rotated"),
      ("<b>", "ComfyUI"),
    ] {
      var all = try arrays("nvfp4_modelopt")
      all.strings["_quantization_metadata"] = #"{"layers": {"q": {"format": "\#(format)"}}}"#
      let named = PackedWeights.grouped(all.tensors, config: nil, headerStrings: all.strings)
      all.strings = [:]
      all.tensors.append(
        Tensor(
          name: "q.comfy_quant", elementType: .uint8, shape: [text(format).count],
          storage: MemoryStorage(text(format))))
      let beside = PackedWeights.grouped(all.tensors, config: nil)
      for tensors in [named, beside] {
        #expect(tensors.count == 1)
        guard case .undecoded(let found) = tensors[0].decoding else {
          Issue.record("decoded")
          continue
        }
        #expect(found == scheme)
      }
    }
  }
}
