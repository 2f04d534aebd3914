import Foundation
import Load
import TestSupport
import Testing

private func weights(_ names: String...) -> [UInt8] {
  var builder = SafetensorsBuilder()
  for name in names { builder.add(name, [1], [0]) }
  return builder.bytes
}

@Suite struct CheckpointReaderTests {
  private func error(_ path: String) throws -> LoadError {
    try #require(#expect(throws: LoadError.self) { try CheckpointReader.open(path: path) })
  }

  // MARK: Files

  @Test(arguments: ["model", "model.h5", "model.txt", "model.index.json", "model.bin"])
  func recognisesSafetensorsWhateverItIsCalled(name: String) throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(name, weights("a"))
    #expect(try CheckpointReader.open(path: path).tensors.map(\.name) == ["a"])
  }

  @Test func recognisesAHeaderWhoseLengthLooksLikeABrace() throws {
    // A header of 123 bytes: the file's first byte is `{`.
    let folder = try TemporaryFolder()
    var header = #"{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}"#
    while header.utf8.count < 123 { header += " " }
    let path = try folder.write("m", SafetensorsBuilder.file(header: header, data: [1]))
    #expect(try CheckpointReader.open(path: path).tensors.map(\.name) == ["a"])
  }

  @Test(
    arguments: [
      ([0x80, 0x02, 0x7D], "pickle"), ([0x80, 0x04, 0x95], "pickle"),
      (
        Array("PK\u{3}\u{4}".utf8) + [UInt8](repeating: 0, count: 26) + Array("m/data.pkl".utf8),
        "PyTorch"
      ),
      (
        Array("PK\u{3}\u{4}".utf8) + [UInt8](repeating: 0, count: 26) + Array("a.npy".utf8), "NumPy"
      ),
      (Array("GGUF".utf8) + [3, 0, 0, 0], "not supported yet"),
      ([0x93] + Array("NUMPY".utf8), "NumPy"), ([0x1F, 0x8B, 8], "gzip"),
      (Array("version https://git-lfs.github.com/spec/v1\noid sha256:0".utf8), "Git LFS"),
      (Array("<!DOCTYPE html><html>".utf8), "HTML"), (Array("hello, wörld\n".utf8), "text file"),
      (Array(#"{"a":1}"#.utf8), "JSON"), (Array(#"{"a":{"b":{"c":1}}}"#.utf8), "JSON"),
      ([0xDE, 0xAD, 0xBE, 0xEF], "not a format that is read"),
    ] as [([UInt8], String)])
  func saysWhatAnUnknownFileSeemsToBe(bytes: [UInt8], words: String) throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("file", bytes)
    let found = try error(path)
    #expect(found.code == .unknownFormat)
    #expect(found.message.contains(words))
    #expect(found.file == path)
  }

  @Test func letsTheReaderExplainADamagedFileOfItsName() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("m.safetensors", [3, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 0xFF])
    #expect(try error(path).code == .headerMalformed)
    let claims = try folder.write("n", SafetensorsBuilder.length(.max) + Array("{}".utf8))
    #expect(try error(claims).code == .headerTooLarge)
  }

  @Test func reportsWhatIsNotThere() throws {
    #expect(try error("/nonexistent/model.safetensors").code == .notFound)
  }

  @Test func reportsAnEmptyFile() throws {
    let folder = try TemporaryFolder()
    #expect(try error(try folder.write("m", [])).code == .emptyFile)
  }

  // MARK: Folders

  /// Creates files whose only tensor is called like the file, and returns the name that was opened.
  private func opened(_ names: [String]) throws -> [String] {
    let folder = try TemporaryFolder()
    for name in names { try folder.write(name, weights(name)) }
    return try CheckpointReader.open(path: folder.path).tensors.map(\.name)
  }

  @Test(arguments: [
    (["model.safetensors", "consolidated.safetensors", "a.safetensors"], ["model.safetensors"]),
    (
      ["diffusion_pytorch_model.safetensors", "diffusion_pytorch_model.fp16.safetensors"],
      ["diffusion_pytorch_model.safetensors"]
    ),
    (
      ["diffusion_pytorch_model.fp16.safetensors", "x.safetensors"],
      ["diffusion_pytorch_model.fp16.safetensors"]
    ),
    (["adapter_model.safetensors", "x.safetensors"], ["adapter_model.safetensors"]),
    (["b.safetensors", "a.safetensors"], ["a.safetensors", "b.safetensors"]),
    (["only.safetensors", "x.h5"], ["only.safetensors"]), (["weights.dat"], ["weights.dat"]),
    (
      ["m-00002-of-00002.safetensors", "m-00001-of-00002.safetensors"],
      ["m-00001-of-00002.safetensors", "m-00002-of-00002.safetensors"]
    ),
    (["consolidated.safetensors", "m.safetensors"], ["m.safetensors"]),
    ([".hidden.safetensors", "m.safetensors"], ["m.safetensors"]),
  ])
  func opensTheModelOfAFolder(names: [String], expected: [String]) throws {
    #expect(try opened(names) == expected)
  }

  @Test func prefersTheIndexToTheConsolidatedFile() throws {
    let folder = try TemporaryFolder()
    try folder.write("model.safetensors", weights("consolidated"))
    try folder.write("model-1.safetensors", weights("sharded"))
    try folder.write(
      "model.safetensors.index.json", text: #"{"weight_map":{"sharded":"model-1.safetensors"}}"#)
    #expect(try CheckpointReader.open(path: folder.path).tensors.map(\.name) == ["sharded"])
  }

  @Test func findsAnIndexOfAnyName() throws {
    let folder = try TemporaryFolder()
    try folder.write("x-1.safetensors", weights("a"))
    try folder.write("other.safetensors", weights("a"))
    try folder.write("x.safetensors.index.json", text: #"{"weight_map":{"a":"x-1.safetensors"}}"#)
    #expect(
      try CheckpointReader.open(path: folder.path).files.map(\.path)
        == [folder.path("x-1.safetensors")])
  }

  @Test func refusesAFolderOfSeveralModels() throws {
    let folder = try TemporaryFolder()
    try folder.write("diffusion_pytorch_model.fp16.safetensors", weights("a"))
    try folder.write("diffusion_pytorch_model.ema.safetensors", weights("a"))
    #expect(try error(folder.path).code == .unsupportedLayout)
  }

  @Test func refusesFilesThatHoldTheSameTensor() throws {
    let folder = try TemporaryFolder()
    try folder.write("a.safetensors", weights("w"))
    try folder.write("b.safetensors", weights("w"))
    let found = try error(folder.path)
    #expect(found.code == .duplicateKey)
    #expect(found.tensor == "w")
  }

  @Test func missesANumberedShardWithoutAnIndex() throws {
    let folder = try TemporaryFolder()
    try folder.write("m-00001-of-00003.safetensors", weights("a"))
    try folder.write("m-00003-of-00003.safetensors", weights("b"))
    let found = try error(folder.path)
    #expect(found.code == .shardMissing)
    #expect(found.message.contains("shard 2 of 3"))
  }

  @Test(arguments: [
    ("pytorch_model.bin", "'pytorch_model.bin' may be Python pickles"), ("m.gguf", "GGUF"),
    ("notes.txt", "found only 'notes.txt'"), ("unet/x", "perhaps one of its folders"),
  ])
  func saysWhatAFolderWithoutWeightsHolds(name: String, words: String) throws {
    let folder = try TemporaryFolder()
    try folder.write(name, text: "text")
    let found = try error(folder.path)
    #expect(found.code == .noWeights)
    #expect(found.message.contains(words))
  }

  @Test func reportsAnEmptyFolder() throws {
    let folder = try TemporaryFolder()
    #expect(try error(folder.path).message == "is empty")
  }
}
