import Foundation
import TestSupport
import Testing

@testable import Load

/// Files that are of two formats at once: the attacks of which safetensors' own tests have one.
@Suite struct PolyglotTests {
  private let block = 1 << 13

  private func superblock() throws -> [UInt8] {
    [UInt8](try Data(contentsOf: URL(fileURLWithPath: HDF5Fixture.path("latest.h5"))))
  }

  private func error(_ bytes: [UInt8], name: String = "model.safetensors") throws -> LoadError {
    let folder = try TemporaryFolder()
    let path = try folder.write(name, bytes)
    return try #require(#expect(throws: LoadError.self) { try CheckpointReader.open(path: path) })
  }

  /// A valid safetensors file whose last tensor starts at `block` and holds other bytes.
  private func safetensors(holding bytes: [UInt8]) -> [UInt8] {
    var builder = SafetensorsBuilder()
    builder.headerAlignment = 1024
    builder.add("w", [4], [1, 2, 3, 4])
    builder.add("pad", "U8", [block - 1024 - 8 - 16], [UInt8](repeating: 0, count: block - 1048))
    builder.add("z", "U8", [bytes.count], bytes)
    return builder.bytes
  }

  @Test func hdf5InsideSafetensorsIsRefused() throws {
    let file = safetensors(holding: try superblock())
    #expect(Array(file[block..<block + 4]) == [0x89, 0x48, 0x44, 0x46])
    let found = try error(file)
    #expect(found.code == .ambiguousFormat)
    #expect(found.message.contains("safetensors and HDF5"))
  }

  @Test func safetensorsInAUserBlockOfHDF5IsRefused() throws {
    var builder = SafetensorsBuilder()
    builder.add("w", [4], [1, 2, 3, 4])
    var file = builder.bytes
    file += [UInt8](repeating: 0, count: block - file.count)
    let found = try error(file + (try superblock()), name: "model.h5")
    #expect(found.code == .ambiguousFormat)
  }

  @Test func aKerasArchiveBehindSafetensorsIsRefused() throws {
    let archive = [UInt8](
      try Data(contentsOf: URL(fileURLWithPath: HDF5Fixture.path("model.keras"))))
    #expect(try error(safetensors(holding: archive)).code == .ambiguousFormat)
  }

  @Test func aPyTorchArchiveBehindSafetensorsIsRefused() throws {
    let found = try error(safetensors(holding: try PyTorchFixture.bytes("state.pt")))
    #expect(found.code == .ambiguousFormat)
    #expect(found.message.contains("safetensors and PyTorch"))
  }

  @Test func aNumPyArchiveBehindSafetensorsIsRefused() throws {
    let found = try error(safetensors(holding: try NumPyFixture.bytes("stored.npz")))
    #expect(found.code == .ambiguousFormat)
    #expect(found.message.contains("safetensors and a NumPy archive"))
  }

  @Test func anIndexOfTensorFlowBehindSafetensorsIsRefused() throws {
    let index = try Data(contentsOf: URL(filePath: HDF5Fixture.path("tensorflow/types.index")))
    let found = try error(safetensors(holding: [UInt8](index)))
    #expect(found.code == .ambiguousFormat)
    #expect(found.message.contains("safetensors and a TensorFlow checkpoint"))
  }

  @Test func hdf5BehindGGUFIsRefused() throws {
    var builder = GGUFBuilder()
    builder.alignment = 512
    builder.add("general.alignment", 512)
    // The data begins at byte 512.
    let start = [UInt8](repeating: 0, count: block - 512) + (try superblock())
    builder.add("w", type: 24, [start.count], start)
    #expect(try error(builder.bytes, name: "model.gguf").code == .ambiguousFormat)
  }

  /// A protocol buffer passes over what it does not know, and its fields may hold anything.
  @Test func anArchiveBehindAnONNXModelIsRefused() throws {
    let tensor = ONNXParts.tensor("w", [1], data: [0, 0, 0, 0])
    let archive = try PyTorchFixture.bytes("state.pt")
    let file = ONNXParts.model(ONNXParts.graph(tensors: [tensor])) { $0.add(99, bytes: archive) }
    let found = try error(file, name: "model.onnx")
    #expect(found.code == .ambiguousFormat)
    #expect(found.message.contains("PyTorch and an ONNX model"))
  }

  @Test func anArchiveBehindALiteModelIsRefused() throws {
    let file = try TFLiteFixture.bytes("convolutions_full") + PyTorchFixture.bytes("state.pt")
    #expect(try error(file, name: "model.tflite").code == .ambiguousFormat)
  }

  @Test func weightsThatHoldAFormatsSignatureElsewhereAreNotAmbiguous() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(
      "model.safetensors", safetensors(holding: [0] + (try superblock())))
    #expect(try CheckpointReader.open(path: path).tensors.count == 3)
  }
}
