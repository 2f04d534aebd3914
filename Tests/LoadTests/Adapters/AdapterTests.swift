import TestSupport
import Testing

@testable import Load

/// Adapters are changes of weights, and a base with one merged is what `peft` makes of it.
@Suite struct AdapterTests {
  @Test(arguments: [
    "lora", "patterns", "dora", "conv1d", "loha", "ia3", "saved", "kohya.safetensors", "mlx",
    "lokr", "lokr-half", "lokr-both", "mlx-dora",
  ])
  func aMergedBaseIsWhatTheLibraryMerges(name: String) throws {
    let (adapter, base) = (
      try AdapterFixture.open(name), try AdapterFixture.open("base.safetensors")
    )
    #expect(adapter.isAdapter && !base.isAdapter && adapter.problems.isEmpty)
    let merged = try adapter.merged(into: base)
    let oracle = name.hasPrefix("kohya") ? "lora" : name
    let expected = try AdapterFixture.open("\(oracle).merged.safetensors").tensors
    #expect(merged.tensors.map(\.name).sorted() == expected.map(\.name).sorted())
    var changed = 0
    for right in expected {
      let tensor = try #require(merged.tensors.first { $0.name == right.name })
      let found = tensor.isPlain ? try tensor.plainFloats() : try tensor.numbers()
      let wanted = try right.plainFloats()
      let start = try #require(base.tensors.first { $0.name == right.name }).plainFloats()
      if wanted != start { changed += 1 }
      let wrong = zip(found, wanted).filter { abs($0 - $1) > 2e-6 }
      #expect(tensor.shape == right.shape && wrong.isEmpty, "\(right.name): \(wrong.prefix(3))")
    }
    #expect(changed > 0)
  }

