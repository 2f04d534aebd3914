import Foundation
import TestSupport
import Testing

@testable import Load

/// The files written by `scripts/fixtures/make_tensorflow_fixtures.py`.
@Suite struct TensorFlowReaderTests {
  private func path(_ name: String) -> String { HDF5Fixture.path("tensorflow/" + name) }

  private func bytes(_ name: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: URL(filePath: path(name))))
  }

  /// Names, types, shapes and every byte are those that TensorFlow reads.
  @Test(arguments: [
    ("objects/ckpt-1.index", "objects"), ("objects", "objects"),
    ("saved_model", "saved_model"), ("saved_model/variables/variables.index", "saved_model"),
    ("types.index", "types"), ("bert/model.ckpt.index", "bert"), ("bert", "bert"),
  ])
  func readsWhatTensorFlowWrote(name: String, reference: String) throws {
    let found = try CheckpointReader.open(path: path(name))
    let expected = try SafetensorsReader.checkpoint(path: path(reference + ".safetensors"))
    #expect(found.tensors.map(\.name).sorted() == expected.tensors.map(\.name).sorted())
    for tensor in expected.tensors {
      let own = try found.tensor(tensor.name)
      #expect(own.elementType == tensor.elementType, "\(tensor.name)")
      #expect(own.shape == tensor.shape, "\(tensor.name)")
      #expect(try own.bytes() == tensor.bytes(), "\(tensor.name)")
    }
    #expect(found.problems.isEmpty, "\(found.problems)")
  }

  @Test func whatOptimizersKeepIsLeftOutAndSaid() throws {
    let objects = try TensorFlowReader.checkpoint(path: path("objects/ckpt-1.index"))
    #expect(objects.notes.contains { $0.contains("optimizer") })
    let bert = try TensorFlowReader.checkpoint(path: path("bert/model.ckpt.index"))
    #expect(bert.notes.contains { $0.contains("/Adam") })
  }

  @Test func variablesThatStandTwiceAreReadOnceAndThatIsSaid() throws {
    let model = try TensorFlowReader.checkpoint(path: path("saved_model/variables/variables.index"))
    #expect(model.notes.contains { $0.contains("stored twice") })
  }

  @Test func kernelsHaveTheirOutputsLast() throws {
    let objects = try TensorFlowReader.checkpoint(path: path("objects/ckpt-1.index"))
    #expect(try objects.tensor("net/first/kernel").axisOrder == .outputLast)
    #expect(try objects.tensor("net/first/bias").axisOrder == .outputFirst)
  }

  /// Weights under a name that states have, with no weight of their extents beside them.
  @Test func aStateWithoutItsWeightIsNoState() {
    var entry = try? BundleEntry([], file: "m", key: "k")
    entry?.type = 1
    entry?.shape = [4]
    let entries = ["a/Adam", "b"].compactMap { key in entry.map { (key, $0) } }
    #expect(BundleModel(entries, names: [:]).variables.map(\.name) == ["a/Adam", "b"])
  }

  @Test(arguments: [
    (
      "bert/encoder/layer_0/attention/self/query/kernel",
      "bert.encoder.layer.0.attention.self.query.weight"
    ),
    ("bert/embeddings/word_embeddings", "bert.embeddings.word_embeddings.weight"),
    ("bert/embeddings/LayerNorm/gamma", "bert.embeddings.LayerNorm.weight"),
    ("cls/predictions/output_bias", "cls.predictions.bias"),
    ("cls/seq_relationship/output_weights", "cls.seq_relationship.weight"),
  ])
  func namesOfBERTAreThoseOfTransformers(name: String, other: String) {
    #expect(TensorFlowNames.translated(name) == other)
  }

  // MARK: Hostile files

  @Test func dataThatIsNotThereIsNamed() throws {
    let folder = try TemporaryFolder()
    let index = try folder.write("m.index", try bytes("types.index"))
    let error = #expect(throws: LoadError.self) { try CheckpointReader.open(path: index) }
    #expect(error?.code == .shardMissing)
    #expect(error?.message.contains("m.data-00000-of-00003") == true)
  }

  @Test func aDamagedBlockIsRefused() throws {
    let folder = try TemporaryFolder()
    var damaged = try bytes("types.index")
    damaged[30] ^= 1
    let index = try folder.write("m.index", damaged)
    let error = #expect(throws: LoadError.self) { try TensorFlowReader.checkpoint(path: index) }
    #expect(error?.code == .dataCorrupt)
  }

  /// Bytes of the data belong to a variable whose checksum they break, or to the graph of objects.
  @Test(arguments: ["types", "bert/model.ckpt", "objects/ckpt-1"])
  func aDamagedVariableIsRefused(name: String) throws {
    let folder = try TemporaryFolder()
    let index = try folder.write("m.index", try bytes(name + ".index"))
    var shards: [String: [UInt8]] = [:]
    for number in 0..<3 {
      for count in [1, 3] {
        let shard = "data-0000\(number)-of-0000\(count)"
        shards[shard] = try? bytes("\(name).\(shard)")
      }
    }
    /// The first error of reading all variables.
    func error() throws -> LoadError? {
      for (shard, data) in shards { _ = try folder.write("m.\(shard)", data) }
      do throws(LoadError) {
        for tensor in try TensorFlowReader.checkpoint(path: index).tensors {
          try tensor.withBytes(of: 0..<tensor.elementCount, scratch: ByteScratch()) {
            (_) throws(LoadError) in
          }
        }
        return nil
      } catch {
        return error
      }
    }
    #expect(try error() == nil)
    var refused = 0
    for (shard, original) in shards.sorted(by: { $0.key < $1.key }) {
      for place in stride(from: 0, to: original.count, by: 37) {
        shards[shard]?[place] ^= 0x10
        if let found = try error(), found.code == .dataCorrupt {
          refused += 1
          #expect(
            found.file?.hasSuffix(shard) == true && found.offset != nil && found.tensor != nil)
        }
        shards[shard] = original
      }
    }
    #expect(refused > 3)
  }

  @Test func otherFilesCalledIndexAreNone() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(
      "faiss.index", Array("IxF2".utf8) + [UInt8](repeating: 0, count: 99))
    #expect(TensorFlowReader.claim(try MappedFile(path: path)) == .none)
  }

  @Test(arguments: ["objects/ckpt-1", "types", "bert/model.ckpt"])
  func everyTruncationAndMutantIsReadOrRefused(name: String) throws {
    let original = try bytes(name + ".index")
    let folder = try TemporaryFolder()
    for number in 0..<3 {
      for count in [1, 3] {
        let shard = "data-0000\(number)-of-0000\(count)"
        guard let data = try? bytes("\(name).\(shard)") else { continue }
        _ = try folder.write("m.\(shard)", data)
      }
    }
    func read(_ bytes: [UInt8]) throws -> Bool {
      let path = try folder.write("m.index", bytes)
      do throws(LoadError) {
        for tensor in try TensorFlowReader.checkpoint(path: path).tensors
        where tensor.elementCount > 0 {
          try tensor.withBytes(of: 0..<tensor.elementCount, scratch: ByteScratch()) {
            (_) throws(LoadError) in
          }
        }
        return true
      } catch {
        #expect(error.file?.hasPrefix(folder.path) == true, "\(error)")
        return false
      }
    }
    #expect(try read(original))
    for count in stride(from: 1, to: original.count, by: 11) {
      #expect(try !read(Array(original.prefix(count))), "\(count)")
    }
    var random = SplitMix64(state: 13)
    for _ in 0..<200 {
      var mutant = original
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        mutant[Int.random(in: 0..<mutant.count, using: &random)] = .random(
          in: 0...255, using: &random)
      }
      // The checksum would keep what lies behind it from being reached.
      _ = try read(mutant)
    }
  }

  /// Entries of any content, without the checksums of a table before them.
  @Test func entriesAndGraphsMayBeAnything() {
    var random = SplitMix64(state: 7)
    var read = 0
    for _ in 0..<5000 {
      let bytes = (0..<Int.random(in: 0...40, using: &random)).map { _ in
        UInt8.random(in: 0...255, using: &random)
      }
      if (try? BundleEntry(bytes, file: "m", key: "k")) != nil { read += 1 }
      bytes.withUnsafeBytes {
        if (try? ObjectGraph($0, file: "m", limits: .standard)) != nil { read += 1 }
        if Snappy.inflated($0, atMost: 1 << 20) != nil { read += 1 }
      }
    }
    #expect(read > 0)
  }

  // MARK: Encodings

  /// The description of the format has the example.
  @Test func snappyIsInflated() {
    // 10 bytes: "abc", then a copy of 7 from 3 back.
    let bytes: [UInt8] = [10, 2 << 2, 0x61, 0x62, 0x63, (7 - 4) << 2 | 1, 3]
    #expect(
      bytes.withUnsafeBytes { Snappy.inflated($0, atMost: 1 << 20) } == Array("abcabcabca".utf8))
    let far: [UInt8] = [3, 2 << 2, 0x61, 0x62, 0x63, 1, 9]
    #expect(far.withUnsafeBytes { Snappy.inflated($0, atMost: 1 << 20) } == nil)
  }

  /// Values of TensorFlow's own tests of ordered codes.
  @Test(
    arguments: [
      (0, [0x80]), (1, [0x81]), (63, [0xBF]), (64, [0xC0, 0x40]), (-1, [0x7F]), (-64, [0x40]),
      (-65, [0x3F, 0xBF]), (8191, [0xDF, 0xFF]), (8192, [0xE0, 0x20, 0x00]),
    ] as [(Int, [UInt8])])
  func numbersOfKeysAreOrdered(value: Int, bytes: [UInt8]) {
    #expect(BundleSliceKey.signed(value) == bytes)
  }

  /// RFC 3720, appendix B.4.
  @Test func checksumsAreCastagnolis() {
    let zeros = [UInt8](repeating: 0, count: 32)
    #expect(zeros.withUnsafeBytes { CRC32C.value($0) } == 0x8A91_36AA)
    let digits = Array("123456789".utf8)
    #expect(digits.withUnsafeBytes { CRC32C.value($0) } == 0xE306_9283)
  }
}
