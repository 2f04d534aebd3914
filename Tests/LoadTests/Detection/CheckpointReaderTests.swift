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
      (Array("tjgg".utf8) + [3, 0, 0, 0], "before GGUF"), ([0x1F, 0x8B, 8], "gzip"),
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

  @Test(
    arguments: [
      [0x80, 0x02, 0x7D], [0x80, 0x04, 0x95],
      Array("PK\u{3}\u{4}".utf8) + [UInt8](repeating: 0, count: 26) + Array("m/data.pkl".utf8),
    ] as [[UInt8]])
  func theStartOfAPyTorchFileIsCutShort(bytes: [UInt8]) throws {
    let folder = try TemporaryFolder()
    #expect(try error(try folder.write("file", bytes)).code == .truncated)
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

  /// Programs disagree on which of the two is the model.
  @Test func refusesAnIndexAndASingleFileThatDiffer() throws {
    let folder = try TemporaryFolder()
    try folder.write("model.safetensors", weights("a"))
    var builder = SafetensorsBuilder()
    builder.add("a", [1], [1])
    try folder.write("model-1.safetensors", builder.bytes)
    try folder.write(
      "model.safetensors.index.json", text: #"{"weight_map":{"a":"model-1.safetensors"}}"#)
    let found = try error(folder.path)
    #expect(found.code == .unsupportedLayout)
    #expect(found.message.contains("'model.safetensors.index.json'"))
    #expect(found.message.contains("'model.safetensors'"))
  }

  @Test func readsTheSameWeightsOnceWhereTheyAreThereTwice() throws {
    let folder = try TemporaryFolder()
    try folder.write("model.safetensors", weights("a", "b"))
    try folder.write("model-1.safetensors", weights("a"))
    try folder.write("model-2.safetensors", weights("b"))
    try folder.write(
      "model.safetensors.index.json",
      text: #"{"weight_map":{"a":"model-1.safetensors","b":"model-2.safetensors"}}"#)
    let checkpoint = try CheckpointReader.open(path: folder.path)
    #expect(checkpoint.tensors.map(\.name) == ["a", "b"])
    #expect(checkpoint.problems.isEmpty)
  }

  @Test func aRoundedCopyHoldsTheSameWeights() throws {
    let folder = try TemporaryFolder()
    var half = SafetensorsBuilder()
    half.add("a", "F16", [2], [0x00, 0x3C, 0x55, 0x35])
    try folder.write("model.safetensors", half.bytes)
    var single = SafetensorsBuilder()
    single.add("a", [2], [1, 1 / 3])
    try folder.write("model-1.safetensors", single.bytes)
    try folder.write(
      "model.safetensors.index.json", text: #"{"weight_map":{"a":"model-1.safetensors"}}"#)
    #expect(try CheckpointReader.open(path: folder.path).problems.isEmpty)
  }

  @Test func findsAnIndexOfAnyNameAndRefusesAnotherCheckpointBesideIt() throws {
    let folder = try TemporaryFolder()
    try folder.write("x-1.safetensors", weights("a"))
    try folder.write("x.safetensors.index.json", text: #"{"weight_map":{"a":"x-1.safetensors"}}"#)
    #expect(
      try CheckpointReader.open(path: folder.path).files.map(\.path)
        == [folder.path("x-1.safetensors")])
    try folder.write("other.safetensors", weights("b"))
    let found = try error(folder.path)
    #expect(found.code == .unsupportedLayout)
    #expect(found.message.contains("other.safetensors"))
  }

  @Test(arguments: [
    (["model.safetensors", "pytorch_model.bin", "x.gguf"], ["pytorch_model.bin", "x.gguf"]),
    (["model.safetensors", "consolidated.safetensors"], ["consolidated.safetensors"]),
    (["model.safetensors", "tf_model.h5"], ["tf_model.h5"]),
    (["model.safetensors", "original/consolidated.00.pth"], ["original/consolidated.00.pth"]),
    (
      ["model.safetensors", "model-00001-of-00002.safetensors"],
      ["model-00001-of-00002.safetensors"]
    ),
    (
      [
        "model.safetensors", "optimizer.pt", "training_args.bin", "rng_state_0.pth",
        "._m.safetensors",
      ],
      []
    ),
  ])
  func accountsForEveryFileOfWeights(names: [String], unread: [String]) throws {
    let folder = try TemporaryFolder()
    for name in names { try folder.write(name, weights(name)) }
    let checkpoint = try CheckpointReader.open(path: folder.path)
    #expect(checkpoint.tensors.map(\.name) == ["model.safetensors"])
    let problems = checkpoint.problems.filter(\.kind.isOfUnreadFile)
    #expect(problems.map(\.subject).sorted() == unread)
    let shards = problems.filter { $0.subject.contains("-of-") }
    #expect(shards.allSatisfy { $0.kind == .brokenWeights })
  }

  @Test func whatCannotBeReadBesideTheModelIsBroken() throws {
    let folder = try TemporaryFolder()
    try folder.write("model.safetensors", weights("w"))
    try folder.write("other.safetensors", Array(weights("w").dropLast(9)))
    try folder.write("flax_model.msgpack", [1, 2, 3])
    let problems = try CheckpointReader.open(path: folder.path).problems
    #expect(problems.first { $0.subject == "other.safetensors" }?.kind == .brokenWeights)
    #expect(problems.first { $0.subject == "flax_model.msgpack" }?.kind == .unreadWeights)
  }

  /// A copy is one by its numbers, never by its name.
  @Test(arguments: [
    ("consolidated.safetensors", 1.0, true), ("consolidated.safetensors", 2, false),
    ("model.fp16.safetensors", 1, true), ("model.fp16.safetensors", 1.5, false),
  ])
  func theSameWeightsOnceMoreAreNotUnread(name: String, value: Double, isCopy: Bool) throws {
    let folder = try TemporaryFolder()
    var (model, copy) = (SafetensorsBuilder(), SafetensorsBuilder())
    model.add("w", [2, 2], [1, 1, 1, 1])
    copy.add("w", [2, 2], Array(repeating: Float(value), count: 4))
    try folder.write("model.safetensors", model.bytes)
    try folder.write(name, copy.bytes)
    let checkpoint = try CheckpointReader.open(path: folder.path)
    #expect(checkpoint.files.map(\.path) == [folder.path("model.safetensors")])
    let unread = checkpoint.problems.filter { $0.kind == .unreadWeights }.map(\.subject)
    #expect(unread == (isCopy ? [] : [name]))
    let sizes = checkpoint.problems.compactMap(\.byteCount)
    #expect(sizes == (isCopy ? [] : [copy.bytes.count]))
  }

  @Test(arguments: [
    ["model-00001-of-00002.safetensors"],
    ["model-00002-of-00002.safetensors", "model-00001-of-00002.safetensors.part"],
  ])
  func refusesAShardAlone(names: [String]) throws {
    let folder = try TemporaryFolder()
    for name in names { try folder.write(name, weights(name)) }
    #expect(try error(folder.path).code == .shardMissing)
  }

  @Test func aShardNamedByItselfIsAPart() throws {
    let folder = try TemporaryFolder()
    try folder.write("a.safetensors", weights("a"))
    try folder.write("b.safetensors", weights("b"))
    try folder.write(
      "x.safetensors.index.json",
      text: #"{"weight_map":{"a":"a.safetensors","b":"b.safetensors"}}"#)
    #expect(try CheckpointReader.open(path: folder.path("a.safetensors")).isPart)
    #expect(try !CheckpointReader.open(path: folder.path).isPart)
  }

  @Test(arguments: [("m.h5", true), ("m.gguf", true), ("m.bin", false), ("m", false)])
  func aNameThatPromisesAnotherFormatIsAProblem(name: String, isProblem: Bool) throws {
    let folder = try TemporaryFolder()
    let checkpoint = try CheckpointReader.open(path: try folder.write(name, weights("a")))
    #expect(checkpoint.problems.map(\.kind) == (isProblem ? [.misnamed] : []))
  }

  @Test func refusesAFolderOfSeveralModels() throws {
    let folder = try TemporaryFolder()
    try folder.write("diffusion_pytorch_model.fp16.safetensors", weights("a"))
    var averaged = SafetensorsBuilder()
    averaged.add("a", [1], [7])
    try folder.write("diffusion_pytorch_model.ema.safetensors", averaged.bytes)
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
    ("pytorch_model.bin", "found only 'pytorch_model.bin'"), ("m.ggml", "GGUF"),
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