  @Test func aPairOfFactorsIsOneTensorUnderTheNameOfItsWeight() throws {
    let adapter = try AdapterFixture.open("lora")
    #expect(
      adapter.tensors.map(\.name).sorted() == [
        "layers.0.q_proj.weight", "layers.0.v_proj.weight", "layers.1.q_proj.weight",
        "layers.1.v_proj.weight",
      ])
    #expect(adapter.tensors.allSatisfy { $0.change != nil })
    #expect(Set(adapter.tensors.map(\.shape)) == [[10, 12], [6, 12]])
    #expect(adapter.metadata.disclosure.parentNames == ["lab/base"])
  }

  @Test func adaptersOfMLXNameTheirBaseAndTheirScale() throws {
    let adapter = try AdapterFixture.open("mlx")
    #expect(adapter.metadata.disclosure.parentNames == ["lab/base"])
    #expect(adapter.tensors.allSatisfy { $0.change?.scale == 4 })
    #expect(Set(adapter.tensors.map(\.shape)) == [[10, 12], [6, 12]])
  }

  /// A part of the numbers, wherever it starts and ends, is that part of all.
  @Test(arguments: [
    "lora", "dora", "conv1d", "loha", "ia3", "mlx", "lokr", "lokr-half", "lokr-both",
  ])
  func anyRangeIsPartOfTheWhole(name: String) throws {
    let adapter = try AdapterFixture.open(name)
    let merged = try adapter.merged(into: try AdapterFixture.open("base.safetensors"))
    var random = ModelRandom(seed: 5)
    for tensor in adapter.tensors + merged.tensors where !tensor.isPlain {
      let all = try tensor.decoded(0..<tensor.elementCount)
      for _ in 0..<20 {
        let start = Int(random.next() % UInt64(all.count))
        let end = start + 1 + Int(random.next() % UInt64(all.count - start))
        #expect(try tensor.decoded(start..<end) == Array(all[start..<end]), "\(tensor.name)")
      }
    }
  }

  /// Every stored byte belongs to the digest of some range.
  @Test(arguments: [
    "lora", "dora", "conv1d", "loha", "ia3", "mlx", "lokr", "lokr-half", "lokr-both",
  ])
  func everyByteIsCountedSomewhere(name: String) throws {
    let adapter = try AdapterFixture.open(name)
    let merged = try adapter.merged(into: try AdapterFixture.open("base.safetensors"))
    for tensor in adapter.tensors + merged.tensors where !tensor.isPlain {
      let row = tensor.elementCount / (tensor.swapsLastAxes ? tensor.shape[1] : tensor.shape[0])
      var seen = tensor.stored.dropFirst().map { [Bool](repeating: false, count: $0.byteCount) }
      for start in stride(from: 0, to: tensor.elementCount, by: row) {
        for (array, range) in tensor.bytesBeside(start..<start + row).enumerated() {
          #expect(range.lowerBound >= 0 && range.upperBound <= seen[array].count)
          for byte in range.clamped(to: 0..<seen[array].count) { seen[array][byte] = true }
        }
      }
      #expect(seen.allSatisfy { $0.allSatisfy(\.self) }, "\(tensor.name)")
    }
  }

  /// Kinds whose arrays are not read are said to be, and are no model.
  @Test func adaptersOfOtherKindsAreNotDecoded() throws {
    let adapter = try AdapterFixture.open("oft")
    #expect(adapter.tensors.count == 4)
    for tensor in adapter.tensors {
      guard case .undecoded("OFT") = tensor.decoding else {
        Issue.record("\(tensor.name): \(tensor.decoding)")
        continue
      }
    }
  }

  @Test func changesOfAllExpertsAreNotDecoded() throws {
    let adapter = try AdapterFixture.open("mlx-experts")
    #expect(adapter.tensors.map(\.shape.count) == [3, 3])
    for tensor in adapter.tensors {
      guard case .undecoded("MLX adapter of experts") = tensor.decoding else {
        Issue.record("\(tensor.name): \(tensor.decoding)")
        continue
      }
    }
  }

  /// QLoRA: the base is codes, with arrays beside them that not every decoding needs.
  @Test(arguments: [
    "bitsandbytes4", "bitsandbytes8", "gptq", "awq", "hqq", "mlx", "pack_quantised",
  ])
  func aPackedBaseIsMergedToo(name: String) throws {
    var base = try SafetensorsReader.checkpoint(path: PackedFixture.path(name))
    base.tensors = try PackedFixture.tensors(name)
    var merged = 0
    for weight in base.tensors
    where !weight.isPlain && weight.isDecodable && weight.shape.count == 2 {
      // Three bits of HQQ lie across rows, which is refused.
      guard weight.name.hasSuffix(".weight"), !weight.name.hasPrefix("b3") else { continue }
      let before = try weight.inOrder()
      let (rows, columns) = (weight.shape[0], weight.shape[1])
      let stem = weight.name.dropLast(".weight".count)
      let (up, down) = ((0..<rows).map { Float($0 % 5) }, (0..<columns).map { Float($0 % 7) - 3 })
      var builder = SafetensorsBuilder()
      builder.add("\(stem).lora_A.weight", [1, columns], down)
      builder.add("\(stem).lora_B.weight", [rows, 1], up)
      let folder = try TemporaryFolder()
      let adapter = try SafetensorsReader.checkpoint(
        path: try folder.write("adapter_model.safetensors", builder.bytes))
      let grouped = AdapterWeights.grouped(adapter.tensors, metadata: ModelMetadata()).tensors
      var changes = adapter
      changes.tensors = grouped
      let after = try #require(
        try changes.merged(into: base).tensors.first { $0.name == weight.name }
      ).inOrder()
      var wrong = 0
      for row in 0..<rows {
        for column in 0..<columns {
          let place = row * columns + column
          if abs(after[place] - before[place] - up[row] * down[column]) > 1e-4 { wrong += 1 }
        }
      }
      #expect(wrong == 0, "\(weight.name)")
      merged += 1
    }
    #expect(merged > 0)
  }

  @Test func aBaseOfOtherShapesIsRefused() throws {
    let adapter = try AdapterFixture.open("lora")
    var base = try AdapterFixture.open("base.safetensors")
    base.tensors.removeAll { $0.name == "layers.1.q_proj.weight" }
    #expect(throws: LoadError.self) { try adapter.merged(into: base) }
    base.tensors.append(
      Tensor(
        name: "layers.1.q_proj.weight", elementType: .float32, shape: [4, 12],
        storage: MemoryStorage([UInt8](repeating: 0, count: 192))))
    #expect(throws: LoadError.self) { try adapter.merged(into: base) }
  }
}
